"""The web push channel: from a rendered notification to one request to a push service, and what became of it.

keys.py         VAPID key pairs
vapid.py        who we are, signed for each push service
payload.py      what sw.js reads
encryption.py   for the eyes of one browser
status.py       what a push service's answer means
sender.py       all of it together
browser/        what an application serves: sw.js and subscribe.js

Which endpoints are let in, where they lead and how one is posted to: `stream.runtime.outbound`.
"""
