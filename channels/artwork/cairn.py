"""A pile of stones, as high as its milestone."""

from __future__ import annotations

from channels.artwork.height import FEWEST, MOST
from channels.artwork.palette import STONES, TOP_STONE
from channels.artwork.stone import Stone

_TILTS = (0.0, -0.03, 0.045, -0.06, 0.05, -0.045, 0.07, -0.05)
_SHIFTS = (0.0, -0.05, 0.06, -0.04, 0.055, -0.06, 0.04, -0.03)
"""Of each stone from the ground up, in widths of the lowest: a pile by hand, the same each time."""
_SUNK = 0.12
"""How far a stone lies in the hollow of the one below, in its own height."""

_LOWER = 0.065
"""How much lower a pile is for each stone fewer than the most."""


def cairn(x: float, ground: float, height: float, count: int, *, mirrored: bool = False) -> tuple[Stone, ...]:
    """Return the stones from the ground up.

    Args:
        x: the middle of the pile.
        ground: the y that it stands on.
        height: of the highest pile, in pixels; one of fewer stones is lower. The width follows.
        count: how many stones, `FEWEST` to `MOST`.
        mirrored: whether it leans the other way.
    """
    count = max(FEWEST, min(MOST, count))
    widths = [1 - 0.70 * (each / (count - 1)) ** 0.9 for each in range(count)]
    heights = [0.34 + 0.30 * width for width in widths]
    whole = sum(heights) - _SUNK * sum(heights[1:])
    height *= 1 - _LOWER * (MOST - count)
    unit = height / whole
    # Few stones are large ones: without a bound the lowest would be wider than the scene has room for.
    across = min(0.80 * unit, 0.46 * height)
    found: list[Stone] = []
    base = ground
    for each, (width, tall) in enumerate(zip(widths, heights, strict=True)):
        down = tall * unit / 2
        side = -1 if mirrored else 1
        top = each == count - 1
        found.append(
            Stone(
                x=x + _SHIFTS[each] * across * side * (1.1 if top else 1),
                y=base - down,
                across=across * width,
                down=down,
                tilt=_TILTS[each] * side,
                color=TOP_STONE if top else STONES[min(len(STONES) - 1, each * len(STONES) // (count - 1))],
            )
        )
        base -= 2 * down * (1 - _SUNK)
    return tuple(found)
