"""The contact as applications write it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.contact import Contact, Profile, read_contact
from schemas.rejection import Rejection
from tests.schemas.stand_in import NOW_MS, StandIn

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
VALID = sorted((EXAMPLES / "valid" / "contact").iterdir())
INVALID = sorted((EXAMPLES / "invalid" / "contact").iterdir())


def read(**fields: Any) -> Contact | Rejection | None:
    return read_contact(StandIn(json.dumps({"contact_id": "c-1042"} | fields).encode()))


def test_the_contract_example_is_read_whole() -> None:
    contact = read_contact(StandIn((EXAMPLES / "valid" / "contact" / "contract.json").read_bytes()))
    assert isinstance(contact, Contact)
    assert (contact.email, contact.consent_email, contact.time_zone) == ("contact@example.com", True, "America/Toronto")
    assert contact.web_push_targets[0].keys.auth == "cLE535hlweUHEDTh6dLSCg"
    assert contact.fcm_keys == ("dXhZ1example:APA91bExample",)
    assert contact.signed_up_ms == 1_776_863_100_000
    assert contact.consent_email_ms == 1_776_863_160_000
    assert contact.attributes == {"plan": "team", "trial": False}


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_every_valid_example_is_read(path: Path) -> None:
    assert isinstance(read_contact(StandIn(path.read_bytes())), Contact)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_every_invalid_example_is_refused_with_its_code(path: Path) -> None:
    verdict = read_contact(StandIn(path.read_bytes()))
    assert isinstance(verdict, Rejection)
    assert verdict.code == path.name.partition(".")[0]


def test_null_is_a_tombstone() -> None:
    assert read_contact(StandIn(None)) is None


def test_null_and_absent_mean_the_same_and_consent_is_never_assumed() -> None:
    contact = read(email=None, attributes=None, consent_email=None, signed_up_at=None)
    assert contact == read()
    assert isinstance(contact, Contact)
    assert (contact.consent_email, contact.web_push_subscription, contact.fcm_keys) == (False, False, ())
    assert contact.signed_up_ms is None


def test_one_token_or_several() -> None:
    """The source's FCM key is one text; a contact with two devices has two."""
    one, two = read(fcm_key="a"), read(fcm_key=["a", "b"])
    assert isinstance(one, Contact)
    assert isinstance(two, Contact)
    assert (one.fcm_keys, two.fcm_keys) == (("a",), ("a", "b"))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"email": 7}, ("wrong_type", "/email")),
        (
            {"web_push_targets": [{"endpoint": "https://a", "keys": {"p256dh": "B", "auth": 1}}]},
            ("wrong_type", "/web_push_targets/0/keys/auth"),
        ),
        (
            {"web_push_targets": [{"endpoint": "https://a", "keys": {"auth": "c"}}]},
            ("field_missing", "/web_push_targets/0/keys"),
        ),
        ({"attributes": {"a": {"b": 10**30}}}, ("out_of_range", "/attributes/a/b")),
        ({"contact_id": "c-1043"}, ("key_mismatch", "/contact_id")),
        ({"contact_id": "c\n"}, ("bad_id", "/contact_id")),
        ({"contact_id": "é" * 200}, ("bad_id", "/contact_id")),
    ],
)
def test_a_fault_has_its_code_and_pointer(fields: dict[str, Any], expected: tuple[str, str]) -> None:
    verdict = read(**fields)
    assert isinstance(verdict, Rejection)
    assert (verdict.code, verdict.pointer) == expected


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (StandIn(b"{}", a_key=None), "key_missing"),
        (StandIn(b"{"), "not_json"),
        (StandIn(b""), "not_json"),
        (StandIn(b"[]"), "not_an_object"),
        (StandIn(b'{"contact_id":"c-1042","name":"' + b"x" * 65_536 + b'"}'), "too_large"),
        (StandIn(b'{"contact_id":"c-1042","a":' + b"[" * 16 + b"]" * 16 + b"}"), "too_deep"),
    ],
)
def test_records_that_are_no_contact_are_refused(record: StandIn, code: str) -> None:
    verdict = read_contact(record)
    assert isinstance(verdict, Rejection)
    assert verdict.code == code


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"email": 7}, "email is a whole number, not a text"),
        ({"fcm_key": {"a": 1}}, "fcm_key is an object, not a text or an array"),
        ({"attributes": [1]}, "attributes is an array, not an object"),
        ({"name": "x" * 257}, "name has more than 256 characters"),
        ({"fcm_key": ["t"] * 33}, "fcm_key has more than 32 items"),
        ({"web_push_targets": [1.5]}, "web_push_targets/0 is a number with a point, not an object"),
    ],
)
def test_a_message_names_the_field_and_the_types_of_json(fields: dict[str, Any], message: str) -> None:
    verdict = read(**fields)
    assert isinstance(verdict, Rejection)
    assert verdict.message == message


