"""Why a contact was, or was not, celebrated: what is read, how it is put together, and how it is said.

facts.py           all that Kafka holds of one contact; with planner_state.py the only part that reads
planner_state.py   the planner's rows among it
event_glance.py    its usage events by name, and which metrics count them
explanation.py     the facts put together
handed_out.py      what each attempt of a delivery was to tell
celebration.py     a crossing or nudge with what became of it on each channel
named.py           what people call a crossing or nudge
forecast.py        the planner's own looks from now on, on a copy of what waits
waits.py           what a crossing waits for by those looks, and how that ends
standing_words.py  consent and addresses
masked.py          how an address is shown
reasons.py         every code in one plain sentence
clock.py           moments by the contact's clock
wait_words.py      what is said of a wait
words.py           what is said of a channel
document.py        all of it as JSON
screen.py          all of it on one screen
"""
