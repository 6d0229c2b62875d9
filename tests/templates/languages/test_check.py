"""Missing and mistaken strings fail the check, all at once, as file:line with what to paste; never a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import CairnError
from schemas.milestones import Document, read_document
from templates.chain import HEADLINE, LEAD, chain
from templates.checking.check import check
from templates.checking.missing import missing
from templates.checking.samples import samples
from templates.checking.trial import Trial
from templates.folder import SHIPPED
from templates.installed import load
from templates.languages.languages import Languages, shipped
from templates.library import Library
from tests.templates.languages.test_languages import own

FILE = """
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics:
  documents: {count: events, from: document}
  widgets: {count: events, from: widget}
  pages: {sum: value, from: page, unit: sheets}
  hours: {sum: value, from: hour, unit: hours}
  revenue: {sum: amount, from: paid, unit: USD}
  day_streak: {streak: days, from: session}
milestones:
  - {id: documents, when: {documents: [10, 100]}, tier: major, means: Many., call_to_action: {text: Go on, url: /a}}
  - {id: widgets, when: {widgets: 5}, reward: free_month, tier: major, means: Five.}
  - {id: pages, when: {pages: 5}}
  - {id: hours, when: {hours: 5}}
  - {id: revenue, when: {revenue: 5}}
  - {id: week, when: {day_streak: 7}}
  - {id: all, when: {all_of: [pages, week]}}
  - {id: gone, when: {widgets: 9}, tier: major, means: Nine., status: retired}
"""


def document() -> Document:
    found = read_document(FILE)
    assert isinstance(found, Document), found
    return found


def lacking(folder: Path, *names: str) -> list[str]:
    languages = Languages(names, folder)
    found = missing(languages, document(), folder)
    return [str(each).replace(f"{folder}/", "").replace("\n    ", " | ") for each in found]


def mistakes(folder: Path, *names: str, files: dict[str, str] | None = None) -> list[str]:
    for name, text in (files or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    found = check(folder, Languages(names or ("en", "pl"), folder))
    return [str(each).replace(f"{folder}/", "").replace("\n    ", " | ") for each in found]


def test_english_alone_lacks_nothing(tmp_path: Path) -> None:
    """What the milestones file says is all that it needs."""
    assert lacking(tmp_path, "en") == []


def test_every_missing_string_is_named_at_once(tmp_path: Path) -> None:
    """Meanings, links, rewards, nouns, titles without a number: each with what to paste and where."""
    found = lacking(tmp_path, "en", "pl")
    file = "languages/pl.yaml:1: "
    forms = '{one: "…", few: "…", many: "…", other: "…"}'

    assert found == [
        f"{file}metrics.widgets is missing | write, translated:  metrics: {{widgets: {forms}}}",
        f'{file}milestones.all.title is missing | write, translated:  milestones: {{all: {{title: "…"}}}}',
        f"{file}milestones.documents.links.Go on is missing"
        ' | write, translated:  milestones: {documents: {links: {"Go on": "…"}}}',
        f"{file}milestones.documents.means is missing"
        ' | write, translated:  milestones: {documents: {means: "Many."}}',
        f'{file}milestones.widgets.means is missing | write, translated:  milestones: {{widgets: {{means: "Five."}}}}',
        f'{file}rewards.free_month is missing | write, translated:  rewards: {{free_month: "…"}}',
        f"{file}units.sheets is missing | write, translated:  units: {{sheets: {forms}}}",
    ]


def test_what_is_missing_points_to_the_nearest_line(tmp_path: Path) -> None:
    """And gives what belongs below it; a rung that has its own words needs none of its ladder."""
    text = "milestones:\n  widgets:\n    title: Pięć\n  documents-10: {means: Dużo.}\n"
    found = lacking(own(tmp_path, pl=text), "en", "pl")

    assert (
        "languages/pl.yaml:2: milestones.widgets.means is missing"
        ' | below milestones.widgets write, translated:  means: "Five."' in found
    )
    assert any(each.startswith("languages/pl.yaml:1: milestones.documents-100.means is missing") for each in found)
    assert not any("documents-10.means" in each for each in found)


def test_a_default_language_that_is_not_english_needs_nouns_alone(tmp_path: Path) -> None:
    """The file is written in it, but its ids are English."""
    found = lacking(tmp_path, "pl")

    assert [each.partition(" is missing")[0].partition(": ")[2] for each in found] == [
        "metrics.widgets",
        "milestones.all.title",
        "rewards.free_month",
        "units.sheets",
    ]


def test_a_language_of_ones_own_is_whole(tmp_path: Path) -> None:
    """Every text of Cairn is missing in it at first, with the English one to translate, by its plural forms."""
    found = lacking(tmp_path, "en", "de")

    texts = [each for each in found if ": texts." in each]
    assert len(texts) == len(Languages(("en",), None).english.texts)
    assert any(each.endswith('texts: {action.open: "Open {product}"}') for each in texts)
    assert any('{lead.composite: {one: "{number} part' in each for each in texts)


def test_names_that_the_file_does_not_have(tmp_path: Path) -> None:
    """Nobody would ever see those words."""
    text = """
