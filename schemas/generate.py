"""Writes the JSON Schemas of the contract from its types, and the AsyncAPI document from its tables:
`python -m schemas.generate`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from schemas.asyncapi import document as asyncapi
from schemas.asyncapi.samples import read_samples
from schemas.contact import Contact
from schemas.contact_change import ContactChange
from schemas.dead_letter import Oversize, Reason
from schemas.decision import Decision
from schemas.delivery import Delivery
from schemas.milestone_crossed import MilestoneCrossed
from schemas.milestone_nudge import MilestoneNudge
from schemas.milestones import json_schema
from schemas.receipt import Receipt
from schemas.rules import RulesRecord
from schemas.usage_event import UsageEvent

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TYPES: dict[str, tuple[type[msgspec.Struct], str]] = {
    "usage-event": (UsageEvent, "Value of a record in usage-events; its key is contact_id."),
    "contact": (Contact, "Value of a record in contacts; its key is contact_id. A null value removes the contact."),
    "contact-change": (
        ContactChange,
        "Value of a record in contact-changes; its key is contact_id. Each record is a fact that stays.",
    ),
    "milestone-crossed": (MilestoneCrossed, "Value of a record in milestone-crossed; its key is contact_id."),
    "milestone-nudge": (MilestoneNudge, "Value of a record in milestone-nudges; its key is contact_id."),
    "decision": (
        Decision,
        "Value of a record in celebration-decisions; its key is contact_id. One for each subject and channel.",
    ),
    "delivery": (
        Delivery,
        "Value of a record in deliveries-email, deliveries-web-push or deliveries-mobile-push; its key is contact_id.",
    ),
    "receipt": (
        Receipt,
        "Value of a record in delivery-receipts; its key is contact_id. One for each attempt of a delivery.",
    ),
    "rules": (
        RulesRecord,
        "Value of a record in milestone-rules, which has no key: one version of the milestones file. It counts if it "
        "expects the version that is in force where it stands.",
    ),
    "dead-letter": (
        Reason,
        "Headers that a dead letter has behind its own, as one object; in Kafka each is UTF-8 text. "
        "Key, value and own headers are those of the refused record.",
    ),
    "oversize": (Oversize, "Value of a dead letter with the code oversize, which points to a record that did not fit."),
}


def schemas() -> dict[str, dict[str, Any]]:
    """Return each schema by its file name."""
    generated = {f"{name}.v1.json": _schema(name, kind, holds) for name, (kind, holds) in _TYPES.items()}
    return generated | {"milestones.v1.json": json_schema()}


def written(schema: dict[str, Any]) -> str:
    """Return a schema as its file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(directory: Path) -> None:
    """Write every schema into a directory, which exists."""
    for name, schema in schemas().items():
        (directory / name).write_text(written(schema), encoding="utf-8")


def _schema(name: str, kind: type[msgspec.Struct], holds: str) -> dict[str, Any]:
    _, definitions = msgspec.json.schema_components((kind,), ref_template="#/$defs/{name}")
    own = definitions.pop(kind.__name__)
    # The docstrings speak to those who read Python.
    for each in (own, *definitions.values()):
        each.pop("description", None)
    own.pop("title")
    schema: dict[str, Any] = {"$schema": DIALECT, "$id": _id(name), "title": name, "description": holds} | own
    return schema | ({"$defs": definitions} if definitions else {})


def _id(name: str) -> str:
    return f"urn:cairn:schema:{name}:v1"


if __name__ == "__main__":
    here = Path(__file__).parent
    write(here / "json")
    (here / "asyncapi.yaml").write_text(asyncapi.written(asyncapi.document(read_samples())), encoding="utf-8")
