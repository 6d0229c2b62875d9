"""The loader over all sources: what wins, where it came from, and every mistake at once."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from stream.runtime.exits import Exit
from stream.runtime.layers import Loaded, load
from stream.runtime.masking import MASK
from stream.runtime.origins import Problem, SettingsError
from stream.runtime.settings import Settings

Load = Callable[..., Loaded]


@pytest.fixture
def loaded(tmp_path: Path) -> Load:
    """Load with a cairn.toml of this text in the working directory, these variables and these options."""

    def _load(toml: str | None = None, options: Mapping[str, object] | None = None, **environ: str) -> Loaded:
        if toml is not None:
            (tmp_path / "cairn.toml").write_text(toml)
        return load(environ=environ, options=options, directory=tmp_path)

    return _load


def problems(loaded: Load, *args: Any, **kwargs: Any) -> list[Problem]:
    """What is wrong, as the loader reports it."""
    with pytest.raises(SettingsError) as caught:
        loaded(*args, **kwargs)
    assert caught.value.exit == Exit.USAGE
    return list(caught.value.problems)


def test_without_any_source_all_values_are_defaults(loaded: Load) -> None:
    """And say so."""
    result = loaded()

    assert result.file is None
    assert {str(row.origin) for row in result.rows()} == {"default"}


def test_the_later_source_wins_and_each_value_keeps_its_origin(loaded: Load, tmp_path: Path) -> None:
    """Defaults, then cairn.toml, then the environment, then options."""
    result = loaded(
        "[tracker]\nworkers = 2\ndrain = '20 s'\nheartbeat = 2\n",
        {"tracker.heartbeat": "3 s", "tracker.drain": None},
        CAIRN_TRACKER_DRAIN="30 s",
        CAIRN_TRACKER_HEARTBEAT="1 s",
    )

    tracker = result.settings.tracker
    assert (tracker.workers, tracker.drain, tracker.heartbeat, tracker.dedupe_window) == (2, 30, 3, 16)
    assert str(result.origin("tracker.workers")) == f"{tmp_path / 'cairn.toml'}:2:1"
    assert str(result.origin("tracker.drain")) == "env CAIRN_TRACKER_DRAIN"
    assert str(result.origin("tracker.heartbeat")) == "option --heartbeat"
    assert str(result.origin("tracker.dedupe_window")) == "default"


def test_an_option_is_named_as_it_was_typed(tmp_path: Path) -> None:
    """In the origin of a value and in the complaint about one, whatever its setting is called."""
    options: dict[str, object] = {"http.port": 9000, "tracker.workers": 2}
    names = {"http.port": "--http-port"}

    result = load(environ={}, directory=tmp_path, options=options, option_names=names)

    assert str(result.origin("http.port")) == "option --http-port"
    assert str(result.origin("tracker.workers")) == "option --workers"
    with pytest.raises(SettingsError) as caught:
        load(environ={}, directory=tmp_path, options={"http.port": "x"}, option_names=names)
    assert caught.value.where == "option --http-port"


def test_the_file_is_the_one_asked_for(tmp_path: Path) -> None:
    """--config wins over CAIRN_CONFIG, which wins over ./cairn.toml."""
    for name in ("cairn", "env", "option"):
        (tmp_path / f"{name}.toml").write_text(f"[topics]\nprefix = '{name}-'\n")
    environ = {"CAIRN_CONFIG": str(tmp_path / "env.toml")}

    found = [
        load(environ={}, directory=tmp_path),
        load(environ=environ, directory=tmp_path),
        load(environ=environ, directory=tmp_path, config=tmp_path / "option.toml"),
    ]

    assert [item.settings.topics.prefix for item in found] == ["cairn-", "env-", "option-"]


def test_a_file_asked_for_must_exist(tmp_path: Path) -> None:
    """A mistyped path must not mean defaults."""
    with pytest.raises(SettingsError, match="there is no file"):
        load(environ={"CAIRN_CONFIG": "nowhere.toml"}, directory=tmp_path)


def test_librdkafka_properties_come_from_file_and_environment(loaded: Load) -> None:
    """Quoted or dotted keys in [kafka]; underscores for dots in variables."""
    result = loaded(
        '[kafka]\n"sasl.username" = "file"\nsasl.mechanism = "PLAIN"\nsocket.keepalive.enable = false\n',
        CAIRN_KAFKA_SASL_USERNAME="env",
    )

    properties = dict(result.settings.kafka.properties)
    assert properties == {
        "sasl.username": "env",
        "sasl.mechanism": "PLAIN",
        "socket.keepalive.enable": "false",
    }
    assert str(result.origin("kafka.sasl.username")) == "env CAIRN_KAFKA_SASL_USERNAME"


def test_brokers_have_one_variable_without_prefix(loaded: Load) -> None:
    """KAFKA_BOOTSTRAP_SERVERS, as other tools read it; the prefixed form is refused with that name."""
    assert loaded(KAFKA_BOOTSTRAP_SERVERS="k:9092").settings.kafka.bootstrap_servers == "k:9092"

    (problem,) = problems(loaded, CAIRN_KAFKA_BOOTSTRAP_SERVERS="k:9092")
    assert "KAFKA_BOOTSTRAP_SERVERS" in (problem.fix or "")


def test_librdkafkas_own_name_for_the_brokers_is_understood(loaded: Load) -> None:
    """People paste their client properties into [kafka]."""
    result = loaded('[kafka]\nbootstrap.servers = "k:9092"\n')

    assert result.settings.kafka.bootstrap_servers == "k:9092"


def test_a_section_inside_a_section_is_set_like_any_other(loaded: Load, tmp_path: Path) -> None:
    """By file, variable or option; each value keeps its origin, and a mistake is named with its place."""
    result = loaded(
        '[topics.retention]\nusage_events = "365 days"\n',
        {"topics.retention.dlq": -1},
        CAIRN_TOPICS_RETENTION_RECEIPTS="7 days",
    )

    retention = result.settings.topics.retention
    assert [retention.ms(name) for name in ("usage_events", "receipts", "dlq", "crossings")] == [
        31_536_000_000, 604_800_000, -1, None,
    ]  # fmt: skip
    assert str(result.origin("topics.retention.receipts")) == "env CAIRN_TOPICS_RETENTION_RECEIPTS"
    rows = {row.key: (row.value, row.variable) for row in result.rows()}
    assert rows["topics.retention.usage_events"] == ("365 days", "CAIRN_TOPICS_RETENTION_USAGE_EVENTS")
    wrong = problems(loaded, "[topics.retention]\nusage_event = 5\nnudges = '1 min'\n")
    text = "\n".join(map(str, wrong))
    assert 'did you mean "topics.retention.usage_events"' in text
    assert "topics.retention.nudges = '1 min': write -1 for ever" in text
    assert len(wrong) == 2


def test_every_problem_of_every_source_is_reported_at_once(loaded: Load) -> None:
    """Nobody mends settings one message at a time."""
    found = problems(
        loaded,
        '[tracker]\nworkerz = 2\nmax_poll = "soon"\n[kafka]\nsasl.usrname = "x"\ngroup.id = "x"\n[nowhere]\na = 1\n',
        {"tracker.heartbeat": 99},
        CAIRN_TRACKER_WORKERS="0",
        CAIRN_TRAKER_DRAIN="1",
        CAIRN_KAFKA_SECURITY_PROTOCOL="SSLL",
    )

    text = "\n".join(map(str, found))
    for part in (
        'unknown setting tracker.workerz (did you mean "tracker.workers"?)',
        "cairn.toml:3:1: tracker.max_poll = 'soon'",
        "cairn.toml:5:1: librdkafka has no property sasl.usrname",
        'librdkafka has no property sasl.usrname (did you mean "sasl.username"?)',
        "group.id is not yours to set",
        "unknown setting nowhere.a",
        "option --heartbeat: tracker.heartbeat = 99",
        "env CAIRN_TRACKER_WORKERS: tracker.workers = '0'",
        'unknown variable CAIRN_TRAKER_DRAIN (did you mean "CAIRN_TRACKER_DRAIN"?)',
        'env CAIRN_KAFKA_SECURITY_PROTOCOL: Invalid value "SSLL"',
    ):
        assert part in text
    assert len(found) == 9


def test_a_setting_that_is_gone_says_why_nobody_needs_it(loaded: Load) -> None:
    """Wherever it stands: what an operator relied on must not be passed over in silence."""
    found = problems(loaded, '[tracker]\npartitioner_check = "sample"\n', CAIRN_TRACKER_PARTITIONER_CHECK="off")

    assert [each.where.rpartition("/")[2] for each in found] == [
        "cairn.toml:2:1",
        "env CAIRN_TRACKER_PARTITIONER_CHECK",
    ]
    for each in found:
        assert each.what.startswith("the setting tracker.partitioner_check is gone: every key without a row is checked")
        assert each.fix == "delete it"


def test_settings_that_contradict_each_other_name_their_origins(loaded: Load) -> None:
    """The fault lies between two values, so both places are shown."""
    (problem,) = problems(loaded, "[tracker]\nmembership = 'static'\n", CAIRN_TRACKER_GROUP_PROTOCOL="consumer")

    assert "static" in problem.what
    assert "cairn.toml:2:1" in problem.where
    assert "env CAIRN_TRACKER_GROUP_PROTOCOL" in problem.where


def test_broken_toml_is_one_clear_problem(loaded: Load) -> None:
    """With its place, where others begin it."""
    (problem,) = problems(loaded, "[tracker\n")

    assert "not TOML" in problem.what
    assert problem.where.endswith("cairn.toml:1:9")


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("a = " + "[" * 2000 + "]" * 2000, "nested too deep"),
        ("a = " + "{b = " * 2000 + "1" + "}" * 2000, "nested too deep"),
        (".".join(["a"] * 2000) + " = 1", "nested too deep"),
        ("workers = " + "9" * 5000, "too many digits"),
        ("workers = 0x" + "f" * 5000, "64 bits"),
        ('app_id = "a\\u0000b"', "NUL"),
        ("workers = [1]", "valid integer"),
        ('app_id = "\xff"', "not UTF-8"),
        ("workers = 1979-05-27", "valid integer"),
        ("heartbeat = nan", "finite number"),
    ],
)
def test_whatever_a_file_holds_is_a_problem_with_its_line(
    loaded: Load, tmp_path: Path, statement: str, what: str
) -> None:
    """Never a fault of ours: well-formed or not, however deep, large or strange."""
    file = tmp_path / "cairn.toml"
    file.write_bytes(f"# settings\n[tracker]\n  {statement}\n".encode("latin-1"))

    (problem,) = problems(loaded)

    assert what in problem.what
    assert problem.where.startswith(f"{file}:3")


def test_each_key_has_the_place_of_its_statement(loaded: Load, tmp_path: Path) -> None:
    """Behind texts and lists of several lines, in tables of any form, with the line ends of either system."""
    lines = ('[log]', 'level = "info"', "[kafka]", 'client_id = """', "[log]", '"""', '  "sasl.username" = "u"',
             "[templates]", "languages = [ # two", '"en",', "]", "[topics]", "retention = {nudges = 7200}")  # fmt: skip
    (tmp_path / "cairn.toml").write_bytes("\r\n".join(lines).encode())

    result = loaded()

    places = {key: str(origin).rpartition("cairn.toml:")[2] for key, origin in result.origins.items()}
    assert places == {
        "log.level": "2:1",
        "kafka.client_id": "4:1",
        "kafka.sasl.username": "7:3",
        "templates.languages": "9:1",
        "topics.retention.nudges": "13:1",
    }


def test_a_mistake_inside_a_list_or_a_property_has_its_place_too(loaded: Load) -> None:
    found = problems(loaded, '[templates]\nlanguages = ["en", 2]\n[kafka]\n"sasl.username" = ["u"]\n')

    assert [each.where.rpartition("cairn.toml:")[2] for each in found] == ["4:1", "2:1"]


def test_a_variable_that_is_no_text_is_a_problem(loaded: Load) -> None:
    """Bytes that are not UTF-8 would reach Kafka's client as a fault of ours."""
    (problem,) = problems(loaded, CAIRN_KAFKA_CLIENT_ID="a\udcffb")

    assert problem.where == "env CAIRN_KAFKA_CLIENT_ID"