metrics: {widgetts: {name: x}}
rewards: {free_moth: x}
units: {sheet: x}
milestones:
  document: {means: x}
  documents-11: {means: x}
  documents: {links: {Go onn: x}}
"""
    found = "\n".join(lacking(own(tmp_path, pl=text), "en", "pl"))

    for said in (
        "pl.yaml:2: the milestones file has no metric 'widgetts' | did you mean 'widgets'?",
        "pl.yaml:3: the milestones file has no reward 'free_moth' | did you mean 'free_month'?",
        "pl.yaml:4: the milestones file has no unit 'sheet' | did you mean 'sheets'?",
        "pl.yaml:6: the milestones file has no milestone 'document' | did you mean 'documents'?",
        "pl.yaml:7: the milestones file has no milestone 'documents-11'",
        "pl.yaml:8: no link of documents has the text 'Go onn' | did you mean 'Go on'?",
    ):
        assert said in found


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("text: {}", "pl.yaml:1: there is no section 'text' | did you mean 'texts'?"),
        ("texts: [a]", "pl.yaml:1: texts is no map"),
        ("- a", "pl.yaml:1: it is no map"),
        ("texts: {a: b", "it is not YAML"),
        ("texts: {}\ntexts: {}", "pl.yaml:2: it is not YAML: found duplicate key"),
        ("texts:\n  lead.first: 7", "pl.yaml:2: texts.lead.first is no text"),
        ("texts:\n  lead.first:", "pl.yaml:2: texts.lead.first is no text"),
        ("texts:\n  lead.fist: a", "pl.yaml:2: no template asks for the text 'lead.fist' | did you mean 'lead.first'?"),
        (
            'texts:\n  lead.passed: "{amout}"',
            "texts.lead.passed has {amout}, which nothing fills | did you mean 'amount'?",
        ),
        ('texts:\n  lead.passed: "{ amount }"', "texts.lead.passed has a brace that belongs to no placeholder"),
        (
            "texts:\n  lead.composite: {one: a, other: b}",
            "pl.yaml:2: texts.lead.composite lacks the plural form 'few' or 'many'",
        ),
        (
            "texts:\n  lead.composite: {one: a, two: a, few: a, many: a, other: b}",
            "pl.yaml:2: 'two' is no plural form of this language | this language has one, few, many, other",
        ),
        (
            "texts:\n  lead.composite: {one: a, fev: a, many: a, other: b}",
            "'fev' is no plural form of this language | did you mean 'few'?",
        ),
        (
            "metrics:\n  documents: {name: a, one: b}",
            "metrics.documents lacks the plural form 'few', 'many' or 'other'",
        ),
        ("milestones:\n  a: {mean: x}", "pl.yaml:2: a milestone has no 'mean' here | did you mean 'means'?"),
        ('milestones:\n  a: {means: "{name}"}', "milestones.a.means has {name}, which nothing fills here"),
        (
            'milestones:\n  a: {title: "{name}"}',
            "milestones.a.title has {name}, which nothing fills here"
            " | {number}, {count}, {occurrence}, {threshold}, {value} are filled",
        ),
        ("texts:\n  lead.first: " + "a" * 1001, "texts.lead.first has 1001 characters; 1000 are allowed"),
    ],
)
def test_a_mistake_in_a_catalogue(tmp_path: Path, text: str, mistake: str) -> None:
    """Form, keys, placeholders and plural forms; a dispatcher does not start with it either."""
    found = mistakes(own(tmp_path, pl=text))

    assert any(mistake in each for each in found), found
    with pytest.raises(CairnError) as refused:
        load(tmp_path, ("en", "pl"))
    assert refused.value.exit == 1


@pytest.mark.parametrize(
    ("files", "mistake"),
    [
        (
            {"count/lead.txt": "\nYou made {{ value.phrase }}"},
            "count/lead.txt:2: 'You made' is of one language, and 'pl' is spoken too | write ",
        ),
        (
            {"count/lead.txt": '{{ text("lead.fist") }}'},
            "no catalogue has a text 'lead.fist' | did you mean 'lead.first'?",
        ),
        (
            {"count/lead.txt": '{{ text("lead.passed") }}'},
            "count/lead.txt:1: the text 'lead.passed' needs a value for {amount}",
        ),
        ({"count/lead.fr.txt": "Oui"}, "count/lead.fr.txt:1: no message is in 'fr' | add it to templates.languages"),
        ({"count/lead.PL.txt": "Tak"}, "count/lead.PL.txt:1: no message is in 'PL' | write it as pl"),
        ({"languages/fr.yaml": ""}, "languages/fr.yaml:1: no message is in 'fr'"),
        ({"languages/pl.yml": ""}, "languages/pl.yml:1: catalogues end with .yaml"),
        ({"count/lead.pl.txt": "{{ nextt }}"}, "count/lead.pl.txt:1: 'nextt' is not known here"),
        (
            {"count/lead.pl.txt": "{{ next.percent }}"},
            "count/lead.pl.txt:1: in pl it fails for a message that may come",
        ),
        ({"count/lead.pl.txt": "długo " * 100}, "in pl it gives 599 characters for an ordinary message; 300 fit"),
    ],
)
def test_a_mistake_in_a_template(tmp_path: Path, files: dict[str, str], mistake: str) -> None:
    """Words of one language, texts that there are not, languages that are not spoken; each is tried in all."""
    found = mistakes(tmp_path, files=files)

    assert any(mistake in each for each in found), found


@pytest.mark.parametrize(
    "files",
    [
        {"count/lead.txt": "You made it, {{ contact.name or '' }}", "count/lead.pl.txt": "Gotowe"},
        {"count/lead.txt": "{{ value.phrase }} · {{ value.number }}!"},
        {
            "count/lead.txt": '{{ text("mine.lead", what=value) }}',
            "languages/en.yaml": 'texts: {mine.lead: "Got {what}"}',
        },
        {"count/lead.pl-PL.txt": "Gotowe"},
    ],
)
def test_sound_templates(tmp_path: Path, files: dict[str, str]) -> None:
    """A file beside it for each other language, no words at all, or words of a catalogue of one's own."""
    assert mistakes(tmp_path, files=files) == []


