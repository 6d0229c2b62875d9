"""The audit of the dispatchers' tests sees what it is there for."""

from __future__ import annotations

from tests.system.dispatch_audit import faults

SOUND = dict.fromkeys("abc", 1)


def test_a_sound_run_has_no_fault() -> None:
    """Nor has one in which what was in flight was repeated."""
    assert faults("abc", SOUND, SOUND) == []
    assert faults("abc", SOUND | {"a": 2}, SOUND | {"a": 2}, may_repeat="a") == []


def test_a_planted_loss_or_double_is_seen() -> None:
    """Each alone, also for what may be repeated."""
    assert faults("abc", SOUND, {"a": 1, "b": 1}) == ["c is lost: it has no final receipt"]
    assert faults("abc", {"a": 1, "b": 1}, SOUND) == ["c was never sent"]
    assert faults("abc", SOUND | {"a": 2}, SOUND) == ["a was sent 2 times"]
    assert faults("abc", SOUND, SOUND | {"a": 2}) == ["a has 2 final receipts"]
    assert faults("abc", SOUND | {"a": 3}, SOUND, may_repeat="a") == ["a was sent 3 times"]
    assert faults("ab", SOUND, SOUND) == ["c was never released"]
