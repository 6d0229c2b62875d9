"""What is installed can draw."""

from __future__ import annotations

from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[3]


def test_the_wheel_holds_the_fonts_and_the_assets() -> None:
    """With the licence of the fonts, which wants to go with them."""
    held = {each.distribution_path for each in WheelBuilder(str(ROOT)).recurse_included_files()}

    assert {
        f"channels/artwork/fonts/{each}" for each in ("CairnSans-Bold.ttf", "CairnSans-Regular.ttf", "OFL.txt")
    } <= held
    assert {f"channels/portal/assets/{each}" for each in ("mono.png", "share.js", "portal.css")} <= held
