"""What stands in a message, and what never gets in."""

from __future__ import annotations

import base64
import email.policy
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.address import mailbox
from channels.email.body import Parts
from channels.email.header import UnsafeHeaderError
from channels.email.message import Letterhead, Mail, compose
from tests.channels.email.samples import SENDER, TO, content

LETTERHEAD = Letterhead(sender=mailbox(SENDER))
DATE = datetime(2026, 11, 20, 14, 41, 7, tzinfo=UTC)
ID = "0b4b3a0e-8f0e-5a53-9a54-0f6b5f0f1f00"

HOLES = [
    "Hi =?UTF-8?Q?=0A?=Bcc: eve@example.com",
    "Hi\r\n",
    "Hi\r\nBcc: eve@example.com",
    "Hi\nBcc: eve@example.com",
    "Hi\rBcc: eve@example.com",
    "Hi\x00there",
    "Hi\x0bBcc: eve@example.com",
    "Hi\x1bthere",
    "Hi\x7fthere",
    "Hi\x85Bcc: eve@example.com",
    "Hi\x9bthere",
    "Hi\u2028Bcc: eve@example.com",
    "Hi\u2029Bcc: eve@example.com",
    "Hi\ud800there",
]
"""C0, C1, line separators, halves of pairs, and words that decode to them (CVE-2024-6923, CVE-2026-1299)."""

plain = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=300).filter(
    lambda each: "=?" not in each
)


def composed(letterhead: Letterhead = LETTERHEAD, to: str = TO, product: str = "Acme", **changes: Any) -> Mail:
    return compose(letterhead, changes.pop("id", ID), mailbox(to), content(**changes), product, DATE, Parts())


def parsed(mail: Mail) -> EmailMessage:
    return message_from_bytes(mail.data, policy=email.policy.SMTP)


def test_the_headers_are_these_and_no_others() -> None:
    """Who, whom, what, when, the id that is the delivery's, how to leave, and that a machine wrote it."""
    mail = composed()
    assert parsed(mail).items() == [
        ("From", "Acme <hello@acme.example>"),
        ("To", "ada@example.com"),
        ("Subject", "Your 10th document"),
        ("Date", "Fri, 20 Nov 2026 14:41:07 +0000"),
        ("Message-ID", f"<{ID}@acme.example>"),
        ("List-Unsubscribe", "<https://acme.example/u/abc>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative; boundary="=_{ID}"'),
        ("Content-Language", "en"),
    ]
    assert (mail.sender.spec, mail.recipient.spec, mail.size) == (SENDER, TO, len(mail.data))


def test_the_body_is_text_and_then_html() -> None:
    """RFC 2046 section 5.1.4: the last part is the best one; both are as they were rendered, but for line ends."""
    message = parsed(composed(text="Ten!\r.\nDöcument ✓\r\n\x00", html="<p>Ten</p>"))
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().replace("\r\n", "\n") == "Ten!\n.\nDöcument ✓\n\x00\n"
    assert html.get_content().replace("\r\n", "\n") == "<p>Ten</p>\n"


def test_a_repeat_is_the_same_message() -> None:
    """The same delivery has the same bytes, another one has another id: programs know a repeat by it."""
    assert composed().data == composed().data
    assert parsed(composed(id="another"))["Message-ID"] == "<another@acme.example>"


def test_names_and_answers_come_from_settings() -> None:
    """The sender's name goes before the product's; Reply-To is there when it is set."""
    letterhead = Letterhead(sender=mailbox(SENDER), name='Ada "at" Acmé', reply_to=mailbox("help@acme.example"))
    message = parsed(composed(letterhead))
    assert message["From"].addresses[0].display_name == 'Ada "at" Acmé'
    assert message["From"].addresses[0].addr_spec == SENDER
    assert message["Reply-To"] == "help@acme.example"
    assert parsed(composed())["Reply-To"] is None


@pytest.mark.parametrize("hole", HOLES)
@pytest.mark.parametrize("where", ["subject", "product", "unsubscribe_url"])
def test_no_value_becomes_a_header(hole: str, where: str) -> None:
    """Each hole that email libraries had is refused in every value that is not ours, and the value is not repeated."""
    changes: dict[str, Any] = {where: hole}
    with pytest.raises(UnsafeHeaderError) as refused:
        composed(**changes)
    assert "eve" not in str(refused.value)


@pytest.mark.parametrize("hole", HOLES)
def test_no_language_becomes_a_header(hole: str) -> None:
    """What is no BCP 47 tag is left out: it is not worth a message."""
    assert parsed(composed(language=hole))["Content-Language"] is None


@pytest.mark.parametrize("bad", ["", "a b", "a>b", "a@b", "a\r\nBcc: eve@example.com", "é", "-a", "a" * 65])
def test_an_id_that_is_none_names_no_message(bad: str) -> None:
    """It stands in Message-ID and in the boundary."""
    with pytest.raises(UnsafeHeaderError):
        composed(id=bad)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://acme.example/u",
        "mailto:leave@acme.example",
        "javascript:alert(1)",
        "https://acme.example/>,<https://eve.example/",
        "https://acme.example/u abc",
        "https://acme.example/ü",
        "https://acme.example/" + "x" * 990,
    ],
)
def test_a_link_to_leave_is_one_link(url: str) -> None:
    """RFC 8058 section 3.1: exactly one URI; what is none, or two, makes no message."""
    with pytest.raises(UnsafeHeaderError):
        composed(unsubscribe_url=url)


