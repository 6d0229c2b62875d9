"""Rows `bare`, `wide` and `full`: events per second against Kafka Streams, and against reading alone."""

from __future__ import annotations

from tests.bench.profiles import BARE, FULL
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
    """The three rows; they share the peer's runs."""

    def __init__(self, sizes: Sizes) -> None:
        self._narrow = Shape(BARE.name, sizes.narrow, sizes.events)
        self._wide = Shape(BARE.name, sizes.wide, sizes.events)
        self._full = Shape(FULL.name, sizes.narrow, sizes.events)

    def shape(self, row: str) -> Shape:
        """Return the input that the tracker reads for a row."""
        return {"bare": self._narrow, "wide": self._wide, "full": self._full}[row]

    def contestants(self, rows: list[str]) -> list[Contestant]:
        """Return who takes turns for these rows, the tracker and the peer in alternation."""
        narrow = "bare" in rows or "full" in rows
        ours = [(row, Contestant(Kind.TRACKER, self.shape(row))) for row in ("bare", "full")]
        entered = []
        for (row, tracker), peers in zip(ours, (PEERS_FIRST, PEERS_SECOND), strict=True):
            entered += [tracker] if row in rows else []
            entered += [Contestant(kind, self._narrow) for kind in peers] if narrow else []
        if "bare" in rows:
            entered += [Contestant(Kind.CONSUME, self._narrow)]
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
        what = f"full profile, {amount(self._full.contacts)} contacts (streak and timers come with the next release)"
        target = at_least(1.0, "1.0 x Streams, toward 1.3 x")
        return [self._against_peer(what, target, self._full, self._narrow, race)]

    def _against_peer(self, what: str, target: Target, ours: Shape, peers: Shape, race: Race) -> Line:
        tracker = Contestant(Kind.TRACKER, ours)
        rate = race.rate(tracker)
        measured = f"{rate:,.0f} events/s, {race.cpu_per_event(tracker):.2f} us CPU per event"
        peer = race.best_peer(peers)
        if peer is None:
            return Line(what, target.text, measured, "Streams: java, javac and mvn are not all there", UNMEASURED)
        ratio = rate / race.rate(peer)
        told = f"{ratio:.2f} x ({peer.kind}: {race.rate(peer):,.0f}/s, {race.cpu_per_event(peer):.2f} us)"
        return Line(what, target.text, measured, told, target.verdict(ratio))

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
