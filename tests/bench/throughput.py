"""Rows `bare`, `wide`, `full`, `whole`, `dedupe`: events per second against Kafka Streams and against reading alone."""

from __future__ import annotations

from tests.bench.profiles import BARE, FULL, UNREMEMBERED, WHOLE
from tests.bench.race import Contestant, Kind, Race
from tests.bench.shape import Shape
from tests.bench.sizes import Sizes
from tests.bench.table import Line, amount
from tests.bench.target import Target, at_least

UNMEASURED = "not measured"
PEERS_FIRST = (Kind.STREAMS_1, Kind.CACHED_2)
PEERS_SECOND = (Kind.STREAMS_2, Kind.CACHED_1)
"""The peer's settings in two halves, so that the tracker's runs lie between them."""


class Throughput:
    """The five rows; they share the peer's runs."""

    def __init__(self, sizes: Sizes) -> None:
        self._narrow = Shape(BARE.name, sizes.narrow, sizes.events)
        self._wide = Shape(BARE.name, sizes.wide, sizes.events)
        self._full = Shape(FULL.name, sizes.narrow, sizes.events)
        self._undeduped = Shape(UNREMEMBERED.name, sizes.narrow, sizes.events)
        self._whole = Shape(WHOLE.name, sizes.narrow, sizes.events)

    def shape(self, row: str) -> Shape:
        """Return the input that the tracker reads for a row."""
        return {
            "bare": self._narrow,
            "wide": self._wide,
            "full": self._full,
            "whole": self._whole,
            "dedupe": self._undeduped,
        }[row]

    def contestants(self, rows: list[str]) -> list[Contestant]:
        """Return who takes turns for these rows, the tracker and the peer in alternation."""
        narrow = not {"bare", "full", "whole"}.isdisjoint(rows)
        ours = [(row, Contestant(Kind.TRACKER, self.shape(row))) for row in ("bare", "full")]
        entered = []
        for (row, tracker), peers in zip(ours, (PEERS_FIRST, PEERS_SECOND), strict=True):
            entered += [tracker] if row in rows or (row == "full" and "dedupe" in rows) else []
            entered += [Contestant(kind, self._narrow) for kind in peers] if narrow else []
        if "bare" in rows:
            entered += [Contestant(Kind.CONSUME, self._narrow)]
        entered += [Contestant(Kind.TRACKER, self.shape(row)) for row in ("whole", "dedupe") if row in rows]
        if "wide" in rows:
            entered += [Contestant(kind, self._wide) for kind in (*PEERS_FIRST, Kind.TRACKER, *PEERS_SECOND)]
        return entered

    def lines(self, row: str, race: Race) -> list[Line]:
        """Return the lines of one row."""
        if row == "bare":
            what = f"bare profile, {amount(self._narrow.contacts)} contacts"
            against_peer = self._against_peer(what, at_least(2.0, "2.0 x Streams"), self._narrow, self._narrow, race)
            return [against_peer, self._against_consume(race)]
        if row == "wide":
            what = f"bare profile, wide keys ({amount(self._wide.contacts)} contacts)"
            return [self._against_peer(what, at_least(1.5, "1.5 x Streams"), self._wide, self._wide, race)]
        if row == "dedupe":
            return [self._price_of_dedupe(race)]
        if row == "whole":
            what = f"the contract's whole milestones file, every kind, {amount(self._whole.contacts)} contacts"
            return [self._against_peer(what, None, self._whole, self._narrow, race)]
        what = f"full profile, {amount(self._full.contacts)} contacts"
        target = at_least(1.0, "1.0 x Streams, toward 1.3 x")
        return [self._against_peer(what, target, self._full, self._narrow, race)]

    def _price_of_dedupe(self, race: Race) -> Line:
        """What the window of 16 ids adds to the full profile."""
        with_ids, without = (
            race.cpu_per_event(Contestant(Kind.TRACKER, each)) for each in (self._full, self._undeduped)
        )
        return Line(
            "dedupe: 16 ids remembered against none (full profile)",
            "",
            f"{with_ids:.2f} against {without:.2f} us CPU per event",
            f"{with_ids / without:.2f} x",
            "",
        )

    def _against_peer(self, what: str, target: Target | None, ours: Shape, peers: Shape, race: Race) -> Line:
        tracker = Contestant(Kind.TRACKER, ours)
        rate = race.rate(tracker)
        measured = f"{rate:,.0f} events/s, {race.cpu_per_event(tracker):.2f} us CPU per event"
        wanted = target.text if target else ""
        peer = race.best_peer(peers)
        if peer is None:
            return Line(what, wanted, measured, "Streams: java, javac and mvn are not all there", UNMEASURED)
        ratio = rate / race.rate(peer)
        told = f"{ratio:.2f} x ({peer.kind}: {race.rate(peer):,.0f}/s, {race.cpu_per_event(peer):.2f} us)"
        return Line(what, wanted, measured, told, target.verdict(ratio) if target else "")

    def _against_consume(self, race: Race) -> Line:
        target = at_least(0.4, "40 % of consume()")
        ceiling = race.rate(Contestant(Kind.CONSUME, self._narrow))
        rate = race.rate(Contestant(Kind.TRACKER, self._narrow))
        share = rate / ceiling
        return Line(
            "the same against reading alone",
            target.text,
            f"{rate:,.0f} events/s",
            f"{share * 100:.0f} % (consume(): {ceiling:,.0f}/s)",
            target.verdict(share),
        )
