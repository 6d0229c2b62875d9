"""The pipe between worker and parent (engine rule 21): never waits, never loses its step."""

import os
from collections.abc import Callable, Iterator

import pytest

from stream.runtime.frames import FrameReader, FrameWriter
from stream.runtime.snapshot import Farewell, Lag, Message, Snapshot, Tally, TaskFigures, TaskState

Pipe = tuple[FrameWriter, FrameReader]


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    """Both ends of a fresh pipe."""
    reading, writing = os.pipe()
    writer, reader = FrameWriter(writing), FrameReader(reading)
    yield writer, reader
    writer.close()
    reader.close()


def test_what_was_written_is_read(pipe: Pipe, make_snapshot: Callable[..., Snapshot]) -> None:
    """Every field, label tuples and all."""
    writer, reader = pipe
    task = TaskFigures(3, TaskState.RESTORING, (Lag("usage-events", 10, 1.5),), 7, 4096, "why")
    sent: list[Message] = [
        make_snapshot(
            counters={"cairn_events_total": {("usage-events",): 3.0}},
            gauges={"cairn_cache_rows": {("0",): 5.0}},
            histograms={"cairn_commit_seconds": {(): Tally([1, 0, 2], 0.5)}},
            tasks=[task],
        ),
        Farewell("what", "where", "fix"),
    ]

    assert [writer.offer(message) for message in sent] == [True, True]
    assert list(reader.messages()) == sent


def test_a_full_pipe_drops_frames_and_never_waits(pipe: Pipe, make_snapshot: Callable[..., Snapshot]) -> None:
    """A slow parent must not slow the loop; the frames that arrive are whole and in order."""
    writer, reader = pipe
    large = {"cairn_rejects_total": {("usage-events", f"code-{n}"): float(n) for n in range(500)}}

    taken = [number for number in range(100) if writer.offer(make_snapshot(pid=number, counters=large))]
    assert 0 < len(taken) < 100

    read = [message.pid for message in reader.messages() if isinstance(message, Snapshot)]
    assert writer.insist(make_snapshot(pid=1000), 0)
    read += [message.pid for message in reader.messages() if isinstance(message, Snapshot)]
    assert read == [*taken, 1000]


def test_last_words_wait_a_moment_for_room(pipe: Pipe, make_snapshot: Callable[..., Snapshot]) -> None:
    """But not for ever: the parent may hang."""
    writer, reader = pipe
    while writer.offer(make_snapshot()):
        pass

    words = Farewell("w" * 5000)

    assert not writer.insist(words, 0.05)

    list(reader.messages())
    assert writer.insist(Farewell("again"), 0.05)
    assert list(reader.messages()) == [words, Farewell("again")]


def test_a_closed_pipe_is_the_end_and_no_error(pipe: Pipe, make_snapshot: Callable[..., Snapshot]) -> None:
    """A dead parent ends the worker through the liveness pipe, not through its figures."""
    writer, reader = pipe
    reader.close()

    assert not writer.offer(make_snapshot())


def test_the_reader_sees_the_writers_end(pipe: Pipe) -> None:
    """After everything that was sent."""
    writer, reader = pipe
    writer.offer(Farewell("bye"))
    writer.close()

    assert list(reader.messages()) == [Farewell("bye")]
    assert reader.ended
