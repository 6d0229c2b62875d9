"""Tokens open for what we sealed, and for nothing else."""

from __future__ import annotations

import string
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import Signer
from itsdangerous.signer import HMACAlgorithm
from msgspec.structs import replace

from channels.portal.seal import ContentError, KeysError
from channels.portal.tokens import Share, Tokens, Unsubscribe
from tests.channels.portal.browser import CROSSING, KEY, TOKENS

OLD, NEW = "old-" * 8, "new-" * 8
IDS = st.text(min_size=1, max_size=64)
LETTERS = string.ascii_letters + string.digits + "-_.=+/!~ é"

shares = st.builds(
    Share,
    crossing_id=st.uuids(),
    milestone=IDS,
    value=st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**20), max_value=10**20).map(
        lambda number: format(number, "f")
    ),
    unit=st.none() | st.text(max_size=30),
    on=st.dates(),
    headline=st.text(min_size=1, max_size=100),
    locale=st.sampled_from(["en", "fr-CA", "zh-Hant-TW"]),
)
wishes = st.builds(
    Unsubscribe,
    contact_id=IDS,
    channel=st.sampled_from(["email", "web_push", "mobile_push"]),
    crossing_id=st.uuids(),
    locale=st.sampled_from(["en", "fr-CA", "zh-Hant-TW"]),
)


@given(shares)
def test_a_seal_is_that_of_its_signer(share: Share) -> None:
    """The key is derived once here; links of earlier releases were signed by itsdangerous, and say the same."""
    text = TOKENS.share.close(share)
    reference = Signer(
        [KEY],
        salt="cairn.portal.share",
        key_derivation="hmac",
        digest_method=sha256,
        algorithm=HMACAlgorithm(sha256),
    )
    value, _, signature = text.rpartition(".")
    assert reference.get_signature(value).decode().startswith(signature)


@given(shares)
def test_a_share_token_gives_back_what_it_was_made_of(share: Share) -> None:
    """Digit for digit, and the text needs no escaping in a URL."""
    token = TOKENS.share.close(share)

    assert TOKENS.share.open(token) == share
    assert set(token) <= set(string.ascii_letters + string.digits + "-_.")


@given(wishes)
def test_an_unsubscribe_token_gives_back_what_it_was_made_of(wish: Unsubscribe) -> None:
    """Whatever the contact's id looks like."""
    assert TOKENS.unsubscribe.open(TOKENS.unsubscribe.close(wish)) == wish


@given(wishes, st.data())
def test_a_changed_character_anywhere_is_refused(wish: Unsubscribe, data: st.DataObject) -> None:
    """Each token has one spelling: not even spare bits or characters that decoders skip may differ."""
    token = TOKENS.unsubscribe.close(wish)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from([each for each in LETTERS if each != token[place]]))

    assert TOKENS.unsubscribe.open(token[:place] + letter + token[place + 1 :]) is None
    assert TOKENS.unsubscribe.open(token[:place] + letter + token[place:]) is None


@given(wishes, st.data())
def test_a_truncated_token_is_refused(wish: Unsubscribe, data: st.DataObject) -> None:
    """A mail program that cuts a link in two makes nobody else's token."""
    token = TOKENS.unsubscribe.close(wish)
    keep = data.draw(st.integers(0, len(token) - 1))

    assert TOKENS.unsubscribe.open(token[:keep]) is None
    assert TOKENS.unsubscribe.open(token[keep + 1 :]) is None


@given(st.text(max_size=200))
def test_any_text_is_refused_without_an_error(text: str) -> None:
    """A path is whatever a client writes."""
    assert TOKENS.share.open(text) is None


@given(wishes, shares)
def test_a_token_opens_for_its_own_purpose_only(wish: Unsubscribe, share: Share) -> None:
    """A page that everybody may see gives nobody the right to unsubscribe its person."""
    assert TOKENS.share.open(TOKENS.unsubscribe.close(wish)) is None
    assert TOKENS.unsubscribe.open(TOKENS.share.close(share)) is None


