"""Languages are chosen by the names that their speakers know."""

from __future__ import annotations

from deploy.preview.language_options import language_name, language_options, own_option
from templates.languages.languages import Languages


def test_languages_have_their_own_names() -> None:
    languages = Languages(("en", "pl", "ar", "pt-BR"), None, with_pseudo=True)
    assert language_options(languages) == [
        ("en", "English (en)"),
        ("pl", "polski (pl)"),
        ("ar", "العربية (ar)"),
        ("pt-BR", "português (Brasil) (pt-BR)"),
        ("en-XA", "Pseudo: long and accented (en-XA)"),
        ("ar-XB", "Pseudo: right to left (ar-XB)"),
    ]


def test_a_contacts_own_is_what_would_be_spoken() -> None:
    """Not what the profile says: nobody gets French where it is not spoken."""
    languages = Languages(("en", "pl"), None)
    assert own_option(languages, "pl_PL") == "own: polski"
    assert own_option(languages, "fr") == "own: English"
    assert own_option(languages, None) == "none, so English"


def test_a_tag_without_data_is_its_own_name() -> None:
    assert language_name("xx") == "xx"
