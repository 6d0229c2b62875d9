"""Is the slot's name in use by a living worker elsewhere? Asked before this worker fences whoever has it.

The lock on a slot's directory keeps a second process out on one machine. Two machines, or two directories, with one
name know nothing of each other: each start fences the other worker, whose supervisor starts it again, for ever. So a
worker looks at its group first. A member of its own name that is not its own predecessor is given the time in which the
coordinator hears of a death; if it is still there, it lives, and this worker ends (engine rule 11).

The predecessor is known by its member id, which each worker keeps in its slot's directory: who holds the lock knows
that it is dead, and need not wait.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import structlog
from confluent_kafka import KafkaException

from schemas.errors import CairnError
from stream.engine.roster import Member
from stream.runtime.exits import Exit

log = structlog.get_logger(__name__)

LOOK_EVERY = 0.5
"""Seconds between two looks."""
MARGIN = 3.0
"""Seconds by which a session may end late: the coordinator looks at its timers, and the answer takes its way."""


class Named(Protocol):
    """See `stream.engine.slot.Slot`."""

    @property
    def transactional_id(self) -> str:
        """The name that no other worker may have."""
        ...

    @property
    def member(self) -> str | None:
        """The id in the group of the last worker in this directory."""
        ...


class SlotCheck:
    """Looks for a living worker of the slot's name.

    `members` asks for the members of the group. `client_id` and `instance_id` are what a worker of this slot shows
    there; `session` is the time in seconds after which the group hears of a death, `setting` names this machine.
    """

    def __init__(
        self,
        slot: Named,
        members: Callable[[], Sequence[Member]],
        *,
        client_id: str,
        instance_id: str | None,
        session: float,
        setting: str,
    ) -> None:
        self._slot = slot
        self._members = members
        self._client_id = client_id
        self._instance_id = instance_id
        self._bound = session + MARGIN
        self._setting = setting

    def wait(self, clock: Callable[[], float], rest: Callable[[float], bool]) -> None:
        """Return when nobody else has the name, or when `rest` says to stop; it waits so many seconds.

        A group that cannot be asked is no reason to wait: then nobody can join it either.

        Raises:
            CairnError: SLOT_HELD: another worker of this name lives.
        """
        until = clock() + self._bound
        said = False
        while (other := self._other()) is not None:
            if clock() >= until:
                raise self._held(other)
            if not said:
                said = True
                log.warning("slot_name_in_use", slot=self._slot.transactional_id, by=other.host, waits=self._bound)
            if not rest(LOOK_EVERY):
                return

    def _other(self) -> Member | None:
        """A member of our name that is not our predecessor."""
        try:
            members = self._members()
        except KafkaException as raised:
            log.debug("members_unknown", error=str(raised))
            return None
        return next((each for each in members if self._is_namesake(each) and each.id != self._slot.member), None)

    def _is_namesake(self, member: Member) -> bool:
        if self._instance_id is not None and member.instance_id == self._instance_id:
            return True
        return member.client_id == self._client_id

    def _held(self, other: Member) -> CairnError:
        return CairnError(
            f"another worker is at work under this one's name, {self._slot.transactional_id}: it runs on {other.host}",
            where=f"member {other.id} of the group, client id {other.client_id}",
            fix=f"stop one of the two, or give this machine a name of its own: {self._setting}; under one name each "
            "would fence the other for ever",
            exit=Exit.SLOT_HELD,
        )
