//! Days of zones, as the Python core tells them. It alone reads the zone database; here its answers are kept.

use std::collections::HashMap;
use std::sync::Arc;

use pyo3::prelude::*;

/// A local day that begins once and ends once: every moment (epoch ms) from `start_ms` to before `end_ms` lies in it.
#[derive(Clone, Copy)]
pub struct Day {
    pub number: i64,
    pub start_ms: i64,
    pub end_ms: i64,
    /// When its ISO week ends (epoch ms).
    pub week_end_ms: i64,
}

impl Day {
    /// The number of its ISO week: 1970-01-01 was a Thursday.
    pub fn week(&self) -> i64 {
        (self.number + 3).div_euclid(7)
    }
}

/// Days kept of all zones together; then all are forgotten: 40 bytes each, so 2.6 MB.
const MOST_DAYS: usize = 1 << 16;
/// Names of zones in events that are kept; anybody can write any.
const MOST_NAMES: usize = 1 << 12;

/// The source, `stream.native.days.Days`, and what it has said.
pub struct Days {
    source: Py<PyAny>,
    known: HashMap<Arc<str>, HashMap<i64, Option<Day>>>,
    count: usize,
    names: HashMap<String, bool>,
}

/// Answers are kept for a quarter of an hour: since 2000 days begin on such. The source says None of others.
const QUARTER_MS: i64 = 900_000;

impl Days {
    pub fn new(source: Py<PyAny>) -> Days {
        Days { source, known: HashMap::new(), count: 0, names: HashMap::new() }
    }

    /// The day of a moment; None where it is not a plain one.
    pub fn day(&mut self, py: Python<'_>, zone: &Arc<str>, at_ms: i64) -> PyResult<Option<Day>> {
        let quarter = at_ms.div_euclid(QUARTER_MS);
        if let Some(found) = self.known.get(zone).and_then(|days| days.get(&quarter)) {
            return Ok(*found);
        }
        let told: Option<(i64, i64, i64, i64)> =
            self.source.bind(py).call_method1("day", (zone.as_ref(), quarter * QUARTER_MS))?.extract()?;
        let day = told.map(|(number, start_ms, end_ms, week_end_ms)| Day { number, start_ms, end_ms, week_end_ms });
        let day = day.filter(|day| day.start_ms <= quarter * QUARTER_MS && (quarter + 1) * QUARTER_MS <= day.end_ms);
        if self.count >= MOST_DAYS {
            self.known.clear();
            self.count = 0;
        }
        self.count += 1;
        self.known.entry(zone.clone()).or_default().insert(quarter, day);
        Ok(day)
    }

    /// Whether an event may name this zone as it does.
    pub fn is_zone(&mut self, py: Python<'_>, name: &str) -> PyResult<bool> {
        if let Some(&known) = self.names.get(name) {
            return Ok(known);
        }
        let known: bool = self.source.bind(py).call_method1("is_zone", (name,))?.extract()?;
        if self.names.len() >= MOST_NAMES {
            self.names.clear();
        }
        self.names.insert(name.to_owned(), known);
        Ok(known)
    }
}
