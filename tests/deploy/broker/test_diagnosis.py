"""A broker that ended is explained by its log."""

from pathlib import Path

import pytest

from deploy.broker.diagnosis import diagnose, port_was_taken, tail


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("java.net.BindException: Address already in use", "port"),
        ("java.io.IOException: No space left on device", "disk is full"),
        ("KafkaException: Failed to acquire lock on file .lock in /data", "used by another broker"),
        ("java.lang.UnsupportedClassVersionError: kafka/Kafka", "Java is too old"),
        ("Could not reserve enough space for 900000000KB object heap", "not enough memory"),
        (
            "org.apache.kafka.common.config.ConfigException: Invalid value x for num.io.threads",
            "num.io.threads",
        ),
    ],
)
def test_a_known_end_has_its_reason_and_cure(tmp_path: Path, line: str, reason: str) -> None:
    """The reader gets what happened, the log's path and what to do, without a Java trace."""
    log = tmp_path / "broker.log"
    log.write_text(f"before\n{line}\n\tat java.base/x.y(Z.java:1)\n")
    error = diagnose(log, 0, "its process ended")
    assert reason in error.what
    assert "\tat" not in error.what
    assert error.where == str(log)
    assert error.fix


def test_an_unknown_end_shows_the_last_words(tmp_path: Path) -> None:
    """What we cannot explain, we quote."""
    log = tmp_path / "broker.log"
    log.write_text("something odd\n\tat a.b(C.java)\n")
    assert "something odd" in diagnose(log, 0, "its process ended").what


def test_the_reason_of_an_earlier_run_is_not_todays(tmp_path: Path) -> None:
    """Logs are appended to: only what this run wrote counts."""
    log = tmp_path / "broker.log"
    log.write_text("Address already in use\n")
    size = log.stat().st_size
    assert port_was_taken(log)
    assert not port_was_taken(log, size)
    assert "port" not in diagnose(log, size, "its process ended").what


def test_a_missing_log_is_an_empty_one(tmp_path: Path) -> None:
    """A process that could not even start wrote nothing."""
    assert tail(tmp_path / "none") == ""
