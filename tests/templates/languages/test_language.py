"""Numbers, money, days and plural forms are those of the language, by the CLDR."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from channels.render.figure import figure
from templates.languages.languages import load, shipped

SPOKEN = load(("en", "fr", "pl", "ar", "de", "hi", "es"), None)
NARROW, NO_BREAK = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
FSI, PDI = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


@pytest.mark.parametrize(
    ("locale", "digits", "written"),
    [
        ("en", "1234567.50", "1,234,567.50"),
        ("fr", "1234567.50", f"1{NARROW}234{NARROW}567,50"),
        ("fr-CA", "1234567", f"1{NO_BREAK}234{NO_BREAK}567"),
        ("pl", "1000", "1000"),
        ("pl", "10000", f"10{NO_BREAK}000"),
        ("es", "1000", "1000"),
        ("de", "-1000.5", "\N{MINUS SIGN}1.000,5"),
        ("de-CH", "1000", "1\N{RIGHT SINGLE QUOTATION MARK}000"),
        ("hi", "1234567", "12,34,567"),
        ("en-IN", "1234567", "12,34,567"),
        ("ar", "1000", "1,000"),
        ("ar-EG", "1000.5", "\u0661\u066c\u0660\u0660\u0660\u066b\u0665"),
    ],
)
def test_a_number(locale: str, digits: str, written: str) -> None:
    """Separators, their places and the digits themselves."""
    assert SPOKEN.pick(locale).number(digits) == written


@pytest.mark.parametrize(
    ("locale", "digits", "currency", "written"),
    [
        ("en", "10000", "USD", "$10,000"),
        ("en", "1500", "CHF", f"CHF{NO_BREAK}1,500"),
        ("en", "12.5", "JPY", "¥12.5"),
        ("en", "12.5", "KWD", f"KWD{NO_BREAK}12.500"),
        ("fr", "1234.5", "EUR", f"1{NARROW}234,50{NO_BREAK}€"),
        ("pl", "1234.50", "PLN", f"1234,50{NO_BREAK}zł"),
        ("de", "-5.00", "EUR", f"\N{MINUS SIGN}5{NO_BREAK}€"),
    ],
)
def test_an_amount_of_money(locale: str, digits: str, currency: str, written: str) -> None:
    """The sign where the language has it; the fraction as the currency has it, or none."""
    assert SPOKEN.pick(locale).money(digits, currency) == written


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en", "3 April 2026"),
        ("en-GB", "3 April 2026"),
        ("en-US", "April 3, 2026"),
        ("fr", "3 avril 2026"),
        ("pl", "3 kwietnia 2026"),
        ("de", "3. April 2026"),
        ("ar", "3 أبريل 2026"),
        ("ar-EG", "\u0663 أبريل \u0662\u0660\u0662\u0666"),
    ],
)
def test_a_day(locale: str, written: str) -> None:
    """In words, in the form of the contact's own region."""
    assert SPOKEN.pick(locale).date(date(2026, 4, 3)) == written


def test_the_first_of_a_month() -> None:
    """In French it alone is an ordinal number; a first digit is no first day."""
    days = [SPOKEN.pick("fr-CA").date(date(2026, 4, day)) for day in (1, 2, 11)]

    assert days == ["1er avril 2026", "2 avril 2026", "11 avril 2026"]
    assert SPOKEN.pick("pl").date(date(2026, 4, 1)) == "1 kwietnia 2026"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20))
def test_no_digit_is_lost(value: Decimal) -> None:
    """In every language, whatever its digits."""
    for name in shipped():
        shown = SPOKEN.pick(name).number(f"{value:f}")
        digits = "".join(str(int(each)) for each in shown if each.isdigit())
        plain = f"{value:f}".lstrip("-").replace(".", "")
        assert digits.lstrip("0") == plain.lstrip("0")


