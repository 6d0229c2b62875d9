"""Pictures are drawn for what our keys have sealed, once, and kept."""

from __future__ import annotations

import asyncio
import threading
from io import BytesIO

import msgspec
import pytest
from PIL import Image

from channels.artwork.badge import Badge
from channels.artwork.card import Card
from channels.artwork.studio import Picture, Studio
from channels.portal.app import portal
from channels.portal.gallery import Gallery
from channels.portal.headers import KEPT_FOR_EVER
from channels.portal.seal import ContentError
from channels.portal.shown import badge_of, card_of
from channels.portal.texts import Texts, english
from channels.portal.tokens import BadgeToken, Tokens
from stream.runtime.meter import Meter
from stream.runtime.metrics import PORTAL_PICTURE_SECONDS, PORTAL_PICTURES, PORTAL_TEXTS_LEFT_OUT
from tests.channels.portal.browser import SHARE, TOKENS, Answer, Outbox, ask, settings

BADGE = BadgeToken(number="1,000", label="documents", locale="en", tier="major", stones=6)


class CountingStudio(Studio):
    """Draws one byte for each, when it is allowed to."""

    def __init__(self) -> None:
        self.drawn: list[str] = []
        self.may_draw = threading.Event()
        self.may_draw.set()

    def card(self, card: Card) -> Picture:
        return self._one(card.headline)

    def animated(self, badge: Badge) -> Picture:
        return self._one(badge.number)

    def icon(self, badge: Badge) -> Picture:
        return self._one(badge.number)

    def _one(self, name: str) -> Picture:
        assert self.may_draw.wait(30)
        self.drawn.append(name)
        return Picture("image/png", b"x" * 1000, ("headline",) if name == "odd" else ())


def visit(path: str, gallery: Gallery | None = None, **headers: str) -> Answer:
    app = portal(settings(), Outbox(), gallery)
    return asyncio.run(ask(app, path, headers={name.replace("_", "-"): value for name, value in headers.items()}))


@pytest.mark.parametrize(
    ("path", "kind", "size"),
    [
        (f"/c/{TOKENS.share.close(SHARE)}.png", "image/png", (1200, 630)),
        (f"/b/{TOKENS.badge.close(BADGE)}.gif", "image/gif", (480, 240)),
        (f"/b/{TOKENS.badge.close(BADGE)}.png", "image/png", (192, 192)),
    ],
    ids=["card", "badge", "icon"],
)
def test_a_picture_is_served(path: str, kind: str, size: tuple[int, int]) -> None:
    """With its type; to be kept for ever, and not sent again to who has it."""
    answer = visit(path)
    again = visit(path, if_none_match=f'"other", W/{answer.headers["etag"]}')

    assert (answer.status, answer.headers["content-type"]) == (200, kind)
    assert Image.open(BytesIO(answer.body)).size == size
    assert answer.headers["cache-control"] == again.headers["cache-control"] == KEPT_FOR_EVER
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", answer.headers["etag"])
    assert visit(path, if_none_match='"other"').status == 200


def test_what_is_not_sealed_is_not_drawn() -> None:
    """Forged, cut, of another purpose, of a foreign key: the answer of an unknown path, byte for byte."""
    studio = CountingStudio()
    badge, share = TOKENS.badge.close(BADGE), TOKENS.share.close(SHARE)
    foreign = Tokens(["f" * 32])
    lost = visit("/nothing/here")
    for path in (
        f"/b/{badge[:-1]}.gif",
        f"/b/{'A' if badge[0] != 'A' else 'B'}{badge[1:]}.png",
        f"/b/{share}.gif",
        f"/b/{foreign.badge.close(BADGE)}.gif",
        f"/c/{badge}.png",
        f"/c/{foreign.share.close(SHARE)}.png",
        f"/c/{share}.gif",
        f"/b/{badge}.webp",
        "/b/documents-1000.gif",
    ):
        answer = visit(path, Gallery([studio]))
        assert (answer.status, answer.body) == (404, lost.body), path
    assert studio.drawn == []


def test_pictures_fall_under_the_limit_of_pages() -> None:
    """Whoever asks too often waits, whatever it is that is asked for."""
    app = portal(settings(burst=1), Outbox(), Gallery([CountingStudio()]), now=lambda: 0.0)
    path = f"/b/{TOKENS.badge.close(BADGE)}.gif"

    assert [asyncio.run(ask(app, each)).status for each in (path, path)] == [200, 429]


