"""The email channel: a delivery becomes one message, handed to one mail server by SMTP (RFC 5321).

Read from the top down:

sender.py      what the dispatcher calls; `make_sender` refuses settings that cannot work
account.py     the settings, checked: the server, the letterhead
message.py     content to bytes, by header.py, body.py and address.py, which let nothing of a value become structure;
               what templates have for everybody is encoded once
exchange.py    one message over one connection, and the second try that an idle connection is owed
pool.py        connections that wait for the next message; connection.py is one of them, replies.py reads what comes;
               MAIL, RCPT and DATA go together where the server offers PIPELINING (RFC 2920)
status.py      replies to outcomes, by reply.py and wording.py; fault.py does it for lost connections, time and TLS
doubt.py       what many recipients are refused with in words that nobody knows is about us
probe.py       the same conversation without a message, for `cairn doctor`
"""