@pytest.mark.parametrize(
    ("number", "polish", "arabic"),
    [
        (0, "0 dokumentów", "0 مستند"),
        (1, "1 dokument", "مستند واحد"),
        (2, "2 dokumenty", "مستندان"),
        (3, "3 dokumenty", "3 مستندات"),
        (5, "5 dokumentów", "5 مستندات"),
        (11, "11 dokumentów", "11 مستندًا"),
        (12, "12 dokumentów", "12 مستندًا"),
        (21, "21 dokumentów", "21 مستندًا"),
        (22, "22 dokumenty", "22 مستندًا"),
        (100, "100 dokumentów", "100 مستند"),
        (101, "101 dokumentów", "101 مستند"),
        (103, "103 dokumenty", "103 مستندات"),
        (Decimal("1.5"), "1,5 dokumentu", "1.5 مستند"),
    ],
)
def test_the_form_of_a_noun(number: int, polish: str, arabic: str) -> None:
    """Polish has four, Arabic six, and leaves the number out where the noun has it."""
    for name, expected in (("pl", polish), ("ar", arabic)):
        language = SPOKEN.pick(name)
        assert figure(number, None, "documents", kind="sum", language=language).phrase == expected


@pytest.mark.parametrize(
    ("number", "polish", "arabic", "french"),
    [
        (1, "1 dzień", "يوم", f"1{NO_BREAK}jour"),
        (2, "2 dni", "يومان", f"2{NO_BREAK}jours"),
        (5, "5 dni", "5 أيام", f"5{NO_BREAK}jours"),
        (11, "11 dni", "11 يومًا", f"11{NO_BREAK}jours"),
        (100, "100 dni", "100 يوم", f"100{NO_BREAK}jours"),
    ],
)
def test_time_since_sign_up(number: int, polish: str, arabic: str, french: str) -> None:
    """Units of time have their forms from the CLDR."""
    for name, expected in (("pl", polish), ("ar", arabic), ("fr", french)):
        said = figure(number, "days", None, kind="signed_up", language=SPOKEN.pick(name))
        assert said.phrase == expected


def test_a_streak() -> None:
    """Days in a row, with and without a unit; a number alone where nothing says what is counted."""
    told = {name: figure(7, None, "day_streak", kind="streak", language=SPOKEN.pick(name)).phrase for name in shipped()}

    assert told == {
        "en": "7 days in a row",
        "fr": f"7{NO_BREAK}jours de suite",
        "pl": "7 dni z rzędu",
        "ar": "7 أيام على التوالي",
    }
    assert figure(7, None, "training", kind="streak", language=SPOKEN.pick("pl")).phrase == "7 z rzędu"


def test_a_noun_that_is_not_known_is_left_out() -> None:
    """In English an id is a word; elsewhere it would be a foreign one."""
    said = figure(7, None, "widgets", kind="count", language=SPOKEN.pick("fr"))

    assert (said.number, said.label, said.phrase) == ("7", "", "7")


def test_a_value_that_runs_the_other_way_is_isolated() -> None:
    """A Latin name tears an Arabic sentence apart where nothing holds it; an Arabic one does not, nor a number."""
    arabic = SPOKEN.pick("ar")

    assert arabic.text("person.greeting", name="Ada") == f"مرحبًا {FSI}Ada{PDI}"
    assert arabic.text("person.greeting", name="ليلى") == "مرحبًا ليلى"
    assert arabic.text("push.now", number="1,001").count(FSI) == 0
    assert SPOKEN.default.text("person.greeting", name="ليلى") == "Hi ليلى"


anything = st.one_of(
    st.text(max_size=40),
    st.integers(),
    st.decimals(),
    st.booleans(),
    st.none(),
    st.sampled_from(["<b>", "%s", "%(x)s", "{x}", "\u202e", "&amp;", "'\""]),
)


@given(value=anything, count=anything, name=st.sampled_from((*shipped(), "en-XA", "ar-XB")))
def test_no_value_breaks_a_text(value: object, count: object, name: str) -> None:
    """Whatever is filled in or counted, there is a text; as HTML it holds no markup of the value."""
    language = SPOKEN.of(name)
    for key in ("headline.composite", "lead.composite", "email.to_go", "figure.counted"):
        values = dict.fromkeys(("title", "number", "percent", "remaining"), value)
        values["noun"] = value or "sheets"  # a figure that has no noun is another text
        assert language.text(key, count, **values)
        assert "<" not in language.html(key, count, **values)
    assert "<i>" in language.html("headline.highest", amount=Markup("<i>7</i>"))
    assert "&lt;i&gt;" in language.html("headline.highest", amount="<i>7</i>")


def test_a_text_that_there_is_not() -> None:
    """Templates are tried before they are used, so this is found by the check."""
    with pytest.raises(LookupError, match="no catalogue has a text 'nothing'"):
        SPOKEN.default.text("nothing")
    with pytest.raises(LookupError, match=r"headline\.highest"):
        SPOKEN.default.text("headline.highest", number="7")
