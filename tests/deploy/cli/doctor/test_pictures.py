"""The row of the doctor on pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.cli.doctor.check import Mark
from deploy.cli.doctor.pictures import pictures
from stream.runtime.settings import Templates


@pytest.mark.parametrize(
    ("languages", "shaping", "mark"),
    [
        (("en",), True, Mark.OK),
        (("en", "ar"), True, Mark.OK),
        (("en", "pl"), False, Mark.OK),
        (("en", "ar"), False, Mark.WARN),
    ],
)
def test_right_to_left_needs_a_library(languages: tuple[str, ...], shaping: bool, mark: Mark) -> None:
    """It is a warning where such a language is spoken: the pictures are served without its texts."""
    check = pictures(Templates(languages=languages), shaping=shaping)

    assert check.mark is mark
    assert (check.cure is not None) is (not shaping)


def test_a_font_that_is_none(tmp_path: Path) -> None:
    """It is named."""
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "brand.ttf").write_bytes(b"no font")

    check = pictures(Templates(folder=tmp_path))

    assert check.mark is Mark.FAIL
    assert "brand.ttf" in check.finding
