"""Which language a contact gets, from which catalogues, and what is fallen back to."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from schemas.errors import CairnError
from templates.languages.counts import Counts
from templates.languages.language import UntranslatedError
from templates.languages.languages import Languages, load, shipped
from templates.languages.plural import categories
from templates.languages.pseudo import accented
from templates.languages.tags import locale_of
from templates.languages.wording import Plural, placeholders


def own(folder: Path, **catalogues: str) -> Path:
    (folder / "languages").mkdir(parents=True, exist_ok=True)
    for tag, text in catalogues.items():
        (folder / "languages" / f"{tag.replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("locale", "tag", "name"),
    [
        ("fr", "fr", "fr"),
        ("fr-CA", "fr-CA", "fr"),
        ("fr_CH", "fr-CH", "fr"),
        ("pt-BR", "pt-BR", "pt-BR"),
        ("pt-PT", "pt-PT", "pt-BR"),
        ("pt", "pt", "pt-BR"),
        ("zh-HK", "zh-HK", "zh-Hant"),
        ("zh_TW_#Hant", "zh-Hant-TW", "zh-Hant"),
        ("zh-CN", "en", "en"),
        ("fr-MA-u-nu-arab", "fr-MA-u-nu-arab", "fr"),
        ("fr-MA-u-nu-roman", "fr-MA", "fr"),
        ("en-GB-oed", "en-GB", "en"),
        ("zh-TW", "zh-TW", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant-HK", "zh-Hant"),
        ("fr-XX", "fr", "fr"),
        ("de", "en", "en"),
        ("en-US", "en-US", "en"),
        ("en-XA", "en", "en"),
        ("ar-XB", "en", "en"),
        ("", "en", "en"),
        ("nonsense \N{SNOWMAN}", "en", "en"),
    ],
)
def test_the_language_of_a_contact(locale: str, tag: str, name: str) -> None:
    """The nearest that is spoken, with the contact's own region for numbers and days; else the default, as it is."""
    language = load(("en", "fr", "pt-BR", "zh-Hant"), None).pick(locale)

    assert (language.tag, language.name) == (tag, name)


def test_the_first_language_is_the_default() -> None:
    """Whatever it is; what is not translated anywhere is English."""
    spoken = load(("fr", "pl"), None)

    assert spoken.pick("de").name == "fr"
    assert spoken.pick("de").is_default
    assert not spoken.pick("pl").is_default


def test_own_catalogues_win_and_fall_back(tmp_path: Path) -> None:
    """String by string: the region, the language, the shipped one, the default, English."""
    folder = own(
        tmp_path,
        fr_CA='texts: {headline.highest: "Sommet\\_: {amount}"}',
        fr='texts: {headline.highest: "Record\\_: {amount}", share.highest: "Record avec {product}"}',
        en='texts: {lead.first: "Well begun.", own.text: "Only English"}',
        de='texts: {lead.first: "Der Anfang ist gemacht."}',
    )
    spoken = load(("en", "fr-CA", "fr", "de"), folder)

    canadian, french, german = (spoken.pick(each) for each in ("fr-CA", "fr-FR", "de"))
    assert canadian.text("headline.highest", amount="7") == "Sommet\N{NO-BREAK SPACE}: 7"
    assert french.text("headline.highest", amount="7") == "Record\N{NO-BREAK SPACE}: 7"
    assert canadian.text("share.highest", product="Acme") == "Record avec Acme"
    assert canadian.text("email.path") == "Le chemin parcouru"
    assert german.text("lead.first") == "Der Anfang ist gemacht."
    assert german.text("email.path") == "Your path so far"
    assert french.text("own.text") == "Only English"


def test_a_plural_that_is_fallen_back_to_keeps_its_grammar(tmp_path: Path) -> None:
    """1 is `one` in English and in Japanese `other`."""
    folder = own(tmp_path, en='texts: {mine: {one: "a page", other: "{count} pages"}}')

    assert load(("en", "ja"), folder).pick("ja").text("mine", count=1) == "a page"


