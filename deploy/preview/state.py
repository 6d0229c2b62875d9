"""What the page shows, as its address says it: paste the address to a colleague, and they see the same. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from deploy.preview.looks.browsers import BROWSERS
from deploy.preview.unfurl import CARDS

CHANNELS = {
    "everything": ("all",),
    "email": ("both", "desktop", "phone", "text", "headers", "source"),
    "web-push": ("all", *(each.id for each in BROWSERS)),
    "phone": ("all", "android", "iphone"),
    "share": ("desktop", "phone"),
    "card": ("all", *(each.id for each in CARDS)),
    "unsubscribe": ("desktop", "phone"),
}
"""Channels, and the views of each; the first is the default."""
SCHEMES = ("light", "dark")
IMAGES = ("on", "off")
REACHED = "reached"
EXACT, BEYOND = "exact", "beyond"
OWN = "own"
"""The locale that the contact has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One address of the preview.

    - `milestone`, `contact`: their ids. `locale`: a BCP 47 tag, or `own`: what the contact's profile says.
    - `moment`: `reached`, or a nudge: `near`, `stuck`.
    - `occurrence`: which time it is, from 1, of a milestone that comes again and again.
    - `value`: the number reached: `exact` (the threshold), `beyond` (one more), or a number in digits.
    - `channel`, `view`: as in `CHANNELS`. `scheme`: light or dark. `images`: on or off, of the email.
    """

    milestone: str
    moment: str = REACHED
    occurrence: int = 1
    value: str = EXACT
    contact: str
    locale: str = OWN
    channel: str = "everything"
    view: str = "all"
    scheme: str = "light"
    images: str = "on"

    def address(self, path: str = "/", **changes: object) -> str:
        """Return the address of this state with some of it changed; another channel begins with its first view."""
        if "channel" in changes and "view" not in changes:
            changes["view"] = CHANNELS[str(changes["channel"])][0]
        state = replace(self, **changes)  # type: ignore[arg-type]  # the fields are checked by their names
        pairs = [(each.name, str(getattr(state, each.name))) for each in fields(state)]
        return f"{path}?{urlencode(pairs)}"
