"""Decryption, on the RFC's own example and on what must not pass."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from channels.testing import base64url
from channels.testing.user_agent import UserAgent

# RFC 8291, 5
KEY = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"
PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
    "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


@pytest.fixture
def agent() -> UserAgent:
    number = int.from_bytes(base64url.decode(KEY))
    return UserAgent(ec.derive_private_key(number, ec.SECP256R1()), base64url.decode(SECRET))


def test_the_example_of_the_rfc(agent: UserAgent) -> None:
    """RFC 8291, 5: the keys and the body printed there give the text printed there."""
    assert (agent.p256dh, agent.auth) == (PUBLIC, SECRET)
    assert agent.decrypt(base64url.decode(BODY)) == b"When I grow up, I want to be a watermelon"


def test_another_browser_cannot_read_it() -> None:
    """Neither with other keys, nor with the right key and another secret."""
    with pytest.raises(ValueError, match="not encrypted for this subscription"):
        UserAgent().decrypt(base64url.decode(BODY))


@pytest.mark.parametrize("size", [0, 15, 20, 21, 60, 86, 100])
def test_what_is_cut_off_is_refused(agent: UserAgent, size: int) -> None:
    """A body that ends early is a `ValueError`, wherever it ends."""
    with pytest.raises(ValueError):  # noqa: PT011 - each place has words of its own
        agent.decrypt(base64url.decode(BODY)[:size])


def test_one_flipped_bit_is_refused(agent: UserAgent) -> None:
    """The text is authenticated."""
    body = bytearray(base64url.decode(BODY))
    body[-1] ^= 1
    with pytest.raises(ValueError, match="not encrypted"):
        agent.decrypt(bytes(body))
