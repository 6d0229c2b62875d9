"""The messages of the document: key, headers, value by reference to its JSON Schema, and examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.asyncapi.cloudevents import binary, structured
from schemas.asyncapi.samples import Samples, as_payloads

BINDING_VERSION = "0.5.0"
FORMAT = "application/schema+json;version=draft-07"
"""How the schemas of the contract are read here: as what tools for AsyncAPI must support. They are of 2020-12, and use
nothing that draft-07 reads otherwise.
"""

_CONTACT_KEY: Mapping[str, Any] = {
    "type": "string",
    "minLength": 1,
    "maxLength": 256,
    "description": "The contact, in UTF-8 and without quotes. The partition is murmur2's, as Java's default.",
}
"""Said in each message, for the official schema of a binding refuses a reference here."""
_JSON = "application/json"
_BYTES = "application/octet-stream"
_PLAIN: Mapping[str, tuple[str, str]] = {
    "usageEvent": ("usage-event", "Usage event"),
    "contact": ("contact", "Contact"),
    "contactChange": ("contact-change", "Contact change"),
    "milestoneCrossed": ("milestone-crossed", "Milestone crossed"),
    "milestoneNudge": ("milestone-nudge", "Milestone nudge"),
    "decision": ("decision", "Decision"),
    "delivery": ("delivery", "Delivery"),
    "receipt": ("receipt", "Receipt"),
}
"""Messages that are a JSON object under the contact's key: the schema of each, and how people call it."""


def messages(samples: Samples) -> dict[str, Any]:
    """Return every message by its name.

    Raises:
        KeyError: a schema has no examples.
    """
    event = samples["usage-event"]["contract"]
    return {
        **{name: _plain(name, schema, title, samples) for name, (schema, title) in _PLAIN.items()},
        "cloudEventStructured": _keyed("cloudEventStructured", structured(event)),
        "cloudEventBinary": _keyed("cloudEventBinary", binary(event)),
        "contactRemoved": _keyed("contactRemoved", _REMOVED),
        "rules": _rules(samples),
        # The key of a dead letter is as it came: it may be the very thing that was wrong.
        "deadLetter": {"name": "deadLetter", **_letter(event, samples)},
        "oversize": {"name": "oversize", **_oversize(samples)},
        "stateRow": {"name": "stateRow", **_ROW},
    }


def referred(schema: str) -> dict[str, Any]:
    """Return the reference to a schema of the contract, as the value or the headers of a message."""
    return {"schemaFormat": FORMAT, "schema": {"$ref": f"./json/{schema}.v1.json"}}


def _plain(name: str, schema: str, title: str, samples: Samples) -> dict[str, Any]:
    return _keyed(
        name,
        {
            "title": title,
            "contentType": _JSON,
            "payload": referred(schema),
            "examples": list(as_payloads(samples, schema)),
        },
    )


def _keyed(name: str, message: Mapping[str, Any]) -> dict[str, Any]:
    bindings = {"kafka": {"key": dict(_CONTACT_KEY), "bindingVersion": BINDING_VERSION}}
    return {"name": name, **message, "bindings": bindings}


def _rules(samples: Samples) -> dict[str, Any]:
    return {
        "name": "rules",
        "title": "Version of the milestones file",
        "summary": "Without a key. It counts only if it expects the version that is in force where it lies.",
        "contentType": _JSON,
        "payload": referred("rules"),
        "examples": list(as_payloads(samples, "rules")),
    }


def _letter(event: Mapping[str, Any], samples: Samples) -> dict[str, Any]:
    return {
        "title": "Dead letter",
        "summary": "The refused record: key, value and headers as they came, then our headers with the reason. In "
        "Kafka each header is UTF-8 text, numbers too.",
        "contentType": _BYTES,
        "headers": referred("dead-letter"),
        "examples": [
            {"name": name, "headers": headers, "payload": event} for name, headers in samples["dead-letter"].items()
        ],
    }


def _oversize(samples: Samples) -> dict[str, Any]:
    (headers,) = samples["dead-letter"].values()
    own = {"cairn-error-code": "oversize", "cairn-error-pointer": ""}
    return {
        "title": "Dead letter of a record that did not fit",
        "summary": "Code `oversize`: it points to the record where it lies.",
        "contentType": _JSON,
        "headers": referred("dead-letter"),
        "payload": referred("oversize"),
        "examples": [
            {"name": name, "headers": headers | own, "payload": value} for name, value in samples["oversize"].items()
        ],
    }


_REMOVED: Mapping[str, Any] = {
    "title": "Contact removed",
    "summary": "A null value: nothing is sent any more, and what was counted stays.",
    "contentType": _JSON,
    "payload": {"type": "null"},
    "examples": [{"name": "removed", "payload": None}],
}
_ROW: Mapping[str, Any] = {
    "title": "Row of state",
    "summary": "A format byte and the row; the table's prefix byte and the key as its key. Nobody else's business.",
    "contentType": _BYTES,
}
