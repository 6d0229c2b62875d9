//! One plain event on one row: `stream.core.advance.advance`, as long as nothing unusual comes of it.
//!
//! First everything is worked out, then everything is changed: an event that turns out to be the Python core's leaves
//! the row as it was.

use std::sync::Arc;

use pyo3::prelude::*;

use crate::amount::{bisect_right, Amount};
use crate::crossing::{settle, Move, News};
use crate::days::{Day, Days};
use crate::event::{property, Event, Property, Scalar, ID_BYTES};
use crate::members::{self, Members};
use crate::moment::{DAY_MS, MINUTE_MS};
use crate::row::{self, Row, Streak, STAND_IN, WEEKS};
use crate::rules::{Kind, Plan, Rules, Step, Test, Wanted};
use crate::run::{bounds, go_on, SETTLED};
use crate::stuck;

/// What became of an event.
pub enum Outcome<'r> {
    /// It is the Python core's, and nothing was changed.
    HandBack,
    Duplicate,
    Filtered,
    /// Counted; what it brought, mostly nothing.
    Counted(Vec<News<'r>>),
}

/// Whom an event concerns, when, and what it tells besides.
pub struct Occasion<'e> {
    pub contact_id: &'e str,
    pub at_ms: i64,
    pub backfill: bool,
    pub properties: &'e [Property<'e>],
}

enum Change {
    /// The counter's new value.
    Number {
        after: Amount,
        keeps_high: bool,
    },
    SameDay,
    Streak(Box<Streak>),
    /// How many values are known now; the key of a new one.
    Distinct {
        after: Amount,
        new: Option<members::Key>,
    },
}

/// What a step does, worked out and not yet done.
pub struct Effect {
    step: usize,
    change: Change,
}

#[allow(clippy::too_many_arguments)]
/// Count an event. An error is one of the source of days. `effects` is room to work in.
pub fn count<'r>(
    py: Python<'_>,
    rules: &'r Rules,
    plan: &Plan,
    row: &mut Row,
    event: &Event,
    occasion: &Occasion,
    days: &mut Days,
    members: &mut Members,
    effects: &mut Vec<Effect>,
    zone: Option<&Arc<str>>,
) -> PyResult<Outcome<'r>> {
    effects.clear();
    for &at in &plan.steps {
        let step = &rules.steps[at];
        if !step.tests.is_empty() && !step.tests.iter().all(|test| passes(test, occasion.properties)) {
            continue;
        }
        let Some(change) =
            weigh(py, rules.kinds[at], rules.whole[at], step, row, event, occasion, days, members, zone)?
        else {
            return Ok(Outcome::HandBack);
        };
        effects.push(Effect { step: at, change });
    }
    if effects.is_empty() && !plan.is_fixed {
        return Ok(Outcome::Filtered);
    }
    if plan.ring_bytes > 0 && !remember(row, event, plan.ring_bytes) {
        return Ok(Outcome::Duplicate);
    }
    let at_ms = occasion.at_ms;
    row.last_day = row.last_day.max(at_ms.div_euclid(DAY_MS));
    if !(0 < row.first_ms && row.first_ms <= at_ms) {
        row.first_ms = at_ms;
    }
    let mut moves: Vec<(usize, Move)> = Vec::new();
    for effect in effects.drain(..) {
        let step = &rules.steps[effect.step];
        if row.counters.len() <= step.slot {
            row.counters.resize(plan.width, Amount::ZERO);
        }
        let before = row.counters[step.slot];
        let (after, high) = match effect.change {
            Change::SameDay => {
                if let Some(streak) = row.streak_mut(step.slot) {
                    streak.newest_ms = at_ms;
                }
                continue;
            }
            Change::Number { after, keeps_high } => {
                row.counters[step.slot] = after;
                (after, if keeps_high { keep_high(row, step.slot, before, after) } else { before })
            }
            Change::Distinct { after, new } => {
                if let Some(key) = new {
                    members.add(key);
                }
                row.counters[step.slot] = after;
                (after, keep_high(row, step.slot, before, after))
            }
            Change::Streak(streak) => {
                let after = Amount::whole(streak.runs[0][2]);
                row::put(&mut row.streaks, step.slot as i64, *streak);
                row.counters[step.slot] = after;
                (after, keep_high(row, step.slot, before, after))
            }
        };
        let passed = bisect_right(&step.marks, after);
        if passed == 0 || step.marks[passed - 1].le(high) {
            let multiple = |value: Amount, every: Amount| value.floor_div(every).unwrap_or(0);
            let strides = step.repeating.iter().filter_map(|&goal| rules.goals[goal].every);
            let mut repeats = strides.filter(|&every| multiple(after, every) > multiple(high, every));
            if repeats.next().is_none() {
                if !step.nudging || after.le(high) {
                    continue;
                }
                if !comes_near(step, high, after) {
                    if step.waits[passed] {
                        stuck::rise(rules, step, row, occasion);
                    }
                    continue;
                }
            }
        }
        moves.push((effect.step, Move { before, high, after }));
    }
    if moves.is_empty() {
        return Ok(Outcome::Counted(Vec::new()));
    }
    Ok(Outcome::Counted(settle(rules, row, occasion, &moves)))
}

