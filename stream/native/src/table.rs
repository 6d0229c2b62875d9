//! The table of contacts' rows of one task, for Python: `stream.native.rows.NativeRows`.

use std::collections::{HashMap, HashSet};

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use crate::count::{count, values, Effect, Occasion, Outcome};
use crate::crossing::News;
use crate::days::Days;
use crate::event::Event;
use crate::guard::guarded;
use crate::held::{Content, Held};
use crate::members::Members;
use crate::partition::partition_of;
use crate::record::{crossing, nudge, Context, Source};
use crate::row::Row;
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

enum Parsed<'a> {
    HandBack,
    Ignored,
    Event { event: Event<'a>, plan: usize, at_ms: i64 },
}

#[pyclass(module = "stream.native.cairn_native")]
pub struct Table {
    held: Held,
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
        let days = Days::new(days);
        let held = Held::new();
        Table { held, days, partition, partitions, namespace, prefix, earliest_sign_up_ms, latest_sign_up_ms }
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
        records: Vec<Bound<'py, PyAny>>,
        keys: Vec<Option<Bound<'py, PyBytes>>>,
        values: Vec<Option<Bound<'py, PyBytes>>>,
        headers: Vec<Option<Bound<'py, PyList>>>,
        terms: Terms<'py>,
    ) -> PyResult<Folded> {
        let folded = guarded(|| self.fold_plain(py, rules, &records, &keys, &values, &headers, terms));
        if folded.is_err() {
            self.held.forget();
        }
        folded
    }

    /// Take a row out, encoded and without its format byte, to change it elsewhere; None if it is not in memory.
    fn take<'py>(&mut self, py: Python<'py>, key: &[u8]) -> PyResult<Option<Bound<'py, PyBytes>>> {
        guarded(|| Ok(self.held.remove(key).map(|entry| encoded(py, &entry.content))))
    }

    /// Read a row, encoded and without its format byte; None if it is not in memory.
    fn peek<'py>(&self, py: Python<'py>, key: &[u8]) -> PyResult<Option<Bound<'py, PyBytes>>> {
        guarded(|| Ok(self.held.get(key).map(|entry| encoded(py, &entry.content))))
    }

    /// Put a row, for the open transaction to write.
    fn put(&mut self, key: &[u8], row: &[u8]) -> PyResult<()> {
        guarded(|| {
            let content = self.read(row);
            self.held.put(key, content, true);
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
        self.held.dirty().map(|entry| PyBytes::new(py, &entry.key)).collect()
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
                entry.content.write(&mut value);
                key.clear();
                key.push(self.prefix);
                key.extend_from_slice(&entry.key);
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
    #[allow(clippy::too_many_arguments)]
    fn fold_plain<'py>(
        &mut self,
        py: Python<'py>,
        rules: &Rules,
        records: &[Bound<'py, PyAny>],
        keys: &[Option<Bound<'py, PyBytes>>],
        values: &[Option<Bound<'py, PyBytes>>],
        headers: &[Option<Bound<'py, PyList>>],
        terms: Terms<'py>,
    ) -> PyResult<Folded> {
        let mut parsed = Vec::with_capacity(records.len());
        for (at, record) in records.iter().enumerate() {
            let usual = headers[at].as_ref().is_none_or(|headers| !may_be_cloudevent(headers));
            parsed.push(match (&keys[at], &values[at]) {
                (Some(key), Some(value)) if usual && value.as_bytes().len() <= terms.record_bytes => {
                    self.parse(py, rules, record, key.as_bytes(), value.as_bytes(), &terms)?
                }
                _ => Parsed::HandBack,
            });
        }
        let mut barred = self.load(&parsed, keys, &terms)?;
        let members = seen(py, rules, &parsed, &terms)?;
        let mut folded = Folding { py, rules, terms: &terms, members, effects: Vec::new(), tally: Folded::default() };
        for (at, each) in parsed.into_iter().enumerate() {
            match each {
                Parsed::Ignored => folded.tally.ignored += 1,
                Parsed::HandBack => {
                    if let Some(key) = &keys[at] {
                        barred.insert(key.as_bytes());
                    }
                    folded.tally.handed_back.push(at);
                }
                Parsed::Event { event, plan, at_ms } => {
                    let Some(key) = &keys[at] else { continue };
                    let is_ours = !barred.contains(key.as_bytes())
                        && folded.event(self, at, &records[at], key.as_bytes(), &event, plan, at_ms)?;
                    if !is_ours {
                        barred.insert(key.as_bytes());
                        folded.tally.handed_back.push(at);
                    }
                }
            }
        }
        let mut tally = folded.tally;
        tally.values = folded.members.added.iter().map(|key| PyBytes::new(py, key).unbind()).collect();
        self.keep_timers(py, rules, keys, &barred, &mut tally)?;
        Ok(tally)
    }

    fn read(&mut self, data: &[u8]) -> Content {
        let mut content = Content::read(data, &mut self.held.names);
        if let Content::Row(row) = &mut content {
            // Earlier releases kept whatever sign-up was written: one that cannot be is none.
            let bounds = self.earliest_sign_up_ms..=self.latest_sign_up_ms;
            row.signed_up_ms = row.signed_up_ms.filter(|at_ms| bounds.contains(at_ms));
        }
        content
    }

    fn parse<'a>(
        &mut self,
        py: Python<'_>,
        rules: &Rules,
        record: &Bound<'_, PyAny>,
        key: &[u8],
        value: &'a [u8],
        terms: &Terms,
    ) -> PyResult<Parsed<'a>> {
        let Some(event) = Event::parse(value).filter(|event| event.contact_id.as_bytes() == key) else {
            return Ok(Parsed::HandBack);
        };
        let at_ms = match event.at_ms {
            Some(at_ms) => at_ms,
            None => match record.call_method0("timestamp")?.extract()? {
                (0i64, _) => return Ok(Parsed::HandBack),
                (_, at_ms) => at_ms,
            },
        };
        if !(terms.earliest_ms..=terms.latest_ms).contains(&at_ms) {
            return Ok(Parsed::HandBack);
        }
        if let Some(zone) = event.zone {
            if !self.days.is_zone(py, zone)? {
                return Ok(Parsed::HandBack);
            }
        }
        Ok(match rules.by_event.get(event.name) {
            Some(&plan) => Parsed::Event { event, plan, at_ms },
            None => Parsed::Ignored,
        })
    }

    /// Read the rows of a batch that are not in memory. Returns the keys whose events are the Python core's: of a
    /// contact that was erased, or that lies in another partition.
    fn load<'k>(
        &mut self,
        parsed: &[Parsed],
        keys: &'k [Option<Bound<'_, PyBytes>>],
        terms: &Terms,
    ) -> PyResult<HashSet<&'k [u8]>> {
        let mut missing: Vec<&Bound<PyBytes>> = Vec::new();
        let mut seen: HashSet<&[u8]> = HashSet::new();
        for (each, key) in parsed.iter().zip(keys) {
            if let (Parsed::Event { .. }, Some(key)) = (each, key) {
                if self.held.find(key.as_bytes()).is_none() && seen.insert(key.as_bytes()) {
                    missing.push(key);
                }
            }
        }
        let mut barred = HashSet::new();
        if missing.is_empty() {
            return Ok(barred);
        }
        let found: Vec<Option<Bound<PyBytes>>> = terms.read.call1((&missing,))?.extract()?;
        let mut new: Vec<&Bound<PyBytes>> = Vec::new();
        for (key, data) in missing.into_iter().zip(found) {
            match data.as_ref().and_then(|data| data.as_bytes().split_first()) {
                Some((_, row)) => {
                    let content = self.read(row);
                    self.held.put(key.as_bytes(), content, false);
                }
                None if partition_of(key.as_bytes(), self.partitions) != self.partition => {
                    barred.insert(key.as_bytes());
                }
                None => new.push(key),
            }
        }
        if !new.is_empty() {
            let erased: HashSet<Vec<u8>> = terms.erased.call1((&new,))?.extract()?;
            if !erased.is_empty() {
                barred.extend(new.iter().map(|key| key.as_bytes()).filter(|&key| erased.contains(key)));
            }
        }
        Ok(barred)
    }

    /// See to it that the timer of each contact to whom something happened stands no later than what is due next.
    fn keep_timers(
        &mut self,
        py: Python<'_>,
        rules: &Rules,
        keys: &[Option<Bound<'_, PyBytes>>],
        barred: &HashSet<&[u8]>,
        tally: &mut Folded,
    ) -> PyResult<()> {
        if rules.stuck.is_empty() && !rules.has_anniversaries {
            return Ok(());
        }
        for &(at, _) in &tally.brought {
            let Some(key) = &keys[at] else { continue };
            if barred.contains(key.as_bytes()) {
                tally.untimed.push(key.clone().unbind());
                continue;
            }
            let place = self.held.find(key.as_bytes());
            let Some(entry) = place.and_then(|place| self.held.entry(place)) else {
                continue;
            };
            let Content::Row(row) = &mut entry.content else {
                continue;
            };
            if rules.has_anniversaries && row.signed_up_ms.is_some() {
                tally.untimed.push(key.clone().unbind());
                continue;
            }
            if let Some(due_ms) = next_due(rules, row) {
                if !(0 < row.timer_ms && row.timer_ms <= due_ms) {
                    tally.timers.push((PyBytes::new(py, key.as_bytes()).unbind(), row.timer_ms, due_ms));
                    row.timer_ms = due_ms;
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
    members: Members,
    effects: Vec<Effect>,
    tally: Folded,
}

impl Folding<'_, '_> {
    /// Count one event; false if it is the Python core's.
    #[allow(clippy::too_many_arguments)]
    fn event(
        &mut self,
        table: &mut Table,
        at: usize,
        record: &Bound<'_, PyAny>,
        key: &[u8],
        event: &Event,
        plan: usize,
        at_ms: i64,
    ) -> PyResult<bool> {
        let occasion = Occasion { contact_id: event.contact_id, at_ms, backfill: event.backfill };
        let plan = &self.rules.plans[plan];
        let place = table.held.find(key);
        let mut fresh = Row::fresh();
        let (names, entry) = table.held.parts(place.unwrap_or(usize::MAX));
        let zone = event.zone.map(|zone| names.name(zone));
        let row = match entry {
            Some(entry) => match &mut entry.content {
                Content::Row(row) => row,
                Content::Foreign(_) => return Ok(false),
            },
            None => &mut fresh,
        };
        let outcome = count(
            self.py,
            self.rules,
            plan,
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
                        offset: record.call_method0("offset")?.extract()?,
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
        match place {
            Some(place) => table.held.touch(place),
            None => {
                table.held.put(key, Content::Row(fresh), true);
            }
        }
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

/// Ask which of the values that a batch brings to `distinct` metrics were seen before it.
fn seen(py: Python<'_>, rules: &Rules, parsed: &[Parsed], terms: &Terms) -> PyResult<Members> {
    let mut members = Members::default();
    if !rules.kinds.contains(&Kind::Distinct) {
        return Ok(members);
    }
    let mut asked = Vec::new();
    for each in parsed {
        if let Parsed::Event { event, plan, .. } = each {
            for key in values(rules, &rules.plans[*plan], event) {
                if members.known.insert(key, false).is_none() {
                    asked.push(key);
                }
            }
        }
    }
    if !asked.is_empty() {
        let keys: Vec<Bound<PyBytes>> = asked.iter().map(|key| PyBytes::new(py, key)).collect();
        let known: Vec<bool> = terms.seen.call1((keys,))?.extract()?;
        members.known.extend(asked.into_iter().zip(known));
    }
    Ok(members)
}

fn encoded<'py>(py: Python<'py>, content: &Content) -> Bound<'py, PyBytes> {
    let mut out = Vec::with_capacity(512);
    content.write(&mut out);
    PyBytes::new(py, &out)
}

/// Whether headers may say that a record is a CloudEvent: `schemas.cloudevents.is_cloudevent`, and whatever is odd.
fn may_be_cloudevent(headers: &Bound<'_, PyList>) -> bool {
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
}
