"""The embedded broker is a real Kafka that keeps its data, says why it cannot start, and never outlives
its owner.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from deploy.broker import BrokerError, EmbeddedKafka, Jvm

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[3]
WAIT_S = 60


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedKafka]:
    with EmbeddedKafka(tmp_path_factory.mktemp("broker")) as running:
        yield running


def create(broker: EmbeddedKafka, topic: str) -> None:
    admin = AdminClient({"bootstrap.servers": broker.bootstrap_servers})
    for made in admin.create_topics([NewTopic(topic, 2, 1)]).values():
        made.result(WAIT_S)


def produce(broker: EmbeddedKafka, topic: str, values: list[bytes], transactional_id: str | None = None) -> None:
    conf = {"bootstrap.servers": broker.bootstrap_servers}
    if transactional_id is not None:
        conf["transactional.id"] = transactional_id
    producer = Producer(conf)
    if transactional_id is not None:
        producer.init_transactions(WAIT_S)
        producer.begin_transaction()
    for value in values:
        producer.produce(topic, value, partition=0)
    if transactional_id is not None:
        producer.commit_transaction(WAIT_S)
    assert producer.flush(WAIT_S) == 0


def consume(broker: EmbeddedKafka, topic: str, count: int) -> list[bytes | None]:
    consumer = Consumer(
        {
            "bootstrap.servers": broker.bootstrap_servers,
            "group.id": f"reader-{os.urandom(4).hex()}",
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
        }
    )
    consumer.subscribe([topic])
    found: list[bytes | None] = []
    while len(found) < count:
        message = consumer.poll(WAIT_S)
        assert message is not None, f"{len(found)} of {count} records after {WAIT_S} s"
        if message.error() is None:
            found.append(message.value())
    consumer.close()
    return found


def gone(pid: int) -> bool:
    """True once no such process runs; waits for it."""
    try:
        psutil.Process(pid).wait(WAIT_S)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True


def test_topics_groups_and_transactions_work(broker: EmbeddedKafka, prefix: str) -> None:
    """One node serves all that Cairn asks of Kafka."""
    topic = f"{prefix}events"
    create(broker, topic)
    produce(broker, topic, [b"a", b"b"], transactional_id=f"{prefix}writer")
    assert consume(broker, topic, 2) == [b"a", b"b"]


def test_a_topic_that_nobody_created_is_not_there(broker: EmbeddedKafka, prefix: str) -> None:
    """A misspelt name is an error, not a new topic."""
    admin = AdminClient({"bootstrap.servers": broker.bootstrap_servers})
    topic = f"{prefix}misspelt"
    assert admin.list_topics(topic, timeout=WAIT_S).topics[topic].error is not None


def test_a_restart_keeps_data_and_address(broker: EmbeddedKafka, prefix: str) -> None:
    """In order or by SIGKILL: clients find their records where they were."""
    topic, address = f"{prefix}kept", broker.bootstrap_servers
    create(broker, topic)
    produce(broker, topic, [b"1"])
    first = broker.pid
    broker.restart()
    assert broker.bootstrap_servers == address
    assert broker.pid != first
    produce(broker, topic, [b"2"])
    broker.kill()
    assert not broker.alive
    broker.restart()
    assert consume(broker, topic, 2) == [b"1", b"2"]


def test_a_second_broker_starts_on_the_data_of_the_first(tmp_path: Path) -> None:
    """A named directory outlives the object; a small heap is enough for a start."""
    with EmbeddedKafka(tmp_path) as first:
        create(first, "kept")
        produce(first, "kept", [b"x"])
    with EmbeddedKafka(tmp_path, jvm=Jvm("256m", ("-XX:+UseSerialGC",))) as second:
        assert consume(second, "kept", 1) == [b"x"]


def test_a_temporary_directory_goes_with_the_broker() -> None:
    """Nothing is left in /tmp, and the object can start again."""
    broker = EmbeddedKafka()
    for _ in range(2):
        with broker:
            data = broker.data_dir
            assert data.exists()
        assert not data.exists()


def test_a_taken_port_is_said_at_once() -> None:
    """Before a download, with the port and what to do."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(BrokerError, match=f"port {port} is taken") as caught:
            EmbeddedKafka(port=port).start()
    assert f"127.0.0.1:{port}" in str(caught.value)


def test_data_in_use_is_said(broker: EmbeddedKafka) -> None:
    """Two brokers on one directory would destroy it."""
    settings = broker.data_dir / "server.properties"
    before = settings.read_text()
    second = EmbeddedKafka(broker.data_dir)
    with pytest.raises(BrokerError, match="used by another broker"):
        second.start()
    assert not second.alive
    assert broker.alive
    assert settings.read_text() == before


def test_a_setting_that_kafka_refuses_is_said(tmp_path: Path) -> None:
    """The setting's name reaches the reader, and nothing is left running."""
    broker = EmbeddedKafka(tmp_path, properties={"num.io.threads": "many"})
    with pytest.raises(BrokerError, match=r"num\.io\.threads"):
        broker.start()
    assert not broker.alive


def test_an_unusable_directory_is_said(tmp_path: Path) -> None:
    """A file where the directory should be."""
    place = tmp_path / "file"
    place.touch()
    with pytest.raises(BrokerError, match="data directory cannot be used") as caught:
        EmbeddedKafka(place).start()
    assert str(place) in str(caught.value)


def test_a_killed_owner_leaves_no_broker_and_no_data() -> None:
    """SIGKILL of the owner, by its pid, with a real broker under it."""
    script = (
        "import time\n"
        "from deploy.broker import EmbeddedKafka\n"
        "broker = EmbeddedKafka().start()\n"
        "print(broker.pid, broker.data_dir, flush=True)\n"
        "time.sleep(600)\n"
    )
    owner = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert owner.stdout is not None
    pid, data = owner.stdout.readline().split()
    assert psutil.pid_exists(int(pid))
    assert Path(data).exists()
    keeper = psutil.Process(int(pid)).ppid()
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait(WAIT_S)
    owner.stdout.close()
    assert gone(int(pid))
    assert gone(keeper)
    assert not Path(data).exists()
