"""The web push channel: from a rendered notification to one request to a push service, and what became of it.

keys.py         VAPID key pairs
subject.py      how push services reach us
vapid.py        who we are, signed for each push service
payload.py      what sw.js reads
encryption.py   for the eyes of one browser
answers.py      what push services say, as a table with its sources
status.py       what an answer means, by that table or by its status
sender.py       all of it together
browser/        what an application serves: sw.js and subscribe.js

Which endpoints are let in, where they lead and how one is posted to: `stream.runtime.outbound`.
"""
