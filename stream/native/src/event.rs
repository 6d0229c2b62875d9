//! The plain usage event: what the strict door (`schemas.door`) lets in without a second look.
//!
//! Whatever is not certainly plain is `None`, and goes through the Python door, which is the contract: escapes, nested
//! content, exponents, numbers beyond 64 bits, repeated fields, names that applications may not use.

use std::ops::Range;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::amount::Amount;
use crate::moment;

/// Bytes of UTF-8 in one id (`schemas.limits.ID_BYTES`).
pub const ID_BYTES: usize = 256;
/// Digits of a decimal that the door takes without a second look.
const MOST_DECIMAL_TEXT: usize = 18;
const RESERVED: &str = "cairn.";
/// Bytes of a zone's name (`schemas.limits.ZONE_LENGTH`); names are ASCII.
const ZONE_BYTES: usize = 64;
/// Properties of an event that are read here: each costs 40 bytes while its batch lasts, and a look at it for every
/// filter. 64 KB of JSON hold 13,000.
const MOST_PROPERTIES: usize = 128;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'a> {
    Null,
    Bool(bool),
    Text(&'a str),
    Number(Amount),
}

/// A name and what it has.
pub type Property<'a> = (&'a str, Scalar<'a>);

#[derive(Debug)]
pub struct Event<'a> {
    pub id: &'a str,
    pub source: &'a str,
    pub contact_id: &'a str,
    pub name: &'a str,
    pub value: Amount,
    /// Epoch ms; None where the record's timestamp counts.
    pub at_ms: Option<i64>,
    /// Where its properties lie among those of its batch, in the wire's order.
    pub properties: Range<usize>,
    pub backfill: bool,
    pub zone: Option<&'a str>,
}

impl<'a> Event<'a> {
    /// Read the value of a record; its properties go behind those of the events before it.
    pub fn parse(value: &'a [u8], properties: &mut Vec<Property<'a>>) -> Option<Event<'a>> {
        let first = properties.len();
        let text = std::str::from_utf8(value).ok()?;
        let mut json = Json { text, bytes: value, at: 0, is_simple: is_simple(value) };
        let mut event = Event {
            id: "",
            source: "",
            contact_id: "",
            name: "",
            value: Amount::whole(1),
            at_ms: None,
            properties: first..first,
            backfill: false,
            zone: None,
        };
        let mut seen = 0u16;
        json.object(Json::field, |json, field| {
            let Some(field) = field else {
                json.scalar()?;
                return Some(());
            };
            if seen >> field & 1 == 1 {
                return None;
            }
            seen |= 1 << field;
            if field == 6 {
                json.object(Json::string, |json, name| {
                    if properties.len() - first == MOST_PROPERTIES {
                        return None;
                    }
                    properties.push((name, json.scalar()?));
                    Some(())
                })?;
                event.properties.end = properties.len();
                return Some(());
            }
            match (field, json.scalar()?) {
                (0, Scalar::Text(text)) => event.id = json.id(text)?,
                (1, Scalar::Text(text)) => event.source = if text.is_empty() { text } else { json.id(text)? },
                (2, Scalar::Text(text)) => event.contact_id = json.id(text)?,
                (3, Scalar::Text(text)) => event.name = json.id(text)?,
                (4, Scalar::Number(value)) => event.value = value,
                (5, Scalar::Text(text)) => event.at_ms = Some(moment::parse(text.as_bytes())?),
                (5, Scalar::Number(at_ms)) => event.at_ms = Some(at_ms.as_int()?),
                (7, Scalar::Bool(backfill)) => event.backfill = backfill,
                (8, Scalar::Null) => {}
                (8, Scalar::Text(zone)) if zone.len() <= ZONE_BYTES => event.zone = Some(zone),
                _ => return None,
            }
            Some(())
        })?;
        json.space();
        let required = 1 | 1 << 2 | 1 << 3;
        if json.at != value.len() || seen & required != required || event.name.starts_with(RESERVED) {
            return None;
        }
        Some(event)
    }
}

