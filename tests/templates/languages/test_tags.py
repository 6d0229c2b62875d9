"""Tags of languages fall back from the region to the language, however they are written."""

from __future__ import annotations

import pytest
from babel.localedata import locale_identifiers
from hypothesis import given
from hypothesis import strategies as st

from templates.languages.tags import chain, closest, locale_of, own_chain, tidy


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("fr", "fr"),
        ("FR-ca", "fr-CA"),
        ("pl_PL", "pl-PL"),
        ("pl_PL.UTF-8", "pl-PL"),
        ("sr_RS@latin", "sr-Latn-RS"),
        ("uz_UZ@cyrillic", "uz-Cyrl-UZ"),
        ("de_DE.UTF-8@euro", "de-DE"),
        ("ca_ES@valencia", "ca-ES-valencia"),
        ("en_US_POSIX", "en-US"),
        ("C.UTF-8", ""),
        ("iw", "he"),
        ("in_ID", "id-ID"),
        ("ji", "yi"),
        ("tl-PH", "fil-PH"),
        ("sh", "sr-Latn"),
        ("mo", "ro"),
        ("cmn-Hans-CN", "zh-Hans-CN"),
        ("zh-yue-HK", "yue-HK"),
        ("zh_TW_#Hant", "zh-Hant-TW"),
        ("zh__#Hans", "zh-Hans"),
        ("zh-CHT", "zh-Hant"),
        ("no_NO_NY", "nn-NO"),
        ("en-UK", "en-GB"),
        ("en-USA", "en-US"),
        ("sr-CS", "sr-RS"),
        ("deu-DEU", "de-DE"),
        ("ar-EG-u-nu-latn", "ar-EG-u-nu-latn"),
        ("th-TH-u-ca-buddhist-nu-thai", "th-TH-u-nu-thai"),
        ("en-GB-u-hc-h12", "en-GB"),
        ("i-klingon", "tlh"),
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
        ("zh-Hant-TW", ("zh-Hant-TW", "zh-TW", "zh-Hant")),
        ("zh-TW", ("zh-TW", "zh-Hant-TW", "zh-Hant")),
        ("zh-MO", ("zh-MO", "zh-Hant-MO", "zh-Hant-HK", "zh-HK", "zh-Hant")),
        ("zh-CN", ("zh-CN", "zh-Hans-CN", "zh", "zh-Hans")),
        ("sr-Latn", ("sr-Latn",)),
        ("sr-ME", ("sr-ME", "sr-Latn-ME", "sr-Latn")),
        ("es-MX", ("es-MX", "es-419", "es")),
        ("en-GB", ("en-GB", "en-001", "en")),
        ("pt-AO", ("pt-AO", "pt-PT", "pt")),
        ("nb", ("nb", "no")),
        ("ar-EG-u-nu-latn", ("ar-EG-u-nu-latn", "ar-EG", "ar")),
        ("de-CH-1996", ("de-CH-1996", "de-CH", "de")),
        ("en-x-private", ("en-x-private", "en")),
        ("", ()),
    ],
)
def test_a_chain(tag: str, expected: tuple[str, ...]) -> None:
    """The parents of the CLDR, with the script that a region writes; another script is another written language."""
    assert chain(tag) == expected


@pytest.mark.parametrize(
    ("tag", "names", "expected"),
    [
        ("fr-CA", "en fr", "fr"),
        ("fr-CA", "en fr-FR", "fr-FR"),
        ("iw", "en he", "he"),
        ("he-IL", "en iw", "iw"),
        ("in", "en id", "id"),
        ("tl", "en fil", "fil"),
        ("zh-HK", "en zh-Hans zh-Hant", "zh-Hant"),
        ("zh-HK", "en zh-CN zh-TW", "zh-TW"),
        ("zh-HK", "en zh", None),
        ("zh-SG", "en zh-TW zh-CN", "zh-CN"),
        ("zh", "en zh-TW zh-CN", "zh-CN"),
        ("zh-Hant", "en zh-HK", "zh-HK"),
        ("zh-MO", "zh-TW zh-HK", "zh-HK"),
        ("sr-Latn", "en sr", None),
        ("sr", "en sr-Latn", None),
        ("sr-RS", "sr-Latn sr-Cyrl", "sr-Cyrl"),
        ("sr-ME", "en sr sr-Latn", "sr-Latn"),
        ("sh", "en sr-Latn", "sr-Latn"),
        ("pt", "en pt-BR", "pt-BR"),
        ("pt-PT", "en pt-BR", "pt-BR"),
        ("pt-AO", "en pt-BR pt-PT", "pt-PT"),
        ("es-AR", "es-ES es-419", "es-419"),
        ("es-AR", "es-ES es-MX", "es-MX"),
        ("es-ES", "en es-419", "es-419"),
        ("en-AU", "en-US en-GB", "en-GB"),
        ("en-GB", "en-US en-001", "en-001"),
        ("nb-NO", "en nb", "nb"),
        ("no", "en nb", "nb"),
        ("nb", "en nn no", "no"),
        ("nn", "en no", "no"),
        ("ar-EG-u-nu-latn", "en ar", "ar"),
        ("ms", "en id", None),
        ("it", "en in", None),
        ("en", "enm", None),
        ("und", "en fr", None),
    ],
)
def test_the_closest_of_some(tag: str, names: str, expected: str | None) -> None:
    """What is written for a reader; never by the letters alone, and never in a script that was not asked for."""
    assert closest(tag, tuple(names.split())) == expected


@given(st.sampled_from(locale_identifiers()))
def test_every_locale_of_the_cldr(identifier: str) -> None:
    """Is a tag, is the closest to itself, falls back to no other script, and ends."""
    tag = tidy(identifier)

    assert tidy(tag) == tag
    assert closest(tag, (tag,)) == tag
    assert {*own_chain(tag)} <= {*chain(tag)}
    assert chain(tag)[0] == tag
    assert len(chain(tag)) < 12


@given(st.text(max_size=80))
def test_any_text_is_a_tag_or_none(text: str) -> None:
    """A profile may say anything."""
    tag = tidy(text)

    assert tidy(tag) == tag
    assert closest(tag, ("en", "zh-Hant", "sr-Latn")) in (None, "en", "zh-Hant", "sr-Latn")


@pytest.mark.parametrize("tag", ["xx", "fr-XX", "en-XA", "fr-ZZ"])
def test_there_is_no_data_for_what_nobody_speaks(tag: str) -> None:
    """Babel would answer for a part of it."""
    assert locale_of(tag) is None
