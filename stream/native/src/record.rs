//! Crossings and nudges as records: the JSON that `encode_crossing` and `encode_nudge` write.

use crate::amount::{write_int, Amount};
use crate::crossing::{Crossed, Nudge, Rung};
use crate::moment;

/// Where an event lies, and its identity. Plain events hold no text that JSON would escape.
pub struct Source<'e> {
    pub topic_json: &'e [u8],
    pub partition: i64,
    pub offset: i64,
    pub event_source: &'e str,
    pub event_id: &'e str,
}

/// What all records of one event share.
pub struct Context<'e> {
    pub contact_id: &'e str,
    pub life: i64,
    pub occurred_at_ms: i64,
    pub detected_at_ms: i64,
    pub rules_version: i64,
    /// `schemas.name_id.NAMESPACE`.
    pub namespace: &'e [u8],
    pub source: Source<'e>,
}

pub fn crossing(crossed: &Crossed, context: &Context) -> Vec<u8> {
    let mut name = Vec::with_capacity(96);
    name.extend_from_slice(b"[\"");
    name.extend_from_slice(context.contact_id.as_bytes());
    name.extend_from_slice(b"\",");
    name.extend_from_slice(&crossed.goal.id_json);
    name.push(b',');
    write_int(crossed.occurrence, &mut name);
    end_name(context.life, &mut name);

    let mut out = Vec::with_capacity(768);
    out.extend_from_slice(b"{\"schema_version\":1,\"id\":\"");
    write_uuid(context.namespace, &name, &mut out);
    text(b"\",\"contact_id\":\"", context.contact_id, &mut out);
    json(b"\",\"milestone\":", &crossed.goal.id_json, &mut out);
    int(b",\"occurrence\":", crossed.occurrence, &mut out);
    match crossed.step {
        Some(step) => {
            json(b",\"metric\":", &step.metric_json, &mut out);
            text(b",\"kind\":\"", &step.kind, &mut out);
            json(b"\",\"unit\":", &step.unit_json, &mut out);
        }
        None => out.extend_from_slice(b",\"metric\":null,\"kind\":\"all_of\",\"unit\":null"),
    }
    json(b",\"tier\":", &crossed.goal.tier_json, &mut out);
    amount(b",\"threshold\":", crossed.threshold, &mut out);
    amount(b",\"value_before\":", crossed.before, &mut out);
    amount(b",\"value\":", crossed.value, &mut out);
    write_moments(context, &mut out);
    match crossed.days_since_signup {
        Some(days) => int(b",\"days_since_signup\":", days, &mut out),
        None => out.extend_from_slice(b",\"days_since_signup\":null"),
    }
    out.extend_from_slice(b",\"previous\":");
    match &crossed.previous {
        Some(rung) => {
            write_rung(rung, &mut out);
            out.push(b'}');
        }
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"next\":");
    match &crossed.next {
        Some((rung, remaining)) => {
            write_rung(rung, &mut out);
            amount(b",\"remaining\":", *remaining, &mut out);
            out.push(b'}');
        }
        None => out.extend_from_slice(b"null"),
    }
    match crossed.because {
        Some(because) => text(b",\"celebrate\":false,\"not_celebrated_because\":\"", because, &mut out),
        None => out.extend_from_slice(b",\"celebrate\":true,\"not_celebrated_because\":null"),
    }
    if crossed.because.is_some() {
        out.push(b'"');
    }
    write_bool(b",\"holdout\":", crossed.holdout, &mut out);
    json(b",\"reward\":", if crossed.holdout { b"null" } else { &crossed.goal.reward_json }, &mut out);
    write_end(context, &mut out);
    if let Some((index, of)) = crossed.jump {
        int(b",\"jump\":{\"index\":", index as i64, &mut out);
        int(b",\"of\":", of as i64, &mut out);
        write_bool(b",\"top\":", index == of, &mut out);
        out.push(b'}');
    }
    out.push(b'}');
    out
}

