"""`cairn topics accept`: go on in topics that were made anew on purpose."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.text import counted
from deploy.cli.verb import verb
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deploy.cli.clients import Clients
    from stream.engine.acceptance import Acceptance, Start, StateEvidence
    from stream.engine.acceptor import Acceptor
    from stream.engine.topology import Topology
    from stream.runtime.settings import Settings

ROLES = ("tracker", "planner")


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn topics`."""
    verb(group, "accept")(accept)


def accept(
    invocation: Invocation,
    role: Annotated[
        list[str] | None, typer.Option(metavar="ROLE", help="tracker or planner; both without it.", show_default=False)
    ] = None,
    start: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="TOPIC=WHERE",
            help="Where to go on in an input that is another topic now: beginning, end, kept (the old offset) or a "
            "moment in RFC 3339.",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
) -> Exit:
    """Bind the state of stopped workers to the topics as they are now: another cluster, a restored backup.

    Workers stop when a topic is not the one that their state was written with. This checks that the state is whole, in
    the changelog or in the stores on this machine, and says what it takes over and what is lost, before it writes
    anything. A changelog that was deleted is written back from the local stores.
    """
    from confluent_kafka import KafkaException

    from stream.runtime.verdicts import error_of, exit_of

    settings = invocation.loaded().settings
    try:
        return _accept(invocation, settings, _roles(role), start or (), yes=yes)
    except KafkaException as raised:
        raise exit_of(error_of(raised)) from raised


def _accept(
    invocation: Invocation, settings: Settings, roles: Sequence[str], asked: Sequence[str], *, yes: bool
) -> Exit:
    clients = invocation.clients(settings)
    told = []
    outcomes = []
    _check_starts(settings, asked)
    for name in roles:
        acceptor = _acceptor(settings, clients, name)
        acceptor.check_stopped()
        starts = _starts(settings, acceptor, asked)
        found = list(acceptor.evidence())
        decisions = [acceptor.decide(each, starts) for each in found]
        told.append(_document(name, acceptor, found, decisions))
        outcomes.append((name, acceptor, decisions))
        if not invocation.as_json:
            _show(invocation, name, acceptor, found, decisions)
    sound = all(not each.faults for _, _, decisions in outcomes for each in decisions)
    wanted = [(acceptor, each) for _, acceptor, decisions in outcomes for each in decisions if _is_to_do(each)]
    written = bool(wanted) and (yes or _agreed(invocation, len(wanted)))
    if written:
        for acceptor, each in wanted:
            acceptor.write(each)
    if invocation.as_json:
        invocation.out.document({"sound": sound, "written": written, "roles": told})
    else:
        invocation.out.note(_last_word(len(wanted), written=written, sound=sound))
    return Exit.OK if sound and (written or not wanted) else Exit.FINDINGS


def _is_to_do(decision: Acceptance) -> bool:
    return decision.changed and not decision.faults


def _roles(asked: Sequence[str] | None) -> Sequence[str]:
    for each in asked or ():
        if each not in ROLES:
            raise CairnError(
                f"{each!r} keeps no state in a changelog",
                where="--role",
                fix=f"give one of {', '.join(ROLES)}, or none for both",
                exit=Exit.USAGE,
            )
    return asked or ROLES


def _topologies(settings: Settings) -> Mapping[str, Topology]:
    """What each role reads and writes."""
    from stream.planner.topology import planner_topology
    from stream.tracker.topology import tracker_topology

    prefix = settings.topics.prefix
    return {
        "tracker": tracker_topology(prefix, settings.tracker.app_id),
        "planner": planner_topology(prefix, settings.planner.app_id),
    }


def _acceptor(settings: Settings, clients: Clients, role: str) -> Acceptor:
    from stream.engine.acceptor import Acceptor, AcceptorClients

    topology = _topologies(settings)[role]
    state_dir = {"tracker": settings.tracker, "planner": settings.planner}[role].state_dir
    producer = clients.producer(transactional_id=f"{topology.app}-accept")
    producer.init_transactions(30.0)
    needed = AcceptorClients(clients.admin(), clients.reader(group_id=topology.app), clients.reader(), producer)
    return Acceptor(topology, state_dir, needed)


def _check_starts(settings: Settings, asked: Sequence[str]) -> None:
    """See that each `--from` names an input: one that is misspelled would be passed over.

    Raises:
        CairnError: USAGE.
    """
    prefix = settings.topics.prefix
    inputs = {
        each.topic.removeprefix(prefix) for topology in _topologies(settings).values() for each in topology.partitioned
    }
    for each in asked:
        if each.partition("=")[0].removeprefix(prefix) not in inputs:
            raise CairnError(
                f"{each!r} names no topic that tracker or planner read by positions",
                where="--from",
                fix=f"name one of {', '.join(sorted(inputs))}",
                exit=Exit.USAGE,
            )


