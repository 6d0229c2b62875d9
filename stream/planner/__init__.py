"""The planner: decides whom to celebrate, on which channel, when, exactly once; the core's celebration on the engine.

    topology.py    what it reads, keeps and writes
    planner.py     the processor: the rules in force, and one fold for each partition
    fold.py        which input or timer goes to which part
    subjects.py    crossings and nudges come in, and wait
    people.py      profiles and changes come in
    release.py     what is due is decided
    decisions.py   final decisions go out
    handover.py    a yes goes out as deliveries, and out again when a dispatcher gives it back
    receipts.py    what dispatchers say became of them
    timings.py     its settings as the core's timing
    kept.py        the records of crossings and nudges that wait or are out

Nothing is released while a batch is folded: everything goes through the contact's timer, which fires when every input
is read to the end it had (engine rule 16). So an unsubscribe that stands in its topic is known before any release.
Everything of a contact that waits is looked at together, so that one can take the place of another, or be a line of it.
Of contacts that are due at once each step is done for all before the next one: the rows of all are read, then all are
looked at, then decided, and so on (`release.py`).
"""
