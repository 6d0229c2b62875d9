"""What a process of Cairn says when it ends: one number for each thing its supervisor must do next."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every `cairn` command. `meaning` says what happened, `worth_restarting` whether trying
    again can help."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    DRIFT = 3
    CANNOT_CONNECT = 4
    SLOT_HELD = 5
    FENCED = 6
    POISONED = 7
    STORE = 8
    STUCK = 9
    INTERNAL = 70

    @property
    def meaning(self) -> str:
        """One sentence for the table in the documentation and for the supervisor's log."""
        return _MEANINGS[self]

    @property
    def worth_restarting(self) -> bool:
        """False where a new process would meet the same wall until a person changes something."""
        return self not in (Exit.USAGE, Exit.DRIFT, Exit.SLOT_HELD)


_MEANINGS = {
    Exit.OK: "It did what was asked, or stopped cleanly when told to.",
    Exit.FINDINGS: "A check ran to its end and found something to mend.",
    Exit.USAGE: "An option, a setting or a file given to it cannot be used.",
    Exit.DRIFT: "Kafka is not as the state expects: partition counts, topics, lost positions, newer row format.",
    Exit.CANNOT_CONNECT: "No broker could be reached, or none let us in.",
    Exit.SLOT_HELD: "Another process holds this slot: its data directory, or its name in the group.",
    Exit.FENCED: "Another worker took over; starting again is right.",
    Exit.POISONED: "Records of more than 10 contacts in a row broke the fold: a fault of ours, not of one record.",
    Exit.STORE: "The disk is full, or the local store is damaged and could not be rebuilt.",
    Exit.STUCK: "It made no progress, or did not stop, within its bound.",
    Exit.INTERNAL: "A fault of ours that nobody expected; the log has the traceback.",
}
