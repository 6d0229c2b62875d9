"""Standard Webhooks: what is signed, and how."""

from __future__ import annotations

import pytest

from schemas.errors import CairnError
from stream.reactions.webhooks.secret import secrets_of
from stream.reactions.webhooks.signature import signed
from stream.runtime.exits import Exit

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'


def test_the_example_of_the_specification() -> None:
    """The vector that the reference libraries are tested with."""
    headers = signed(secrets_of([SECRET]), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY)
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_while_a_secret_is_replaced_both_sign() -> None:
    other = "whsec_" + "QUFB" * 8
    both = signed(secrets_of([other, SECRET]), "m", 1, BODY)["webhook-signature"].split(" ")
    assert both == [signed(secrets_of([each]), "m", 1, BODY)["webhook-signature"] for each in (other, SECRET)]


@pytest.mark.parametrize(
    "secret", ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_x!", "whsec_QUFB", "whsec_" + "QUFB" * 22]
)
def test_what_is_no_secret(secret: str) -> None:
    """The error says which, and never what it was."""
    with pytest.raises(CairnError, match="secret 2") as raised:
        secrets_of([SECRET, secret])
    assert raised.value.exit == Exit.USAGE
    assert secret.removeprefix("whsec_") not in str(raised.value)


def test_unsigned_is_not_sent() -> None:
    with pytest.raises(CairnError, match="no secret"):
        secrets_of([])