def test_a_token_has_bounds() -> None:
    """The same content has the same text; what no badge shows cannot be sealed."""
    assert TOKENS.badge.close(BADGE) == TOKENS.badge.close(BADGE)
    assert TOKENS.badge.open(TOKENS.badge.close(BADGE)) == BADGE
    for odd in ({"stones": 0}, {"label": "x" * 65}, {"number": "1" * 65}, {"locale": "../x"}):
        with pytest.raises(ContentError):
            TOKENS.badge.close(msgspec.structs.replace(BADGE, **odd))


def test_a_picture_is_drawn_once() -> None:
    """Now and later: those who ask while it is drawn wait for it, those who ask later get it from memory."""
    studio, meter = CountingStudio(), Meter()
    studio.may_draw.clear()

    async def ask_often() -> None:
        gallery = Gallery([studio], meter=meter, clock=lambda: 0.0)
        asked = [asyncio.create_task(gallery.badge(badge_of(BADGE))) for _ in range(5)]
        await asyncio.sleep(0)
        asked[0].cancel()  # a client that leaves takes nothing from the others
        studio.may_draw.set()
        found = await asyncio.gather(*asked[1:])
        assert {each.body for each in [*found, await gallery.badge(badge_of(BADGE))]} == {b"x" * 1000}
        await gallery.icon(badge_of(BADGE))

    asyncio.run(ask_often())

    assert studio.drawn == ["1,000", "1,000"]
    counted = meter.counters[PORTAL_PICTURES.name]
    assert counted == {("badge", "drawn"): 1, ("badge", "memory"): 5, ("icon", "drawn"): 1}
    assert {kind for (kind,) in meter.histograms[PORTAL_PICTURE_SECONDS.name]} == {"badge", "icon"}


def test_memory_is_bounded() -> None:
    """What was asked for longest ago is drawn anew; without memory everything is."""
    for memory, expected in ((2_800, ["a", "b", "a", "c", "b"]), (0, ["a", "b", "a", "a", "c", "a", "b"])):
        studio = CountingStudio()
        asyncio.run(_cards(Gallery([studio], memory=memory), ["a", "b", "a", "a", "c", "a", "b"]))
        expected = expected if memory == 0 else ["a", "b", "c", "b"]
        assert studio.drawn == expected


async def _cards(gallery: Gallery, headlines: list[str]) -> None:
    for each in headlines:
        await gallery.card(_card(each))


def _card(headline: str) -> Card:
    return card_of(msgspec.structs.replace(SHARE, headline=headline), "A", Texts(english().default))


def test_a_studio_that_fails_is_asked_again() -> None:
    """The error is that of the request; nothing is kept, and the studio goes on."""

    class Failing(CountingStudio):
        def card(self, card: Card) -> Picture:
            self.drawn.append(card.headline)
            raise OSError("no memory")

    studio = Failing()

    async def twice() -> None:
        gallery = Gallery([studio])
        for _ in range(2):
            with pytest.raises(OSError, match="no memory"):
                await gallery.card(_card("a"))

    asyncio.run(twice())
    assert studio.drawn == ["a", "a"]


def test_texts_that_no_font_has_are_counted() -> None:
    """By their field, and the card is there all the same."""
    meter = Meter()
    gallery = Gallery([Studio()], meter=meter)
    token = TOKENS.share.close(msgspec.structs.replace(SHARE, headline="\N{PARTY POPPER}"))

    assert visit(f"/c/{token}.png", gallery).status == 200
    assert meter.counters[PORTAL_TEXTS_LEFT_OUT.name] == {("headline",): 1}


@pytest.mark.parametrize(
    ("locale", "direction"),
    [
        ("en", "ltr"),
        ("ar", "rtl"),
        ("he-IL", "rtl"),
        ("fa-AF", "rtl"),
        ("uz-Arab", "rtl"),
        ("zz-Nope", "ltr"),
        ("sr-Latn-RS", "ltr"),
    ],
)
def test_a_card_runs_as_its_language_does(locale: str, direction: str) -> None:
    """Names and days in another script stand apart from a line that runs to the left."""
    card = card_of(msgspec.structs.replace(SHARE, locale=locale), "Acme 2.0!", Texts(english().default))

    assert card.direction == badge_of(BadgeToken(number="", label="", locale=locale, tier="minor", stones=3)).direction
    assert card.direction == direction
    assert (card.number, card.label, card.stones) == ("1,001", "documents", 6)
    assert card.product == (
        "Acme 2.0!" if direction == "ltr" else "\N{FIRST STRONG ISOLATE}Acme 2.0!\N{POP DIRECTIONAL ISOLATE}"
    )
