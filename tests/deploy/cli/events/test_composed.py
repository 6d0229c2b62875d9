"""One event from options."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deploy.cli.events.composed import compose
from schemas.errors import CairnError

ONE = {"contact_id": "c-1", "event": "e"}


def made(**given: Any) -> str:
    return compose(ONE | given, lambda: "new").decode()


def test_least() -> None:
    """Contact and event are enough; the id is made up."""
    assert made() == '{"id":"new","contact_id":"c-1","event":"e"}'


def test_numbers_keep_every_digit() -> None:
    """A value is written as it was typed: 2.50 stays 2.50, and 2^63-1 is not rounded."""
    assert '"value":2.50' in made(value="2.50")
    assert '"value":9223372036854775807' in made(value="9223372036854775807")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plan=team", "team"),
        ("n=3", 3),
        ("on=true", True),
        ("a=b=c", "b=c"),
        ('s="3"', "3"),
        ("e=", ""),
        ("x=null", "null"),
    ],
)
def test_a_property_is_json_if_it_can_be(text: str, expected: object) -> None:
    """Numbers, booleans and quoted texts are JSON; everything else is text."""
    assert list(json.loads(made(properties=[text]))["properties"].values()) == [expected]


def test_time_is_text_or_milliseconds() -> None:
    """Digits are epoch milliseconds, all else goes as it was typed."""
    assert '"at":1790000000000' in made(at="1790000000000")
    assert '"at":"2026-11-20T14:41:07Z"' in made(at="2026-11-20T14:41:07Z")


@pytest.mark.parametrize(
    "given", [{"value": "x"}, {"value": "true"}, {"value": '"3"'}, {"properties": ["plan"]}, {"properties": ["=x"]}]
)
def test_what_is_no_number_or_property_is_refused(given: dict[str, Any]) -> None:
    """Exit 2 with an example, before anything is sent."""
    with pytest.raises(CairnError) as caught:
        made(**given)

    assert caught.value.exit == 2


@pytest.mark.parametrize("at", ["9" * 5000, "0" * 5000, "9" * 19])
def test_digits_that_are_no_moment_are_left_to_the_door(at: str) -> None:
    """A number of so many digits is read by nobody."""
    event = json.loads(compose({"contact_id": "c-1", "event": "e", "at": at}, lambda: "1"))

    assert event["at"] == at


def test_the_zone_of_the_device() -> None:
    """Written as it was given."""
    assert made(time_zone="Asia/Tokyo") == '{"id":"new","contact_id":"c-1","event":"e","time_zone":"Asia/Tokyo"}'
