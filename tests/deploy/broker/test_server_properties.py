"""The settings of the one node."""

from pathlib import Path

from deploy.broker.server_properties import render, settings


def test_the_node_listens_on_the_loopback_interface_only() -> None:
    """A demo on a laptop opens nothing to its network."""
    plain = settings(20_001, 20_002, Path("/data"))
    for name in ("listeners", "advertised.listeners", "controller.quorum.voters"):
        assert "127.0.0.1:" in plain[name]
    assert "0.0.0.0" not in render(plain)
    assert "127.0.0.1:20001" in plain["advertised.listeners"]


def test_internal_topics_fit_one_node() -> None:
    """With the default of three copies, the first commit or transaction would wait for ever."""
    plain = settings(1, 2, Path("/data"))
    assert {value for name, value in plain.items() if name.endswith(("replication.factor", "min.isr"))} == {"1"}


def test_own_properties_win() -> None:
    """What an owner passes is what the broker gets."""
    mine = settings(1, 2, Path("/data"), {"auto.create.topics.enable": "true", "log.retention.ms": "5"})
    assert mine["auto.create.topics.enable"] == "true"
    assert mine["log.retention.ms"] == "5"


def test_a_value_cannot_add_a_setting() -> None:
    """A line end or backslash in a directory's name stays within its value."""
    text = render({"log.dirs": "/tmp/a\nevil=1\\", "next": " x"})
    assert text.splitlines() == ["log.dirs=/tmp/a\\nevil=1\\\\", "next=\\ x"]
