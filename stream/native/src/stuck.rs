//! Near and stuck: `stream.core.near`, `stream.core.stuck` and the due time of a contact's timer.

use crate::amount::{bisect_right, Amount};
use crate::count::Occasion;
use crate::crossing::{is_held_out, is_whole, reason, Nudge};
use crate::row::{self, Row};
use crate::rules::{Goal, Rules, Step};

pub const NEAR: usize = 0;
pub const STUCK: usize = 1;

/// The occurrence of a milestone that a contact comes to next.
pub struct Ahead {
    pub occurrence: i64,
    pub threshold: Amount,
}

impl Goal {
    /// What comes next for a metric whose high-water mark is `high`; None if nothing does.
    pub fn ahead(&self, row: &Row, high: Amount) -> Option<Ahead> {
        if let Some(every) = self.every {
            let multiple = high.floor_div(every).unwrap_or(0) + 1;
            let occurrence = multiple.max(row.occurrence(self.number) + 1);
            return Some(Ahead { occurrence, threshold: every.times(multiple)? });
        }
        if self.threshold.le(high) || row.occurrence(self.number) > 0 {
            return None;
        }
        Some(Ahead { occurrence: 1, threshold: self.threshold })
    }

    fn is_near(&self, ahead: &Ahead, value: Amount) -> bool {
        let gap = ahead.threshold.gap(value);
        self.rest.zip(gap).is_some_and(|(rest, gap)| gap.le(rest))
    }
}

/// The nudges of an event that raised the high-water mark from `high` to `reached`, marked as done.
pub fn near_nudges<'r>(
    rules: &'r Rules,
    step: &'r Step,
    row: &mut Row,
    occasion: &Occasion,
    high: Amount,
    reached: Amount,
) -> Vec<Nudge<'r>> {
    let mut found = Vec::new();
    for &at in &step.nearby[bisect_right(&step.marks, reached)] {
        let goal = &rules.goals[at];
        let Some(ahead) = goal.ahead(row, reached) else {
            continue;
        };
        if !goal.is_near(&ahead, reached) || goal.is_near(&ahead, high) {
            continue;
        }
        let is_told = row.nudge(goal.number, NEAR) >= ahead.occurrence;
        if is_told || reason(goal, occasion.at_ms, occasion.backfill, is_whole(step, row)).is_some() {
            continue;
        }
        row.mark_nudged(goal.number, NEAR, ahead.occurrence);
        let value = row.counter(step.slot);
        found.push(Nudge {
            goal,
            step,
            occurrence: ahead.occurrence,
            threshold: ahead.threshold,
            value,
            remaining: ahead.threshold.gap(value).unwrap_or(Amount::ZERO),
            holdout: is_held_out(rules, goal, occasion.contact_id),
        });
    }
    found
}

/// Note that the metric's high-water mark rose, as long as a nudge for being stuck may come of it.
pub fn rise(rules: &Rules, step: &Step, row: &mut Row, occasion: &Occasion) {
    let slot = step.slot as i64;
    if near(rules, step, row).next().is_none() {
        row::remove(&mut row.active, slot);
    } else if !occasion.backfill {
        let known = row::look_up(&row.active, slot).unwrap_or(0);
        row::put(&mut row.active, slot, occasion.at_ms.max(known));
    }
}

/// When the next nudge for being stuck is due (epoch ms).
pub fn next_due(rules: &Rules, row: &Row) -> Option<i64> {
    if row.active.is_empty() {
        return None;
    }
    let mut due: Option<i64> = None;
    for &at in &rules.stuck {
        let step = &rules.steps[at];
        let Some(since_ms) = row::look_up(&row.active, step.slot as i64) else {
            continue;
        };
        for goal in near(rules, step, row) {
            let Some(stuck_ms) = goal.stuck_ms else {
                continue;
            };
            if reason(goal, since_ms, false, is_whole(step, row)).is_none() {
                let at_ms = since_ms + stuck_ms;
                due = Some(due.map_or(at_ms, |known| known.min(at_ms)));
            }
        }
    }
    due
}

/// The goals that the contact is near to, and was not yet told to be stuck at.
fn near<'a>(rules: &'a Rules, step: &'a Step, row: &'a Row) -> impl Iterator<Item = &'a Goal> {
    let high = row.high(step.slot);
    let nearby = step.nearby[bisect_right(&step.marks, high)].iter().map(|&at| &rules.goals[at]);
    nearby.filter(move |goal| {
        goal.stuck_ms.is_some()
            && goal
                .ahead(row, high)
                .is_some_and(|ahead| goal.is_near(&ahead, high) && row.nudge(goal.number, STUCK) < ahead.occurrence)
    })
}
