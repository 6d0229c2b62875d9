//! The table of contacts' rows of one task, for Python: `stream.native.rows.NativeRows`.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use crate::count::{count, values, Effect, Occasion, Outcome};
use crate::crossing::News;
use crate::days::Days;
use crate::event::{Event, Property};
use crate::guard::guarded;
use crate::held::Held;
use crate::members::Members;
use crate::partition::partition_of;
use crate::record::{crossing, nudge, Context, Source};
use crate::row::{Names, Row};
use crate::rules::{Kind, Rules};
use crate::stuck::next_due;

/// What a batch is judged by; all is set by the caller for each batch.
#[derive(FromPyObject)]
struct Terms<'py> {
    topic_json: Vec<u8>,
    now_ms: i64,
    earliest_ms: i64,
    latest_ms: i64,
    record_bytes: usize,
    /// Reads stored rows by their keys, without the prefix: format byte and row, or None.
    read: Bound<'py, PyAny>,
    /// Says of keys of values of `distinct` metrics whether they were seen.
    seen: Bound<'py, PyAny>,
    /// Which of some keys are those of erased contacts.
    erased: Bound<'py, PyAny>,
}

/// What became of a batch; filled while it is folded.
#[derive(Default)]
#[pyclass(frozen, get_all, module = "stream.native.cairn_native")]
pub struct Folded {
    /// Places of the records that are the Python core's, in order; nothing was done with them.
    handed_back: Vec<usize>,
    /// (whether it is a nudge, place of the record, value) of each record to write, in order.
    written: Vec<(bool, usize, Py<PyBytes>)>,
    /// How many crossings, by milestone and why they are not celebrated, or None.
    crossed: HashMap<(String, Option<&'static str>), u64>,
    /// How many nudges for being near, by milestone.
    nudged: HashMap<String, u64>,
    /// Places of the records that brought something, each once, and how old (ms) each event was.
    brought: Vec<(usize, i64)>,
    /// (key, where the contact's timer stands or 0, where it must stand) of each timer to move.
    timers: Vec<(Py<PyBytes>, i64, i64)>,
    /// Keys whose timer the Python core must look after.
    untimed: Vec<Py<PyBytes>>,
    /// Keys of the values that `distinct` metrics saw first.
    values: Vec<Py<PyBytes>>,
    duplicates: u64,
    filtered: u64,
    ignored: u64,
}

/// Records that are read and counted together: their events, and the rows of 256 contacts, stay in a cache of the
/// processor (256 x about 500 B) between the one and the other.
const TOGETHER: usize = 256;

enum Parsed<'a> {
    HandBack(Option<&'a [u8]>),
    Ignored,
    Event(Plain<'a>),
}

impl<'a> Parsed<'a> {
    fn event(&self) -> Option<&Plain<'a>> {
        match self {
            Parsed::Event(plain) => Some(plain),
            _ => None,
        }
    }

    fn event_mut(&mut self) -> Option<&mut Plain<'a>> {
        match self {
            Parsed::Event(plain) => Some(plain),
            _ => None,
        }
    }
}

/// A plain event that some metric counts.
struct Plain<'a> {
    key: &'a [u8],
    event: Event<'a>,
    plan: usize,
    at_ms: i64,
    /// Where the row lies; None if it was not in memory.
    place: Option<usize>,
}

/// The records of a batch.
#[derive(Clone, Copy)]
struct Batch<'a, 'py> {
    records: &'a Bound<'py, PyAny>,
    keys: &'a Bound<'py, PyTuple>,
    values: &'a Bound<'py, PyTuple>,
    /// None if no record has any.
    headers: Option<&'a Bound<'py, PyTuple>>,
}

/// Room for one row, kept between events.
#[derive(Default)]
struct Room {
    row: Row,
    names: Names,
    encoded: Vec<u8>,
}

#[pyclass(module = "stream.native.cairn_native")]
pub struct Table {
    held: Held,
    room: Room,
    days: Days,
    partition: u32,
    partitions: u32,
    namespace: Vec<u8>,
    prefix: u8,
    earliest_sign_up_ms: i64,
    latest_sign_up_ms: i64,
}

