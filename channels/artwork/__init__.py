"""Draws the pictures of a milestone: stat card, animated badge, still icon, the monochrome badge of notifications.

Begin with `studio.py`. Everything that comes in is text made ready and a direction; nothing here knows a language.
"""
