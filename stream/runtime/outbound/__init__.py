"""Requests to addresses that somebody else chose: which are let in, where they lead, what an answer asks for.

    endpoint.py     which addresses are let in, by their form
    addresses.py    which IP addresses a host may have: public ones
    resolver.py     looks names up, so that a connection leads only to an address that was judged
    tls.py          what certificates are verified by
    transport.py    one request: no redirect, no proxy, no cookie, bounded in time and size
    retry_after.py  how long an answer asks to be left alone

It needs aiohttp, which the extras `channels` and `reactions` bring.
"""
