"""The pure core: from a contact's events to milestones crossed. No Kafka, clock, randomness or log.

Time is an argument.

    adoption     which metrics and milestones are in force, since when, and their small numbers
    rules        file + adoption, compiled: an event's name finds its `Plan` with one look-up
    filters      `where`, compiled to one test
    progress     a contact's row: counters, what was reached, the ids seen last
    advance      THE rule: count one event on one row, in place, and return what it crossed
    crossing     what is said of a crossing: threshold, neighbours, holdout, why not to celebrate
    crossed      that, as a value that becomes a milestone-crossed record
    amounts, holdout, executed   exact sums; who is held out; which kinds this release counts

A crossing is `high-water mark < threshold <= value`, once, because the row remembers what was reached.
"""
