//! What an event crossed, and what is said of it: `stream.core.crossing` and its neighbours.

use crate::amount::{bisect_left, bisect_right, Amount};
use crate::count::Occasion;
use crate::moment::DAY_MS;
use crate::row::Row;
use crate::rules::{Composite, Goal, Rules, Step};
use crate::stuck::{near_nudges, rise};

const BUCKETS: u64 = 10_000;

/// How an event moved a metric.
pub struct Move {
    pub before: Amount,
    pub high: Amount,
    pub after: Amount,
}

/// Another threshold of the same metric.
pub struct Rung<'r> {
    pub goal: &'r Goal,
    pub occurrence: i64,
    pub threshold: Amount,
}

pub struct Crossed<'r> {
    pub goal: &'r Goal,
    /// None of a composite.
    pub step: Option<&'r Step>,
    pub occurrence: i64,
    pub threshold: Amount,
    pub before: Amount,
    pub value: Amount,
    pub days_since_signup: Option<i64>,
    pub previous: Option<Rung<'r>>,
    pub next: Option<(Rung<'r>, Amount)>,
    pub because: Option<&'static str>,
    pub holdout: bool,
    /// Its place among those of one event, and how many there are.
    pub jump: Option<(usize, usize)>,
}

pub struct Nudge<'r> {
    pub goal: &'r Goal,
    pub step: &'r Step,
    pub occurrence: i64,
    pub threshold: Amount,
    pub value: Amount,
    pub remaining: Amount,
    pub holdout: bool,
}

pub enum News<'r> {
    Crossed(Crossed<'r>),
    Nudge(Nudge<'r>),
}

/// What one event crossed, the crossing to celebrate last, then its nudges; all is marked as done.
pub fn settle<'r>(rules: &'r Rules, row: &mut Row, occasion: &Occasion, moves: &[(usize, Move)]) -> Vec<News<'r>> {
    let mut crossed: Vec<Crossed> = Vec::new();
    let mut nudges: Vec<Nudge> = Vec::new();
    let mut flipped: Vec<usize> = Vec::new();
    for (at, moved) in moves {
        let step = &rules.steps[*at];
        cross(rules, step, row, occasion, moved, &mut crossed);
        let retired = step.retired.iter().filter(|member| {
            moved.high.lt(member.mark) && member.mark.le(moved.after) && row.occurrence(member.number) == 0
        });
        flipped.extend(retired.map(|member| member.number));
        if step.nudging {
            nudges.extend(near_nudges(rules, step, row, occasion, moved.high, moved.after));
            rise(rules, step, row, occasion);
        }
    }
    if !rules.composites.is_empty() {
        flipped.extend(crossed.iter().filter(|each| each.occurrence == 1).map(|each| each.goal.number));
        complete(rules, row, occasion, &mut flipped, &mut crossed);
    }
    put_in_order(&mut crossed);
    crossed.into_iter().map(News::Crossed).chain(nudges.into_iter().map(News::Nudge)).collect()
}

/// Why a crossing is not celebrated, the weightiest reason first.
pub fn reason(goal: &Goal, at_ms: i64, backfill: bool, whole: bool) -> Option<&'static str> {
    if !whole {
        Some("history_incomplete")
    } else if at_ms < goal.first_applied_ms {
        Some("before_milestone")
    } else if backfill {
        Some("backfill")
    } else {
        None
    }
}

/// Whether the metric holds all that the contact ever did. Rows with an import are not counted here.
pub fn is_whole(step: &Step, row: &Row) -> bool {
    step.trusted || row.signed_up_ms.is_some_and(|at_ms| at_ms >= step.counted_since_ms)
}

/// Whether the contact is never messaged about the milestone.
pub fn is_held_out(rules: &Rules, goal: &Goal, contact_id: &str) -> bool {
    if goal.holdout == 0 {
        return false;
    }
    let text = format!("{}\n{contact_id}", rules.salt);
    xxhash_rust::xxh3::xxh3_64(text.as_bytes()) % BUCKETS < goal.holdout
}

fn cross<'r>(
    rules: &'r Rules,
    step: &'r Step,
    row: &mut Row,
    occasion: &Occasion,
    moved: &Move,
    crossed: &mut Vec<Crossed<'r>>,
) {
    let mut hits = hits(rules, step, row, moved);
    if hits.is_empty() {
        return;
    }
    if hits.len() > 1 {
        hits.sort_by(|one, other| one.threshold.cmp(other.threshold).then(one.goal.number.cmp(&other.goal.number)));
    }
    for hit in &hits {
        row.reach(hit.goal.number, hit.occurrence);
    }
    let whole = is_whole(step, row);
    for hit in hits {
        crossed.push(Crossed {
            previous: previous(rules, step, row, moved.after, hit.threshold),
            next: next(rules, step, row, moved.after),
            because: reason(hit.goal, occasion.at_ms, occasion.backfill, whole),
            holdout: is_held_out(rules, hit.goal, occasion.contact_id),
            days_since_signup: days_since_signup(row, occasion),
            goal: hit.goal,
            step: Some(step),
            occurrence: hit.occurrence,
            threshold: hit.threshold,
            before: moved.before,
            value: moved.after,
            jump: None,
        });
    }
}

fn days_since_signup(row: &Row, occasion: &Occasion) -> Option<i64> {
    row.signed_up_ms.map(|signed_up_ms| (occasion.at_ms - signed_up_ms).div_euclid(DAY_MS).max(0))
}