/// The record of a nudge for being near.
pub fn nudge(nudge: &Nudge, context: &Context) -> Vec<u8> {
    let mut name = Vec::with_capacity(96);
    text(b"[\"nudge\",\"", context.contact_id, &mut name);
    json(b"\",", &nudge.goal.id_json, &mut name);
    int(b",", nudge.occurrence, &mut name);
    name.extend_from_slice(b",\"near\"");
    end_name(context.life, &mut name);

    let mut out = Vec::with_capacity(512);
    out.extend_from_slice(b"{\"schema_version\":1,\"id\":\"");
    write_uuid(context.namespace, &name, &mut out);
    text(b"\",\"contact_id\":\"", context.contact_id, &mut out);
    json(b"\",\"milestone\":", &nudge.goal.id_json, &mut out);
    int(b",\"occurrence\":", nudge.occurrence, &mut out);
    json(b",\"kind\":\"near\",\"metric\":", &nudge.step.metric_json, &mut out);
    json(b",\"unit\":", &nudge.step.unit_json, &mut out);
    json(b",\"tier\":", &nudge.goal.tier_json, &mut out);
    amount(b",\"threshold\":", nudge.threshold, &mut out);
    amount(b",\"value\":", nudge.value, &mut out);
    amount(b",\"remaining\":", nudge.remaining, &mut out);
    write_moments(context, &mut out);
    write_bool(b",\"holdout\":", nudge.holdout, &mut out);
    write_end(context, &mut out);
    out.push(b'}');
    out
}

fn end_name(life: i64, name: &mut Vec<u8>) {
    if life > 1 {
        int(b",", life, name);
    }
    name.push(b']');
}

fn write_moments(context: &Context, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"occurred_at\":\"");
    moment::write(context.occurred_at_ms, out);
    out.extend_from_slice(b"\",\"detected_at\":\"");
    moment::write(context.detected_at_ms, out);
    out.push(b'"');
}

fn write_end(context: &Context, out: &mut Vec<u8>) {
    let source = &context.source;
    int(b",\"rules_version\":", context.rules_version, out);
    json(b",\"source\":{\"kind\":\"event\",\"topic\":", source.topic_json, out);
    int(b",\"partition\":", source.partition, out);
    int(b",\"offset\":", source.offset, out);
    text(b",\"event_source\":\"", source.event_source, out);
    text(b"\",\"event_id\":\"", source.event_id, out);
    out.extend_from_slice(b"\"}");
}

fn write_rung(rung: &Rung, out: &mut Vec<u8>) {
    json(b"{\"milestone\":", &rung.goal.id_json, out);
    int(b",\"occurrence\":", rung.occurrence, out);
    amount(b",\"threshold\":", rung.threshold, out);
}

fn json(before: &[u8], json: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(before);
    out.extend_from_slice(json);
}

fn text(before: &[u8], text: &str, out: &mut Vec<u8>) {
    json(before, text.as_bytes(), out);
}

fn int(before: &[u8], number: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(before);
    write_int(number, out);
}

fn amount(before: &[u8], amount: Amount, out: &mut Vec<u8>) {
    out.extend_from_slice(before);
    amount.write(out);
}

fn write_bool(before: &[u8], value: bool, out: &mut Vec<u8>) {
    json(before, if value { b"true" } else { b"false" }, out);
}

/// Append the UUIDv5 (RFC 9562 section 5.5) of a name.
fn write_uuid(namespace: &[u8], name: &[u8], out: &mut Vec<u8>) {
    let mut hash = sha1_smol::Sha1::new();
    hash.update(namespace);
    hash.update(name);
    let mut bytes = hash.digest().bytes();
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    for (at, byte) in bytes[..16].iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push(b'-');
        }
        out.push(b"0123456789abcdef"[usize::from(byte >> 4)]);
        out.push(b"0123456789abcdef"[usize::from(byte & 15)]);
    }
}
