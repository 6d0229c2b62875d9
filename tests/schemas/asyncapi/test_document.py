"""The AsyncAPI document: sound by the official schema, whole, and true on every example."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from schemas.asyncapi.document import document, written
from schemas.asyncapi.messages import FORMAT
from schemas.asyncapi.samples import EXAMPLES, read_samples
from schemas.topics import TOPICS, Topic, topics
from schemas.traffic import GROUPS, ROLES, TRAFFIC
from tests.schemas.asyncapi.reader import FILE, SCHEMAS, check, committed, references, resolve

OFFICIAL = Path(__file__).with_name("asyncapi-3.0.0.json")
DOCUMENT = committed()
MESSAGES: Mapping[str, Any] = DOCUMENT["components"]["messages"]
SHOWN = [(name, each) for name, message in MESSAGES.items() for each in message.get("examples", ())]


def test_the_file_is_what_the_tables_say() -> None:
    """If this fails: `python -m schemas.generate`, and look at the difference: it is the contract."""
    assert FILE.read_text("utf-8") == written(document(read_samples()))


def test_it_is_sound_by_the_official_schema() -> None:
    jsonschema_rs.validator_for(json.loads(OFFICIAL.read_bytes())).validate(DOCUMENT)


def test_the_official_schema_looks_into_bindings() -> None:
    """Else the test above would say nothing of Kafka."""
    broken = committed()
    broken["channels"]["usage-events"]["bindings"]["kafka"]["partitions"] = "twelve"

    assert not jsonschema_rs.validator_for(json.loads(OFFICIAL.read_bytes())).is_valid(broken)


@pytest.mark.parametrize("topic", topics(), ids=[each.name for each in TOPICS])
def test_every_topic_is_a_channel_kept_as_the_table_says(topic: Topic) -> None:
    channel = DOCUMENT["channels"][topic.name]
    kafka = channel["bindings"]["kafka"]
    configs = kafka["topicConfiguration"]

    assert channel["address"] == f"{{topicPrefix}}{topic.name}"
    assert (kafka["topic"], kafka["partitions"]) == (topic.name, topic.partitions)
    assert set(configs) == set(topic.configs)
    assert ("compact" in configs["cleanup.policy"]) == topic.compacted
    assert configs.get("retention.ms", -1) == topic.retention_ms


def test_there_is_no_channel_without_a_topic() -> None:
    assert list(DOCUMENT["channels"]) == [each.name for each in TOPICS]


def test_every_reference_leads_somewhere() -> None:
    found = set(references(DOCUMENT))

    assert any(each.startswith("./json/") for each in found)
    for each in found:
        assert resolve(DOCUMENT, each) is not None, each


@pytest.mark.parametrize(("name", "example"), SHOWN, ids=[f"{name}/{each['name']}" for name, each in SHOWN])
def test_every_example_is_what_its_message_says(name: str, example: Mapping[str, Any]) -> None:
    message = MESSAGES[name]
    if "payload" in message:
        check(message["payload"], example["payload"])
    if "headers" in message:
        check(message["headers"], example["headers"])


def test_an_example_that_is_wrong_would_be_found() -> None:
    """References from the document into `json` are followed, in structured CloudEvents too."""
    with pytest.raises(jsonschema_rs.ValidationError):
        check(MESSAGES["usageEvent"]["payload"], {"id": "i"})
    with pytest.raises(jsonschema_rs.ValidationError):
        check(
            MESSAGES["cloudEventStructured"]["payload"], {"specversion": "1.0", "id": "", "type": "t", "subject": "s"}
        )


def test_every_valid_example_of_the_contract_is_shown() -> None:
    shown = {each["name"] for _, each in SHOWN}

    assert {file.stem for file in EXAMPLES.glob("*/*.json")} <= shown


def test_every_message_lies_in_a_topic() -> None:
    used = {name for channel in DOCUMENT["channels"].values() for name in channel["messages"]}

    assert used == set(MESSAGES)


@pytest.mark.parametrize("file", sorted((SCHEMAS / "json").glob("*.json")), ids=lambda file: file.stem)
def test_a_schema_of_the_contract_means_the_same_in_draft_07(file: Path) -> None:
    """The document says that draft-07 reads them: no rule stands beside a `$ref`, where draft-07 passes it over, and
    no keyword is of a later draft.
    """
    if file.name == "milestones.v1.json":
        return  # No value of a record.
    assert FORMAT.endswith("draft-07")
    for part in _schemas_in(json.loads(file.read_bytes())):
        assert not part.keys() & _LATER, part
        assert "$ref" not in part or not part.keys() - {"$ref", "description"}, part


_LATER = {
    "prefixItems", "unevaluatedProperties", "unevaluatedItems", "dependentRequired", "dependentSchemas", "$dynamicRef",
    "$anchor", "minContains", "maxContains",
}  # fmt: skip


def _schemas_in(schema: Any) -> Any:
    if isinstance(schema, dict):
        yield schema
        for each in schema.values():
            yield from _schemas_in(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _schemas_in(each)


def test_each_role_has_an_operation_for_each_of_its_topics() -> None:
    told = {
        (name.split(".")[0], each["action"], each["channel"]["$ref"]) for name, each in DOCUMENT["operations"].items()
    }
    wanted = {
        (role, action, f"#/channels/{topic}")
        for topic, traffic in TRAFFIC.items()
        for action, parties in (("receive", traffic.readers), ("send", traffic.writers))
        for role in parties
        if role in ROLES
    }

    assert told == wanted


def test_a_reader_with_a_group_names_it() -> None:
    kafka = DOCUMENT["operations"]["tracker.receive.usage-events"]["bindings"]["kafka"]

    assert kafka["groupId"]["default"] == GROUPS["tracker"]