def test_words_of_a_milestone(tmp_path: Path) -> None:
    """By its id, or by that of its ladder with the rung's number, in its plural form."""
    folder = own(
        tmp_path,
        pl="""
milestones:
  documents:
    title:
      {one: "{number} dokument", few: "{number} dokumenty", many: "{number} dokumentów", other: "{number} dokumentu"}
    means: Sporo stron.
    links: {See more: Zobacz więcej}
  documents-500: {means: Pół tysiąca.}
  tips: {title: Porady}
""",
    )
    polish = load(("en", "pl"), folder).pick("pl").milestones

    assert [polish.title(f"documents-{each}") for each in (1, 2, 10)] == ["1 dokument", "2 dokumenty", "10 dokumentów"]
    assert (polish.means("documents-10"), polish.means("documents-500")) == ("Sporo stron.", "Pół tysiąca.")
    assert polish.link("documents-500", "See more") == "Zobacz więcej"
    assert polish.title("tips-3") == "Porady 3"
    assert (polish.title("other"), polish.means("other"), polish.link("tips", "See more")) == (None, None, None)


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (("en", "xx"), "'xx' is no language that the CLDR knows"),
        (("english",), "'english' is no language"),
        (("en-XA",), "'en-XA' is a pseudo-locale"),
        ((), "no language is named"),
    ],
)
def test_languages_that_are_none(names: tuple[str, ...], what: str) -> None:
    """Exit 2, with the setting to correct."""
    with pytest.raises(CairnError, match=what) as found:
        load(names, None)

    assert found.value.exit == 2
    assert "templates.languages" in str(found.value)


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_catalogue_is_whole(name: str) -> None:
    """Every key of English with every plural form of the language, and no placeholder that English lacks."""
    spoken = Languages((name,), None)
    language, english = spoken.default, spoken.english.texts
    catalogue = next(each.catalogue for each in spoken._of(name))

    assert spoken.mistakes == []
    assert list(catalogue.texts) == list(english)
    assert {"en", "fr", "pl", "ar"} == {*shipped()}
    for key, entry in catalogue.texts.items():
        assert placeholders(entry) == placeholders(english[key]), key
        assert isinstance(entry, Plural) or not isinstance(english[key], Plural), key
        if isinstance(entry, Plural):
            assert {*entry.forms} == {*language.categories}, key


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("en", ("one", "other")),
        ("fr", ("one", "many", "other")),
        ("pl", ("one", "few", "many", "other")),
        ("ar", ("zero", "one", "two", "few", "many", "other")),
        ("ja", ("other",)),
    ],
)
def test_plural_categories(name: str, expected: tuple[str, ...]) -> None:
    """As the CLDR has them."""
    locale = locale_of(name)
    assert locale
    assert categories(locale) == expected


def test_a_pseudo_locale_is_only_for_trying() -> None:
    """Accents, brackets and length that show what was never translated; its placeholders are filled all the same."""
    strange = load(("en",), None).pseudo("en-XA").text("headline.highest", amount="1,001 documents")

    assert strange.startswith("[Å ñéŵ ĥîĝĥ: 1,001 documents ")
    assert strange.endswith("]")
    assert len(accented("x" * 100)) >= 130
    assert load(("en",), None).pseudo("ar-XB").direction == "rtl"
    assert load(("en",), None, with_pseudo=True).pick("en-XA").tag == "en-XA"


def test_the_digits_that_a_contact_asks_for() -> None:
    """`-u-nu-` of the locale (UTS 35), on pages that it leads to as well."""
    spoken = load(("en", "ar"), None)

    assert spoken.pick("ar-EG").number("7") == "\N{ARABIC-INDIC DIGIT SEVEN}"
    assert spoken.pick("ar-EG-u-nu-latn").number("1000") == "1,000"
    assert spoken.of(spoken.pick("ar-EG-u-nu-latn").tag).number("7") == "7"


def test_an_accepted_language_is_the_closest() -> None:
    """Accept-Language of browsers: the same comparison as for a profile."""
    spoken = load(("en", "pt-BR", "zh-Hant"), None)

    assert spoken.accepted("it, zh-HK;q=0.9, en;q=0.5").name == "zh-Hant"
    assert spoken.accepted("zh-CN,pt-PT;q=0.8").name == "pt-BR"
    assert spoken.accepted("*;q=1, xx").name == "en"


def test_words_by_count(tmp_path: Path) -> None:
    """Title and meaning choose their form by the number reached, and name it as the language writes it."""
    folder = own(
        tmp_path,
        pl="""
milestones:
  yearly:
    means: {one: Rok razem., few: "{count} lata razem.", many: "{count} lat razem.", other: "{count} roku razem."}
    title: "{occurrence} raz, {threshold}"
""",
    )
    polish = load(("en", "pl"), folder).pick("pl").milestones

    def said(count: int) -> tuple[str | None, str | None]:
        shown = {"count": str(count), "occurrence": str(count), "threshold": f"{count} $", "value": str(count)}
        counts = Counts(Decimal(count), shown)
        return polish.means("yearly", counts), polish.title("yearly", counts)

    assert [said(each)[0] for each in (1, 2, 10)] == ["Rok razem.", "2 lata razem.", "10 lat razem."]
    assert said(3)[1] == "3 raz, 3 $"


def test_a_message_in_one_language_says_what_it_lacks(tmp_path: Path) -> None:
    """With `whole` nothing is taken from another language; the default one still falls back to English."""
    folder = own(tmp_path, de='texts: {lead.first: "Der Anfang."}', fr="texts: {}")
    spoken = load(("fr", "de", "fr-CA"), folder, whole=True)
    german = spoken.pick("de")

    assert german.text("lead.first") == "Der Anfang."
    with pytest.raises(UntranslatedError, match=r"texts\.lead\.reached"):
        german.text("lead.reached")
    with pytest.raises(UntranslatedError, match=r"rewards\.mug"):
        german.reward("mug")
    assert spoken.pick("fr-CA").text("email.path") == "Le chemin parcouru"
    assert spoken.for_pages(german).name == "fr"
    assert spoken.for_pages(spoken.pick("fr-CA")).name == "fr-CA"
    assert load(("de",), folder, whole=True).default.text("lead.reached").startswith("That took")
