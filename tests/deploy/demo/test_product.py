"""The simulated product is one that the contract accepts and a reader believes."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random

import msgspec
import pytest

from deploy.demo.people import HABITS, REGULARS, person
from deploy.demo.product import OPENING, RATE, SOURCE, Activity, Product

NOW_MS = 1_790_000_000_000


@pytest.fixture
def product() -> Product:
    return Product(Random(7), NOW_MS)


def minute(product: Product, seconds: int = 60) -> list[Activity]:
    return [product.since(NOW_MS + tenth * 100) for tenth in range(1, seconds * 10 + 1)]


def test_its_pace_is_the_rate_it_says(product: Product) -> None:
    """Over whole waves the events come at RATE, sign-ups and retries on top."""
    usages = [usage for activity in minute(product, 64) for usage in activity.usages]
    assert RATE * 64 <= len(usages) <= RATE * 64 * 1.06


def test_a_pause_is_not_followed_by_a_flood(product: Product) -> None:
    """After ten minutes without a look, a second's worth of events comes."""
    product.since(NOW_MS + 1)
    assert len(product.since(NOW_MS + 600_000).usages) < 3 * RATE + 600_000 / 2_500


def test_people_are_there_at_once_and_more_come(product: Product) -> None:
    """The first look brings the profiles of the opening, later ones those of newcomers, each once."""
    people = [each for activity in minute(product) for each in activity.people]
    assert len(people) == OPENING + len(REGULARS) + 24
    assert {each.id for each in people} == product.people.keys()
    assert {each.habit for each in people} == set(HABITS)


def test_a_retry_is_the_same_event_right_after(product: Product) -> None:
    """Its id is the one before it, so it lies inside every dedupe window."""
    for activity in minute(product):
        ids = [msgspec.json.decode(usage.value)["id"] for usage in activity.usages]
        assert sum(a == b for a, b in pairwise(ids)) == activity.retries
        assert len(set(ids)) == len(ids) - activity.retries


def test_events_carry_key_and_source(product: Product) -> None:
    """The key is the contact of the body, the source tells them from a guest's."""
    names: Counter[str] = Counter()
    for activity in minute(product):
        for usage in activity.usages:
            body = msgspec.json.decode(usage.value)
            assert (body["contact_id"], body["source"]) == (usage.contact, SOURCE)
            names[body["event"]] += 1
    assert names.most_common(1)[0][0] == "board_viewed"
    assert {"documents_processed", "project_created", "payment_received"} <= names.keys()


def test_what_needs_days_or_luck_is_there_from_the_start(product: Product) -> None:
    """The first look alone brings a streak of a week, five different friends and a project of one's own: a story of a
    few seconds crosses every kind of milestone, whatever the dice say.
    """
    bodies = [msgspec.json.decode(usage.value) for usage in product.since(NOW_MS + 1).usages]
    ours = [body for body in bodies if body["contact_id"] == "r-1"]
    days = {body["at"][:10] for body in ours if body["event"] == "session_started"}
    friends = {body["properties"]["invitee"] for body in ours if body["event"] == "teammate_invited"}
    samples = [body.get("properties", {}).get("sample") for body in ours if body["event"] == "project_created"]
    assert (len(days), len(friends), samples.count(None)) == (7, 5, 1)


def test_half_of_the_people_read_another_language_than_english() -> None:
    """And each language has regulars, who have a message on each channel in the first seconds."""
    languages = Counter(person(number, Random(1), NOW_MS).locale.partition("-")[0] for number in range(600))
    assert languages == {"en": 300, "fr": 100, "pl": 100, "ar": 100}
    assert {each.language for each in REGULARS if each.documents} == {"en", "fr", "pl", "ar"}


def test_names_repeat_late_and_ids_never() -> None:
    """The first 1,700 people have names of their own."""
    people = [person(number, Random(1), NOW_MS) for number in range(1_700)]
    assert len({each.name for each in people}) == len({each.id for each in people}) == 1_700
