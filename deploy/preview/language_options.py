"""The languages as one chooses them: by their own names. Pure."""

from __future__ import annotations

from templates.languages.languages import Languages
from templates.languages.pseudo import ACCENTED, MIRRORED, PSEUDO
from templates.languages.tags import locale_of

_PSEUDO = {ACCENTED: "Pseudo: long and accented", MIRRORED: "Pseudo: right to left"}


def language_options(languages: Languages) -> list[tuple[str, str]]:
    """Return (tag, label) of each language of the installation, `polski (pl)`, and then of the pseudo-locales."""
    return [(each, f"{language_name(each)} ({each})") for each in (*languages.names, *PSEUDO)]


def own_option(languages: Languages, locale: str | None) -> str:
    """Return what a contact's own locale leads to: `own: polski`."""
    if not locale:
        return f"none, so {language_name(languages.default.name)}"
    return f"own: {language_name(languages.of(locale).name)}"


def language_name(tag: str) -> str:
    """Return the name of a language in itself; the tag where the CLDR has none."""
    locale = None if tag in _PSEUDO else locale_of(tag)
    return _PSEUDO.get(tag) or (locale.get_display_name() if locale else None) or tag