def test_one_click_needs_https() -> None:
    """RFC 8058 is for https; an address in clear, as on a machine for trying things, is in List-Unsubscribe alone."""
    message = parsed(composed(unsubscribe_url="http://localhost:8080/u/abc"))
    assert message["List-Unsubscribe"] == "<http://localhost:8080/u/abc>"
    assert message["List-Unsubscribe-Post"] is None


def test_a_long_link_is_not_broken_nor_encoded() -> None:
    """Mail programs read it as it stands: not folded, not even after the colon, and no encoded word."""
    url = "https://acme.example/u/" + "x" * 900
    assert f"List-Unsubscribe: <{url}>\r\n".encode() in composed(unsubscribe_url=url).data


@hypothesis.settings(deadline=None)
@given(subject=plain, name=plain, text=plain, html=plain)
def test_every_line_is_one_that_servers_take(subject: str, name: str, text: str, html: str) -> None:
    """ASCII, CRLF alone at line ends, at most 998 characters (RFC 5321 section 4.5.3.1.6); the texts survive."""
    mail = composed(product=name, subject=subject, text=text, html=html)
    lines = mail.data.split(b"\r\n")
    assert all(len(line) <= 998 and line.isascii() for line in lines)
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    head = mail.data.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert all(len(line) <= 76 or line.startswith((b"To: ", b"Message-ID: ")) for line in head)
    assert all(len(word) <= 75 for line in head for word in line.split() if word.startswith(b"=?"))
    message = parsed(mail)
    assert message["Subject"].split() == subject.split()
    assert message.keys()[:3] == ["From", "To", "Subject"]
    assert len(message.keys()) == 11
    assert message["From"].addresses[0].addr_spec == SENDER
    assert len(message["From"].addresses) == 1


@hypothesis.settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_bodies_survive_whatever_they_hold(body: str) -> None:
    """Dots, boundaries, control characters, any script: the part that arrives is the text, in CRLF lines."""
    message = parsed(composed(text=body))
    text, _ = message.iter_parts()
    raw = text.get_payload(decode=True)
    assert isinstance(raw, bytes)
    wanted = body.replace("\r\n", "\n").replace("\r", "\n")
    wanted += "" if wanted.endswith("\n") else "\n"
    assert raw.decode().replace("\r\n", "\n") == wanted


def test_a_recipient_beyond_ascii_is_written_in_utf8() -> None:
    """RFC 6532 section 3.2; everything else stays ASCII."""
    mail = composed(to="jörg@example.com")
    assert b"To: j\xc3\xb6rg@example.com\r\n" in mail.data
    assert mail.data.replace(b"\xc3\xb6", b"").isascii()


LONG = [
    "Команда Путешественников по Далёким Северным Морям и Островам",
    "文書を百件作成しました" * 6,
    "🎉👩‍👩‍👧‍👦" * 12,
    "é" * 100,
]


@pytest.mark.parametrize("value", LONG)
@pytest.mark.parametrize("where", ["subject", "product"])
def test_encoded_words_are_whole_and_short(value: str, where: str) -> None:
    """RFC 2047 sections 2 and 5: words of 75, lines of 76; each decodes by itself, so none ends in a letter."""
    changes: dict[str, Any] = {where: value}
    mail = composed(**changes)
    head = mail.data.partition(b"\r\n\r\n")[0].decode()
    assert all(len(line) <= 76 for line in head.split("\r\n"))
    words = re.findall(r"=\?utf-8\?b\?([^?]*)\?=", head)
    assert len(words) > 1
    assert "".join(base64.b64decode(each).decode() for each in words) == value


def test_a_name_that_is_mostly_quotes_fits_its_line() -> None:
    """Escapes count too."""
    mail = composed(product='"' * 60)
    head = mail.data.partition(b"\r\n\r\n")[0]
    assert all(len(line) <= 76 for line in head.split(b"\r\n"))
    assert parsed(mail)["From"].addresses[0].display_name.replace(" ", "") == '"' * 60
