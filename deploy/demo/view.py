"""The live view: a scene as lines of a terminal, whatever its size."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

from rich.console import Group
from rich.text import Text

from deploy.demo.pulse import bars
from deploy.demo.scene import News, Reached, Scene, Tone, Worker
from deploy.demo.wording import places_reached

_NARROWEST = 40
_TALL = 30
"""Lines of a terminal that has room for what is good to know and not needed."""
_LABEL = 11
_COLUMN = 18
_MUCH = 100
"""Waiting events that are worth a colour: what comes in during about half a second is always on its way."""
_NEWS_SHARE = 0.45
"""Of the room for the two lists, what the story gets; the milestones have the rest."""
_STYLES = {Tone.PLAIN: "", Tone.BLOW: "bold yellow", Tone.GOOD: "green", Tone.BAD: "bold red"}


def draw(scene: Scene, width: int, height: int) -> Group:
    """The scene in `height` lines of `width` columns; on a small terminal the lists shrink first."""
    width = max(width, _NARROWEST)
    top = [*_head(scene, width), *_figures(scene, width), Text(), *(_worker(each) for each in scene.workers)]
    foot = [*_foot(scene, width, tall=height >= _TALL)]
    room = max(height - len(top) - len(foot) - 4, 3)
    news_room = max(round(room * _NEWS_SHARE), 1)
    # The story keeps only what it needs: early on, the milestones get the rest.
    news_room = min(news_room, max(len(scene.news), 2))
    reached_room = (room - news_room + 1) // 2
    lines = [
        *top,
        _rule("what happens", width),
        *_list([_news(each) for each in scene.news], news_room),
        _rule("milestones as they are reached", width),
        *_list([_reached(each) for each in scene.reached], reached_room),
        _rule("messages as they arrive", width),
        *_list([_news(each) for each in scene.arrived], room - news_room - reached_room),
        _rule("", width),
        *foot,
    ]
    for each in lines:
        each.truncate(width, overflow="ellipsis")
    return Group(*lines[:height])


def _head(scene: Scene, width: int) -> Iterator[Text]:
    title = Text.assemble((" Cairn demo", "bold"), (f"   a Kafka of its own on {scene.bootstrap}", "dim"))
    clock = _clock(scene.at)
    title.pad_right(max(width - title.cell_len - len(clock) - 1, 1))
    yield title.append(clock, "dim")
    yield _rule("", width)


def _figures(scene: Scene, width: int) -> Iterator[Text]:
    events = _row("events", f"{scene.counted_rate:,.0f}/s counted", f"{scene.sent_rate:,.0f}/s sent")
    events.append(f"{scene.sent:,} in all   ")
    room = min(max(width - events.cell_len - 1, 0), 40)
    yield events.append(bars([*scene.pulse][-room:] if room else []), "cyan")
    lag = _row("lag")
    lag.append(f"{f'{scene.waiting:,} waiting':<{_COLUMN}}", "bold yellow" if scene.waiting > _MUCH else "")
    yield lag.append(f"{scene.most_waiting:,} at most so far", "dim")
    yield _crossings(scene)
    yield _row("arrived", *places_reached(scene.received))
    aside = _row("set aside", f"{scene.refused:,} broken")
    yield aside.append(f"{scene.repeats:,} that came twice, counted once", "dim")


def _crossings(scene: Scene) -> Text:
    balance = scene.balance
    row = _row("crossings", f"expected {balance.expected:,}", f"seen {balance.seen:,}")
    wrong = len(balance.unexpected)
    parts = [("lost", len(balance.lost)), ("twice", len(balance.twice)), *([("unexpected", wrong)] if wrong else [])]
    for name, count in parts:
        row.append(f"{name} {count:,}   ", "bold red" if count else "bold green")
    return row


def _worker(worker: Worker) -> Text:
    restarts = {0: "", 1: "restarted once"}.get(worker.restarts, f"restarted {worker.restarts} times")
    dead = worker.pid is None
    row = _row("reaction" if worker.index is None else f"worker {worker.index}")
    row.append(
        f"{'no process' if dead else f'pid {worker.pid}':<{_COLUMN}}", "bold red" if worker.state == "killed" else ""
    )
    counts = re.fullmatch(r"[\d,]+ (partitions|handled)", worker.state) is not None
    row.append(
        f"{worker.state:<{_COLUMN}} ", "bold red" if worker.state == "killed" else "green" if counts else "yellow"
    )
    return row.append(restarts, "dim")


def _foot(scene: Scene, width: int, *, tall: bool) -> Iterator[Text]:
    if scene.invitation:
        yield Text(" Send an event of your own: paste this into a second terminal, in this directory", "bold")
        yield from (Text(f"   {each}", "cyan") for each in wrapped(scene.invitation, width - 3))
    if scene.page:
        yield Text.assemble((" Every message as it arrived: ", "bold"), (scene.page, "cyan"))
    if scene.preview and tall:
        yield Text.assemble((" All there could be: ", "bold"), (scene.preview, "cyan"))
    end = "It ends by itself; Ctrl-C stops it before." if scene.ends_by_itself else "Ctrl-C stops everything."
    yield Text(f" {end}", "dim")


def wrapped(command: Sequence[str], width: int) -> list[str]:
    """The command in lines that a shell takes as one when they are pasted."""
    lines = [""]
    for word in map(shlex.quote, command):
        if lines[-1] and len(lines[-1]) + len(word) + 3 > width:
            lines[-1] += " \\"
            lines.append(f"  {word}")
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return lines


def _news(news: News) -> Text:
    return Text.assemble((f" {_clock(news.at)}  ", "dim"), (news.text, _STYLES[news.tone]))


def _reached(reached: Reached) -> Text:
    style = "bold magenta" if reached.guest else "bold" if reached.major else ""
    mark = "★" if reached.major else "●" if reached.guest else "·"
    return Text.assemble((f" {_clock(reached.at)}  ", "dim"), (f"{mark} {reached.text}", style))


def _list(lines: list[Text], room: int) -> list[Text]:
    """The last of them, newest at the bottom, and as many empty lines as it takes."""
    shown = lines[-room:] if room > 0 else []
    return [*shown, *(Text() for _ in range(room - len(shown)))]


def _row(label: str, *values: str) -> Text:
    row = Text.assemble((f" {label:<{_LABEL}}", "dim"))
    for value in values:
        row.append(f"{value:<{_COLUMN}}")
    return row


def _rule(title: str, width: int) -> Text:
    text = f"── {title} " if title else ""
    return Text(f" {text}{'─' * (width - len(text) - 2)}", "dim")


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"