/// Work out what a step does; None if that is the Python core's.
#[allow(clippy::too_many_arguments)]
fn weigh(
    py: Python<'_>,
    kind: Kind,
    are_whole: bool,
    step: &Step,
    row: &Row,
    event: &Event,
    occasion: &Occasion,
    days: &mut Days,
    members: &Members,
    zone: Option<&Arc<str>>,
) -> PyResult<Option<Change>> {
    let before = row.counter(step.slot);
    Ok(match kind {
        Kind::Distinct => value(step, occasion.properties).and_then(|value| {
            if members::MOST.le(before) {
                return Some(Change::Distinct { after: before, new: None });
            }
            let key = members::key(occasion.contact_id, step.slot, value)?;
            if *members.known.get(&key)? {
                return Some(Change::Distinct { after: before, new: None });
            }
            before.add(Amount::whole(1)).map(|after| Change::Distinct { after, new: Some(key) })
        }),
        Kind::Count => {
            before.add(Amount::whole(1)).map(|after| Change::Number { after, keeps_high: !row.peaks.is_empty() })
        }
        Kind::Streak => streak(py, step, row, occasion.at_ms, days, zone)?,
        Kind::Sum | Kind::Highest => taken(step, event, occasion.properties).and_then(|amount| {
            let rise_by = if kind == Kind::Sum { Some(amount) } else { amount.gap(before) }?;
            if step.limit.is_some_and(|limit| limit.lt(rise_by)) {
                return None; // refused, in words
            }
            if kind == Kind::Highest {
                return Some(Change::Number { after: before.max(amount), keeps_high: true });
            }
            let keeps_high = amount.is_negative() || !row.peaks.is_empty();
            before.add(amount).map(|after| Change::Number { after, keeps_high })
        }),
    }
    .filter(|change| {
        let after = match change {
            Change::Number { after, .. } | Change::Distinct { after, .. } => *after,
            _ => Amount::ZERO,
        };
        let high = row.high(step.slot);
        [before, high, after].iter().all(|each| each.is_ample(are_whole)) && !high.is_negative()
    }))
}

/// The keys of the values that an event brings to metrics which count distinct ones.
pub fn values<'a>(
    rules: &'a Rules,
    plan: &'a Plan,
    contact_id: &'a str,
    properties: &'a [Property<'a>],
) -> impl Iterator<Item = members::Key> + 'a {
    plan.steps.iter().filter_map(|&at| {
        let step = &rules.steps[at];
        if rules.kinds[at] != Kind::Distinct || !step.tests.iter().all(|test| passes(test, properties)) {
            return None;
        }
        members::key(contact_id, step.slot, value(step, properties)?)
    })
}

/// The value that a metric which counts distinct ones takes from an event.
fn value<'a>(step: &Step, properties: &[Property<'a>]) -> Option<Scalar<'a>> {
    property(properties, step.reads.as_deref()?).filter(|value| *value != Scalar::Null)
}

/// The amount that a step takes from an event; None if it has none.
fn taken(step: &Step, event: &Event, properties: &[Property]) -> Option<Amount> {
    match &step.reads {
        None => Some(event.value),
        Some(name) => match property(properties, name) {
            Some(Scalar::Number(amount)) => Some(amount),
            _ => None,
        },
    }
}

