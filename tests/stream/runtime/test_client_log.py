import pytest
from confluent_kafka import Consumer
from structlog.testing import capture_logs

from stream.runtime.client_log import ClientLog
from stream.runtime.kafka import reader_config
from stream.runtime.settings import Kafka, Settings


@pytest.mark.parametrize(
    ("facility", "given", "level"),
    [
        ("FAIL", 40, "warning"),
        ("CONFWARN", 30, "debug"),
        ("MAXPOLL", 30, "error"),
        ("NEWTHING", 30, "warning"),
    ],
)
def test_lines_get_the_level_they_deserve(facility: str, given: int, level: str) -> None:
    """A lost connection is not an error of ours; an unknown facility keeps librdkafka's level."""
    with capture_logs() as lines:
        ClientLog("consumer").log(given, "%s [%s] %s", facility, "rdkafka#1", "[thrd:main]: it happened")

    assert lines == [
        {
            "event": "kafka_client",
            "log_level": level,
            "client": "consumer",
            "facility": facility,
            "text": "it happened",
        }
    ]


def test_librdkafka_writes_nothing_to_stderr_itself(capfd: pytest.CaptureFixture[str]) -> None:
    """All of its lines take our way, in our format."""
    consumer = Consumer(reader_config(Settings(kafka=Kafka(bootstrap_servers="127.0.0.1:1"))))
    with capture_logs() as lines:
        while not any(line["facility"] == "FAIL" for line in lines):
            consumer.poll(0.1)
    consumer.close()

    assert "refused" in str(lines)
    assert capfd.readouterr().err == ""