def test_the_file_of_a_language_is_taken_first(tmp_path: Path) -> None:
    """In each folder: by the language's chain, before the file for all."""
    for name, text in {"lead.txt": "all", "lead.pl.txt": "pl", "lead.en-US.txt": "us"}.items():
        (tmp_path / "count").mkdir(exist_ok=True)
        (tmp_path / "count" / name).write_text(text)
    library = Library(tmp_path, Languages(("en", "pl", "fr"), tmp_path))
    folders = chain("count", "minor", None)

    def lead(tag: str) -> str:
        return library.render(LEAD, folders, {"language": tag})

    assert {tag: lead(tag) for tag in ("en", "en-US", "pl", "pl-PL", "fr-CA")} == {
        "en": "all",
        "en-US": "us",
        "pl": "pl",
        "pl-PL": "pl",
        "fr-CA": "all",
    }


@pytest.mark.parametrize("name", [*shipped(), "fr-CA", "ar-EG", "en-XA", "ar-XB"])
def test_every_shipped_template_in_every_language(name: str) -> None:
    """Every kind, tier and sample fits its channel, as the checks of own templates judge it."""
    spoken = Languages(shipped(), None)
    trial = Trial(Library(None, spoken), SHIPPED, frozenset(), set(), spoken.of(name))

    assert list(trial.mistakes(set())) == []


def test_a_missing_string_never_fails_a_message(tmp_path: Path) -> None:
    """A language that has nothing says it in the default one, with its own numbers and days."""
    library = load(own(tmp_path, de='texts: {headline.passed: "{amount} geschafft"}'), ("en", "de"))
    german = library.languages.pick("de")
    context = samples("sum", "major", german)[0]
    folders = chain("sum", "major", None)

    assert library.render(HEADLINE, folders, context.values()).strip() == "1.000 documents geschafft"
    assert library.render(LEAD, folders, context.values()).startswith("You are at 1.001 documents now")
