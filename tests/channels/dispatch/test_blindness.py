"""Nobody waits in silence while contact-changes is not read."""

from __future__ import annotations

import structlog

from channels.dispatch.blindness import TOLD_AFTER, Blindness


def test_a_start_and_a_rebalance_are_no_news() -> None:
    """They take less than the bound; after it log and health say what is not read, and why."""
    blindness = Blindness("contact-changes")
    with structlog.testing.capture_logs() as logs:
        assert blindness.look(float("inf"), 2.0, "", 10.0) is None
        assert blindness.look(0.1, 2.0, "", 11.0) is None
        assert logs == []
        assert blindness.look(2.1, 2.0, "", 20.0) is None
        assert blindness.look(2.1 + TOLD_AFTER, 2.0, "all brokers are down", 20.0 + TOLD_AFTER) == (
            "contact-changes has not been read for 5 s, so nothing is sent: all brokers are down"
        )
        assert blindness.look(60.0, 2.0, "all brokers are down", 80.0) is not None
        assert blindness.look(0.5, 2.0, "", 81.0) is None
    assert [each["event"] for each in logs] == ["sends_held", "sends_go_on"]
    assert logs[0]["cause"] == "all brokers are down"
