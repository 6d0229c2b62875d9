"""Texts set to fit: measured, made smaller, wrapped, and at last cut."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from PIL import ImageDraw

from channels.artwork.palette import Color
from channels.artwork.typefaces import Run, Typefaces
from channels.render.cut import cut

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set: its weight, the sizes to try from the largest (pixels), the most lines, its color."""

    bold: bool
    sizes: tuple[int, ...]
    lines: int
    color: Color


@dataclass(frozen=True, slots=True)
class Block:
    """A text that fits: its lines in one size; `cut` says that some of it is missing."""

    lines: tuple[str, ...]
    size: int
    style: Style
    cut: bool = False

    @property
    def line_height(self) -> int:
        """From one baseline to the next. Arabic reaches further up and down than Latin."""
        return round(self.size * 1.3)


class Lettering:
    """Sets and draws texts of one language and direction."""

    def __init__(self, typefaces: Typefaces, language: str, direction: Direction) -> None:
        self._typefaces, self._language, self._direction = typefaces, language, direction

    def block(self, text: str, style: Style, width: int) -> Block:
        """Set a text into a width (pixels): smaller, then in more lines, then cut at a word with an ellipsis.

        Raises:
            GlyphsMissingError: it cannot be drawn.
        """
        text = unicodedata.normalize("NFC", text).strip()
        for most in range(1, style.lines + 1):
            for size in style.sizes:
                lines = self._wrapped(text, style.bold, size, width)
                if len(lines) <= most and self._fit(lines, style.bold, size, width):
                    return Block(self._balanced(text, lines, style.bold, size, width), size, style)
        return Block(self._cut(text, style, width), style.sizes[-1], style, cut=True)

    def width(self, block: Block) -> float:
        """Return the width of its widest line, in pixels."""
        return max(self._width(line, block.style.bold, block.size) for line in block.lines)

    def draw(self, draw: ImageDraw.ImageDraw, block: Block, x: float, baseline: float) -> None:
        """Draw it centered around `x`; `baseline` is that of the first line."""
        for number, line in enumerate(block.lines):
            runs = self._typefaces.runs(line, bold=block.style.bold)
            left = x - self._width(line, block.style.bold, block.size) / 2
            for run in runs:
                face, text = run
                place = (left, baseline + number * block.line_height)
                direction, language = self._layout()
                draw.text(
                    place,
                    text,
                    block.style.color,
                    face.sized(block.size),
                    anchor="ls",
                    direction=direction,
                    language=language,
                )
                left += self._length(run, block.size)

    def _wrapped(self, text: str, bold: bool, size: int, width: float) -> list[str]:
        lines: list[str] = []
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self._width(longer, bold, size) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _balanced(self, text: str, lines: list[str], bold: bool, size: int, width: float) -> tuple[str, ...]:
        """The same number of lines, about equally long: no word stands alone below."""
        count, narrower = len(lines), width
        while count > 1 and narrower > width / 2:
            narrower -= width / 20
            tried = self._wrapped(text, bold, size, narrower)
            if len(tried) > count or not self._fit(tried, bold, size, narrower):
                break
            lines = tried
        return tuple(lines)

    def _cut(self, text: str, style: Style, width: int) -> tuple[str, ...]:
        """As much of the text as fits in the smallest size: found by halving, for more never takes less room."""
        fewest, most = 1, len(text)
        while fewest < most:
            longest = (fewest + most + 1) // 2
            lines = self._wrapped(cut(text, longest), style.bold, style.sizes[-1], width)
            fits = len(lines) <= style.lines and self._fit(lines, style.bold, style.sizes[-1], width)
            fewest, most = (longest, most) if fits else (fewest, longest - 1)
        return tuple(self._wrapped(cut(text, fewest), style.bold, style.sizes[-1], width))

    def _fit(self, lines: list[str], bold: bool, size: int, width: float) -> bool:
        return all(self._width(line, bold, size) <= width for line in lines)

    def _width(self, line: str, bold: bool, size: int) -> float:
        return sum(self._length(run, size) for run in self._typefaces.runs(line, bold=bold))

    def _length(self, run: Run, size: int) -> float:
        face, text = run
        direction, language = self._layout()
        return face.sized(size).getlength(text, direction=direction, language=language)

    def _layout(self) -> tuple[Direction, str] | tuple[None, None]:
        """Direction and language, which only a shaper takes."""
        return (self._direction, self._language) if self._typefaces.shaping else (None, None)
