"""One channel for each topic: its name, its messages, and how Kafka keeps it."""

from __future__ import annotations

import json
from typing import Any

from schemas.asyncapi.contents import contents
from schemas.asyncapi.messages import BINDING_VERSION
from schemas.topics import Topic
from schemas.traffic import OUTSIDE, TRAFFIC

PREFIX_PARAMETER = "topicPrefix"


def channel(topic: Topic) -> dict[str, Any]:
    """Return the channel of a topic, whose name is the one before the prefix.

    Raises:
        KeyError: `schemas.traffic` or `contents` does not know it.
    """
    return {
        "address": f"{{{PREFIX_PARAMETER}}}{topic.name}",
        "title": topic.name,
        "summary": _capital(topic.holds) + ".",
        "description": _description(topic),
        "parameters": {PREFIX_PARAMETER: {"$ref": f"#/components/parameters/{PREFIX_PARAMETER}"}},
        "messages": {each: {"$ref": f"#/components/messages/{each}"} for each in contents(topic)},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {name: _value(name, text) for name, text in topic.configs.items()},
                "bindingVersion": BINDING_VERSION,
            }
        },
    }


def _description(topic: Topic) -> str:
    traffic = TRAFFIC[topic.name]
    if topic.key:
        count = f"{topic.partitions} partitions by default (setting `topics.partitions`), the same in all keyed topics."
    else:
        count = "One partition, no keys."
    writers, readers = (
        ", ".join(OUTSIDE.get(each, each) for each in group) for group in (traffic.writers, traffic.readers)
    )
    fixed = " Never change the partition count: state rests on it." if topic.stateful else ""
    return f"Written by: {writers}. Read by: {readers}. {count}{fixed}"


def _value(name: str, text: str) -> Any:
    """A config as the binding wants it: policies as a list, numbers as numbers, words as they are."""
    if name == "cleanup.policy":
        return text.split(",")
    return text if text.isalpha() else json.loads(text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
