"""The tracker: usage events and contacts in, milestone-crossed and milestone-nudges out, exactly once.

topology    what it reads, keeps and writes, on one screen
tracker     the processor: opens one fold for each partition
fold        one partition: which input, timer or walk goes to which part
    plain       usage events that the native accelerator counts (`stream.native`); the rest comes to
    counting    usage events and baselines (with members: the values of `distinct` metrics, a row each)
    profiles    contacts: zone and sign-up
    changes     contact-changes: erasure (erasures, erased)
    due         the one timer of a contact: anniversaries, nudges for being stuck
    sweeping    the walk over all rows that some changes of the rules ask for
writer      crossings and nudges on their topics
gate        who is let in: the strict door, and whether a key lies where murmur2 puts it (admission: its face)
run         makes slot, clients and processor, and runs one worker until it is told to stop
"""