#[pymethods]
impl Table {
    #[new]
    #[allow(clippy::too_many_arguments)]
    fn new(
        days: Py<PyAny>,
        partition: u32,
        partitions: u32,
        namespace: Vec<u8>,
        prefix: u8,
        earliest_sign_up_ms: i64,
        latest_sign_up_ms: i64,
    ) -> Table {
        let (held, room, days) = (Held::new(), Room::default(), Days::new(days));
        Table { held, room, days, partition, partitions, namespace, prefix, earliest_sign_up_ms, latest_sign_up_ms }
    }

    #[allow(clippy::too_many_arguments)]
    /// Count what is plain of a batch, in offset order; the rest is handed back.
    ///
    /// An event behind one of the same contact that was handed back is handed back too, so a contact's order stands.
    /// After an error nothing in memory is known to be whole, and so nothing is left there.
    fn fold<'py>(
        &mut self,
        py: Python<'py>,
        rules: &Rules,
        records: &Bound<'py, PyAny>,
        keys: &Bound<'py, PyTuple>,
        values: &Bound<'py, PyTuple>,
        headers: Option<&Bound<'py, PyTuple>>,
        terms: Terms<'py>,
    ) -> PyResult<Folded> {
        let batch = Batch { records, keys, values, headers };
        let folded = guarded(|| self.fold_plain(py, rules, batch, &terms));
        if folded.is_err() {
            self.held.forget();
        }
        folded
    }

    /// Take a row out, encoded and without its format byte, to change it elsewhere; None if it is not in memory.
    fn take<'py>(&mut self, py: Python<'py>, key: &[u8]) -> PyResult<Option<Bound<'py, PyBytes>>> {
        guarded(|| Ok(self.held.remove(key).map(|entry| PyBytes::new(py, entry.row()))))
    }

    /// Read a row, encoded and without its format byte; None if it is not in memory.
    fn peek<'py>(&self, py: Python<'py>, key: &[u8]) -> PyResult<Option<Bound<'py, PyBytes>>> {
        guarded(|| Ok(self.held.get(key).map(|entry| PyBytes::new(py, entry.row()))))
    }

    /// Put a row, for the open transaction to write.
    fn put(&mut self, key: &[u8], row: &[u8]) -> PyResult<()> {
        guarded(|| {
            self.held.put(key, row, true);
            Ok(())
        })
    }

    /// Forget a row; whether the open transaction was to write it.
    fn remove(&mut self, key: &[u8]) -> bool {
        self.held.remove(key).is_some_and(|entry| entry.is_dirty())
    }

    /// Whether the open transaction writes this row.
    fn writes(&self, key: &[u8]) -> bool {
        self.held.get(key).is_some_and(|entry| entry.is_dirty())
    }

    /// The keys that the open transaction writes.
    fn written<'py>(&self, py: Python<'py>) -> Vec<Bound<'py, PyBytes>> {
        self.held.dirty().map(|entry| PyBytes::new(py, entry.key())).collect()
    }

    /// What the open transaction writes, as store keys and values; `stamp` is the format byte.
    fn changes<'py>(&self, py: Python<'py>, stamp: u8) -> PyResult<Bound<'py, PyList>> {
        guarded(|| {
            let mut value = Vec::with_capacity(512);
            let mut key = Vec::with_capacity(64);
            let found = PyList::empty(py);
            for entry in self.held.dirty() {
                value.clear();
                value.push(stamp);
                value.extend_from_slice(entry.row());
                key.clear();
                key.push(self.prefix);
                key.extend_from_slice(entry.key());
                found.append(PyTuple::new(py, [PyBytes::new(py, &key), PyBytes::new(py, &value)])?)?;
            }
            Ok(found)
        })
    }

    #[getter]
    fn writing(&self) -> usize {
        self.held.dirty_count()
    }

    #[getter]
    fn cached(&self) -> usize {
        self.held.cached_count()
    }

    fn committed(&mut self, limit: usize) -> PyResult<()> {
        guarded(|| {
            self.held.committed(limit);
            Ok(())
        })
    }

    fn aborted(&mut self) -> PyResult<()> {
        guarded(|| {
            self.held.aborted();
            Ok(())
        })
    }

    fn forget(&mut self) {
        self.held.forget();
    }
}

