//! A run of days or weeks that goes on, in the one zone that it was ever read in: the usual part of `stream.core.run`.

use pyo3::prelude::*;

use crate::days::Days;
use crate::moment::MINUTE_MS;
use crate::row::{Streak, WEEKS};

/// `stream.core.streak.LATENESS_MS`.
const LATENESS_MS: i64 = 48 * 3_600_000;
/// What `kind` counts settled gaps in (`stream.core.streak_row.SETTLED`).
pub const SETTLED: i64 = 4;
/// `stream.core.gaps.REMEMBERED`.
const REMEMBERED: usize = 8;

/// Lengths of gaps in minutes: below `harmless` none misses a period anywhere, from `fatal` on each does.
pub struct Bounds {
    pub harmless: i64,
    fatal: i64,
}

const OF_DAYS: Bounds = Bounds { harmless: 1440 - 180, fatal: 2 * 1440 + 180 };
const OF_WEEKS: Bounds = Bounds { harmless: 7 * 1440 - 180, fatal: 2 * 7 * 1440 + 180 };

/// The bounds of days or of weeks: `stream.core.gaps`.
pub fn bounds(weeks: bool) -> Bounds {
    if weeks {
        OF_WEEKS
    } else {
        OF_DAYS
    }
}

/// From the last event before it to the first one after it, both in minutes.
#[derive(Clone, Copy)]
struct Gap {
    start: i64,
    end: i64,
}

/// Count an event that is the newest, in place; return the length of the run. None where a day is not a plain one.
///
/// The streak has no other zones, and its start is known. `runs` and `until_ms` are the caller's.
pub fn go_on(py: Python<'_>, streak: &mut Streak, at_ms: i64, days: &mut Days) -> PyResult<Option<i64>> {
    let weeks = streak.kind & WEEKS != 0;
    let bounds = bounds(weeks);
    let mut floor = streak.start + streak.floor;
    let mut gaps = unpack(&streak.gaps, floor);
    let Ok(mut settled) = usize::try_from(streak.kind / SETTLED) else { return Ok(None) };
    if settled > gaps.len() {
        return Ok(None);
    }
    let (minute, newest) = (at_ms.div_euclid(MINUTE_MS), streak.newest_ms.div_euclid(MINUTE_MS));
    if minute - newest >= bounds.harmless {
        gaps.push(Gap { start: newest, end: minute });
    }
    let mut start = streak.start;
    let horizon = (at_ms - LATENESS_MS).div_euclid(MINUTE_MS);
    while settled < gaps.len() && gaps[settled].end <= horizon {
        let gap = gaps[settled];
        match misses(py, gap, streak, weeks, days)? {
            None => return Ok(None),
            Some(true) => start = gap.end,
            Some(false) => {}
        }
        settled += 1;
        let is_fatal = gap.end - gap.start >= bounds.fatal;
        if is_fatal || settled > REMEMBERED {
            let count = if is_fatal { settled } else { 1 };
            floor = gaps[count - 1].end;
            gaps.drain(..count);
            settled -= count;
        }
    }
    let mut since = start;
    for gap in gaps[settled..].iter().rev() {
        match misses(py, *gap, streak, weeks, days)? {
            None => return Ok(None),
            Some(true) => {
                since = gap.end;
                break;
            }
            Some(false) => {}
        }
    }
    let Some(length) = periods(py, since, minute, streak, weeks, days)? else { return Ok(None) };
    streak.newest_ms = at_ms;
    streak.start = start;
    streak.floor = floor - start;
    streak.gaps = pack(&gaps, floor);
    streak.kind = streak.kind % SETTLED + settled as i64 * SETTLED;
    streak.entered = 0;
    Ok(Some(length))
}

fn unpack(packed: &[i64], mut start: i64) -> Vec<Gap> {
    let mut gaps = Vec::with_capacity(packed.len() / 2 + 1);
    for pair in packed.chunks_exact(2) {
        let begin = start + pair[0];
        start = begin + pair[1];
        gaps.push(Gap { start: begin, end: start });
    }
    gaps
}

fn pack(gaps: &[Gap], mut start: i64) -> Vec<i64> {
    let mut packed = Vec::with_capacity(gaps.len() * 2);
    for gap in gaps {
        packed.extend([gap.start - start, gap.end - gap.start]);
        start = gap.end;
    }
    packed
}

/// Whether a whole day, or week, of the zone lies in the gap.
fn misses(py: Python<'_>, gap: Gap, streak: &Streak, weeks: bool, days: &mut Days) -> PyResult<Option<bool>> {
    Ok(periods(py, gap.start, gap.end, streak, weeks, days)?.map(|count| count > 2))
}

/// How many days, or ISO weeks, the zone has from one minute to another. Zones that skipped a date have no plain days.
fn periods(
    py: Python<'_>,
    start: i64,
    end: i64,
    streak: &Streak,
    weeks: bool,
    days: &mut Days,
) -> PyResult<Option<i64>> {
    let first = days.day(py, &streak.zone, start * MINUTE_MS)?;
    let last = days.day(py, &streak.zone, end * MINUTE_MS)?;
    let (Some(first), Some(last)) = (first, last) else { return Ok(None) };
    if weeks {
        return Ok(Some(last.week() - first.week() + 1));
    }
    Ok(Some(last.number - first.number + 1))
}
