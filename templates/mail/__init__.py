"""Makes the HTML of an email at load, so that nothing but Jinja is left to do for a message.

Begin with `mail.py`. `pieces.py` cuts a source into text and Jinja tags, `flatten.py` resolves what it extends and
includes, `markup.py` finds out where each tag stands (`events.py`), `protect.py` puts placeholders there that MJML and
an HTML parser keep in their places, `render.py` runs both, `shorten.py` writes the page shorter, `restore.py` puts the
tags back. Pure but for the loader of the sources.
"""
