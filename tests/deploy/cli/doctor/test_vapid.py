"""What the doctor says of web push."""

from __future__ import annotations

from channels.web_push.keys import VapidKeys
from deploy.cli.doctor.check import Mark
from deploy.cli.doctor.vapid import vapid
from stream.runtime.settings import WebPush

KEYS = VapidKeys.generate()
SOUND = {"vapid_private_key": KEYS.private, "vapid_subject": "mailto:push@acme.example"}


def settings(**changed: object) -> WebPush:
    return WebPush.model_validate(SOUND | changed)


def test_who_does_not_use_it_has_nothing_to_mend() -> None:
    """It is said, with the way to begin, and is no failure."""
    check = vapid(WebPush())

    assert (check.mark, "cairn web-push keys" in (check.cure or "")) == (Mark.SKIP, True)


def test_sound() -> None:
    """The public key is shown, for that is what applications hand to browsers; the private one is not."""
    check = vapid(settings())

    assert check.mark is Mark.OK
    assert KEYS.public in check.finding
    assert KEYS.private not in check.finding


def test_what_is_wrong_is_named() -> None:
    """Each fault with its setting and a cure, and without the key."""
    for changed, setting in (
        ({"vapid_private_key": KEYS.public}, "web_push.vapid_private_key"),
        ({"vapid_subject": ""}, "web_push.vapid_subject"),
        ({"vapid_subject": "push@acme.example"}, "web_push.vapid_subject"),
        ({"vapid_subject": "mailto:push@localhost"}, "web_push.vapid_subject"),
        ({"vapid_subject": "https://10.0.0.7/contact"}, "web_push.vapid_subject"),
        ({"push_hosts": ["*.acme.example"]}, "web_push.push_hosts"),
    ):
        check = vapid(settings(**changed))
        assert (check.mark, setting in check.finding) == (Mark.FAIL, True)
        assert check.cure
        assert KEYS.public not in check.finding