/// What lies above the mark and at most at the new value, and was not reached before.
fn hits<'r>(rules: &'r Rules, step: &Step, row: &Row, moved: &Move) -> Vec<Rung<'r>> {
    let mut hits = Vec::new();
    for at in bisect_right(&step.thresholds, moved.high)..step.goals.len() {
        let goal = &rules.goals[step.goals[at]];
        if moved.after.lt(goal.threshold) {
            break;
        }
        if row.occurrence(goal.number) == 0 {
            hits.push(Rung { goal, occurrence: 1, threshold: goal.threshold });
        }
    }
    for &at in &step.repeating {
        let goal = &rules.goals[at];
        let Some(every) = goal.every else { continue };
        let mut occurrence = row.occurrence(goal.number);
        let (low, top) = (moved.high.floor_div(every).unwrap_or(0), moved.after.floor_div(every).unwrap_or(0));
        for multiple in low + 1..=top {
            occurrence = multiple.max(occurrence + 1);
            if let Some(threshold) = every.times(multiple) {
                hits.push(Rung { goal, occurrence, threshold });
            }
        }
    }
    hits
}

/// The nearest lower threshold of the metric, of whatever milestone; None below the first.
fn previous<'r>(rules: &'r Rules, step: &Step, row: &Row, value: Amount, threshold: Amount) -> Option<Rung<'r>> {
    let mut below: Vec<Rung> = Vec::new();
    let place = bisect_left(&step.thresholds, threshold);
    if place > 0 {
        let place = bisect_left(&step.thresholds, step.thresholds[place - 1]);
        let goal = &rules.goals[step.goals[place]];
        below.push(Rung { goal, occurrence: 1, threshold: goal.threshold });
    }
    for &at in &step.repeating {
        let goal = &rules.goals[at];
        let Some(every) = goal.every else { continue };
        let mut multiple = threshold.floor_div(every).unwrap_or(0);
        if every.times(multiple).is_some_and(|each| each == threshold) {
            multiple -= 1;
        }
        if multiple > 0 {
            let ahead_by = (row.occurrence(goal.number) - value.floor_div(every).unwrap_or(0)).max(0);
            below.push(Rung { goal, occurrence: multiple + ahead_by, threshold: every.times(multiple)? });
        }
    }
    // The highest, and of equals the lowest number.
    below.into_iter().reduce(|best, each| match each.threshold.cmp(best.threshold) {
        std::cmp::Ordering::Greater => each,
        std::cmp::Ordering::Equal if each.goal.number < best.goal.number => each,
        _ => best,
    })
}

/// The first threshold above the value that is still to be reached, and how far it is.
fn next<'r>(rules: &'r Rules, step: &Step, row: &Row, value: Amount) -> Option<(Rung<'r>, Amount)> {
    let mut above: Vec<Rung> = Vec::new();
    for at in bisect_right(&step.thresholds, value)..step.goals.len() {
        let goal = &rules.goals[step.goals[at]];
        if row.occurrence(goal.number) == 0 {
            above.push(Rung { goal, occurrence: 1, threshold: goal.threshold });
            break;
        }
    }
    for &at in &step.repeating {
        let goal = &rules.goals[at];
        if let Some(ahead) = goal.ahead(row, value) {
            above.push(Rung { goal, occurrence: ahead.occurrence, threshold: ahead.threshold });
        }
    }
    let first = above.into_iter().reduce(|best, each| match each.threshold.cmp(best.threshold) {
        std::cmp::Ordering::Less => each,
        std::cmp::Ordering::Equal if each.goal.number < best.goal.number => each,
        _ => best,
    })?;
    let remaining = first.threshold.gap(value)?;
    Some((first, remaining))
}

/// The composites completed by the milestones whose numbers are in `flipped`, marked as reached.
fn complete<'r>(
    rules: &'r Rules,
    row: &mut Row,
    occasion: &Occasion,
    flipped: &mut Vec<usize>,
    crossed: &mut Vec<Crossed<'r>>,
) {
    let mut found: Vec<&Composite> = Vec::new();
    for composite in &rules.composites {
        let number = rules.goals[composite.goal].number;
        let is_complete = |row: &Row, unless: &[usize]| {
            composite.members.iter().all(|&member| is_reached(rules, member, row, unless))
        };
        if row.occurrence(number) == 0 && is_complete(row, &[]) && !is_complete(row, flipped) {
            row.reach(number, 1);
            flipped.push(number);
            found.push(composite);
        }
    }
    for composite in found {
        let goal = &rules.goals[composite.goal];
        let count = composite.members.len() as i64;
        let whole = composite.steps.iter().all(|&step| is_whole(&rules.steps[step], row));
        crossed.push(Crossed {
            goal,
            step: None,
            occurrence: 1,
            threshold: Amount::whole(count),
            before: Amount::whole(count - 1),
            value: Amount::whole(count),
            days_since_signup: days_since_signup(row, occasion),
            previous: None,
            next: None,
            because: reason(goal, occasion.at_ms, occasion.backfill, whole),
            holdout: is_held_out(rules, goal, occasion.contact_id),
            jump: None,
        });
    }
}

fn is_reached(rules: &Rules, member: usize, row: &Row, unless: &[usize]) -> bool {
    let member = &rules.members[member];
    if unless.contains(&member.number) {
        return false;
    }
    if row.occurrence(member.number) > 0 {
        return true;
    }
    if !member.parts.is_empty() {
        return member.parts.iter().all(|&part| is_reached(rules, part, row, unless));
    }
    member.slot.is_some_and(|slot| member.mark.le(row.high(slot)))
}

/// The one to celebrate last, each with its place in the jump.
fn put_in_order(crossed: &mut [Crossed]) {
    let of = crossed.len();
    if of < 2 {
        return;
    }
    crossed.sort_by_key(|each| (each.because.is_none() && !each.holdout, each.goal.is_major));
    for (index, each) in crossed.iter_mut().enumerate() {
        each.jump = Some((index + 1, of));
    }
}
