"""How much is known of contact-changes, and when it is too little to send."""

from __future__ import annotations

from channels.dispatch.claim import Claim
from channels.dispatch.job import Job
from channels.dispatch.lease import Lease
from channels.dispatch.suppressions import APART_MS, Heard
from channels.dispatch.watch import STALE_AFTER, Look, Turn, Watch, kept_ms
from schemas.contact_change import ContactChange
from tests.channels.dispatch.samples import LEASE_MS, NOW_MS, delivery, record

KEEP_MS = kept_ms(LEASE_MS / 1000)


def job(contact: str = "c-1", *, partition: int = 0, taken_at: float = 0.0, released_ms: int = NOW_MS) -> Job:
    of = delivery(contact)
    return Job(record(of), Claim(partition), of, "up", Lease(1, taken_at, 300.0), released_ms)


def watch(*partitions: int, known_at: float = 0.0) -> Watch:
    made = Watch("web_push", KEEP_MS)
    made.take(
        Turn(begun=dict.fromkeys(partitions, NOW_MS - KEEP_MS), known=dict.fromkeys(partitions, known_at)), NOW_MS
    )
    return made


def said(at_ms: int = NOW_MS + 1, heard_at: float = 1.0) -> Heard:
    return Heard(ContactChange(contact_id="c-1", change="unsubscribe", at=at_ms), at_ms, heard_at)


def test_nothing_is_sent_before_everything_is_known() -> None:
    """A partition that is not followed, or was begun and not read to its end, is blind."""
    one = Watch("web_push", KEEP_MS)
    assert one.look(job(), 0.0) is Look.WAIT
    one.take(Turn(begun={0: NOW_MS - KEEP_MS}), NOW_MS)
    assert one.look(job(), 0.0) is Look.WAIT
    assert one.age([0], 0.0) == float("inf")
    one.take(Turn(known={0: 0.0}), NOW_MS)
    assert one.look(job(), 0.0) is Look.SEND


def test_what_was_known_is_believed_for_a_moment_only() -> None:
    """A broker that is away tells of nobody: then nothing is sent, until it is read again."""
    one = watch(0)
    assert one.look(job(), STALE_AFTER) is Look.SEND
    assert one.look(job(), STALE_AFTER + 0.1) is Look.WAIT
    assert one.age([0], 5.0) == 5.0
    one.take(Turn(known={0: 5.0}), NOW_MS)
    assert one.look(job(), 5.0) is Look.SEND


def test_partitions_are_blind_each_for_itself() -> None:
    """One without a leader does not stop the others; one that was taken away and comes back is read anew."""
    one = watch(0, 1)
    one.take(Turn(known={0: 9.0}), NOW_MS)
    assert (one.look(job(), 9.0), one.look(job(partition=1), 9.0)) == (Look.SEND, Look.WAIT)
    one.take(Turn(left=(0,), begun={0: NOW_MS}), NOW_MS)
    assert one.is_blind(0, 9.0)


def test_a_no_of_a_topic_that_was_made_anew_stays_said() -> None:
    """The new topic does not hold it, and the planner that asked consent has not heard of it at the release."""
    one = watch(0)
    one.take(Turn(heard=((0, said()),)), NOW_MS)
    one.take(Turn(begun={0: NOW_MS - KEEP_MS}), NOW_MS)
    assert one.look(job(), 1.0) is Look.WAIT
    one.take(Turn(known={0: 1.0}), NOW_MS)
    assert one.look(job(), 1.0) is Look.END
    assert one.look(job("c-2"), 1.0) is Look.SEND


def test_a_no_ends_it() -> None:
    """With the change that stops it, in the partition in which it is; a blind partition waits even so."""
    one = watch(0, 1)
    one.take(Turn(heard=((0, said()),)), NOW_MS)
    assert one.look(job(), 1.0) is Look.END
    assert one.against(job()) == "unsubscribe"
    assert one.look(job(), 60.0) is Look.WAIT
    assert one.look(job("c-2"), 1.0) is Look.SEND


def test_a_release_before_what_is_remembered_is_not_sent() -> None:
    """The planner's lease is longer than ours says, or a worker stood still: what was said since is not all known."""
    early = NOW_MS - KEEP_MS + APART_MS
    assert watch(0).look(job(released_ms=early), 0.0) is Look.SEND
    assert watch(0).look(job(released_ms=early - 1), 0.0) is Look.END
    assert watch(0).against(job(released_ms=early - 1)) is None


def test_what_is_remembered_covers_a_whole_lease_with_clocks_apart_on_both_sides() -> None:
    """A delivery that was released one lease ago by a planner whose clock is behind ours may still be sent."""
    assert watch(0).look(job(released_ms=NOW_MS - LEASE_MS - APART_MS), 0.0) is Look.SEND


def test_the_oldest_changes_are_forgotten_as_time_goes() -> None:
    """A worker that runs for a year remembers minutes."""
    one = watch(0)
    one.take(Turn(heard=((0, said()),)), NOW_MS)
    one.take(Turn(known={0: 1.0}), NOW_MS + KEEP_MS + 2)
    assert one.against(job()) is None
