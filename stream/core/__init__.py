"""The pure core: from a contact's events to milestones crossed. No Kafka, clock, randomness or log.

Time is an argument.

    adoption     which metrics and milestones are in force, since when, and their small numbers
    rules        file + adoption, compiled: an event's name finds its `Plan` with one look-up
    step, goal, composite, anniversary   a metric; a milestone; one of several; one of the calendar
    filters      `where`, compiled to one test
    progress     a contact's row: counters, what was reached, the ids seen last
    advance      THE rule: count one event on one row, in place, and return what it crossed
    streak, run, gaps   days in a row: an event on them, a run read in a zone, what may break it (streak_row: as kept)
    zones, members   local days; the values that were different
    due          what time alone brings: when it is next, and all that is due by now
    near, stuck  the nudges before a threshold
    baseline     what was done before the events came; sweep: what was reached before a milestone came
    crossing     what an event crossed, with its neighbours and its place in the jump
    history      whether a number is whole, and so why not to celebrate
    crossed, nudge   what is said, as values that become records; stamp: what all of them carry
    amounts, occasion, holdout   exact sums; event or time; who is held out

A crossing is `high-water mark < threshold <= value`, once, because the row remembers what was reached.
"""
