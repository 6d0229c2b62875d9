"""`cairn demo`: a product, its Kafka and the tracker on one screen, with a worker killed before your eyes.

    product ──► usage-events ──► cairn run tracker (2 workers) ──► milestone-crossed ──► reader ─┐
                     │                                              └──► reaction.py: handled?   ▼
                     └──► ledger: the same events by the plainest code ────────────────────► audit: lost? twice?

`performance` puts everything up and takes it down; `stage` moves it on, one tick at a time; `story` says what happens
and waits until it did; `screen` shows it; `checks` answers for it. Nothing here reads the user's Kafka settings.
"""

from deploy.demo.performance import run

__all__ = ["run"]
