"""What goes where, and how wide."""

from __future__ import annotations

import pytest

from deploy.cli.output import Output


def test_a_pipe_gets_whole_lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal nothing is wrapped or cut: one row is one line for grep."""
    monkeypatch.delenv("COLUMNS", raising=False)
    Output().table(("A", "B"), [("x" * 300, "y" * 300)])

    assert capsys.readouterr().out.splitlines()[1] == "x" * 300 + "  " + "y" * 300


def test_a_terminal_gets_no_line_beyond_its_width(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 80 columns cells fold and lines wrap; no trailing blanks."""
    monkeypatch.setenv("COLUMNS", "80")
    out = Output()
    out.table(("A", "B"), [("key", "word " * 60)])
    out.line("word " * 60)
    out.hint("word " * 60)
    lines = capsys.readouterr().out.splitlines()

    assert max(map(len, lines)) <= 80
    assert all(line == line.rstrip() for line in lines)
    assert lines[-1].startswith("    word")


def test_markup_in_data_is_data(capsys: pytest.CaptureFixture[str]) -> None:
    """Square brackets and emoji codes in a value are printed as they are."""
    Output().line("[red]x[/red] :smile:")
    Output().facts([("a", "[b]")])

    assert capsys.readouterr().out == "[red]x[/red] :smile:\na  [b]\n"


def test_remarks_stay_out_of_the_data(capsys: pytest.CaptureFixture[str]) -> None:
    """A note goes to standard error."""
    Output().note("by the way")

    assert capsys.readouterr() == ("", "by the way\n")
