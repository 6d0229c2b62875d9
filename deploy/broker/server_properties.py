"""`server.properties` of the one node."""

from collections.abc import Mapping
from pathlib import Path

from deploy.broker.ports import HOST

NODE_ID = 1


def settings(port: int, controller_port: int, log_dir: Path, own: Mapping[str, str] | None = None) -> dict[str, str]:
    """All settings of a single KRaft node on the loopback interface; `own` ones win."""
    return {
        "process.roles": "broker,controller",
        "node.id": str(NODE_ID),
        "listeners": f"PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.quorum.voters": f"{NODE_ID}@{HOST}:{controller_port}",
        "log.dirs": str(log_dir),
        # One node holds every copy there is. Four partitions instead of 50 save some 90 open logs at the
        # first commit.
        **{
            f"offsets.topic.{name}": value for name, value in {"replication.factor": "1", "num.partitions": "4"}.items()
        },
        **_state_log("transaction.state.log"),
        **_state_log("share.coordinator.state.topic"),
        # Nobody else is about to join: the first member of a group need not wait for a second.
        "group.initial.rebalance.delay.ms": "0",
        # Tests may ask for short sessions; the bounds of a production broker would refuse them.
        "group.min.session.timeout.ms": "500",
        "group.consumer.min.session.timeout.ms": "500",
        "group.consumer.min.heartbeat.interval.ms": "100",
        # A killed broker is back only when its controller has given up its old self: 9 s by default. Much less, and
        # a machine under load would take a slow broker for a dead one.
        "broker.session.timeout.ms": "4000",
        "broker.heartbeat.interval.ms": "500",
        # A topic that nobody created is a mistake to be seen.
        "auto.create.topics.enable": "false",
        # The default takes a quarter of the heap at the start.
        "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
        **(own or {}),
    }


def render(properties: Mapping[str, str]) -> str:
    """The text of a Java properties file. Backslashes and line ends are escaped, so a value cannot add a
    setting.
    """
    return "".join(f"{name}={_escaped(value)}\n" for name, value in properties.items())


def _state_log(prefix: str) -> dict[str, str]:
    return {f"{prefix}.replication.factor": "1", f"{prefix}.min.isr": "1", f"{prefix}.num.partitions": "4"}


def _escaped(value: str) -> str:
    text = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"\\{text}" if text.startswith(" ") else text
