"""What each part of Cairn sends and receives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from schemas.asyncapi.contents import contents
from schemas.asyncapi.messages import BINDING_VERSION
from schemas.topics import Topic
from schemas.traffic import GROUPS, ROLES, TRAFFIC


def operations(topics: Iterable[Topic]) -> dict[str, Any]:
    """Return an operation for each role and topic, named `<role>.<send or receive>.<topic>`, in the order of the roles.

    Raises:
        KeyError: `schemas.traffic` does not know a topic.
    """
    known = tuple(topics)
    return dict(each for role in ROLES for topic in known for each in _of(role, topic))


def _of(role: str, topic: Topic) -> Iterator[tuple[str, Any]]:
    traffic = TRAFFIC[topic.name]
    for action, parties in (("receive", traffic.readers), ("send", traffic.writers)):
        if role in parties:
            yield f"{role}.{action}.{topic.name}", _operation(role, action, topic)


def _operation(role: str, action: str, topic: Topic) -> dict[str, Any]:
    reference = f"#/channels/{topic.name}"
    operation: dict[str, Any] = {
        "action": action,
        "channel": {"$ref": reference},
        "summary": f"{role} {action}s {topic.name}",
        "tags": [{"name": role}],
        "messages": [{"$ref": f"{reference}/messages/{each}"} for each in contents(topic)],
    }
    if action == "receive" and role in GROUPS:
        group = {
            "type": "string",
            "default": GROUPS[role],
            "description": f"`topics.prefix`, then the setting `{role.replace('-', '_')}.app_id`.",
        }
        operation["bindings"] = {"kafka": {"groupId": group, "bindingVersion": BINDING_VERSION}}
    return operation
