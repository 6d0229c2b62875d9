"""What a contact has said and done about messages, merged from facts that may come in any order (guarantee G7).

Every fact has its own time, and the latest of each kind is kept, so neither the order of records nor a repeat matters.
A fact against messages holds until a later one for them. What comes by accident, an old profile written again, says
nothing here: profiles have no part in it but their `consent_email_at`, which is read where it is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec

from schemas.channel import CHANNELS, Channel
from schemas.contact import WebPushTarget
from schemas.contact_change import ContactChange
from schemas.target_digest import address_digest, target_digest

MOST_TARGETS = 64
"""Dead targets, and new ones, that are remembered of a contact, the newest: 64 x 40 B is 2.5 kB in a row. A browser
that was told to be dead before that is found out again at its next message."""


class Standing(msgspec.Struct, array_like=True, gc=False):
    """What is known of a contact beside the profile; times are epoch ms.

    Fields are appended, never moved or removed.
    """

    closed: dict[Channel, int] = {}
    """When each channel was last unsubscribed from or complained of; or bounced, where nobody knows which address.
    In rows of earlier releases every bounce is here and cannot be told from a word of the contact: it holds as one."""
    opened: dict[Channel, int] = {}
    """When each channel was last subscribed to again."""
    muted_ms: int = 0
    """When everything was last muted; 0: never."""
    unmuted_ms: int = 0
    """When all channels were last subscribed to again; 0: never."""
    dead: dict[str, int] = {}
    """When each endpoint, token or address, by its digest, was last found dead."""
    targets: dict[str, tuple[int, WebPushTarget]] = {}
    """When each browser that is no part of the profile was last subscribed, by the digest of its endpoint."""
    left: dict[str, int] = {}
    """When each dead place was last in a profile that was removed, by its digest; it is in none since."""
    returned: dict[str, int] = {}
    """When each dead place came again in a profile, after one without it, by its digest."""

    def take(self, change: ContactChange, address: str | None = None) -> None:
        """Merge one change, in place. An erasure is none of its business: it ends the standing as a whole.

        `address` is the one that the profile names now: a bounce that does not say which address it was of is of that.
        A bounce buries its address alone, so that a corrected one is written to; only where no address is known it
        closes the channel.
        """
        at_ms = change.at_ms
        match change.change:
            case "unsubscribe":
                self._latest(self.closed, [change.channel] if change.channel else CHANNELS, at_ms)
            case "resubscribe":
                self._latest(self.opened, [change.channel] if change.channel else CHANNELS, at_ms)
                if change.channel is None:
                    self.unmuted_ms = max(self.unmuted_ms, at_ms)
            case "mute":
                self.muted_ms = max(self.muted_ms, at_ms)
            case "complaint":
                self._latest(self.closed, ["email"], at_ms)
            case "hard_bounce" if change.digest is None and address is None:
                self._latest(self.closed, ["email"], at_ms)
            case "hard_bounce":
                self._bury(change.digest or address_digest(address or ""), at_ms)
            case "dead_endpoint" | "dead_token":
                self._bury(change.digest, at_ms)
            case "new_endpoint":
                self._add(change.web_push_target, at_ms)

    @property
    def is_muted(self) -> bool:
        """Whether everything is muted."""
        return 0 < self.muted_ms >= self.unmuted_ms

    def is_suppressed(self, channel: Channel, consented_ms: int | None = None) -> bool:
        """Whether a channel is closed. `consented_ms` is the profile's date of consent to it, None without one.

        At the same moment what is against messages holds.
        """
        closed_ms = self.closed.get(channel, 0)
        return 0 < closed_ms >= max(self.opened.get(channel, 0), consented_ms or 0)

    def is_dead(self, digest: str, since_ms: int = 0) -> bool:
        """Whether a target was found dead, since `since_ms`, when it was made anew, and since it came again."""
        return 0 < self.dead.get(digest, 0) >= max(since_ms, self.returned.get(digest, 0))

    def named(self, places: Collection[str], before: Collection[str] | None, at_ms: int) -> None:
        """Note which dead places a profile names again, in place: those are tried once more.

        A place comes again when the profile before did not name it, or was removed with it; a profile that only repeats
        it says nothing, and neither does one that is not newer than the burial.

        Args:
            places: the digests of what the new profile names.
            before: those of the profile before; None without one.
            at_ms: when the new profile was written, epoch ms.
        """
        for digest in self.dead.keys() & set(places):
            is_back = digest in self.left if before is None else digest not in before
            if is_back and at_ms > self.dead[digest]:
                self.returned[digest] = max(self.returned.get(digest, 0), at_ms)
        self.left = {digest: at for digest, at in self.left.items() if digest not in places}

    def removed(self, places: Collection[str], at_ms: int) -> None:
        """Note that the profile with these places was removed, in place."""
        self.left |= dict.fromkeys(self.dead.keys() & set(places), at_ms)

    def _bury(self, digest: str | None, at_ms: int) -> None:
        if digest is not None:
            self.dead[digest] = max(self.dead.get(digest, 0), at_ms)
            self.dead = _newest(self.dead)
            self.left, self.returned = _among(self.left, self.dead), _among(self.returned, self.dead)

    def _add(self, target: WebPushTarget | None, at_ms: int) -> None:
        if target is None:
            return
        digest = target_digest(target.endpoint)
        if at_ms >= self.targets.get(digest, (0, target))[0]:
            self.targets[digest] = (at_ms, target)
            kept = _newest({each: at for each, (at, _) in self.targets.items()})
            self.targets = {each: self.targets[each] for each in kept}
        # It opens nothing: a browser changes its endpoint by itself, and nobody was asked.

    @staticmethod
    def _latest(times: dict[Channel, int], channels: Iterable[Channel], at_ms: int) -> None:
        for channel in channels:
            times[channel] = max(times.get(channel, 0), at_ms)


def _among(times: dict[str, int], known: Collection[str]) -> dict[str, int]:
    return {digest: at_ms for digest, at_ms in times.items() if digest in known}


def _newest(times: dict[str, int]) -> dict[str, int]:
    """Return the newest of them; which of equals stay follows from their names, not from the order of records."""
    if len(times) <= MOST_TARGETS:
        return times
    return dict(sorted(times.items(), key=lambda each: (each[1], each[0]))[-MOST_TARGETS:])
