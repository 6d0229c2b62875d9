"""Titles, meanings and units of the milestones file: by plural form and occurrence, in each contact's language."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import pytest

from channels.render.content import EmailContent, PushContent, Renderer
from channels.render.make import make_renderer
from deploy.rehearsal.crossing import made_up_crossing, milestone_named
from deploy.rehearsal.past import made_up_past
from schemas.delivery import EmailTo, Message, decode_delivery, encode_delivery
from schemas.milestones import Document, read_document
from stream.core.celebration.compose import Composer, delivery
from stream.runtime.settings import Templates
from tests.channels.render.installation import settings
from tests.channels.render.story import ADA, FRIDAY

CONTRACT = Path(__file__).parents[2] / "schemas" / "milestones" / "contract.yaml"
FILE = """
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics:
  team: {count: events, from: joined}
  seats: {count: events, from: taken, unit: {one: seat, other: seats}}
  widgets: {count: events, from: made}
  projects: {count: events, from: created}
  pages: {sum: value, from: page, unit: sheets}
  revenue: {sum: amount, from: paid, unit: USD}
milestones:
  - {id: first-team, when: {team: 1}}
  - {id: first-seat, when: {seats: 1}}
  - {id: first-widget, when: {widgets: 1}}
  - {id: first-project, when: {projects: 1}}
  - {id: first-dollar, when: {revenue: 1}}
  - {id: titled, when: {team: 3}, title: Three of you}
  - {id: ten, when: {seats: 10}}
  - {id: crowd, when: {team: [20, 30]}, title: {one: "{count} friend", other: "{count} friends"}}
  - {id: club, when: {revenue: every 5000}, means: "Round {occurrence}: {threshold}, and you have {value} ({count})."}
  - {id: plain, when: {pages: every 500}, means: 500 sheets!}
  - {id: still, when: {pages: every 5000}, means: You are still going.}
  - {id: yearly, when: {signed_up: every 1 year}, means: {one: A year together., other: "{count} years together."}}
  - {id: onboarded, when: {all_of: [first-team, first-seat]}, title: All set}
"""
POLISH = """
metrics: {team: {one: osoba, few: osoby, many: osób, other: osoby}}
units: {seats: {one: miejsce, few: miejsca, many: miejsc, other: miejsca}}
milestones:
  yearly:
    means: {one: Rok razem., few: "{count} lata razem.", many: "{count} lat razem.", other: "{count} roku razem."}
  titled: {title: Jest was troje}
  plain: {means: "500 kartek!"}
"""


def document(text: str = FILE) -> Document:
    found = read_document(text)
    assert isinstance(found, Document), [str(each) for each in found]
    return found


def message(milestone: str, occurrence: int = 1, text: str = FILE) -> Message:
    file = document(text)
    found = milestone_named(file, milestone)
    value = found.every * occurrence if found.every else None
    crossing = made_up_crossing(file, 1, found, ADA, value, FRIDAY, anniversary=occurrence)
    past = made_up_past(file, found, occurrence, FRIDAY)
    return Composer(file, found.entry, "key").message(crossing, ADA, {}, past)


@cache
def made_for(folder: Path | None, languages: tuple[str, ...], missing: Literal["mixed", "whole"]) -> Renderer:
    templates = Templates(folder=folder, languages=languages, missing=missing)
    return make_renderer(settings().model_copy(update={"templates": templates}))


def said(
    milestone: str,
    occurrence: int = 1,
    locale: str = "en",
    folder: Path | None = None,
    missing: Literal["mixed", "whole"] = "mixed",
    text: str = FILE,
    languages: tuple[str, ...] = ("en", "pl"),
) -> tuple[EmailContent, PushContent]:
    renderer = made_for(folder, languages, missing)
    made = msgspec.structs.replace(message(milestone, occurrence, text), locale=locale)
    assert made.crossing is not None
    about = delivery(made.crossing, "email", EmailTo(address="a@b.c"), made, attempt=1, now_ms=FRIDAY, lease_ms=1)
    about = decode_delivery(encode_delivery(about))
    return renderer.email(about), renderer.push(about)


@pytest.fixture(scope="module")
def polish(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("polish")
    (folder / "languages").mkdir()
    (folder / "languages" / "pl.yaml").write_text(POLISH, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("milestone", "headline"),
    [
        ("first-team", "A first with Acme"),
        ("first-seat", "Your first seat"),
        ("first-widget", "The first of many widgets"),
        ("first-project", "Your first project"),
        ("first-dollar", "You reached $1 in revenue"),
        ("titled", "Three of you"),
        ("ten", "You reached 10 seats"),
        ("crowd-20", "20 friends"),
        ("onboarded", "All set: all 2 done"),
    ],
)
def test_what_heads_a_message(milestone: str, headline: str) -> None:
    """The file's title; else a first by the noun of one thing, as far as its form is surely right."""
    email, push = said(milestone)

    assert (email.subject, push.title) == (headline, headline)


