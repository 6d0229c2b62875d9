"""Mobile push by FCM's HTTP v1 API; the only importer of firebase-admin and google-auth.

sender.py            begin here: one delivery, one request, one outcome
message.py           a notification as FCM takes it
client.py            the request
answers.py           what FCM's answers mean, as a table with its sources
status.py            reads an answer by it
service_account.py   the credentials file, checked
access_token.py      one OAuth2 token for all requests, fetched anew before it expires
google_token.py      where it comes from

firebase-admin builds and checks messages. It does not send them: its client repeats a POST after a lost connection and
up to four times after 500 or 503, sleeps inside the call when an answer has Retry-After, and waits 120 s, each of which
would send twice or hold a delivery past its lease. Its asynchronous call goes by httpx with retries of its own, and
takes 3.0 ms of CPU for a message; the request that is made here, once, on one event loop, takes 0.3 ms.
"""
