"""The partition engine: stateful stream processing with Kafka transactions, exactly once.

It knows nothing of milestones. A processor declares its topology as data (`topology.py`) and folds records into
rows (`processor.py`); the engine does the rest. The order of one cycle is the guarantee, so read it first:

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
    a record breaks the fold          it alone goes to the dead-letter topic                            (task.py)
    a timer breaks the fold           it alone is dropped                                               (firing.py)
    it was down when things came due  the clock moves only when every input is read to its end          (clock.py)
    rules are newer than what is read the task waits for the broadcast                                  (broadcast.py)

Files, from the pure to the wired: topology, processor, states, clock, inbox, rows, timers, view, firing, task, stores/,
changelog, copies, restore, transaction, commit, intake, tasks, dispatch, timekeeper, broadcast, assignment, worker,
slot.
"""
