"""The runtime that every dispatcher shares: deliveries in, one provider asked, receipts out.

outcome.py    what became of one request, as a value
sender.py     what a channel must be able to do
"""
