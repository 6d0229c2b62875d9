"""Draws the pictures of messages: `python -m templates.pictures OUT_DIR` writes them, the same bytes each time.

They lie in the portal's assets, which serves them. Nothing but the standard library is needed.
"""