def _starts(settings: Settings, acceptor: Acceptor, asked: Sequence[str]) -> Mapping[str, Start]:
    """Read `--from` for the inputs of one role; topics are named with or without their prefix.

    Raises:
        CairnError: USAGE, for what is no place in an input.
    """
    from stream.engine.acceptance import beginning, end, kept

    places: dict[str, Start] = {"beginning": beginning, "end": end, "kept": kept}
    known = {each.topic: each.topic for each in acceptor.topology.partitioned}
    known |= {topic.removeprefix(settings.topics.prefix): topic for topic in known}
    starts: dict[str, Start] = {}
    for each in asked:
        topic, _, where = each.partition("=")
        if not where:
            raise _wrong_start(each)
        if topic in known:
            place = places.get(where)
            starts[known[topic]] = place or acceptor.from_moment(known[topic], _moment(each, where))
    return starts


def _moment(option: str, text: str) -> int:
    from schemas.moment import parse_rfc3339

    try:
        return parse_rfc3339(text)
    except ValueError:
        raise _wrong_start(option) from None


def _wrong_start(option: str) -> CairnError:
    return CairnError(
        f"{option!r} says of no topic where to go on",
        where="--from",
        fix="write TOPIC=beginning, TOPIC=end, TOPIC=kept or a moment such as usage-events=2026-11-20T08:00:00Z",
        exit=Exit.USAGE,
    )


def _agreed(invocation: Invocation, count: int) -> bool:
    """Ask, but only somebody who is there to answer; without one, nothing is written."""
    if invocation.as_json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    return typer.confirm(f"Bind the state of {counted(count, 'partition')} to these topics?", err=True)


def _other_topics(acceptor: Acceptor, found: Sequence[StateEvidence]) -> list[str]:
    """The topics that are others than the states know, in the order of the topology."""
    from stream.engine.identity import other_topics

    states = [state for each in found for state in (each.changelog, each.store) if state is not None]
    others = {
        topic
        for state in states
        for topic in other_topics(acceptor.topology, state.positions.topic_ids, acceptor.layout)
    }
    return [topic for topic in acceptor.topology.known if topic in others]


def _show(
    invocation: Invocation,
    role: str,
    acceptor: Acceptor,
    found: Sequence[StateEvidence],
    decisions: Sequence[Acceptance],
) -> None:
    out = invocation.out
    out.line(f"{role} (group {acceptor.topology.app}): no worker is at work", style="bold")
    others = _other_topics(acceptor, found)
    out.line(f"  other topics than before: {', '.join(others) if others else 'none'}")
    sources = Counter(each.source.value for each in decisions)
    out.line("  state: " + ", ".join(f"{counted(count, 'partition')} in {source}" for source, count in sources.items()))
    rows = [
        (topic, each.partition, *found[each.partition].inputs[topic], offset)
        for each in decisions
        if each.changed
        for topic, offset in each.offsets.items()
        if topic in others
    ]
    if rows:
        out.table(("INPUT", "PARTITION", "FIRST", "END", "GOES ON AT"), rows, right=("PARTITION", "FIRST", "END"))
    for fault, partitions in _by_fault(decisions).items():
        out.line(f"  partition {', '.join(map(str, partitions))}: {fault}", style="bold red")
    lost = [topic for topic in others if topic in acceptor.topology.outputs]
    if lost:
        out.line(f"  what was written to the old {' and '.join(lost)} is not written again")
    rules = acceptor.topology.broadcast
    if rules is not None and rules.topic in others:
        out.line(
            f"  not checked: {rules.topic} must hold the versions that the state was counted under, or workers stop"
        )


def _by_fault(decisions: Sequence[Acceptance]) -> dict[str, list[int]]:
    faults: dict[str, list[int]] = {}
    for each in decisions:
        for fault in each.faults:
            faults.setdefault(fault, []).append(each.partition)
    return faults


def _document(
    role: str, acceptor: Acceptor, found: Sequence[StateEvidence], decisions: Sequence[Acceptance]
) -> dict[str, object]:
    return {
        "role": role,
        "group": acceptor.topology.app,
        "other_topics": _other_topics(acceptor, found),
        "partitions": [
            {
                "partition": each.partition,
                "state": each.source.value,
                "goes_on_at": dict(each.offsets),
                "to_write": _is_to_do(each),
                "faults": list(each.faults),
            }
            for each in decisions
        ],
    }


def _last_word(count: int, *, written: bool, sound: bool) -> str:
    left = "" if sound else "; the partitions named above cannot go on yet"
    if written:
        return f"done: {counted(count, 'partition')} bound to these topics{left}"
    if not count:
        return "nothing to write: the state fits these topics" if sound else f"nothing was written{left}"
    return f"nothing was written: --yes binds {counted(count, 'partition')}{left}"
