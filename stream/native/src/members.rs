//! The values that a `distinct` metric has seen: `stream.tracker.members`, whose rows Python keeps.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_128;

use crate::amount::{write_int, Amount};
use crate::event::Scalar;

/// Hash of the contact, number of the metric, hash of the value.
pub type Key = [u8; 34];

/// The most values that are counted (`schemas.milestones.metric.DISTINCT_BOUND`).
pub const MOST: Amount = Amount::whole(10_000);

/// The values of one batch: whether each was seen before it, and which it added.
#[derive(Default)]
pub struct Members {
    pub known: HashMap<Key, bool>,
    pub added: Vec<Key>,
}

impl Members {
    pub fn add(&mut self, key: Key) {
        self.known.insert(key, true);
        self.added.push(key);
    }
}

/// The row's key for a value; None for what is no value to count.
pub fn key(contact_id: &str, slot: usize, value: Scalar) -> Option<Key> {
    let mut text = Vec::with_capacity(64);
    match value {
        Scalar::Null => return None,
        Scalar::Bool(value) => text.extend_from_slice(if value { b"true" } else { b"false" }),
        Scalar::Text(value) => {
            // A plain event's text holds nothing that JSON would escape.
            text.push(b'"');
            text.extend_from_slice(value.as_bytes());
            text.push(b'"');
        }
        Scalar::Number(number) => write_shortest(number, &mut text),
    }
    let mut key = [0; 34];
    key[..16].copy_from_slice(&xxh3_128(contact_id.as_bytes()).to_be_bytes());
    key[16..18].copy_from_slice(&u16::try_from(slot).ok()?.to_be_bytes());
    key[18..].copy_from_slice(&xxh3_128(&text).to_be_bytes());
    Some(key)
}

/// The digits of a number without zeros at the end, so that 1, 1.0 and 1.00 are one value.
fn write_shortest(number: Amount, out: &mut Vec<u8>) {
    if let Some(whole) = number.add(Amount::ZERO).and_then(Amount::as_int) {
        return write_int(whole, out);
    }
    number.write(out);
    while out.last() == Some(&b'0') {
        out.pop();
    }
}
