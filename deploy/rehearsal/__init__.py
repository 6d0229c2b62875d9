"""Celebrations that never happened: what `cairn send-test` sends and `cairn preview` shows is made here, in one way.

crossing.py    a crossing, as the tracker would have written it
nudge.py       a nudge likewise
past.py        milestones reached before
ladder.py      the milestones that lie on one metric
"""
