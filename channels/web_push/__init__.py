"""The web push channel: from a rendered notification to one request to a push service, and what became of it.

endpoint.py     which endpoints are let in: they are addresses that strangers chose
addresses.py    which addresses are public
resolver.py     connections go to addresses that were judged, and to no others
keys.py         VAPID key pairs
vapid.py        who we are, signed for each push service
payload.py      what sw.js reads
encryption.py   for the eyes of one browser
transport.py    one request, and how much of the answer is read
status.py       what a push service's answer means
sender.py       all of it together
browser/        what an application serves: sw.js and subscribe.js
"""
