"""The table of mistakes. Each must end in "it stops with cause and cure" or "0 lost, 0 twice", never in silence."""

from __future__ import annotations

from functools import partial

from tests.chaos.feed import Load
from tests.chaos.operators import (
    by_hand,
    copied,
    grown,
    made_anew,
    namesakes,
    offsets,
    settings,
    standstills,
    truncated,
)
from tests.chaos.operators.mistake import Case, Mistake, always

STOPS = "stops with cause and cure, at each start"
SOUND = "0 lost, 0 twice"
STALLS = "says that it stands still, goes on when it can, 0 lost, 0 twice"

MANY = Load(10**9, contacts=3000, rate=2000)
"""So many contacts that a transaction has more rows than a narrow topic takes in one batch."""

MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "O1",
        "the changelog deleted and made anew",
        STOPS,
        always(
            Case("under load", made_anew.changelog_under_load),
            Case("while down", partial(made_anew.changelog_while_down, keeps_store=True)),
            Case("while down, local store gone", partial(made_anew.changelog_while_down, keeps_store=False)),
        ),
    ),
    Mistake(
        "O2",
        "the changelog loses its head",
        "goes on with its local store; without it " + STOPS,
        always(
            Case("cleanup.policy=delete for a minute", truncated.changelog_loses_its_head, asks_doctor=True),
            Case("with an older backup of the store", truncated.changelog_loses_its_head_beyond_a_backup),
        ),
    ),
    Mistake("O3", "a topic deleted and made anew", STOPS, made_anew.anew_cases),
    Mistake(
        "O4",
        "usage-events made anew while down, longer than the position",
        STOPS,
        always(Case("tracker", made_anew.longer_than_the_position)),
    ),
    Mistake("O5", "a topic deleted and not made anew", STOPS, made_anew.gone_cases),
    Mistake("O6", "partitions added", STOPS, grown.cases),
    Mistake(
        "O7",
        "a store in a wrong place, of another time, or gone",
        SOUND,
        always(
            Case("of another partition", copied.of_another_partition),
            Case("state directories of two workers swapped", copied.of_another_worker),
            Case("a stale backup of the state directory", copied.of_yesterday),
            Case("the state directory deleted under a running worker", copied.deleted_under_a_running_worker),
            Case("the broker's disk set back to a snapshot", copied.disk_set_back, own_broker=True),
        ),
    ),
    Mistake(
        "O8",
        "max.message.bytes lowered, above the largest record",
        SOUND,
        always(
            Case("changelog", settings.changelog_narrowed, load=MANY, asks_doctor=True),
            Case("milestone-crossed", settings.crossed_narrowed, load=MANY, asks_doctor=True),
            Case("dead letters", settings.dead_letters_narrowed, asks_doctor=True),
        ),
    ),
    Mistake(
        "O9",
        "max.message.bytes lowered, below a record",
        f"{STOPS}; {SOUND} after it is set back",
        always(
            Case("changelog", settings.changelog_too_narrow),
            Case("milestone-crossed", settings.crossed_too_narrow),
        ),
    ),
    Mistake(
        "O10",
        "other settings of topics",
        "0 lost, 0 twice, and the doctor tells; what cannot be written " + STOPS,
        always(
            Case("milestone-crossed compacted", settings.output_compacted, asks_doctor=True),
            Case("milestone-crossed kept for a minute", settings.output_short_lived, asks_doctor=True),
            Case("usage-events compacted", settings.input_compacted, asks_doctor=True),
            Case("dead letters compacted", settings.letters_compacted, asks_doctor=True),
            Case("LogAppendTime", settings.log_append_time),
            Case("min.insync.replicas above the replicas", settings.without_replicas),
        ),
    ),
    Mistake(
        "O11",
        "two workers of one name",
        "the second stops and says where the first runs; 0 lost, 0 twice",
        always(
            Case("dynamic", namesakes.dynamic),
            Case("static", namesakes.static),
            Case("a copied state directory", namesakes.copied_directory),
            Case("both started at once", namesakes.both_at_once),
            Case("killed, and its directory gone", namesakes.killed_without_its_directory),
            Case("renamed, in its directory", namesakes.renamed),
        ),
    ),
    Mistake(
        "O12",
        "the group's offsets changed by hand",
        "the state wins, or it " + STOPS,
        always(
            Case("to earliest", offsets.to_earliest),
            Case("to latest", offsets.to_latest),
            Case("group deleted", offsets.deleted),
            Case("somebody else reads with the tracker's group", offsets.a_stranger_reads_along),
        ),
    ),
    Mistake(
        "O13",
        "a transaction on usage-events that nobody ends",
        STALLS,
        always(Case("tracker", standstills.hanging_transaction)),
    ),
    Mistake(
        "O14",
        "the broker is away, or stands still, for longer than the bound",
        STALLS,
        always(
            Case("killed", standstills.broker_away, own_broker=True),
            Case("frozen", standstills.broker_frozen, own_broker=True),
        ),
    ),
    Mistake(
        "O15",
        "the worker's clock is wrong",
        "0 lost, 0 twice, or refused with the reason",
        always(
            Case("a year ahead, then right", standstills.clock_ahead),
            Case("five minutes behind", standstills.clock_slightly_behind),
            Case("a day behind", standstills.clock_far_behind, asks_doctor=True),
        ),
    ),
    Mistake(
        "O16",
        "every version of the rules deleted",
        STALLS,
        always(Case("tracker", made_anew.rules_emptied)),
    ),
    Mistake(
        "O17",
        "records written by hand, or deleted before they were read",
        STOPS,
        always(
            Case("a line written into the changelog", by_hand.into_the_changelog),
            Case("a line written into milestone-rules", by_hand.into_the_rules),
            Case("a tombstone written into the changelog", by_hand.tombstone_into_the_changelog),
            Case("usage-events deleted ahead of a paused worker", truncated.input_loses_what_is_unread),
        ),
    ),
    Mistake(
        "O18",
        "everything of the tracker deleted but what it said",
        "begins anew, and tells that what was said may be said again",
        always(Case("changelog, group and local store", made_anew.all_but_what_was_said)),
    ),
)