impl Table {
    fn fold_plain<'py>(
        &mut self,
        py: Python<'py>,
        rules: &Rules,
        batch: Batch<'_, 'py>,
        terms: &Terms<'py>,
    ) -> PyResult<Folded> {
        let count = batch.keys.len();
        let (mut parsed, mut properties, mut barred) = (Vec::with_capacity(TOGETHER), Vec::new(), HashSet::new());
        let mut folding = Folding {
            py,
            rules,
            terms,
            records: batch.records,
            members: Members::default(),
            effects: Vec::new(),
            tally: Folded::default(),
        };
        for first in (0..count).step_by(TOGETHER) {
            parsed.clear();
            properties.clear();
            for at in first..count.min(first + TOGETHER) {
                parsed.push(self.parse(py, rules, batch, at, &mut properties, terms)?);
            }
            self.load(py, &mut parsed, &mut barred, terms)?;
            folding.ask(&parsed, &properties)?;
            for (at, each) in parsed.iter().enumerate() {
                folding.record(self, first + at, each, &properties, &mut barred)?;
            }
        }
        let mut tally = folding.tally;
        tally.values = folding.members.added.iter().map(|key| PyBytes::new(py, key).unbind()).collect();
        self.keep_timers(py, rules, batch.keys, &barred, &mut tally)?;
        Ok(tally)
    }

    fn parse<'a>(
        &mut self,
        py: Python<'_>,
        rules: &Rules,
        batch: Batch<'a, '_>,
        at: usize,
        properties: &mut Vec<Property<'a>>,
        terms: &Terms,
    ) -> PyResult<Parsed<'a>> {
        let key: Option<&[u8]> = batch.keys.get_borrowed_item(at)?.extract()?;
        let value: Option<&[u8]> = batch.values.get_borrowed_item(at)?.extract()?;
        let (Some(key), Some(value)) = (key, value) else {
            return Ok(Parsed::HandBack(key));
        };
        if value.len() > terms.record_bytes || batch.may_be_cloudevent(at)? {
            return Ok(Parsed::HandBack(Some(key)));
        }
        let Some(event) = Event::parse(value, properties).filter(|event| event.contact_id.as_bytes() == key) else {
            return Ok(Parsed::HandBack(Some(key)));
        };
        let at_ms = match event.at_ms {
            Some(at_ms) => at_ms,
            None => match batch.records.get_item(at)?.call_method0("timestamp")?.extract()? {
                (0i64, _) => return Ok(Parsed::HandBack(Some(key))),
                (_, at_ms) => at_ms,
            },
        };
        if !(terms.earliest_ms..=terms.latest_ms).contains(&at_ms) {
            return Ok(Parsed::HandBack(Some(key)));
        }
        if let Some(zone) = event.zone {
            if !self.days.is_zone(py, zone)? {
                return Ok(Parsed::HandBack(Some(key)));
            }
        }
        Ok(match rules.plan(event.name) {
            Some(plan) => Parsed::Event(Plain { key, event, plan, at_ms, place: None }),
            None => Parsed::Ignored,
        })
    }

    /// Find the rows of some events, and read those that are not in memory. Bars the keys whose events are the Python
    /// core's: of a contact that was erased, or that lies in another partition.
    fn load<'a>(
        &mut self,
        py: Python<'_>,
        parsed: &mut [Parsed<'a>],
        barred: &mut HashSet<&'a [u8]>,
        terms: &Terms,
    ) -> PyResult<()> {
        for plain in parsed.iter_mut().filter_map(Parsed::event_mut) {
            plain.place = self.held.guess(plain.key);
        }
        self.held.approach(parsed.iter().filter_map(|each| each.event()?.place));
        let mut missing: Vec<&[u8]> = Vec::new();
        let mut seen: HashSet<&[u8]> = HashSet::new();
        for plain in parsed.iter_mut().filter_map(Parsed::event_mut) {
            if let Some(place) = plain.place {
                let is_it = self.held.at(place).is_some_and(|entry| entry.key() == plain.key);
                plain.place = if is_it { Some(place) } else { self.held.find(plain.key) };
            }
            if plain.place.is_none() && seen.insert(plain.key) {
                missing.push(plain.key);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let found: Vec<Option<Bound<PyBytes>>> = terms.read.call1((of_bytes(py, &missing),))?.extract()?;
        let mut new = Vec::new();
        for (key, data) in missing.into_iter().zip(found) {
            match data.as_ref().and_then(|data| data.as_bytes().split_first()) {
                Some((_, row)) => {
                    self.held.put(key, row, false);
                }
                None if partition_of(key, self.partitions) != self.partition => {
                    barred.insert(key);
                }
                None => new.push(key),
            }
        }
        if !new.is_empty() {
            let erased: HashSet<Vec<u8>> = terms.erased.call1((of_bytes(py, &new),))?.extract()?;
            barred.extend(new.into_iter().filter(|&key| erased.contains(key)));
        }
        Ok(())
    }

    /// Read the row at a place into the room; None for one that only the Python core reads.
    fn enter(&mut self, place: usize) -> Option<()> {
        let Room { row, names, .. } = &mut self.room;
        row.read(self.held.at(place)?.row(), names)?;
        // Earlier releases kept whatever sign-up was written: one that cannot be is none.
        let bounds = self.earliest_sign_up_ms..=self.latest_sign_up_ms;
        row.signed_up_ms = row.signed_up_ms.filter(|at_ms| bounds.contains(at_ms));
        Some(())
    }

    /// Let the open transaction write the row in the room: at its place, or as that of a new contact.
    fn leave(&mut self, place: Option<usize>, key: &[u8]) {
        let Room { row, encoded, .. } = &mut self.room;
        encoded.clear();
        row.encode(encoded);
        match place {
            Some(place) => self.held.rewrite(place, encoded),
            None => {
                self.held.put(key, encoded, true);
            }
        }
    }

    /// See to it that the timer of each contact to whom something happened stands no later than what is due next.
    fn keep_timers(
        &mut self,
        py: Python<'_>,
        rules: &Rules,
        keys: &Bound<'_, PyTuple>,
        barred: &HashSet<&[u8]>,
        tally: &mut Folded,
    ) -> PyResult<()> {
        if rules.stuck.is_empty() && !rules.has_anniversaries {
            return Ok(());
        }
        for &(at, _) in &tally.brought {
            let key: &[u8] = keys.get_borrowed_item(at)?.extract()?;
            if barred.contains(key) {
                tally.untimed.push(PyBytes::new(py, key).unbind());
                continue;
            }
            let Some(place) = self.held.find(key) else { continue };
            if self.enter(place).is_none() {
                continue;
            }
            let row = &mut self.room.row;
            if rules.has_anniversaries && row.signed_up_ms.is_some() {
                tally.untimed.push(PyBytes::new(py, key).unbind());
                continue;
            }
            if let Some(due_ms) = next_due(rules, row) {
                if !(0 < row.timer_ms && row.timer_ms <= due_ms) {
                    tally.timers.push((PyBytes::new(py, key).unbind(), row.timer_ms, due_ms));
                    row.timer_ms = due_ms;
                    self.leave(Some(place), key);
                }
            }
        }
        Ok(())
    }
}

/// One batch while it is folded.
struct Folding<'f, 'py> {
    py: Python<'py>,
    rules: &'f Rules,
    terms: &'f Terms<'py>,
    records: &'f Bound<'py, PyAny>,
    members: Members,
    effects: Vec<Effect>,
    tally: Folded,
}

impl Folding<'_, '_> {
    /// Ask which of the values that some events bring to `distinct` metrics were seen before the batch.
    fn ask(&mut self, parsed: &[Parsed], properties: &[Property]) -> PyResult<()> {
        if !self.rules.kinds.contains(&Kind::Distinct) {
            return Ok(());
        }
        let mut asked = Vec::new();
        for Plain { event, plan, .. } in parsed.iter().filter_map(Parsed::event) {
            let of_it = &properties[event.properties.clone()];
            for key in values(self.rules, &self.rules.plans[*plan], event.contact_id, of_it) {
                if let Entry::Vacant(unknown) = self.members.known.entry(key) {
                    unknown.insert(false);
                    asked.push(key);
                }
            }
        }
        if !asked.is_empty() {
            let known: Vec<bool> = self.terms.seen.call1((of_bytes(self.py, &asked),))?.extract()?;
            self.members.known.extend(asked.into_iter().zip(known));
        }
        Ok(())
    }

    /// Count one record, or hand it back.
    fn record<'a>(
        &mut self,
        table: &mut Table,
        at: usize,
        parsed: &Parsed<'a>,
        properties: &[Property],
        barred: &mut HashSet<&'a [u8]>,
    ) -> PyResult<()> {
        let key = match parsed {
            Parsed::Ignored => {
                self.tally.ignored += 1;
                return Ok(());
            }
            Parsed::HandBack(key) => *key,
            Parsed::Event(plain) => {
                if !barred.contains(plain.key) && self.event(table, at, plain, properties)? {
                    return Ok(());
                }
                Some(plain.key)
            }
        };
        barred.extend(key);
        self.tally.handed_back.push(at);
        Ok(())
    }

    /// Count one event; false if it is the Python core's.
    fn event(&mut self, table: &mut Table, at: usize, plain: &Plain, properties: &[Property]) -> PyResult<bool> {
        let &Plain { key, ref event, plan, at_ms, place } = plain;
        let properties = &properties[event.properties.clone()];
        let occasion = Occasion { contact_id: event.contact_id, at_ms, backfill: event.backfill, properties };
        // It may have come to memory behind the first look for it.
        let place = place.or_else(|| table.held.find(key));
        match place {
            Some(place) if table.enter(place).is_none() => return Ok(false),
            Some(_) => {}
            None => table.room.row.clear(),
        }
        let Room { row, names, .. } = &mut table.room;
        let zone = event.zone.map(|zone| names.name(zone));
        let outcome = count(
            self.py,
            self.rules,
            &self.rules.plans[plan],
            row,
            event,
            &occasion,
            &mut table.days,
            &mut self.members,
            &mut self.effects,
            zone.as_ref(),
        )?;
        let life = row.life;
        match outcome {
            Outcome::HandBack => return Ok(false),
            Outcome::Duplicate => self.tally.duplicates += 1,
            Outcome::Filtered => self.tally.filtered += 1,
            Outcome::Counted(news) if news.is_empty() => {}
            Outcome::Counted(news) => {
                let context = Context {
                    contact_id: event.contact_id,
                    life,
                    occurred_at_ms: at_ms,
                    detected_at_ms: self.terms.now_ms,
                    rules_version: self.rules.version,
                    namespace: &table.namespace,
                    source: Source {
                        topic_json: &self.terms.topic_json,
                        partition: i64::from(table.partition),
                        offset: self.records.get_item(at)?.call_method0("offset")?.extract()?,
                        event_source: event.source,
                        event_id: event.id,
                    },
                };
                self.tally.brought.push((at, self.terms.now_ms - at_ms));
                for each in &news {
                    self.write(at, each, &context);
                }
            }
        }
        table.leave(place, key);
        Ok(true)
    }

    fn write(&mut self, at: usize, news: &News, context: &Context) {
        let (is_nudge, value) = match news {
            News::Crossed(crossed) => {
                *self.tally.crossed.entry((crossed.goal.id.clone(), crossed.because)).or_default() += 1;
                (false, crossing(crossed, context))
            }
            News::Nudge(near) => {
                *self.tally.nudged.entry(near.goal.id.clone()).or_default() += 1;
                (true, nudge(near, context))
            }
        };
        self.tally.written.push((is_nudge, at, PyBytes::new(self.py, &value).unbind()));
    }
}

impl Batch<'_, '_> {
    /// Whether the headers of a record may say that it is a CloudEvent: `schemas.cloudevents.is_cloudevent`, and
    /// whatever is odd.
    fn may_be_cloudevent(&self, at: usize) -> PyResult<bool> {
        let Some(headers) = self.headers else { return Ok(false) };
        let headers: Option<Bound<PyList>> = headers.get_item(at)?.extract()?;
        Ok(headers.is_some_and(|headers| {
            headers.iter().any(|header| {
                let Ok((name, value)) = header.extract::<(String, Option<Vec<u8>>)>() else {
                    return true;
                };
                match name.as_str() {
                    "ce_specversion" => true,
                    "content-type" => {
                        let value = value.unwrap_or_default().to_ascii_lowercase();
                        !value.is_ascii() || value.starts_with(b"application/cloudevents")
                    }
                    _ => false,
                }
            })
        }))
    }
}

fn of_bytes<'py>(py: Python<'py>, each: &[impl AsRef<[u8]>]) -> Vec<Bound<'py, PyBytes>> {
    each.iter().map(|each| PyBytes::new(py, each.as_ref())).collect()
}
