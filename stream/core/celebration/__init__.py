"""Celebrating: whom, on which channel, when. Pure, like the rest of the core.

standing.py    what a contact has said and done about messages; tightens by accident, never loosens (promise 7)
reach.py       what a profile and a standing allow on each channel, now
audience.py    whom a milestone is for
hours.py       when a message may go out in the contact's own time
cap.py         how many messages a contact has had
"""
