"""The whole document, and its text."""

from __future__ import annotations

from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from schemas.asyncapi.channels import PREFIX_PARAMETER, channel
from schemas.asyncapi.messages import messages
from schemas.asyncapi.operations import operations
from schemas.asyncapi.samples import Samples
from schemas.topics import topics
from schemas.traffic import ROLES

_HEAD = "# Written by `python -m schemas.generate` from the tables of this folder; do not edit.\n"
_WIDTH = 120
_DESCRIPTION = """\
Cairn watches product usage, says once when a contact reaches a milestone, and celebrates it by email, web push and
mobile push.

All records are JSON in UTF-8 unless a message says otherwise. Every keyed topic but the changelogs has the contact's id
as its key. Readers must set `isolation.level=read_committed`: most topics are written in transactions.

The setting `topics.prefix` comes before every topic name, so each address begins with the parameter `topicPrefix`;
`topic` in a channel's binding is the name without it.

Operations are those of Cairn's own parts, each under a tag with the part's name. The guide to all of this is README.md
beside this file.
"""


def document(samples: Samples) -> dict[str, Any]:
    """Return the AsyncAPI document of the topic table; `samples` become the examples of its messages.

    Raises:
        KeyError: a topic is not in `schemas.traffic` or `schemas.asyncapi.contents`, or a schema has no examples.
    """
    table = topics()
    return {
        "asyncapi": "3.0.0",
        "id": "urn:cairn:topics:v1",
        "info": {
            "title": "Cairn",
            # The version of the contract, not of the program: every record says `schema_version` 1.
            "version": "1.0.0",
            "description": LiteralScalarString(_DESCRIPTION),
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
            "tags": [{"name": name, "description": f"It {does}."} for name, does in ROLES.items()],
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{bootstrapServer}",
                "protocol": "kafka",
                "description": "Any Kafka 4.1; TLS and SASL by the librdkafka properties of the section [kafka].",
                "variables": {
                    "bootstrapServer": {
                        "default": "localhost:9092",
                        "description": "The setting `kafka.bootstrap_servers`.",
                    }
                },
            }
        },
        "channels": {topic.name: channel(topic) for topic in table},
        "operations": operations(table),
        "components": {
            "parameters": {
                PREFIX_PARAMETER: {
                    "default": "",
                    "description": "The setting `topics.prefix`; empty unless several Cairns share a cluster.",
                    "examples": ["", "staging-"],
                }
            },
            "messages": messages(samples),
        },
    }


def written(content: dict[str, Any]) -> str:
    """Return the document as its file holds it: YAML 1.2."""
    yaml = YAML()
    yaml.width = _WIDTH
    # An alias for a part that stands twice would save lines, and tools read them unevenly.
    yaml.representer.ignore_aliases = lambda data: True
    text = StringIO()
    yaml.dump(content, text)
    return _HEAD + text.getvalue()
