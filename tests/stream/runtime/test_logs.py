import io
import json
import logging
import threading
from collections.abc import Callable

import pytest
import structlog

from stream.runtime.logs import configure
from stream.runtime.settings import Log


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    """The JSON lines written."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_has_event_level_and_utc_time() -> None:
    """Elsewhere than on a terminal, one JSON object per line."""
    stream = io.StringIO()
    configure(Log(), stream=stream, worker=1)

    structlog.get_logger().info("task_restored", partition=3, seconds=0.2)

    (line,) = lines(stream)
    assert str(line.pop("timestamp")).endswith("Z")
    assert line == {"event": "task_restored", "level": "info", "partition": 3, "seconds": 0.2, "worker": 1}


def test_lines_of_every_thread_say_which_worker_wrote_them() -> None:
    """A dispatcher hears its group in a thread of its own."""
    stream = io.StringIO()
    configure(Log(), stream=stream, worker=1)

    for write in (structlog.get_logger().info, logging.getLogger("lib").warning):
        thread = threading.Thread(target=write, args=("assigned",))
        thread.start()
        thread.join()

    assert [line["worker"] for line in lines(stream)] == [1, 1]


def test_a_terminal_gets_lines_for_people() -> None:
    """`auto` looks at the stream."""
    stream = Terminal()
    configure(Log(), stream=stream)

    structlog.get_logger().info("task_restored")

    assert "task_restored" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_lines_below_the_level_are_not_written() -> None:
    """log.level is the least serious."""
    stream = io.StringIO()
    configure(Log(level="warning"), stream=stream)

    structlog.get_logger().info("quiet")
    logging.getLogger("lib").info("quiet")
    structlog.get_logger().warning("loud")

    assert [line["event"] for line in lines(stream)] == ["loud"]


def test_lines_of_libraries_take_the_same_way() -> None:
    """The standard library's logging comes out as JSON too, cleaned."""
    stream = io.StringIO()
    configure(Log(), stream=stream)

    logging.getLogger("lib").warning("could not send to %s", "a@example.com")

    (line,) = lines(stream)
    assert (line["event"], line["logger"], line["level"]) == ("could not send to [email]", "lib", "warning")


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_a_traceback_shows_no_contact_data(stream: io.StringIO) -> None:
    """Neither the frames' locals nor the message."""
    configure(Log(), stream=stream)

    def fold(secret_row: str) -> None:
        raise ValueError(f"cannot fold {secret_row}")

    try:
        fold("canary@example.com")
    except ValueError:
        structlog.get_logger().exception("internal_error")

    assert "ValueError" in stream.getvalue()
    assert "test_logs.py" in stream.getvalue()
    assert "canary@" not in stream.getvalue()


def test_a_warning_that_repeats_is_written_once() -> None:
    """Ours and those of libraries, from any thread; what differs goes out."""
    stream = io.StringIO()
    configure(Log(), stream=stream)

    for _ in range(100):
        structlog.get_logger().warning("broadcast_waits", topic="milestone-rules")
        logging.getLogger("lib").warning("cannot reach %s", "broker-1")
    structlog.get_logger().warning("broadcast_waits", topic="another")

    assert [(line["event"], line.get("topic")) for line in lines(stream)] == [
        ("broadcast_waits", "milestone-rules"),
        ("cannot reach broker-1", None),
        ("broadcast_waits", "another"),
    ]


def test_its_count_is_written_when_the_window_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the fields of the line, and through the same processors."""
    due: list[Callable[[], None]] = []
    monkeypatch.setattr("stream.runtime.logs._later", lambda _seconds, call: due.append(call))
    stream = io.StringIO()
    configure(Log(), stream=stream, worker=2)
    for _ in range(5):
        structlog.get_logger().error("store_damaged", partition=3)
        logging.getLogger("lib").error("cannot reach %s", "a@example.com")

    for call in due:
        call()

    told = lines(stream)[2:]
    assert [line.get("repeated") for line in told] == [4, None]
    assert (told[0]["event"], told[0]["partition"], told[0]["worker"]) == ("store_damaged", 3, 2)
    assert told[1]["event"] == "cannot reach [email] (repeated 4 times within 60 s)"


def test_what_is_no_warning_may_repeat() -> None:
    """Each assignment is news, though it be the same."""
    stream = io.StringIO()
    configure(Log(), stream=stream)

    for _ in range(3):
        structlog.get_logger().info("assigned", partitions=[1])
    for _ in range(3):
        structlog.get_logger().info("kafka_client", text="timed out")

    assert [line["event"] for line in lines(stream)] == ["assigned"] * 3 + ["kafka_client"]
