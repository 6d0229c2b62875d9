"""React to milestones in a program of one's own: `App`, and what a reaction can answer. README.md tells how.

    app.py              what users make: a name and its reactions
    app_at_work.py      what worker, reactions and Faust ask of it; faust_app.py, what is left of Faust's own
    source.py           the topics that can be listened to, with the types of their records
    reaction.py         one reaction as it was declared
    records.py          what a reaction loops over
    reacting.py         runs one reaction, whatever it raises
    refusal.py          what it can say instead of handling a record
    letters.py          dead letters
    ledger.py           which records are unfinished, so how far may be committed
    reading.py          what the parts that speak to Kafka ask of the app
    consumer.py         Faust's consumer with that ledger
    consumer_thread.py  the thread that speaks to Kafka
    isolation.py        read_committed, looked at in the running client
    beginning.py        where an app begins to read
    options.py          Faust's options, security.py  TLS and login
    watch.py            alive, and at work?
    pulse.py            figures and watch of a worker, run.py  the worker
    modules.py          finds the apps in a user's modules
    webhooks/           the shipped reaction: crossings posted to endpoints

Nothing else imports Faust, mode or aiokafka, and a user's module imports nothing else of Cairn.
"""

from schemas.decision import Decision
from schemas.milestone_crossed import MilestoneCrossed
from schemas.milestone_nudge import MilestoneNudge
from schemas.receipt import Receipt
from stream.reactions.app import App
from stream.reactions.records import Records
from stream.reactions.refusal import SetAside, TryAgain

__all__ = ["App", "Decision", "MilestoneCrossed", "MilestoneNudge", "Receipt", "Records", "SetAside", "TryAgain"]