@given(wishes)
def test_keys_rotate(wish: Unsubscribe) -> None:
    """Old mails go on working beside the new key, which signs; a withdrawn key opens nothing."""
    both, before, after = Tokens([NEW, OLD]), Tokens([OLD]), Tokens([NEW])

    assert both.unsubscribe.open(before.unsubscribe.close(wish)) == wish
    assert both.unsubscribe.close(wish) == after.unsubscribe.close(wish)
    assert after.unsubscribe.open(before.unsubscribe.close(wish)) is None


def test_tokens_are_what_old_mails_carry() -> None:
    """These stand in mails that were sent: a release that cannot open them breaks the promise to unsubscribe."""
    share = Share(
        crossing_id=CROSSING,
        milestone="documents-1000",
        value="1000",
        unit="documents",
        on=date(2026, 11, 20),
        headline="1,000 documents processed",
        locale="en",
    )
    wish = Unsubscribe(contact_id="c-1042", channel="email", crossing_id=CROSSING)

    assert TOKENS.share.open(GOLDEN_SHARE) == share
    assert TOKENS.unsubscribe.open(GOLDEN_UNSUBSCRIBE) == replace(wish, locale="fr-CA")
    assert TOKENS.unsubscribe.open(GOLDEN_UNSUBSCRIBE_WITHOUT_LOCALE) == wish


def test_a_share_token_holds_nothing_about_a_person() -> None:
    """It is signed, not encrypted: whoever has the link can read its fields, so here is all that they may be."""
    assert Share.__struct_fields__ == ("crossing_id", "milestone", "value", "unit", "on", "headline", "locale")


def test_a_usual_unsubscribe_token_is_short() -> None:
    """A header line with the whole address stays far below the 998 characters of RFC 5322 section 2.1.1."""
    assert len(GOLDEN_UNSUBSCRIBE) < 80


@pytest.mark.parametrize("keys", [[], ["short"], ["k" * 32, "k" * 31], "k" * 64], ids=str)
def test_unfit_keys_are_refused_at_once(keys: list[str]) -> None:
    """A weak key would let strangers unsubscribe people; one text is no list of keys."""
    with pytest.raises(KeysError, match="fix: set a key made by"):
        Tokens(keys)


@pytest.mark.parametrize(
    ("field", "value"),
    [("value", "1e3"), ("value", "1000\n"), ("headline", ""), ("headline", "x" * 201), ("locale", 'en" onload="')],
)
def test_a_link_that_would_be_refused_is_not_made(field: str, value: str) -> None:
    """The sender hears of it, not the reader years later."""
    good = {"crossing_id": CROSSING, "milestone": "m", "value": "1", "unit": None, "on": date(2026, 1, 1)}
    with pytest.raises(ContentError, match="a link to share cannot be made"):
        TOKENS.share.close(Share(**(good | {"headline": "h", "locale": "en"} | {field: value})))  # type: ignore[arg-type]


def test_a_link_too_long_for_mail_programs_is_not_made() -> None:
    """They would break it."""
    share = Share(
        crossing_id=CROSSING,
        milestone="é" * 256,
        value="1",
        unit="é" * 64,
        on=date(2026, 1, 1),
        headline="語" * 200,
        locale="ja",
    )
    with pytest.raises(ContentError, match="more than 1500"):
        TOKENS.share.close(share)


GOLDEN_SHARE = (
    "l8QQij9qPi07Wx6bbg0rb1yaEa5kb2N1bWVudHMtMTAwMKQxMDAwqWRv"
    "Y3VtZW50c6oyMDI2LTExLTIwuTEsMDAwIGRvY3VtZW50cyBwcm9jZXNzZWSiZW4.lDPtNCCPS9zXGyusUpCbrITa"
)
GOLDEN_UNSUBSCRIBE = "lKZjLTEwNDKlZW1haWzEEIo_aj4tO1sem24NK29cmhGlZnItQ0E.hZzvSe7aVFXMJNBNdKFKlCUl"
GOLDEN_UNSUBSCRIBE_WITHOUT_LOCALE = "k6ZjLTEwNDKlZW1haWzEEIo_aj4tO1sem24NK29cmhE.MTUxUZr14bm5v_W3nH9CedY8"
