"""Whatever is reached, what people read is whole and set as their language is."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.delivery import Delivery, channel_of
from schemas.milestone_crossed import Number
from templates.languages.languages import shipped
from tests.channels.render.installation import renderer
from tests.channels.render.story import sent
from tests.templates.languages.typography import mistakes

RENDERER = renderer(None, shipped())
numbers = st.one_of(
    st.integers(1, 130),
    st.sampled_from([1_000, 1_001, 10_000, 1_000_000, 2_000_000]),
    st.decimals(min_value="0.1", max_value=100_000, places=1),
)


def _about(delivery: Delivery, number: Number, more: Number, locale: str) -> Delivery:
    """The delivery in a language and about a number, `more` being what it was passed by, or what is still to go."""
    message = delivery.message
    # What the file says is in the language of the file.
    said = msgspec.structs.replace(
        message, locale=locale, means=None, call_to_action=None, resources=(), reward_code=None
    )
    if (crossing := message.crossing) is not None:
        crossing = msgspec.structs.replace(crossing, threshold=number, value=number + more)
        if crossing.next is not None:
            rung = msgspec.structs.replace(crossing.next, threshold=number + more + more, remaining=more)
            crossing = msgspec.structs.replace(crossing, next=rung)
    if (nudge := message.nudge) is not None:
        nudge = msgspec.structs.replace(nudge, value=number, threshold=number + more, remaining=more)
    return msgspec.structs.replace(delivery, message=msgspec.structs.replace(said, crossing=crossing, nudge=nudge))


@settings(deadline=None)
@given(
    place=st.sampled_from(range(len(sent()))),
    number=numbers,
    more=st.one_of(st.just(Decimal(0)), numbers),
    name=st.sampled_from(shipped()),
)
def test_every_kind_and_number(place: int, number: Number, more: Number, name: str) -> None:
    """No hole, no stray space, the marks of the language: in the subject, the text and the notification."""
    about = _about(sent()[place], number, more, name)
    if channel_of(about) == "email":
        email = RENDERER.email(about)
        said = [email.subject, *email.text.replace("\n-- \n", "\n").split("\n")]
    else:
        push = RENDERER.push(about)
        said = [push.title, push.body]
    assert [wrong for text in said for wrong in mistakes(text, name)] == []
