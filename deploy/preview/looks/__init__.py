"""How programs show a notification: what fits, what is left out.

look.py        one program: its bounds, and which pictures it shows
browsers.py    web push, as browsers hand it to the system
phones.py      notifications of apps, by FCM
"""
