"""The settings of a preview: the installation's own, but for links, which lead to the preview."""

from __future__ import annotations

from stream.runtime.settings import Settings

PORTAL = "/portal"
"""Where the portal answers under the preview's own address."""
_SENDER = "hello@example.com"
_POSTAL = "Your postal address (email.postal_address)"
_ENDLESS = 1e9


def preview_settings(settings: Settings, root: str, key: str) -> Settings:
    """Return the settings that messages of the preview are rendered with.

    What is not set yet is made up, so that a milestones file alone is enough; the checks beside say so.

    Args:
        settings: the installation's own.
        root: the preview's own address, without a slash at its end.
        key: a throw-away key for links, at least 32 bytes: no link of a preview opens anything elsewhere.
    """
    portal = settings.portal.model_copy(
        update={
            "public_url": f"{root}{PORTAL}",
            "keys": (key,),
            # One browser asks for dozens of frames and pictures at once.
            "requests_per_second": _ENDLESS,
            "burst": int(_ENDLESS),
        }
    )
    email = settings.email.model_copy(
        update={
            "sender": settings.email.sender or _SENDER,
            "postal_address": settings.email.postal_address or _POSTAL,
        }
    )
    return settings.model_copy(update={"portal": portal, "email": email})
