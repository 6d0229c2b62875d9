"""Rows `bare`, `wide`, `full`, `whole`, `dedupe`: events per second, CPU and memory, against Kafka Streams."""

from __future__ import annotations

from tests.bench.contestant import Cairn, Consume, Contestant
from tests.bench.peer_setting import HEAP
from tests.bench.profiles import BARE, FULL, UNREMEMBERED, WHOLE
from tests.bench.race import Race
from tests.bench.shape import Shape
from tests.bench.sizes import Sizes
from tests.bench.table import Line, amount
from tests.bench.target import Target, at_least, at_most

UNMEASURED = "not measured"
NO_PEER = "Streams: java, javac and mvn are not all there"
BOTH = ("bare", "full")
"""Rows that meet the peer with two workers as well."""


class Throughput:
    """The five rows: `bare`, `wide` and `full` meet the peer on their own inputs, `whole` and `dedupe` meet `full`."""

    def __init__(self, sizes: Sizes) -> None:
        self._sizes = sizes
        self._shapes = {
            "bare": Shape(BARE.name, sizes.narrow, sizes.events),
            "wide": Shape(BARE.name, sizes.wide, sizes.events),
            "full": Shape(FULL.name, sizes.narrow, sizes.events),
            "whole": Shape(WHOLE.name, sizes.narrow, sizes.events),
            "dedupe": Shape(UNREMEMBERED.name, sizes.narrow, sizes.events),
        }

    def shape(self, row: str) -> Shape:
        """Return the input that the tracker reads for a row."""
        return self._shapes[row]

    def contestants(self, rows: list[str]) -> list[Contestant]:
        """Return who takes turns for these rows."""
        entered = []
        for row in rows:
            shape = self._shapes[row]
            entered.append(Contestant(Cairn(), shape))
            if row in BOTH:
                entered.append(Contestant(Cairn(2), shape))
            if row in (*BOTH, "wide"):
                entered += [Contestant(setting, shape) for setting in self._sizes.settings]
            if row == "bare":
                entered.append(Contestant(Consume(), shape))
            if row in ("whole", "dedupe"):
                entered.append(Contestant(Cairn(), self._shapes["full"]))
        return list(dict.fromkeys(entered))

    def lines(self, row: str, race: Race) -> list[Line]:
        """Return the lines of one row."""
        if row == "dedupe":
            return [self._price_of_dedupe(race)]
        if row == "whole":
            return [self._whole(race)]
        shape = self._shapes[row]
        what = {
            "bare": f"bare profile, {amount(shape.contacts)} contacts",
            "wide": f"bare profile, wide keys ({amount(shape.contacts)} contacts)",
            "full": f"full profile, {amount(shape.contacts)} contacts",
        }[row]
        factor = 2.0 if row == "wide" else 2.5
        lines = [_against_peer(what, at_least(factor, f"{factor} x Streams at its best"), shape, race)]
        if row in BOTH:
            lines += [_like_for_like(shape, race, count) for count in (1, 2)]
        limit = at_most(3.5, "3.5 us") if row == "full" else None
        lines += [_cpu(shape, race, limit), _memory(shape, race)]
        if row == "bare":
            lines.append(_against_consume(shape, race))
        return lines

    def _price_of_dedupe(self, race: Race) -> Line:
        """What the window of 16 ids adds to the full profile."""
        with_ids, without = (race.cpu_per_event(Contestant(Cairn(), self._shapes[each])) for each in ("full", "dedupe"))
        target, share = at_most(5, "5 %"), (with_ids / without - 1) * 100
        return Line(
            "dedupe: 16 ids remembered against none (full profile)",
            target.text,
            f"{with_ids:.2f} against {without:.2f} us CPU per event",
            f"{share:+.1f} %",
            target.verdict(share),
        )

    def _whole(self, race: Race) -> Line:
        """What every kind of metric and milestone costs, against the full profile."""
        whole, full = Contestant(Cairn(), self._shapes["whole"]), Contestant(Cairn(), self._shapes["full"])
        cost, base = race.cpu_per_event(whole), race.cpu_per_event(full)
        target = at_most(1.5, "1.5 x full, CPU per event")
        return Line(
            f"the contract's whole milestones file, every kind, {amount(whole.shape.contacts)} contacts",
            target.text,
            f"{race.rate(whole):,.0f} events/s, {cost:.2f} against {base:.2f} us CPU per event",
            f"{cost / base:.2f} x",
            target.verdict(cost / base),
        )


def _against_peer(what: str, target: Target, shape: Shape, race: Race) -> Line:
    """One process of ours against the fastest setting of all."""
    rate = race.rate(Contestant(Cairn(), shape))
    measured = f"{rate:,.0f} events/s"
    peer = race.best_peer(shape)
    if peer is None:
        return Line(what, target.text, measured, NO_PEER, UNMEASURED)
    ratio = rate / race.rate(peer)
    return Line(what, target.text, measured, f"{ratio:.2f} x ({_said(peer, race)})", target.verdict(ratio))


def _like_for_like(shape: Shape, race: Race, count: int) -> Line:
    ours, peer = Contestant(Cairn(count), shape), race.best_peer(shape, count)
    what = f"the same, {ours.kind} against as many threads"
    measured = f"{race.rate(ours):,.0f} events/s"
    if peer is None:
        return Line(what, "", measured, NO_PEER, "")
    return Line(what, "", measured, f"{race.rate(ours) / race.rate(peer):.2f} x ({_said(peer, race)})", "")


def _cpu(shape: Shape, race: Race, target: Target | None) -> Line:
    """User and system, all processes; the peer's is that of the setting which takes least."""
    cost = race.cpu_per_event(Contestant(Cairn(), shape))
    peer = race.cheapest_peer(shape)
    told = NO_PEER
    if peer is not None:
        theirs = race.cpu_per_event(peer)
        told = f"{theirs / cost:.1f} x less ({peer.kind}: {theirs:.2f} us)"
    verdict = target.verdict(cost) if target else ""
    return Line("its CPU per event", target.text if target else "", f"{cost:.2f} us", told, verdict)


def _memory(shape: Shape, race: Race) -> Line:
    """Resident, all processes; the peer's is that of the fastest setting, which may fill its heap."""
    peak, end = race.memory(Contestant(Cairn(), shape))
    peer = race.best_peer(shape)
    told = NO_PEER
    if peer is not None:
        their_peak, their_end = race.memory(peer)
        told = f"{their_peak / peak:.1f} x less ({peer.kind}, heap {HEAP}: {their_peak:.0f} and {their_end:.0f} MB)"
    return Line("its resident memory, peak and end", "", f"{peak:.0f} and {end:.0f} MB", told, "")


def _against_consume(shape: Shape, race: Race) -> Line:
    ceiling, rate = race.rate(Contestant(Consume(), shape)), race.rate(Contestant(Cairn(), shape))
    told = f"{rate / ceiling * 100:.0f} % (consume(): {ceiling:,.0f}/s)"
    return Line("the same against reading alone", "", f"{rate:,.0f} events/s", told, "")


def _said(peer: Contestant, race: Race) -> str:
    return f"{peer.kind}: {race.rate(peer):,.0f}/s, {race.cpu_per_event(peer):.2f} us"
