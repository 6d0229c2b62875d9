from __future__ import annotations

import json

import jwt
import pytest

from channels.testing import base64url
from channels.testing import vapid as push_service
from channels.web_push.keys import VapidKeys
from channels.web_push.vapid import LIFETIME, ORIGINS, RENEW_AFTER, Vapid
from schemas.errors import CairnError
from stream.runtime.exits import Exit
from tests.channels.web_push.pushes import SUBJECT, settings

KEYS = VapidKeys.generate()
NOW = 1_784_558_400.5
ORIGIN = "https://fcm.googleapis.com"


def vapid(subject: str = SUBJECT) -> Vapid:
    return Vapid(KEYS, subject)


def claims(authorization: str) -> dict[str, object]:
    token = authorization.removeprefix("vapid t=").partition(",k=")[0]
    found: dict[str, object] = json.loads(base64url.decode(token.split(".")[1]))
    assert jwt.get_unverified_header(token) == {"typ": "JWT", "alg": "ES256"}
    return found


def test_a_token_is_what_a_push_service_demands() -> None:
    """RFC 8292 section 2: audience, subject, and an expiry that is at most a day away."""
    token = vapid().token(ORIGIN, NOW)

    push_service.check(token.authorization, base64url.decode(KEYS.public), ORIGIN, NOW)
    assert claims(token.authorization) == {"aud": ORIGIN, "exp": int(NOW) + LIFETIME, "sub": SUBJECT}
    assert LIFETIME <= 12 * 3_600


def test_each_push_service_gets_its_own() -> None:
    """A token for one push service that is shown to another is refused there, and could be used by it."""
    mine = vapid()
    first, second = mine.token(ORIGIN, NOW), mine.token("https://web.push.apple.com", NOW)

    assert [claims(each.authorization)["aud"] for each in (first, second)] == [ORIGIN, "https://web.push.apple.com"]
    assert mine.token(ORIGIN, NOW) is first


@pytest.mark.parametrize("later", [RENEW_AFTER, LIFETIME, -1])
def test_a_token_is_renewed_before_it_ends(later: float) -> None:
    """Also when the clock is set back: `exp` would lie too far ahead. What was accepted is then forgotten."""
    mine = vapid()
    first = mine.token(ORIGIN, NOW)
    first.acceptance.taken()
    second = mine.token(ORIGIN, NOW + later)

    assert mine.token(ORIGIN, NOW + later) is second
    assert not second.acceptance.proven
    push_service.check(second.authorization, base64url.decode(KEYS.public), ORIGIN, NOW + later)


def test_strangers_cannot_fill_the_memory() -> None:
    """They choose the subdomains; the tokens used last are kept."""
    mine = vapid()
    kept = mine.token(ORIGIN, NOW)
    for number in range(ORIGINS + 5):
        mine.token(f"https://{number}.fcm.googleapis.com", NOW)
        assert mine.token(ORIGIN, NOW) is kept
    assert len(mine._tokens) == ORIGINS


@pytest.mark.parametrize(
    "subject", [SUBJECT, "https://acme.example", "https://acme.example/contact?a=b", "mailto:a+b@xn--psh-hoa.example"]
)
def test_subjects(subject: str) -> None:
    """RFC 8292 section 2.1: a mailto or an https address."""
    assert claims(vapid(subject).token(ORIGIN, NOW).authorization)["sub"] == subject


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "you@acme.example",
        "mailto:",
        "mailto:you",
        "mailto: you@acme.example",
        "mailto:<you@acme.example>",
        "mailto:a@b@c.example",
        "mailto:a@b.example\n",
        "http://acme.example",
        "https://",
        "https:// x",
        "tel:+1",
    ],
)
def test_what_is_no_subject(subject: str) -> None:
    """Apple refuses every message for it, so it is found at the start."""
    with pytest.raises(CairnError) as raised:
        vapid(subject)

    assert (raised.value.exit, raised.value.where) == (Exit.USAGE, "web_push.vapid_subject")


@pytest.mark.parametrize(
    "subject",
    [
        "mailto:push@localhost",
        "mailto:push@mail.localhost",
        "mailto:push@acme.invalid",
        "mailto:push@server.local",
        "mailto:push@app.internal",
        "mailto:push@[192.0.2.7]",
        "mailto:push@192.0.2.7",
        "mailto:push@acme",
        "mailto:push@acme.",
        "mailto:push@acme.1",
        "https://localhost/contact",
        "https://localhost:8443",
        "https://192.0.2.7/contact",
        "https://[2001:db8::1]/contact",
        "https://acme",
        "https://-acme.com",
    ],
)
def test_a_subject_that_leads_nowhere(subject: str) -> None:
    """Chrome and Firefox take it, so it would be found with the first iPhone: 403 BadJwtToken for each message."""
    with pytest.raises(CairnError) as raised:
        vapid(subject)

    assert (raised.value.exit, raised.value.where) == (Exit.USAGE, "web_push.vapid_subject")
    assert subject in raised.value.what
    assert "mailto:you@" in (raised.value.fix or "")


def test_of_settings() -> None:
    """The key that applications hand to browsers follows from the one that is set."""
    assert Vapid.of(settings(KEYS).web_push).public_key == KEYS.public