/// A first event, one more on a day, or a newer one in the only zone: `begin`, and of `extend` what has one zone and is
/// not late.
fn streak(
    py: Python<'_>,
    step: &Step,
    row: &Row,
    at_ms: i64,
    days: &mut Days,
    event_zone: Option<&Arc<str>>,
) -> PyResult<Option<Change>> {
    let known = event_zone.or(row.zone.as_ref());
    let kind = if step.weeks { WEEKS } else { 0 } + if known.is_none() { STAND_IN } else { 0 };
    let Some(streak) = row.streak(step.slot) else {
        let product: Arc<str>;
        let zone = match known {
            Some(zone) => zone,
            None => {
                product = step.zone.as_str().into();
                &product
            }
        };
        let Some(day) = days.day(py, zone, at_ms)? else {
            return Ok(None);
        };
        let (period, until_ms) = period(step.weeks, &day, at_ms);
        return Ok(Some(Change::Streak(Box::new(Streak {
            newest_ms: at_ms,
            zone: zone.clone(),
            runs: vec![[period, period, 1]],
            until_ms,
            start: at_ms.div_euclid(MINUTE_MS),
            floor: 0,
            gaps: Vec::new(),
            kind,
            others: None,
            entered: 0,
        }))));
    };
    let is_in_zone = known.map_or(step.zone.as_str(), |zone| zone) == streak.zone.as_ref();
    if is_in_zone && streak.newest_ms <= at_ms && at_ms < streak.until_ms {
        return Ok(Some(Change::SameDay));
    }
    let harmless_ms = bounds(step.weeks).harmless * MINUTE_MS;
    let since_ms = at_ms - streak.newest_ms;
    let is_plain = is_in_zone
        && (0..harmless_ms).contains(&since_ms)
        && streak.gaps.is_empty()
        && streak.others.is_none()
        && streak.start > 0
        && streak.kind == kind;
    let goes_on =
        is_in_zone && since_ms >= 0 && streak.others.is_none() && streak.start > 0 && streak.kind % SETTLED == kind;
    let (true, Some(&[_, end, length])) = (goes_on, streak.runs.last()) else {
        return Ok(None);
    };
    let Some(day) = days.day(py, &streak.zone, at_ms)? else {
        return Ok(None);
    };
    let (period, until_ms) = period(step.weeks, &day, at_ms);
    let mut next = streak.clone();
    let length = if is_plain {
        length + i64::from(period > end)
    } else {
        match go_on(py, &mut next, at_ms, days)? {
            Some(length) => length,
            None => return Ok(None),
        }
    };
    next.newest_ms = at_ms;
    next.runs.clear();
    next.runs.push([period - length + 1, period, length]);
    next.until_ms = until_ms;
    Ok(Some(Change::Streak(Box::new(next))))
}

/// The number of a moment's day or week, and until when no event of its zone changes that.
fn period(weeks: bool, day: &Day, at_ms: i64) -> (i64, i64) {
    let harmless_until_ms = at_ms + bounds(weeks).harmless * MINUTE_MS;
    if weeks {
        (day.week(), day.week_end_ms.min(harmless_until_ms))
    } else {
        (day.number, day.end_ms.min(harmless_until_ms))
    }
}

/// Whether an event's properties are what a metric's `where` asks for.
fn passes(test: &Test, properties: &[Property]) -> bool {
    let found = property(properties, &test.name).unwrap_or(Scalar::Null);
    let is_wanted = test.values.iter().any(|wanted| match (wanted, found) {
        (Wanted::Bool(wanted), Scalar::Bool(found)) => *wanted == found,
        (Wanted::Text(wanted), Scalar::Text(found)) => wanted == found,
        (Wanted::Number(wanted), Scalar::Number(found)) => *wanted == found,
        (Wanted::Null(_), Scalar::Null) => true,
        _ => false,
    });
    is_wanted != test.negated
}

/// Put the event's hash into the ring; false if it is there already.
fn remember(row: &mut Row, event: &Event, ring_bytes: usize) -> bool {
    // Ids hold no control character, so the joint cannot be part of one.
    let (source, id) = (event.source.as_bytes(), event.id.as_bytes());
    let mut text = [b'\n'; 2 * ID_BYTES + 1];
    text[..source.len()].copy_from_slice(source);
    let size = source.len() + 1 + id.len();
    text[source.len() + 1..size].copy_from_slice(id);
    let hash = xxhash_rust::xxh3::xxh3_64(&text[..size]).to_be_bytes();
    let wanted = u64::from_ne_bytes(hash);
    if row
        .ring
        .chunks_exact(hash.len())
        .any(|each| each.try_into().is_ok_and(|each| u64::from_ne_bytes(each) == wanted))
    {
        return false;
    }
    let surplus = (row.ring.len() + hash.len()).saturating_sub(ring_bytes);
    row.ring.drain(..surplus.min(row.ring.len()));
    row.ring.extend_from_slice(&hash);
    true
}

/// `stream.core.advance.keep_high`, for a counter whose value is the highest that the event reached.
fn keep_high(row: &mut Row, slot: usize, before: Amount, counter: Amount) -> Amount {
    let high = row::look_up(&row.peaks, slot as i64).unwrap_or(before);
    let peak = high.max(counter);
    if counter.lt(peak) {
        row::put(&mut row.peaks, slot as i64, peak);
    } else {
        row::remove(&mut row.peaks, slot as i64);
    }
    high
}

/// Whether a rise brings the next occurrence of a repeating goal near.
fn comes_near(step: &Step, high: Amount, after: Amount) -> bool {
    step.nearing.iter().any(|&(every, rest)| {
        let place = |value: Amount| value.add(rest).and_then(|sum| sum.floor_div(every)).unwrap_or(0);
        place(after) > place(high)
    })
}
