"""What a verb prints: a table and lines for people, one JSON document for machines."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from deploy.cli.text import printable

# Wide enough that nothing is cut or wrapped when the output goes to a file or into `grep`.
_PIPE_WIDTH = 10_000

_STYLES = {
    "ok": "green",
    "create": "green",
    "warn": "yellow",
    "alter": "yellow",
    "missing": "yellow",
    "differs": "yellow",
    "fail": "bold red",
    "refused": "bold red",
}


class Output:
    """Standard output for data, standard error for remarks; with `as_json` only the document is data."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json

    def document(self, value: Any) -> None:
        """One JSON document, indented, as the whole of standard output."""
        sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")

    def line(self, text: str = "", style: str | None = None) -> None:
        """One line of data for people; wraps at words on a terminal."""
        from rich.text import Text

        self._print(Text(printable(text), style=style or ""))

    def hint(self, text: str) -> None:
        """The cure of the line above it, set in and dim."""
        from rich.padding import Padding
        from rich.text import Text

        self._print(Padding(Text(printable(text), style="dim"), (0, 0, 0, 4), expand=False))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[str] = ()) -> None:
        """A table without rules; `right` names the columns of numbers. A cell that is a known state is coloured."""
        from rich.table import Table
        from rich.text import Text

        # Lower-case plain headers and no frame: the rows survive cut, awk and a paste into a chat.
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        numbers = set(right)
        for column in columns:
            table.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
        for row in rows:
            cells = [printable("" if cell is None else str(cell)) for cell in row]
            table.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in cells))
        self._print(table)

    def facts(self, pairs: Iterable[tuple[str, object]]) -> None:
        """Names and values, one under the other; a long value wraps in its own column."""
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in pairs:
            table.add_row(Text(printable(name)), Text(printable(str(value))))
        self._print(table)

    def note(self, text: str) -> None:
        """A remark that is not data: standard error, so that a pipe stays clean."""
        sys.stdout.flush()
        sys.stderr.write(printable(text) + "\n")

    def _print(self, renderable: Any) -> None:
        from rich.console import Console

        # A new console each time: standard output may have been redirected since, and the terminal resized.
        width = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else _PIPE_WIDTH
        console = Console(width=width, highlight=False, markup=False, emoji=False)
        with console.capture() as printed:
            console.print(renderable)
        # Tables are padded to their width, which a diff or a pasted line should not carry along.
        sys.stdout.write("".join(f"{line.rstrip()}\n" for line in printed.get().splitlines()))
