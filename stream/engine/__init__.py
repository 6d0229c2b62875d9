"""The partition engine: stateful stream processing with Kafka transactions, exactly once.

It knows nothing of milestones. A processor declares its topology as data (`topology.py`) and folds records into
rows (`processor.py`); the engine does the rest. What it is held to are the engine rules (`RULES.md`), cited by number.
The order of one cycle is the guarantee, so read it first:

    consume -> group by partition, merge inputs by time                             (dispatch.py, inbox.py)
    -> decode -> read rows -> fold on owned rows                                    (task.py, rows.py)
    -> fire what is due by the clock of the task                                    (timekeeper.py, timers.py)
    -> produce outputs, dead letters, changed rows and positions to the SAME partition number
    -> send_offsets_to_transaction -> commit                                        (transaction.py)
    -> only then ONE atomic write per partition into the store                       (stores/)

What can go wrong and where it is answered:

    a worker dies anywhere above      the transaction aborts or is complete; the changelog is the log  (restore.py)
    a worker stalls and wakes late    its commit carries offsets of a lost generation and is refused    (transaction.py)
    the commit's outcome is unknown   new producer, tasks restore from the changelog                    (worker.py)
    the disk is older than the commit restore reads on from the changelog offset in the store           (restore.py)
    a record cannot be decoded        it alone goes to the dead-letter topic, however many there are    (task.py)
    a record breaks the fold          it alone goes to the dead-letter topic                            (task.py)
    a timer breaks the fold           it alone is dropped                                               (firing.py)
    all break, of contact upon contact  the worker stops: the release is at fault                       (poison.py)
    it was down when things came due  the clock moves only when every input is read to its end          (clock.py)
    rules are newer than what is read the task waits for the broadcast                                  (broadcast.py)
    a topic is another one than it was the worker stops: at its start, before a restore, while running  (topic_watch.py)
    a changelog holds a part of a state it is never restored from                               (copies.py, restore.py)
    nothing gets done though it turns it says so, and stops where no restart helps                     (progress.py)
    another worker has its name       it waits for a death, then ends; it fences nobody                  (slot_check.py)

Files, from the pure to the wired: topology, identity, processor, states, clock, inbox, cache_bound, rows, timers,
view, firing, poison, task, stores/, changelog, copies, acceptance, restore, abort_cause, transaction, commit,
progress, intake, tasks, dispatch, timekeeper, broadcast, topic_watch, roster, orphans, slot, slot_check, housekeeping,
assignment, worker, acceptor.
"""
