"""Celebrating: whom, on which channel, when. Pure, like the rest of the core.

standing.py    what a contact has said and done about messages; tightens by accident, never loosens (guarantee G7)
reach.py       what a profile and a standing allow on each channel, now
audience.py    whom a milestone is for
hours.py       when a message may go out in the contact's own time
cap.py         how many messages a contact has had
weigh.py       what is for and against one crossing or nudge, by itself
rank.py        which of them speak of the same thing, and which says it best
look.py        what of all that waits is said now: one on each channel, the others absorbed, held or lines of it
settle.py      what a look leaves in the row
admit.py       how long a newcomer waits for others
compose.py     what a message says
form.py        a message encoded once, with blanks for what differs from contact to contact
again.py       what a delivery that came back still tells
"""