/// The property of this name; of a repeated one the last counts.
pub fn property<'a>(properties: &[Property<'a>], name: &str) -> Option<Scalar<'a>> {
    properties.iter().rev().find(|pair| pair.0 == name).map(|pair| pair.1)
}

/// What `Event::parse` reads of a value, in the order of its fields; numbers as their texts in a tuple. For tests.
#[pyfunction]
#[allow(clippy::type_complexity)]
pub fn read_event<'py>(
    py: Python<'py>,
    value: &'py [u8],
) -> PyResult<
    Option<(&'py str, &'py str, &'py str, &'py str, String, Option<i64>, Bound<'py, PyDict>, bool, Option<&'py str>)>,
> {
    let mut found = Vec::new();
    let Some(event) = Event::parse(value, &mut found) else {
        return Ok(None);
    };
    let text = |amount: Amount| {
        let mut out = Vec::new();
        amount.write(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    };
    let properties = PyDict::new(py);
    for (name, scalar) in found {
        match scalar {
            Scalar::Null => properties.set_item(name, py.None())?,
            Scalar::Bool(given) => properties.set_item(name, given)?,
            Scalar::Text(given) => properties.set_item(name, PyString::new(py, given))?,
            Scalar::Number(given) => properties.set_item(name, (text(given),))?,
        }
    }
    let Event { id, source, contact_id, name, value, at_ms, backfill, zone, .. } = event;
    Ok(Some((id, source, contact_id, name, text(value), at_ms, properties, backfill, zone)))
}

/// Whether all bytes are visible characters of ASCII or spaces, and none is a backslash: nearly all records are so, and
/// then each string ends at the next quote. No way out of the loop, so that it looks at many bytes at once.
fn is_simple(value: &[u8]) -> bool {
    value.iter().fold(true, |all, &each| all & (b' '..0x7f).contains(&each) & (each != b'\\'))
}

struct Json<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// See `is_simple`.
    is_simple: bool,
}

