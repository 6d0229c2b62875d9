"""The runtime that every dispatcher shares: deliveries in, one provider asked, receipts out.

A worker has two halves. The desk sends, in one asyncio loop; the line speaks to Kafka, in one thread, so that no broker
keeps a request waiting and no request keeps the group waiting. What a delivery goes through:

    intake.py       read and counted in its partition's window; one that was finished before is passed over
    door.py         decoded; what cannot be read goes to the dead-letter topic
    follower.py     beside it, in a thread of its own: what contacts have said since it was released
    watch.py        asked before each request: a no since then ends it; unread changes let it wait
    lanes.py        waits for its provider, behind breaker and rate, holding no place in flight
    desk.py         a request, of `in_flight` at most; its outcome goes to the breaker and to the lease
    lease.py        again in place, or the end: final, or back to the planner
    aftermath.py    the receipt, and with some endings a contact change or a dead letter
    outlet.py       written until Kafka has it; only then is the offset finished
    offsets.py      every 50 ms the lowest unfinished offset is committed, and the finished ones beyond it

What can go wrong and where it is answered:

    a worker dies anywhere above    the next one reads what was not committed as finished   (marks.py, window.py)
    a partition moves               nothing begins, what is under way ends, then the commit (claim.py, intake.py)
    the provider is away            its lane waits, then goes back to the planner           (breaker.py, report.py)
    a sender raises                 that delivery alone is dead lettered                    (desk.py)
    a sender never comes back       its request ends as unknown                             (desk.py)
    Kafka takes no receipt          nothing is finished; in the end exit 4                  (outlet.py)
    contact-changes is not read     nothing is sent; in the end back to the planner         (watch.py, blindness.py)

Pure, with the time as an argument: outcome, lease, breaker, token_bucket, lane, lanes, marks, window, aftermath, door,
suppressions, watch.
Wired: desk, report, intake, offsets, outlet, line, follower, beginnings, blindness, figures, topic_shapes, run.
`sender.py` is what a channel must be
able to do.
"""
