"""Progress is one moving line for people and a few lines for logs."""

import io

from deploy.broker.progress import Progress, ProgressLine


class Terminal(io.StringIO):
    """A stream that people look at."""

    def isatty(self) -> bool:
        return True


def show(stream: io.StringIO) -> str:
    line = ProgressLine(stream)
    for done in (0, 50, 100):
        line(Progress("fetching", done * 1_000_000, 100_000_000))
    line(Progress("starting"))
    line.end()
    return stream.getvalue()


def test_a_log_gets_one_line_a_step() -> None:
    """No carriage returns and no hundred lines in a CI log."""
    assert show(io.StringIO()) == "fetching (100 MB)\nstarting\n"


def test_a_terminal_gets_one_line_that_moves() -> None:
    """Each step keeps its own line, ended before the next output."""
    assert show(Terminal()).splitlines()[-1] == "starting"
    assert "\rfetching: 50 of 100 MB (50 %)" in show(Terminal())
    assert show(Terminal()).endswith("\n")