@pytest.mark.parametrize("brokers", [" ", "", ",", " , "])
def test_brokers_are_named(loaded: Load, brokers: str) -> None:
    (problem,) = problems(loaded, KAFKA_BOOTSTRAP_SERVERS=brokers)

    assert "name a broker" in problem.what


def test_paths_in_the_file_are_relative_to_it(tmp_path: Path) -> None:
    """The file means the same wherever the command runs."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "c.toml").write_text(
        "[tracker]\nmilestones = 'm.yaml'\nstate_dir = '/var/state'\n[templates]\nfolder = 'words'\n"
    )

    settings = load(config=tmp_path / "etc" / "c.toml", environ={}, directory=tmp_path).settings

    assert settings.tracker.milestones == tmp_path / "etc" / "m.yaml"
    assert settings.tracker.state_dir == Path("/var/state")
    assert settings.templates.folder == tmp_path / "etc" / "words"


def test_secrets_are_masked_in_rows_repr_and_problems(loaded: Load) -> None:
    """`cairn config show` can be pasted into a ticket."""
    result = loaded(CAIRN_KAFKA_SASL_PASSWORD="hunter2")

    row = next(row for row in result.rows() if row.key == "kafka.sasl.password")
    assert (row.value, str(row.origin)) == (MASK, "env CAIRN_KAFKA_SASL_PASSWORD")
    assert "hunter2" not in repr(result)


def test_rows_hold_every_setting_with_its_variable_and_description(loaded: Load) -> None:
    """`cairn config show` is the reference of the settings."""
    rows = {row.key: row for row in loaded().rows()}

    assert rows["tracker.drain"].value == "10 s"
    assert rows["tracker.drain"].variable == "CAIRN_TRACKER_DRAIN"
    assert rows["kafka.bootstrap_servers"].variable == "KAFKA_BOOTSTRAP_SERVERS"
    assert all(row.description for row in rows.values())
    assert {key.partition(".")[0] for key in rows} == set(Settings.model_fields)
