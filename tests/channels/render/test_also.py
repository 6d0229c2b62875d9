"""What a message tells besides its own milestone stands in it as lines, on every channel and in every language."""

from __future__ import annotations

import pytest

from channels.render.bounds import BODY
from channels.render.content import Renderer
from schemas.channel import Channel
from schemas.delivery import Reached, decode_delivery, encode_delivery
from templates.checking.page import Page
from tests.channels.render.installation import renderer
from tests.channels.render.story import changed, one

MORE = {
    "en": ("And also: Ten teammates.", "And 1 more.", "And 6 more.", "And 2 more"),
    "fr": ("Et aussi\u202f: 10", "Et 1 autre.", "Et 6 autres.", "Et 2 autres"),
    "pl": ("A także: 10", "I jeszcze 1.", "I jeszcze 6.", "I jeszcze 2"),
    "ar": ("وأيضًا: ", "وإنجاز آخر.", "و6 إنجازات أخرى.", "وإنجازان آخران"),
}


def reached(number: int) -> tuple[Reached, ...]:
    """So many milestones, the first of a metric that every language has the noun of."""
    first = Reached(
        milestone="ten-teammates",
        occurrence=1,
        value=10,
        occurred_at="2026-11-20T14:41:07.120Z",
        kind="distinct",
        metric="teammates",
        threshold=10,
    )
    rest = [
        Reached(
            milestone=f"team-of-{each}",
            occurrence=1,
            value=each,
            occurred_at="2026-11-20T14:41:07.120Z",
            kind="highest",
            metric="team_size",
            threshold=each,
        )
        for each in range(25, 24 + number)
    ]
    return (first, *rest)


@pytest.fixture(scope="module")
def shipped() -> Renderer:
    return renderer(languages=tuple(MORE))


@pytest.mark.parametrize("language", MORE)
@pytest.mark.parametrize("channel", ["web_push", "mobile_push"])
def test_a_notification_names_the_first_and_counts_the_rest(shipped: Renderer, channel: Channel, language: str) -> None:
    """It has no room for more; and nothing of it is there without a bundle."""
    also, one_more, more, _ = MORE[language]
    alone = shipped.push(changed(one("documents-1000", channel), locale=language)).body
    assert also not in alone
    for number, rest in ((1, ""), (2, one_more), (7, more)):
        told = changed(one("documents-1000", channel), locale=language, also=reached(number))
        body = shipped.push(decode_delivery(encode_delivery(told))).body
        assert also in body
        assert rest in body
        assert (one_more in body, more in body) == (number == 2, number == 7)
        assert len(body) <= BODY


@pytest.mark.parametrize("language", MORE)
def test_an_email_lists_five_and_counts_the_rest(shipped: Renderer, language: str) -> None:
    """In both of its parts, each as the titles of the path have it."""
    delivery = changed(one("documents-1000"), locale=language, history=())
    alone, told = shipped.email(delivery), shipped.email(changed(delivery, also=reached(7)))
    rest = MORE[language][3]
    assert rest not in alone.text
    assert rest in told.text
    assert rest in Page(told.html).text
    lines = [line for line in told.text.splitlines() if line.startswith("- ") and line not in alone.text.splitlines()]
    assert len(lines) == 6
    for line in lines:
        assert line.removeprefix("- ") in Page(told.html).text
    assert Page(told.html).buttons == 1


def test_what_comes_again_and_again_is_told_apart(shipped: Renderer) -> None:
    """By its number, as on the path."""
    club = Reached(
        milestone="club",
        occurrence=3,
        value=1500,
        occurred_at="2026-11-20T14:41:07.120Z",
        kind="sum",
        metric="documents",
        threshold=1500,
    )
    body = shipped.push(changed(one("documents-1000", "web_push"), also=(club,))).body
    assert "Club: 1,500 documents" in body
