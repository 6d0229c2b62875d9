"""The tracker: usage events in, milestone-crossed out, exactly once.

`topology.py` says what it reads, keeps and writes; `fold.py` joins the pure core (stream.core) to the engine
(stream.engine); `run.py` makes the clients and runs one worker.
"""
