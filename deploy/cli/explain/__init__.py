"""Why a contact was, or was not, celebrated: what is read, how it is put together, and how it is said.

facts.py           all that Kafka holds of one contact; with planner_state.py the only part that reads
planner_state.py   the planner's rows among it
event_glance.py    its usage events by name, and which metrics count them
explanation.py     the facts put together
celebration.py     a crossing or nudge with what became of it on each channel
waits.py           what a crossing waits for, by the planner's own core
standing_words.py  consent and addresses
masked.py          how an address is shown
reasons.py         every code in one plain sentence
words.py           what is said of a channel, and moments by the contact's clock
document.py        all of it as JSON
screen.py          all of it on one screen
"""
