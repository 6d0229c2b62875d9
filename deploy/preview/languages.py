"""Which languages messages can be looked at in."""

from __future__ import annotations

from stream.runtime.settings import Settings


def languages_of(settings: Settings) -> tuple[str, ...]:
    """Return the BCP 47 tags to choose from, the default first: the languages that the installation speaks."""
    spoken = getattr(settings.templates, "languages", None) or ("en",)
    return tuple(str(each) for each in spoken)