def test_a_message_never_repeats_an_address() -> None:
    verdict = read(fcm_key=["t"], web_push_targets="anna@example.com")
    assert isinstance(verdict, Rejection)
    assert "anna" not in verdict.message
    (fault,) = profile(consent_email="anna@example.com").faults
    assert "anna" not in fault.message


# -- moments -----------------------------------------------------------------------------------------------------------

AHEAD_MS = 600_000
"""How far ahead of the clock a moment may be."""


UNREADABLE: list[tuple[Any, str]] = [
    ("0000-00-00 00:00:00", "bad_time"),
    ("0000-00-00T00:00:00Z", "bad_time"),
    ("2026-04-22", "bad_time"),
    ("2026-04-22T10:00:00", "bad_time"),
    (str(NOW_MS), "bad_time"),
    (NOW_MS / 1000, "wrong_type"),
    (True, "wrong_type"),
    ([NOW_MS], "wrong_type"),
    ({"$date": NOW_MS}, "wrong_type"),
]
"""What programs write for a moment: zero dates of MySQL, days, local times, seconds with a point, MongoDB's dates."""


def profile(now_ms: int | None = NOW_MS, stamp_ms: int = NOW_MS, **fields: Any) -> Profile:
    value = json.dumps({"contact_id": "c-1042", "email": "a@example.com"} | fields).encode()
    found = read_contact(StandIn(value, a_timestamp=(1, stamp_ms)), now_ms=now_ms)
    assert isinstance(found, Profile), found
    assert found.email == "a@example.com", "the rest is taken"
    return found


def faults(found: Profile) -> list[tuple[str, str]]:
    return [(each.code, each.pointer) for each in found.faults]