impl<'a> Json<'a> {
    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.bytes.get(self.at).filter(|&&each| each <= b' ') {
            self.at += 1;
        }
    }

    fn next(&mut self) -> Option<u8> {
        let found = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(found)
    }

    /// Read an object: `name` what is behind the first quote of each name, `member` each value.
    fn object<T>(
        &mut self,
        mut name: impl FnMut(&mut Json<'a>) -> Option<T>,
        mut member: impl FnMut(&mut Json<'a>, T) -> Option<()>,
    ) -> Option<()> {
        self.space();
        if self.next()? != b'{' {
            return None;
        }
        self.space();
        if self.bytes.get(self.at) == Some(&b'}') {
            self.at += 1;
            return Some(());
        }
        loop {
            self.space();
            if self.next()? != b'"' {
                return None;
            }
            let name = name(self)?;
            self.space();
            if self.next()? != b':' {
                return None;
            }
            self.space();
            member(self, name)?;
            self.space();
            match self.next()? {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    /// The rest of a name of the event behind its first quote: which field of the contract it is, if any.
    fn field(&mut self) -> Option<Option<usize>> {
        let rest = &self.bytes[self.at..];
        let (field, size) = match rest.first()? {
            b'i' if rest.starts_with(b"id\"") => (0, 3),
            b's' if rest.starts_with(b"source\"") => (1, 7),
            b'c' if rest.starts_with(b"contact_id\"") => (2, 11),
            b'e' if rest.starts_with(b"event\"") => (3, 6),
            b'v' if rest.starts_with(b"value\"") => (4, 6),
            b'a' if rest.starts_with(b"at\"") => (5, 3),
            b'p' if rest.starts_with(b"properties\"") => (6, 11),
            b'b' if rest.starts_with(b"backfill\"") => (7, 9),
            b't' if rest.starts_with(b"time_zone\"") => (8, 10),
            _ => return self.string().map(|_| None),
        };
        self.at += size;
        Some(Some(field))
    }

    /// The rest of a string behind its first quote; None where it holds an escape.
    fn string(&mut self) -> Option<&'a str> {
        let rest = &self.bytes[self.at..];
        let size = if self.is_simple {
            quote(rest)?
        } else {
            let size = rest.iter().position(|each| matches!(each, b'"' | b'\\' | 0..=0x1f))?;
            if rest[size] != b'"' {
                return None;
            }
            size
        };
        let text = self.text.get(self.at..self.at + size)?;
        self.at += size + 1;
        Some(text)
    }

    /// An id as it may stand in a record: not empty, within its bytes, no control character (Unicode's category Cc).
    fn id(&self, text: &'a str) -> Option<&'a str> {
        let bytes = text.as_bytes();
        if bytes.is_empty() || bytes.len() > ID_BYTES {
            return None;
        }
        let is_control = |at: usize| match bytes[at] {
            0x7f => true,
            0xc2 => matches!(bytes.get(at + 1), Some(0x80..=0x9f)), // U+0080 to U+009F
            _ => false,
        };
        (self.is_simple || (0..bytes.len()).all(|at| !is_control(at))).then_some(text)
    }

    fn literal(&mut self, rest: &[u8], means: Scalar<'a>) -> Option<Scalar<'a>> {
        if !self.bytes[self.at..].starts_with(rest) {
            return None;
        }
        self.at += rest.len();
        Some(means)
    }

    fn scalar(&mut self) -> Option<Scalar<'a>> {
        match self.next()? {
            b'"' => Some(Scalar::Text(self.string()?)),
            b't' => self.literal(b"rue", Scalar::Bool(true)),
            b'f' => self.literal(b"alse", Scalar::Bool(false)),
            b'n' => self.literal(b"ull", Scalar::Null),
            b'-' | b'0'..=b'9' => {
                let start = self.at - 1;
                while matches!(self.bytes.get(self.at), Some(b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')) {
                    self.at += 1;
                }
                let text = &self.bytes[start..self.at];
                let number = Amount::parse(text)?;
                (number.as_int().is_some() || text.len() <= MOST_DECIMAL_TEXT).then_some(Scalar::Number(number))
            }
            _ => None,
        }
    }
}

/// Where the first quote lies, looked for in eight bytes at a time.
/// <https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord>
fn quote(text: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 0xff;
    let mut at = 0;
    let mut rest = text;
    while let Some((word, behind)) = rest.split_first_chunk() {
        let zero_where_quote = u64::from_le_bytes(*word) ^ (ONES * b'"' as u64);
        let found = zero_where_quote.wrapping_sub(ONES) & !zero_where_quote & (ONES << 7);
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
        rest = behind;
    }
    rest.iter().position(|&each| each == b'"').map(|place| at + place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(value: &[u8]) -> Option<Event<'_>> {
        Event::parse(value, &mut Vec::new())
    }

    #[test]
    fn the_contract_is_read() {
        let mut properties = vec![("a", Scalar::Null)];
        let event = Event::parse(
            br#"{"id":"e-1","source":"web","contact_id":"c-1","event":"paid","value":-3,"at":"2026-11-20T14:41:07Z",
            "properties":{"a":"x","b":1.50,"c":null,"d":true,"a":"y"},"backfill":true,"time_zone":"Europe/Paris","new":1}"#,
            &mut properties,
        )
        .unwrap();
        let of_it = &properties[event.properties.clone()];
        assert_eq!(event.properties, 1..6);
        assert_eq!((event.id, event.source, event.contact_id, event.name), ("e-1", "web", "c-1", "paid"));
        assert_eq!(property(of_it, "a"), Some(Scalar::Text("y")));
        assert_eq!(property(of_it, "b"), Some(Scalar::Number(Amount::parse(b"1.5").unwrap())));
        assert_eq!((event.zone, event.backfill), (Some("Europe/Paris"), true));
    }

    /// Wherever in its words a string ends, and whatever lies beside its end.
    #[test]
    fn strings_end_where_they_end() {
        for size in 0..40 {
            for text in
                ["x".repeat(size), "\u{7f}".repeat(size), "é".repeat(size), "!#".repeat(size), "[]".repeat(size)]
            {
                for (end, rest) in
                    [("\"", "\"\\\n"), ("\"", "x"), ("\\", "\""), ("\n", "\""), ("\u{1f}", "\""), ("", "")]
                {
                    let whole = format!("{text}{end}{rest}{rest}");
                    let bytes = whole.as_bytes();
                    for is_simple in [false, is_simple(bytes)] {
                        let mut json = Json { text: &whole, bytes, at: 0, is_simple };
                        assert_eq!(json.string(), (end == "\"").then_some(text.as_str()));
                    }
                }
            }
        }
    }

    #[test]
    fn whatever_is_not_plain_is_none() {
        let sound = r#"{"id":"e","contact_id":"c","event":"x"}"#;
        assert!(parse(sound.as_bytes()).is_some());
        for cut in 0..sound.len() {
            assert!(parse(&sound.as_bytes()[..cut]).is_none(), "{cut}");
        }
        for more in [
            r#","id":"f""#,
            r#","value":null"#,
            r#","value":1e3"#,
            r#","properties":{"a":[1]}"#,
            r#","z":{}"#,
            r#","properties":[]"#,
            r#","at":null"#,
            r#","source":"\u0041""#,
            r#","backfill":1"#,
            ",",
            r#","value":tru"#,
        ] {
            let text = format!("{}{more}}}", &sound[..sound.len() - 1]);
            assert!(parse(text.as_bytes()).is_none(), "{text}");
        }
        for name in ["cairn.baseline", "a\u{7f}", "a\u{85}", ""] {
            let text = format!(r#"{{"id":"e","contact_id":"c","event":"{name}"}}"#);
            assert!(parse(text.as_bytes()).is_none(), "{name:?}");
        }
    }

    /// Whatever bytes come, none breaks the reader, and what it takes is whole JSON in UTF-8.
    #[test]
    fn no_bytes_break_it() {
        let sound: &[u8] = r#"{"id":"é","source":"","contact_id":"c","event":"x","value":-1.50,"at":1767225600000,
            "properties":{"a":null,"b":true,"c":" ","d":12.5},"backfill":false,"time_zone":"UTC","z":0}"#
            .as_bytes();
        assert!(parse(sound).is_some());
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        let mut next = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        };
        let pieces: [&[u8]; 16] = [
            b"\"",
            b"\\",
            b"{",
            b"}",
            b"[",
            b",",
            b":",
            b"-",
            b"e9",
            b"\xff",
            b"\xc2",
            b"\x00",
            b"null",
            b"9999999999",
            b".",
            b" ",
        ];
        let mut taken = 0;
        for _ in 0..300_000 {
            let mut value = sound.to_vec();
            for _ in 0..=next(3) {
                let at = next(value.len() + 1);
                let end = (at + next(4)).min(value.len());
                let piece = pieces[next(pieces.len())];
                match next(4) {
                    0 => drop(value.drain(at..end)),
                    1 => drop(value.splice(at..end, piece.iter().copied())),
                    2 if at < value.len() => value[at] = next(256) as u8,
                    _ => value.truncate(at),
                }
            }
            if let Some(event) = parse(&value) {
                taken += 1;
                assert!(value.ends_with(b"}") || value.last().is_some_and(u8::is_ascii_whitespace));
                assert!(!event.id.is_empty() && event.id.len() <= ID_BYTES && std::str::from_utf8(&value).is_ok());
            }
        }
        assert!(taken > 1000);
    }
}