@pytest.mark.parametrize(
    ("year", "means"), [(1, "A year together."), (2, "2 years together."), (10, "10 years together.")]
)
def test_a_meaning_by_the_year(year: int, means: str, polish: Path) -> None:
    """In the file's language, and in the contact's by its own plural forms."""
    email, _ = said("yearly", year)
    own, _ = said("yearly", year, "pl", polish)

    assert means in email.text
    assert {1: "Rok razem.", 2: "2 lata razem.", 10: "10 lat razem."}[year] in own.text


@pytest.mark.parametrize("year", [1, 2, 10])
@pytest.mark.parametrize("locale", ["en", "fr", "pl", "ar"])
def test_the_contract_reads_well_every_year(year: int, locale: str) -> None:
    """`A year together.` never changes, and is untrue from the second year on, in whatever language it stands."""
    text = CONTRACT.read_text(encoding="utf-8")
    email, push = said("yearly", year, locale, text=text, languages=("en", "fr", "pl", "ar"))

    assert ("A year together." in email.text) is (year == 1)
    assert ("A year together." in push.body) is (year == 1)


def test_what_is_true_every_time_is_said_every_time(polish: Path) -> None:
    """A sentence that names the first number goes with it, in a translation too; others stay."""
    assert "500 sheets!" in said("plain", 1)[0].text
    assert "500 sheets!" not in said("plain", 3)[0].text
    assert "500 kartek!" in said("plain", 1, "pl", polish)[0].text
    assert "500 kartek!" not in said("plain", 3, "pl", polish)[0].text
    assert "You are still going." in said("still", 3)[0].text


def test_every_placeholder_is_filled() -> None:
    """Numbers as the language writes them, with the currency's sign."""
    assert "Round 2: $10,000, and you have $10,000 (10,000)." in said("club", 2)[0].text


def test_titles_of_the_past_are_the_files() -> None:
    """The path tells of other milestones in their own words."""
    text = said("crowd-30")[0].text

    assert ": Three of you\n" in text
    assert ": 20 friends\n" in text
    assert ": 30 friends\n" in text


def test_a_title_in_the_contacts_language(polish: Path) -> None:
    """That of the catalogue; without one the headline is the language's own, which no word of English is in."""
    assert said("titled", 1, "pl", polish)[1].title == "Jest was troje"
    assert said("crowd-20", 1, "pl", polish)[1].title == "Cel osiągnięty: 20 osób"


def test_units_by_language(polish: Path) -> None:
    """Forms of the file in its language, those of the catalogue in others."""
    assert said("ten", 1, "pl", polish)[1].title == "Cel osiągnięty: 10 miejsc"
    assert said("first-seat", 1, "pl", polish)[1].title == "Pierwszy krok: miejsce"


@pytest.mark.parametrize(
    ("milestone", "language"), [("yearly", "pl"), ("titled", "pl"), ("club", "en"), ("crowd-20", "en"), ("plain", "en")]
)
def test_a_message_is_whole(milestone: str, language: str, polish: Path) -> None:
    """With `templates.missing: whole` what lacks a text is in the first language, every part of it."""
    email, push = said(milestone, 1, "pl-PL", polish, "whole")

    assert (email.language.partition("-")[0], push.language.partition("-")[0]) == (language, language)
    assert ("Cześć" in email.text) is (language == "pl")
    assert ("Hi Ada" in email.text) is (language == "en")


def test_deliveries_of_the_earlier_release_are_read() -> None:
    """They bring a meaning and no forms."""
    old = msgspec.structs.replace(message("still"), means_forms=None, titles={}, units={})
    encoded = msgspec.json.encode(old)

    assert b"means_forms" not in encoded
    assert b"titles" not in encoded
    assert msgspec.json.decode(encoded, type=Message).means == "You are still going."


@pytest.mark.parametrize(("year", "means"), [(1, "A year together."), (2, "2 years together.")])
def test_dispatchers_of_the_earlier_release_say_it_right(year: int, means: str) -> None:
    """They know `means` alone: it is ready to be shown."""
    assert message("yearly", year).means == means
