"""What is one address, and what is not."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.address import AddressError, mailbox


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("ada@example.com", "ada@example.com"),
        ("Ada.Lovelace+news@EXAMPLE.com", "Ada.Lovelace+news@example.com"),
        ("o'brien/x={y}@mail.example.co.uk", "o'brien/x={y}@mail.example.co.uk"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@例え.テスト", "ada@xn--r8jz45g.xn--zckzah"),
        ("ada@STRAẞE。example", "ada@xn--strae-oqa.example"),
        ("jörg@example.com", "jörg@example.com"),
        ("jo\u0308rg@example.com", "jörg@example.com"),
    ],
)
def test_an_address_is_kept_with_its_domain_in_a_labels(text: str, spec: str) -> None:
    """The local part stays as it is (in NFC), the domain becomes what DNS knows (IDNA 2008, UTS 46)."""
    assert mailbox(text).spec == spec


@pytest.mark.parametrize(("text", "utf8"), [("ada@bücher.example", False), ("jörg@example.com", True)])
def test_only_the_local_part_needs_smtputf8(text: str, utf8: bool) -> None:
    """A domain has A-labels; a mailbox beyond ASCII has nothing like them (RFC 6531)."""
    assert mailbox(text).utf8 is utf8


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "@example.com",
        "ada@",
        "ada@localhost",
        "ada@example.com.",
        "ada@exam_ple.com",
        "ada@-example.com",
        "ada@[127.0.0.1]",
        "ada@127.0.0.1",
        "ada@example..com",
        ".ada@example.com",
        "ada.@example.com",
        "a..da@example.com",
        "ada @example.com",
        " ada@example.com",
        "ada@example.com ",
        '"ada lovelace"@example.com',
        "Ada <ada@example.com>",
        "<ada@example.com>",
        "a@example.com, b@example.com",
        "a@example.com,b@example.com",
        "a@example.com b@example.com",
        "a@b@example.com",
        "group: a@example.com, b@example.com;",
        "ada@example.com\r\nBcc: eve@example.com",
        "ada\r\n@example.com",
        "ada@example.com\n",
        "ada\x00@example.com",
        "ada\x85@example.com",
        "ada\u2028@example.com",
        "ada\u2029@example.com",
        "ada\u202e@example.com",
        "ada\ud800@example.com",
        "ada\u00a0b@example.com",
        "=?utf-8?q?ada?=@example.com",
        "ada@=?utf-8?q?example?=.com",
        "ada@exam ple.com",
        "ada@example.com\uff20eve.example",
        "ada@ex\u2028ample.com",
        f"{'a' * 65}@example.com",
        f"{'é' * 33}@example.com",
        f"ada@{'a' * 64}.com",
        f"ada@{'a.' * 125}com",
    ],
)
def test_what_is_no_one_address_is_refused(text: str) -> None:
    """Lists, groups, names, line ends, encoded words and separators: none becomes a second recipient or a header."""
    with pytest.raises(AddressError) as refused:
        mailbox(text)
    assert not text or text not in str(refused.value)


@hypothesis.settings(deadline=None)
@given(st.text() | st.from_regex(r"[^@]{1,20}@[^@]{1,20}\.[a-z]{2,3}", fullmatch=True))
def test_whatever_is_let_in_can_stand_in_a_command(text: str) -> None:
    """No text that is taken for an address holds what ends a line, a path or an argument of SMTP."""
    try:
        spec = mailbox(text).spec
    except AddressError:
        return
    assert spec.isprintable()
    assert not set(spec) & set(' <>,;:"()[]\\')
    assert spec.count("@") == 1
    assert spec.partition("@")[2].isascii()


@pytest.mark.parametrize("text", ["a\u037eb@example.com", "a\u037eb@bücher.example", "a@exam\u037eple.com"])
def test_what_becomes_a_separator_when_it_is_composed_is_refused(text: str) -> None:
    """U+037E, the Greek question mark, is a semicolon in NFC: one address would become two."""
    with pytest.raises(AddressError):
        mailbox(text)


@hypothesis.settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_an_address_that_was_read_reads_again(local: str) -> None:
    """What is checked is what is sent: nothing changes after the check."""
    try:
        found = mailbox(f"{local}@example.com")
    except AddressError:
        return
    assert mailbox(found.spec) == found
