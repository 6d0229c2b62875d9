from pathlib import Path

import pytest

from stream.runtime.environment import from_environment, variable_of
from stream.runtime.merging import known_keys
from stream.runtime.origins import Given


def given(**environ: str) -> dict[str, object]:
    """Keys and values found; there must be no problem."""
    found, problems = from_environment(environ, known_keys())
    assert problems == []
    return {item.key: item.value for item in found}


def test_each_setting_has_a_variable_of_its_own() -> None:
    """Two settings must not share one."""
    keys = known_keys()

    assert len({variable_of(key) for key in keys}) == len(keys)


def test_a_file_variable_reads_the_secret_without_its_line_end(tmp_path: Path) -> None:
    """As Docker and Kubernetes mount secrets; editors end the line."""
    secret = tmp_path / "password"
    secret.write_text("hunter2 \n")

    assert given(CAIRN_KAFKA_SASL_PASSWORD_FILE=str(secret)) == {"kafka.sasl.password": "hunter2 "}


def test_a_secret_file_that_cannot_be_read_names_its_variable(tmp_path: Path) -> None:
    """Or the password would silently be missing."""
    _, (problem,) = from_environment({"CAIRN_KAFKA_SASL_PASSWORD_FILE": str(tmp_path / "none")}, known_keys())

    assert problem.where == "env CAIRN_KAFKA_SASL_PASSWORD_FILE"
    assert "No such file" in problem.what


def test_a_value_and_its_file_together_are_refused(tmp_path: Path) -> None:
    """Which one is meant cannot be known."""
    secret = tmp_path / "p"
    secret.write_text("a")

    _, (problem,) = from_environment(
        {"CAIRN_KAFKA_SASL_PASSWORD": "b", "CAIRN_KAFKA_SASL_PASSWORD_FILE": str(secret)}, known_keys()
    )

    assert "both set" in problem.what


def test_a_property_that_itself_ends_in_file_stays_one() -> None:
    """librdkafka has sasl.oauthbearer.assertion.file."""
    assert given(CAIRN_KAFKA_SASL_OAUTHBEARER_ASSERTION_FILE="/jwt") == {
        "kafka.sasl.oauthbearer.assertion.file": "/jwt"
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CAIRN_TRACKER_SERVICE_HOST", "10.0.0.7"),
        ("CAIRN_TRACKER_SERVICE_PORT", "9464"),
        ("CAIRN_TRACKER_SERVICE_PORT_METRICS", "9464"),
        ("CAIRN_TRACKER_PORT", "tcp://10.0.0.7:9464"),
        ("CAIRN_TRACKER_PORT_9464_TCP", "tcp://10.0.0.7:9464"),
        ("CAIRN_TRACKER_PORT_9464_TCP_ADDR", "10.0.0.7"),
        ("CAIRN_KAFKA_SERVICE_HOST", "10.0.0.8"),
        ("CAIRN_HTTP_PORT", "tcp://10.0.0.9:80"),
    ],
)
def test_what_kubernetes_adds_for_a_service_is_no_setting(name: str, value: str) -> None:
    """A Service named cairn-tracker must not keep its own pods from starting."""
    assert given(**{name: value}) == {}


def test_a_port_that_is_a_number_is_a_setting() -> None:
    """Only the URL form comes from Kubernetes."""
    assert given(CAIRN_HTTP_PORT="8080") == {"http.port": "8080"}


def test_other_variables_of_cairn_and_of_others_are_left_alone() -> None:
    """Cache, tests and the supervisor have their own."""
    others = {
        "CAIRN_TEST_KAFKA": "docker",
        "CAIRN_TEST_KAFKA_IMAGE": "i",
        "CAIRN_TEST_POSTFIX": "required",
        "CAIRN_CHILD": "0:1:2",
        "PATH": "/",
    }

    assert given(CAIRN_CACHE_DIR="/c", CAIRN_CONFIG="c", **others) == {}


def test_values_keep_the_variable_as_origin() -> None:
    """For `cairn config show` and for errors."""
    (found,), _ = from_environment({"CAIRN_LOG_LEVEL": "debug"}, known_keys())

    assert isinstance(found, Given)
    assert str(found.origin) == "env CAIRN_LOG_LEVEL"
