"""The codes of dead letters: what each means, and what cures it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class RejectCode:
    """One reason for which a record is not let in: a sentence that explains it, and the cure.

    `replayable` is False where the same bytes can never pass: they must be mended and sent again by their producer.
    """

    code: str
    sentence: str
    cure: str
    replayable: bool = False


def _table(*codes: RejectCode) -> Mapping[str, RejectCode]:
    return MappingProxyType({each.code: each for each in codes})


CODES = _table(
    RejectCode(
        "key_missing",
        "The record has no key, so Kafka spread it over the partitions without regard to its contact.",
        "Produce with key = contact_id.",
    ),
    RejectCode(
        "key_mismatch",
        "The record's key and its contact_id are not the same.",
        "Produce with key = contact_id, in UTF-8 and without quotes.",
    ),
    RejectCode(
        "wrong_partition",
        "The record lies in a partition that murmur2 would not choose for its key: one contact would have two counters "
        "and cross twice.",
        "Set the producer's partitioner to murmur2_random (librdkafka's own default is CRC32), then replay.",
        replayable=True,
    ),
    RejectCode(
        "value_missing",
        "The record's value is null or empty.",
        "Nothing was said about the contact: an event needs a value. To erase a contact use `cairn contact erase`.",
    ),
    RejectCode(
        "compressed",
        "The value is compressed by the application, so nobody can read it without knowing how.",
        "Write plain JSON, and let Kafka compress: the producer's setting compression.type.",
    ),
    RejectCode(
        "registry_frame",
        "The value is Avro or Protobuf in a schema registry's frame (a byte 0 and a schema id), and no JSON.",
        "Serialise the value as JSON: with the registry's JSON Schema serializer or as plain text, with "
        "org.apache.kafka.connect.json.JsonConverter (schemas.enable=false) in Kafka Connect.",
    ),
    RejectCode(
        "not_json",
        "The value is not JSON in UTF-8.",
        "Write JSON (RFC 8259) in UTF-8 without a byte order mark; NaN and Infinity are not JSON.",
    ),
    RejectCode(
        "not_an_object",
        "The value is JSON, but no object.",
        "Write one JSON object in each record: no array, no bare value, and serialised once.",
    ),
    RejectCode(
        "connect_envelope",
        "The value is Kafka Connect's envelope: the record that is wanted is its `payload`.",
        "Set value.converter.schemas.enable=false at the connector.",
    ),
    RejectCode(
        "change_envelope",
        "The value is the envelope of a change in a database: the record that is wanted is its `after`.",
        "Unwrap it at the connector: transforms.unwrap.type=io.debezium.transforms.ExtractNewRecordState, then rename "
        "the columns to the contract's fields.",
    ),
    RejectCode(
        "segment_call",
        "The value is a call as Segment, RudderStack and the like write it.",
        "Map a `track` on its way: id = messageId, contact_id = userId (which is the key too), event = event, "
        "at = timestamp, properties as they are. An `identify` becomes a profile on contacts; the others are no "
        "events.",
    ),
    RejectCode(
        "too_large",
        "The value is larger than a record may be.",
        "Keep documents out of it: send an id, and the few properties or attributes that filters need.",
    ),
    RejectCode(
        "too_deep",
        "Objects and arrays are nested too deeply.",
        "Flatten `properties`, or the `attributes` of a profile: only their first level is looked at.",
    ),
    RejectCode(
        "field_missing",
        "A required field is missing.",
        "Give id, contact_id and event in every event, and the property that a metric reads; contact_id in every "
        "profile; contact_id, change and at in every change.",
    ),
    RejectCode(
        "wrong_type",
        "A field has another JSON type than the contract says.",
        "See schemas/json: numbers and true/false stand without quotes; an absent field is left out, not null.",
    ),
    RejectCode(
        "out_of_range",
        "A number is beyond -2^63 .. 2^63 - 1, or has more than 36 digits after the point.",
        "Use a coarser unit, round it, or write an identifier as text.",
    ),
    RejectCode(
        "bad_id",
        "An id is empty, longer than 256 bytes of UTF-8, or holds control characters or half a surrogate pair.",
        "Use short printable ids; the same contact must always be written the same way.",
    ),
    RejectCode(
        "reserved_event",
        "The event's name begins with `cairn.`, which is kept for Cairn's own events.",
        "Give the event another name; baselines are imported with `cairn baseline`.",
    ),
    RejectCode(
        "bad_time",
        "A moment is none: `at`, or another field that the pointer names. A profile was taken without this field; a "
        "change against messages was obeyed.",
        "Write RFC 3339 with an offset (2026-11-20T14:41:07.120Z) or whole epoch milliseconds.",
    ),
    RejectCode(
        "time_too_early",
        "A moment lies before the oldest allowed: 2000-01-01 (of events a setting), for sign-ups 1980-01-01. A profile "
        "was taken without this field; a change against messages was obeyed.",
        "Epoch times are milliseconds, not seconds; leave a field out rather than write a zero date. Without `at` an "
        "event has the record's timestamp.",
    ),
    RejectCode(
        "time_in_future",
        "A moment lies more than 10 minutes (of events a setting) ahead of the worker's clock, or, in a profile, of "
        "the record's timestamp. A profile was taken without this field; a change against messages was obeyed.",
        "Set the producer's clock by NTP; write no local time with Z, and milliseconds, not microseconds. Replay "
        "events once it is past; write profiles anew.",
        replayable=True,
    ),
    RejectCode(
        "bad_zone",
        "`time_zone` names no zone that is known; the rest of the profile was taken, with the product's zone. An event "
        "was counted as if it had none.",
        "Write a name of the IANA database, such as Europe/Paris, or of Windows; no abbreviation that means several.",
    ),
    RejectCode(
        "bad_change",
        "`change` is none that this release knows, or has a field that belongs to another change.",
        "Write erase, unsubscribe, mute, complaint, hard_bounce, resubscribe, new_endpoint, dead_endpoint or "
        "dead_token; `channel` is of unsubscribe and resubscribe.",
        replayable=True,
    ),
    RejectCode(
        "baseline_too_late",
        "The baseline reaches up to an event that is counted already, or lies before an older one: what is between "
        "would count twice.",
        "Import a baseline whose as_of lies before the contact's first counted event and not before the last import.",
    ),
    RejectCode(
        "baseline_metric",
        "The baseline is for a metric that the rules do not have, or that a single number cannot stand for.",
        "Import for a metric of kind count, sum or highest that is in the rules in force; see `cairn milestones show`.",
        replayable=True,
    ),
    RejectCode(
        "bad_cloudevent",
        "The record says it is a CloudEvent, but is not a CloudEvents 1.0 event that can be read.",
        "Send specversion 1.0 with id, source, type and subject (the contact), data as a JSON object, no batches; to "
        "contacts and contact-changes plain JSON.",
    ),
    RejectCode(
        "not_renderable",
        "The delivery holds what no template can say.",
        "Mend the template that the message names, or the milestone, then replay; after its `send_by` nothing is sent.",
        replayable=True,
    ),
    RejectCode(
        "unsafe_header",
        "A header of the email would hold a control character, a line separator or `=?`, or be too long.",
        "Mend the template of the subject, the product's name or the portal's address, then replay; after its "
        "`send_by` nothing is sent.",
        replayable=True,
    ),
    RejectCode(
        "smtputf8_needed",
        "The address has letters beyond ASCII before the @, and the mail server does not offer SMTPUTF8 (RFC 6531).",
        "Hand mail to a server that offers SMTPUTF8 and replay, or ask the contact for another address; after its "
        "`send_by` nothing is sent.",
        replayable=True,
    ),
    RejectCode(
        "refused_payload",
        "The push provider takes no message such as this: its form or its size.",
        "Mend the template or the setting that the message names, or shorten the text, then replay; after its "
        "`send_by` nothing is sent.",
        replayable=True,
    ),
    RejectCode(
        "oversize",
        "The record does not fit its dead-letter topic; this letter only points to it.",
        "Read it at its topic, partition and offset before retention deletes it, or raise max.message.bytes.",
    ),
    RejectCode(
        "newer_version",
        "The record's schema_version is one that this release does not know.",
        "Upgrade Cairn where the reaction runs, then replay with --force.",
    ),
    RejectCode(
        "reaction_failed",
        "A reaction could not handle the record within its patience; the worker's log has the traceback.",
        "Mend the reaction, or what it talks to, then replay: it goes to that reaction alone.",
        replayable=True,
    ),
    RejectCode(
        "webhook_refused",
        "The endpoint of a webhook refused the record for good.",
        "See what the endpoint expects (the message has its status), mend it, then replay: it is posted to that "
        "endpoint alone.",
        replayable=True,
    ),
    RejectCode(
        "internal_error",
        "Cairn failed on this record: a fault of ours; the worker's log has the traceback.",
        "Report it, upgrade, then replay.",
        replayable=True,
    ),
)
"""Every code, in the order in which the door looks."""
