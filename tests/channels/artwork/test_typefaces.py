"""Which font shows a text, and which texts are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, features

from channels.artwork.lettering import Lettering, Style
from channels.artwork.missing import GlyphsMissingError
from channels.artwork.palette import TEXT
from channels.artwork.typefaces import BUNDLED, Typefaces
from schemas.errors import CairnError
from tests.channels.artwork.samples import make_font

# ruff: noqa: RUF001
SCRIPTS = [
    "Łódź, Ünïcödé, ẞß, Œuvre, İstanbul, ș ț",
    "Việt Nam: Đà Nẵng, ơ ư ẫ ỵ",
    "Ελληνικά, ά ή ώ",
    "Русский, Українська ґєії, Қазақша",
    "لقد أنجزت ١٬٠٠٠ مستند، و٪٥",
    "هزار سند، گروه می\N{ZERO WIDTH NON-JOINER}شود",
    "הגעת ל-1,000 מסמכים, שָׁלוֹם",
    "€ £ ¥ ₹ ₽ ₺ ₴ ₦ ₫ ₱ ₪ ₩ \N{NARROW NO-BREAK SPACE}\N{MINUS SIGN}1 × ½ → ∞ ★ ✓ ♥ № ™ … « » „ “",
]
REGULAR = Style(bold=False, sizes=(40,), lines=1, color=TEXT)


@pytest.mark.parametrize("text", SCRIPTS)
@pytest.mark.parametrize("bold", [True, False])
def test_the_bundled_fonts_show_what_they_promise(text: str, bold: bool) -> None:
    """In one piece, so that a line of two scripts is shaped as a whole."""
    assert len(Typefaces().runs(text, bold=bold)) == 1


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Ten \N{PARTY POPPER}", r"U\+1F389 party popper"),
        ("里程碑", r"U\+91CC cjk unified ideograph-91cc"),
        ("งาน", r"U\+0E07 thai character ngo ngu"),
        ("a\uffffb", r"U\+FFFF without a name"),
        ("Ten \N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}", "U\\+FE0F variation selector-16"),
    ],
)
def test_boxes_are_refused(text: str, named: str) -> None:
    """The error names the text, the characters with their names, and the cure."""
    with pytest.raises(GlyphsMissingError, match=named) as found:
        Typefaces().runs(text, bold=True)

    assert repr(text) in str(found.value)
    assert "templates.folder" in (found.value.fix or "")
    assert Typefaces().undrawable(text) == list(found.value.characters)
    assert Typefaces().undrawable("Ten documents") == []


def test_own_fonts_come_first(tmp_path: Path) -> None:
    """One for a script that the bundled ones lack, and one for the look of Latin."""
    make_font(tmp_path / "fonts" / "own.ttf", "里程碑Ten")
    own = Typefaces(tmp_path)

    assert own.undrawable("里程碑") == []
    assert own.runs("Ten", bold=True)[0][0] is own.runs("里程碑", bold=True)[0][0]
    assert own.runs("Ten", bold=True)[0][0] is not own.runs("Many", bold=True)[0][0]
    assert Typefaces(tmp_path / "elsewhere").undrawable("里程碑") == ["里", "程", "碑"]


def test_a_font_behind_a_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    """Neither by a link of its own nor of the folder of fonts; one inside is, as Kubernetes mounts them."""
    make_font(tmp_path / "outside" / "own.ttf", "里程碑Ten")
    for name in ("own", "whole", "inside"):
        (tmp_path / name).mkdir()
    (tmp_path / "own" / "fonts").mkdir()
    (tmp_path / "own" / "fonts" / "own.ttf").symlink_to(tmp_path / "outside" / "own.ttf")
    (tmp_path / "whole" / "fonts").symlink_to(tmp_path / "outside")
    make_font(tmp_path / "inside" / "data" / "own.ttf", "里程碑Ten")
    (tmp_path / "inside" / "fonts").symlink_to("data")

    missing = {name: bool(Typefaces(tmp_path / name).undrawable("里程碑")) for name in ("own", "whole", "inside")}

    assert missing == {"own": True, "whole": True, "inside": False}


def test_a_text_of_two_fonts_is_set_in_pieces(tmp_path: Path) -> None:
    """From left to right; not where the order of the pieces would have to be worked out."""
    make_font(tmp_path / "fonts" / "own.ttf", "里程碑")
    own = Typefaces(tmp_path)

    assert [text for _, text in own.runs("Acme 里程碑: 10", bold=False)] == ["Acme ", "里程碑", ": 10"]
    assert own.undrawable("אבג 里") == ["里"]


@pytest.mark.parametrize("body", [b"no font at all", b""], ids=["text", "empty"])
def test_a_broken_font_is_named(tmp_path: Path, body: bytes) -> None:
    """At start, with its file."""
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "brand.otf").write_bytes(body)

    with pytest.raises(CairnError, match=r"brand\.otf") as found:
        Typefaces(tmp_path)

    assert found.value.exit == 2
    assert found.value.fix


def test_without_a_shaper_joined_scripts_are_refused() -> None:
    """Letters that stand apart, in the wrong order, are worse than no text; other scripts go on."""
    plain = Typefaces(shaping=False)

    with pytest.raises(GlyphsMissingError, match=r"cannot lay out .* arabic letter meem") as found:
        plain.runs("مستند", bold=True)
    assert "FriBidi" in (found.value.fix or "")
    assert plain.undrawable("Việt Русский ∞") == []


def test_arabic_is_joined_and_runs_to_the_left() -> None:
    """It is another picture, and a narrower one, than its letters one by one."""
    assert features.check("raqm")
    joined, apart = _drawn("مستند"), _drawn("\N{ZERO WIDTH NON-JOINER}".join("مستند"))
    mixed, turned = _drawn("سند 12 Acme"), _drawn("Acme 12 سند")

    assert joined.getbbox() != apart.getbbox()
    assert ImageChops.difference(mixed, turned).getbbox()


def _drawn(text: str) -> Image.Image:
    lettering = Lettering(Typefaces(), "ar", "rtl")
    image = Image.new("RGB", (600, 120))
    lettering.draw(ImageDraw.Draw(image), lettering.block(text, REGULAR, 600), 300, 80)
    return image


def test_the_fonts_are_small_and_free() -> None:
    """1.5 MB at most, with their licence beside them and named in each."""
    fonts = sorted(BUNDLED.glob("*.ttf"))

    assert [each.name for each in fonts] == ["CairnSans-Bold.ttf", "CairnSans-Regular.ttf"]
    assert sum(each.stat().st_size for each in fonts) <= 1_500_000
    assert "SIL OPEN FONT LICENSE" in (BUNDLED / "OFL.txt").read_text("utf-8")
