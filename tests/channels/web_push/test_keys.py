from __future__ import annotations

from base64 import urlsafe_b64decode

import pytest
from py_vapid import Vapid02

from channels.web_push.keys import SETTING, VapidKeys
from schemas.errors import CairnError
from stream.runtime.exits import Exit

# RFC 8291 appendix A has the receiver's pair as raw keys.
PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"


def test_a_known_pair() -> None:
    """A private key is the scalar, a public one the uncompressed point, both base64url without padding."""
    keys = VapidKeys.read(PRIVATE)

    assert (keys.private, keys.public) == (PRIVATE, PUBLIC)


def test_a_new_pair_is_read_again() -> None:
    """What `cairn web-push keys` prints can be set, by us and by whatever else uses VAPID keys; no two are alike."""
    keys, other = VapidKeys.generate(), VapidKeys.generate()

    assert VapidKeys.read(keys.private).public == keys.public != other.public
    assert VapidKeys.read(f" {keys.private}=\n").private == keys.private
    assert len(urlsafe_b64decode(keys.public + "=")) == 65
    assert Vapid02.from_string(keys.private).public_key == keys.key.public_key()


ORDER = "_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE"
"""Of P-256: the first number that is no private key."""


@pytest.mark.parametrize(
    "private",
    [
        "",
        " ",
        PRIVATE[:-2],
        PRIVATE + "AA",
        PUBLIC,
        PRIVATE[:20] + "!" + PRIVATE[21:],
        PRIVATE[:-1] + "5",
        "A" * 43,
        ORDER,
        "/" * 43,
        "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\n-----END PRIVATE KEY-----\n",
        "ключ",
    ],
)
def test_what_is_no_private_key(private: str) -> None:
    """The error names the setting and the cure, and never the key."""
    with pytest.raises(CairnError) as raised:
        VapidKeys.read(private)

    assert (raised.value.exit, raised.value.where) == (Exit.USAGE, SETTING)
    assert "cairn web-push keys" in (raised.value.fix or "")
    assert len(private) < 5 or private not in str(raised.value)


def test_the_private_key_is_not_shown() -> None:
    """An object that ends in a log or a traceback holds no secret."""
    assert PRIVATE not in repr(VapidKeys.read(PRIVATE))
