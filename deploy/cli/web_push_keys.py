"""`cairn web-push keys`: a VAPID key pair for web push."""

from __future__ import annotations

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from stream.runtime.exits import Exit


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn web-push`."""
    verb(group, "keys")(keys)


def keys(invocation: Invocation) -> Exit:
    """Make a VAPID key pair: who sends, for push services and browsers.

    Needed once. Browsers are bound to the public key that they subscribed with: another pair cuts all of them off.
    """
    from channels.web_push.keys import SETTING, VapidKeys
    from stream.runtime.environment import variable_of

    made, out = VapidKeys.generate(), invocation.out
    variable = variable_of(SETTING)
    if invocation.as_json:
        document = {
            "private_key": made.private,
            "public_key": made.public,
            "setting": SETTING,
            "variable": variable,
        }
        out.document(document)
        return Exit.OK
    # Not by a table: it would fold a key at the edge of the terminal, and half a key is what would be copied.
    typer.echo(f"private key  {made.private}\npublic key   {made.public}")
    out.note(f"The private key is a secret: set {variable} to it, or {SETTING} in cairn.toml.")
    out.note("The public key is for your pages: applicationServerKey of subscribe.js.")
    out.note("Keep both. Browsers are bound to the key that they subscribed with, and another pair cuts them off.")
    return Exit.OK
