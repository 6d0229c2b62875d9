"""The stat card: its measures, its texts inside the safe area, its two directions."""

from __future__ import annotations

import msgspec
import pytest
from PIL import Image, ImageChops, ImageOps

from channels.artwork.card import HEIGHT, SAFE, WIDTH, Card, draw_card
from channels.artwork.palette import NUMBER, SKY, SOFT, SUN_HEART, TEXT, Color, contrast
from channels.artwork.studio import Studio
from channels.artwork.typefaces import Typefaces
from tests.channels.artwork.samples import ARABIC, CARD, LONGEST, opened

TYPEFACES = Typefaces()
RUSSIAN = msgspec.structs.replace(CARD, number="7", label="дней подряд", headline="Неделя", language="ru")


def bare(card: Card) -> Image.Image:
    """The card without its texts; the small cairn beside the product's name stays away too."""
    nothing = dict.fromkeys(("number", "label", "headline", "date"), "")
    return draw_card(msgspec.structs.replace(card, **nothing), TYPEFACES)


@pytest.mark.parametrize("card", [CARD, ARABIC, RUSSIAN, LONGEST], ids=["en", "ar", "ru", "longest"])
def test_a_card_is_as_sites_want_it(card: Card) -> None:
    """1200 x 630, PNG, less than 300 kB, the same bytes each time."""
    one, again = Studio().card(card), Studio().card(card)
    image = opened(one.body)

    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(one.body) < 300_000
    assert one == again
    assert one.left_out == ()


@pytest.mark.parametrize("card", [CARD, ARABIC, LONGEST], ids=["en", "ar", "longest"])
def test_no_text_leaves_the_middle(card: Card) -> None:
    """WhatsApp cuts a square out of the middle: what is read stands in it, whatever its length."""
    changed = ImageChops.difference(draw_card(card, TYPEFACES), bare(card)).getbbox()

    assert changed
    left, top, right, bottom = changed
    assert left >= (WIDTH - SAFE) / 2 - 8
    assert right <= (WIDTH + SAFE) / 2 + 8
    assert top >= 0
    assert bottom < HEIGHT - 10


@pytest.mark.parametrize(
    ("color", "rows"),
    [(TEXT, (40, 90)), (NUMBER, (118, 530)), (SUN_HEART, (118, 530)), (TEXT, (118, 530)), (SOFT, (575, 620))],
    ids=["product", "number", "label", "headline", "date"],
)
@pytest.mark.parametrize("card", [CARD, ARABIC], ids=["en", "ar"])
def test_texts_stand_out(card: Card, color: Color, rows: tuple[int, int]) -> None:
    """At least 4.5 to 1 against every color that lies behind them (WCAG 2.2, 1.4.3)."""
    ground = bare(msgspec.structs.replace(card, product=""))
    middle = ground.crop((int((WIDTH - SAFE) / 2), rows[0], int((WIDTH + SAFE) / 2), rows[1]))
    if rows[0] == 40:  # the small cairn beside the name is no ground of a text
        middle.paste(SKY, (int(SAFE / 2) - 60, 0, int(SAFE / 2) + 60, 50))
    found = middle.getcolors(1 << 20)

    assert found
    assert min(contrast(color, (each[0], each[1], each[2])) for _, each in found if isinstance(each, tuple)) >= 4.5


def test_right_to_left_is_the_mirror_image() -> None:
    """The scene turns around: the cairn stands at the end of the line, the light comes from the other side."""
    nothing = dict.fromkeys(("number", "label", "headline", "product", "date"), "")
    left = draw_card(msgspec.structs.replace(CARD, **nothing), TYPEFACES)
    right = draw_card(msgspec.structs.replace(CARD, **nothing, direction="rtl"), TYPEFACES)
    apart = ImageChops.difference(ImageOps.mirror(right), left).convert("L").point(lambda each: 255 * (each > 40))

    assert ImageChops.difference(left, right).getbbox()
    assert sum(apart.histogram()[1:]) < WIDTH * HEIGHT * 0.005


def test_the_pile_grows_with_the_number() -> None:
    """Each stone more is another picture."""
    drawn = {draw_card(msgspec.structs.replace(CARD, stones=each), TYPEFACES).tobytes() for each in range(3, 9)}

    assert len(drawn) == 6


def test_what_is_missing_leaves_no_gap() -> None:
    """Without a headline the number moves to the middle."""
    with_it, without = (
        ImageChops.difference(draw_card(card, TYPEFACES), bare(card)).crop((0, 118, WIDTH, 530)).getbbox()
        for card in (CARD, msgspec.structs.replace(CARD, headline=""))
    )

    assert with_it
    assert without
    assert without[1] > with_it[1]
