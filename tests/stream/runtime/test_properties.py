import pytest

from stream.runtime.kafka import OWNED
from stream.runtime.properties import fault_of, faults_of


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sasl.username", "x"),
        ("ssl.ca.location", "/ca.pem"),
        ("compression.type", "zstd"),
        ("debug", "broker"),
    ],
)
def test_what_librdkafka_takes_is_accepted(name: str, value: str) -> None:
    """Any property can be passed."""
    assert fault_of(name, value) is None


def test_a_mistyped_name_is_guessed() -> None:
    """librdkafka alone only says that there is none."""
    assert fault_of("sasl.pasword", "x") == (
        "librdkafka has no property sasl.pasword",
        'did you mean "sasl.password"?',
    )


def test_a_wrong_value_is_refused_before_any_connection() -> None:
    """In librdkafka's own words."""
    fault = fault_of("security.protocol", "SSLL")

    assert fault is not None
    assert "security.protocol" in fault[0]


@pytest.mark.parametrize("name", sorted(OWNED))
def test_what_exactly_once_rests_on_is_not_the_users(name: str) -> None:
    """With the reason, or the setting to use instead."""
    assert fault_of(name, "x") == (f"{name} is not yours to set", OWNED[name])


def test_callbacks_are_refused() -> None:
    """confluent_kafka takes functions under some names; a file cannot hold one."""
    assert set(faults_of({"error_cb": "x", "sasl.username": "x"})) == {"error_cb"}
