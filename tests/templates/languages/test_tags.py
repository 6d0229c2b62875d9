"""Tags of languages fall back from the region to the language, however they are written."""

from __future__ import annotations

import pytest

from templates.languages.tags import chain, locale_of, tidy


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("fr", "fr"),
        ("FR-ca", "fr-CA"),
        ("pl_PL", "pl-PL"),
        ("pl_PL.UTF-8", "pl-PL"),
        ("sr_RS@latin", "sr-RS"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("", ""),
        ("français", ""),
        ("en" * 100, ""),
        ("<script>", ""),
    ],
)
def test_a_tag_is_tidied(written: str, tag: str) -> None:
    """Profiles have BCP 47, Java and POSIX names in any case; what is none of them is nothing."""
    assert tidy(written) == tag


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("fr-CA", ("fr-CA", "fr")),
        ("fr", ("fr",)),
        ("zh-Hant-TW", ("zh-Hant-TW", "zh-Hant", "zh")),
        ("zh-TW", ("zh-TW", "zh-Hant", "zh")),
        ("de-CH-1996", ("de-CH-1996", "de-CH", "de")),
        ("en-x-private", ("en-x-private", "en")),
        ("", ()),
    ],
)
def test_a_chain(tag: str, expected: tuple[str, ...]) -> None:
    """RFC 4647 section 3.4, with the script that a region writes; a lone letter goes with what follows it."""
    assert chain(tag) == expected


@pytest.mark.parametrize("tag", ["xx", "fr-XX", "en-XA", "fr-ZZ"])
def test_there_is_no_data_for_what_nobody_speaks(tag: str) -> None:
    """Babel would answer for a part of it."""
    assert locale_of(tag) is None
