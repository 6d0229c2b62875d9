"""Deliveries as the planner hands them out: nobody's are alike but for what milestones share. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemas.delivery import Delivery, LinkTo, Message, Reached, Target, delivery_id, digest_of
from schemas.milestone_crossed import EventSource, MilestoneCrossed, NextRung, Rung, crossing_id
from schemas.moment import rfc3339
from schemas.name_id import name_id

RUNGS = (10, 50, 100, 500, 1000, 2500, 5000, 10_000)
NAMES = ("Anna", "Jürgen", "Zoé", "Wei", "Priya", "Óscar", "Mary-Jane", "Tomasz", "Aoife", "Sam", "林", "Ngọc")
DAY_MS = 86_400_000


def deliveries(places: Sequence[Target], count: int, now_ms: int, *, seconds: float) -> Iterator[Delivery]:
    """Yield so many, to the places in turn, released at `now_ms` (epoch ms) and good for `seconds`."""
    for number in range(count):
        to = places[number % len(places)]
        crossing = _crossing(number, now_ms)
        decision = name_id(["bench", number])
        yield Delivery(
            id=delivery_id(decision, digest_of(to)),
            decision_id=decision,
            contact_id=crossing.contact_id,
            attempt=1,
            to=to,
            released_at=rfc3339(now_ms),
            send_by=rfc3339(now_ms + round(seconds * 1000)),
            message=_message(number, crossing, now_ms),
        )


def _crossing(number: int, now_ms: int) -> MilestoneCrossed:
    place = 1 + number % (len(RUNGS) - 2)
    contact, rung = f"c-{number}", RUNGS[place]
    value = rung + number % 7
    return MilestoneCrossed(
        id=crossing_id(contact, f"documents-{rung}", 1),
        contact_id=contact,
        milestone=f"documents-{rung}",
        occurrence=1,
        metric="documents",
        kind="sum",
        tier="major",
        threshold=rung,
        value_before=rung - 1,
        value=value,
        occurred_at=rfc3339(now_ms - number % 60_000),
        detected_at=rfc3339(now_ms),
        days_since_signup=number % 900,
        previous=Rung(milestone=f"documents-{RUNGS[place - 1]}", occurrence=1, threshold=RUNGS[place - 1]),
        next=NextRung(
            milestone=f"documents-{RUNGS[place + 1]}",
            occurrence=1,
            threshold=RUNGS[place + 1],
            remaining=RUNGS[place + 1] - value,
        ),
        celebrate=True,
        reward="free_month" if rung >= 1000 else None,
        rules_version=7,
        source=EventSource(
            topic="usage-events", partition=0, offset=number, event_source="bench", event_id=f"e-{number}"
        ),
    )


def _message(number: int, crossing: MilestoneCrossed, now_ms: int) -> Message:
    reached = RUNGS[: RUNGS.index(int(crossing.threshold))]
    return Message(
        crossing=crossing,
        product="Acme Boards",
        product_url="https://app.acme.example",
        name=NAMES[number % len(NAMES)],
        locale="en-CA" if number % 3 else "en",
        time_zone=("America/Toronto", "Europe/Paris", "Asia/Tokyo", "UTC")[number % 4],
        means=f"{crossing.threshold:,} documents that nobody had to file by hand.",
        call_to_action=LinkTo(text="See your year", url="https://app.acme.example/year"),
        ask="review" if number % 2 else "referral",
        resources=(LinkTo(text="Ten tips for large archives", url="https://acme.example/tips"),),
        reward_code=f"K7Q2M4{number % 100_000:05d}" if crossing.reward else None,
        history=tuple(
            Reached(
                milestone=f"documents-{each}",
                occurrence=1,
                value=each,
                occurred_at=rfc3339(now_ms - (len(RUNGS) - place) * 30 * DAY_MS - number % 1000 * DAY_MS // 10),
                kind="sum",
                metric="documents",
                threshold=each,
                is_dated=True,
            )
            for place, each in enumerate(reached[-3:])
        ),
    )
