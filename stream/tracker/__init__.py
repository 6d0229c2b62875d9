"""The tracker: usage events in, milestone-crossed out, exactly once.

topology   what it reads, keeps and writes, on one screen
gate       who is let in: the strict door, and the look at whether a key lies where murmur2 puts it
fold       one partition: admit events, claim their rows, advance them (stream.core), emit crossings (stream.engine)
run        makes slot, clients and processor, and runs one worker until it is told to stop
"""