@pytest.mark.parametrize(
    ("field", "at", "code"),
    [
        ("signed_up_at", "0001-01-01T00:00:00Z", "time_too_early"),
        ("signed_up_at", "0001-01-01T00:00:00+01:00", "time_too_early"),
        ("signed_up_at", "1900-01-01T00:00:00Z", "time_too_early"),
        ("signed_up_at", 0, "time_too_early"),
        ("signed_up_at", NOW_MS // 1000, "time_too_early"),
        ("signed_up_at", "1979-12-31T23:59:59.999Z", "time_too_early"),
        ("signed_up_at", NOW_MS + AHEAD_MS + 1, "time_in_future"),
        ("signed_up_at", NOW_MS * 1000, "time_in_future"),
        ("signed_up_at", "9999-12-31T23:59:59-05:00", "time_in_future"),
        ("signed_up_at", 10**30, "out_of_range"),
        ("consent_email_at", "0001-01-01T00:00:00Z", "time_too_early"),
        ("consent_email_at", "1999-12-31T23:59:59.999Z", "time_too_early"),
        ("consent_email_at", NOW_MS // 1000, "time_too_early"),
        ("consent_email_at", NOW_MS + 10 * 3_600_000, "time_in_future"),
        ("consent_email_at", NOW_MS + AHEAD_MS + 1, "time_in_future"),
        ("consent_email_at", -(10**30), "out_of_range"),
        *((field, at, code) for field in ("signed_up_at", "consent_email_at") for at, code in UNREADABLE),
    ],
)
def test_a_moment_that_cannot_be_is_passed_over(field: str, at: Any, code: str) -> None:
    """The rest of the profile is taken, and one fault tells."""
    found = profile(**{field: at})
    assert (found.signed_up_ms, found.consent_email_ms) == (None, None)
    assert faults(found) == [(code, f"/{field}")]


@pytest.mark.parametrize(
    ("field", "at"),
    [
        ("signed_up_at", "1980-01-01T00:00:00Z"),
        ("signed_up_at", NOW_MS),
        ("signed_up_at", NOW_MS + AHEAD_MS),
        ("consent_email_at", "2000-01-01T00:00:00Z"),
        ("consent_email_at", NOW_MS),
        ("consent_email_at", NOW_MS + AHEAD_MS),
    ],
)
def test_the_bounds_themselves_are_let_in(field: str, at: Any) -> None:
    found = profile(**{field: at})
    assert found.faults == ()
    assert getattr(found, field) is not None


@pytest.mark.parametrize("zone", [7, True, ["Europe/Paris"], {"name": "Europe/Paris"}, "x" * 65])
def test_a_zone_that_is_none_is_passed_over(zone: Any) -> None:
    found = profile(time_zone=zone)
    assert (found.time_zone, faults(found)) == (None, [("wrong_type", "/time_zone")])


@pytest.mark.parametrize("said", ["yes", "true", "false", 0, 1, 1.0, [True], {"email": True}, 10**30])
@pytest.mark.parametrize("field", ["consent_email", "web_push_subscription"])
def test_a_consent_that_is_neither_true_nor_false_is_none(field: str, said: Any) -> None:
    """Databases write 0 and 1. In doubt the no wins: a refused profile would leave the consent before it in force."""
    found = profile(**{field: said})
    assert getattr(found, field) is False
    assert faults(found) == [("out_of_range" if said == 10**30 else "wrong_type", f"/{field}")]
    (fault,) = found.faults
    assert said == 10**30 or fault.message.endswith(", not true or false")


def test_each_field_that_is_passed_over_is_told() -> None:
    found = profile(time_zone=7, signed_up_at="2026-04-22", consent_email_at=0)
    assert faults(found) == [
        ("bad_time", "/signed_up_at"),
        ("wrong_type", "/time_zone"),
        ("time_too_early", "/consent_email_at"),
    ]


def test_what_is_dated_ahead_counts_as_of_its_record() -> None:
    """No later word, an unsubscribe or an erasure, must be defeated by one that was said before it."""
    found = profile(consent_email_at=NOW_MS + 5000, signed_up_at=NOW_MS + 5000)
    assert (found.consent_email_ms, found.signed_up_ms) == (NOW_MS, NOW_MS)
    found = profile(consent_email_at=NOW_MS - 5000, signed_up_at=NOW_MS - 5000)
    assert (found.consent_email_ms, found.signed_up_ms) == (NOW_MS - 5000, NOW_MS - 5000)


def test_a_field_that_nobody_reads_costs_nothing_whatever_it_holds() -> None:
    """Neither a number nor a text that no type of ours could hold."""
    value = b'{"contact_id":"c-1042","email":"a@example.com","later":[1e400,"\\ud800",{"\\udfff":0}]}'
    found = read_contact(StandIn(value))
    assert isinstance(found, Profile)
    assert (found.email, found.faults) == ("a@example.com", ())


@pytest.mark.parametrize("later_ms", [0, 60_000, 10 * 3_600_000, 400 * 86_400_000])
@pytest.mark.parametrize("ahead_ms", [-1, 5000, AHEAD_MS, AHEAD_MS + 1, 10 * 3_600_000])
def test_a_profile_that_is_read_again_has_the_verdict_that_it_had(later_ms: int, ahead_ms: int) -> None:
    """A new worker reads the compacted topic from the beginning, weeks later."""
    at = NOW_MS + ahead_ms
    first = profile(signed_up_at=at, consent_email_at=at)
    assert profile(NOW_MS + later_ms, signed_up_at=at, consent_email_at=at) == first


def test_a_record_from_the_future_is_held_against_the_readers_clock() -> None:
    """A producer whose clock is a year ahead stamps its records so, too."""
    year = 365 * 86_400_000
    found = profile(NOW_MS, NOW_MS + year, signed_up_at=NOW_MS + year, consent_email_at=NOW_MS + year)
    assert faults(found) == [("time_in_future", "/signed_up_at"), ("time_in_future", "/consent_email_at")]


@pytest.mark.parametrize("stamp", [(0, 0), (1, -1), (1, 0), (1, NOW_MS // 1000)])
def test_a_timestamp_that_is_none_says_nothing(stamp: tuple[int, int]) -> None:
    """Seconds for milliseconds would put every sign-up into its future."""
    record = StandIn(json.dumps({"contact_id": "c-1042", "signed_up_at": NOW_MS}).encode(), a_timestamp=stamp)
    found = read_contact(record, now_ms=NOW_MS)
    assert isinstance(found, Profile)
    assert (found.signed_up_ms, found.faults) == (NOW_MS, ())


# -- empty means none --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nothing", ["", " ", "\t", None, [], {}])
@pytest.mark.parametrize("field", [each for each in Contact.__struct_fields__ if each != "contact_id"])
def test_empty_means_none_in_every_optional_field(field: str, nothing: Any) -> None:
    """What a CRM exports for "none" must not cost the profile."""
    assert read(**{field: nothing}) == read()


@pytest.mark.parametrize("nothing", ["", " ", None])
def test_empty_items_of_lists_name_no_place(nothing: str | None) -> None:
    browser = {"endpoint": "https://push.example/1", "keys": {"p256dh": "p", "auth": "a"}}
    nowhere: list[Any] = [
        nothing,
        {"endpoint": nothing, "keys": {"p256dh": "p", "auth": "a"}},
        {"endpoint": "https://push.example/2", "keys": {"p256dh": nothing, "auth": nothing}},
        {"endpoint": "https://push.example/2", "keys": nothing},
    ]
    found = read(fcm_key=[nothing, "token", nothing], web_push_targets=[*nowhere, browser])
    assert found == read(fcm_key=["token"], web_push_targets=[browser])
    none = read(fcm_key=[nothing], web_push_targets=nowhere)
    assert isinstance(none, Contact)
    assert (none.fcm_keys, none.web_push_targets) == ((), ())


def test_an_attribute_may_be_empty() -> None:
    """It is what an audience looks at."""
    found = read(attributes={"plan": ""})
    assert isinstance(found, Contact)
    assert found.attributes == {"plan": ""}


# -- only what is read can be wrong ------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["1e400", "9" * 40, "1e999999999999999999999"])
@pytest.mark.parametrize(
    "body",
    [
        '"later":%s',
        '"later":{"a":[%s]}',
        '"web_push_targets":[{"endpoint":"e","keys":{"p256dh":"p","auth":"a"},"expirationTime":%s}]',
    ],
    ids=["field", "deep", "in-a-target"],
)
def test_a_number_in_a_field_that_nobody_reads_costs_nothing(body: str, number: str) -> None:
    value = f'{{"contact_id":"c-1042",{body % number}}}'.encode()
    assert isinstance(read_contact(StandIn(value)), Profile)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('"email":1e400', "/email"),
        ('"fcm_key":["t",1e400]', "/fcm_key/1"),
        ('"attributes":{"a":1e400}', "/attributes/a"),
    ],
)
def test_a_number_in_a_field_that_is_read_is_told(body: str, pointer: str) -> None:
    verdict = read_contact(StandIn(f'{{"contact_id":"c-1042",{body}}}'.encode()))
    assert isinstance(verdict, Rejection)
    assert (verdict.code, verdict.pointer) == ("out_of_range", pointer)


def test_a_profile_that_could_not_be_kept_is_too_large() -> None:
    """`1e1` is kept as `1E+1`: what fits its record need not fit its row."""
    body = '{"contact_id":"c-1042","attributes":{"a":[' + ",".join(["1e1"] * 16_000) + "]}}"
    assert len(body) < 65_536
    verdict = read_contact(StandIn(body.encode()))
    assert isinstance(verdict, Rejection)
    assert verdict.code == "too_large"


@pytest.mark.parametrize("zone", ["america/toronto", " America/Toronto", "America/Toronto"])
def test_a_zone_is_kept_as_iana_writes_it(zone: str) -> None:
    profile = read(time_zone=zone)
    assert isinstance(profile, Profile)
    assert (profile.time_zone, profile.faults) == ("America/Toronto", ())


def test_a_zone_that_nobody_knows_costs_itself_only() -> None:
    """Whoever reads the profile finds none, and so takes the product's."""
    profile = read(time_zone="Mars/Olympus", email="a@example.com")
    assert isinstance(profile, Profile)
    assert (profile.time_zone, profile.email) == (None, "a@example.com")
    assert [(each.code, each.pointer) for each in profile.faults] == [("bad_zone", "/time_zone")]
