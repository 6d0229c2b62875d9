//! The compiled rules, as `stream.native.spec` hands them over. Texts that go into records come as JSON.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::Borrowed;

use crate::amount::Amount;

impl<'a, 'py> FromPyObject<'a, 'py> for Amount {
    type Error = PyErr;

    fn extract(number: Borrowed<'a, 'py, PyAny>) -> PyResult<Amount> {
        let text = number.str()?.to_string();
        Amount::parse(text.as_bytes()).ok_or_else(|| PyValueError::new_err(format!("{text} is no plain number")))
    }
}

/// A milestone: `stream.core.goal.Goal`.
#[derive(FromPyObject)]
pub struct Goal {
    pub number: usize,
    pub id: String,
    pub id_json: Vec<u8>,
    pub tier_json: Vec<u8>,
    pub reward_json: Vec<u8>,
    pub is_major: bool,
    pub threshold: Amount,
    /// None where it does not repeat.
    pub every: Option<Amount>,
    pub rest: Option<Amount>,
    pub stuck_ms: Option<i64>,
    pub holdout: u64,
    pub first_applied_ms: i64,
}

/// A value that a property is compared with.
#[derive(FromPyObject)]
pub enum Wanted {
    Bool(bool),
    Text(String),
    Number(Amount),
    Null(Option<usize>),
}

/// One property of a `where`.
#[derive(FromPyObject)]
pub struct Test {
    pub name: String,
    pub values: Vec<Wanted>,
    pub negated: bool,
}

#[derive(FromPyObject)]
pub struct Retired {
    pub number: usize,
    pub mark: Amount,
}

/// A metric and the milestones on it: `stream.core.step.Step`. Goals are places in `Rules::goals`.
#[derive(FromPyObject)]
pub struct Step {
    pub slot: usize,
    pub kind: String,
    pub metric_json: Vec<u8>,
    pub unit_json: Vec<u8>,
    pub weeks: bool,
    pub zone: String,
    pub reads: Option<String>,
    pub tests: Vec<Test>,
    pub limit: Option<Amount>,
    pub marks: Vec<Amount>,
    pub thresholds: Vec<Amount>,
    pub goals: Vec<usize>,
    pub repeating: Vec<usize>,
    pub nearing: Vec<(Amount, Amount)>,
    pub nudging: bool,
    pub nearby: Vec<Vec<usize>>,
    pub waits: Vec<bool>,
    pub retired: Vec<Retired>,
    pub trusted: bool,
    pub counted_since_ms: i64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Count,
    Sum,
    Highest,
    Streak,
    Distinct,
}

impl Step {
    /// Whether no number that an amount of this metric meets has places.
    fn is_whole(&self, goals: &[Goal]) -> bool {
        let is_int = |amount: &Amount| amount.as_int().is_some();
        self.marks.iter().chain(&self.limit).all(is_int)
            && self.repeating.iter().chain(&self.goals).all(|&goal| {
                let goal = &goals[goal];
                is_int(&goal.threshold) && goal.every.iter().chain(&goal.rest).all(is_int)
            })
    }

    pub fn kind(&self) -> Kind {
        match self.kind.as_bytes().first() {
            Some(b'c') => Kind::Count,
            Some(b'h') => Kind::Highest,
            Some(b'd') => Kind::Distinct,
            _ if self.kind == "streak" => Kind::Streak,
            _ => Kind::Sum,
        }
    }
}

/// What to do with events of one name: `stream.core.rules.Plan`. Steps are places in `Rules::steps`.
#[derive(FromPyObject)]
pub struct Plan {
    pub event: String,
    pub ring_bytes: usize,
    pub width: usize,
    pub is_fixed: bool,
    pub steps: Vec<usize>,
}

/// What a composite waits for: `stream.core.composite.Member`. Parts are places in `Rules::members`.
#[derive(FromPyObject)]
pub struct Member {
    pub number: usize,
    pub slot: Option<usize>,
    pub mark: Amount,
    pub parts: Vec<usize>,
}

/// A milestone with `all_of`; `members` are places in `Rules::members`, `steps` those that they rest on.
#[derive(FromPyObject)]
pub struct Composite {
    pub goal: usize,
    pub members: Vec<usize>,
    pub steps: Vec<usize>,
}

#[derive(FromPyObject)]
pub struct Spec {
    pub version: i64,
    pub salt: String,
    pub goals: Vec<Goal>,
    pub steps: Vec<Step>,
    pub plans: Vec<Plan>,
    pub members: Vec<Member>,
    pub composites: Vec<Composite>,
    pub has_anniversaries: bool,
}

/// Rules in force, immutable.
#[pyclass(frozen, module = "stream.native.cairn_native")]
pub struct Rules {
    pub version: i64,
    pub salt: String,
    pub goals: Vec<Goal>,
    pub steps: Vec<Step>,
    pub kinds: Vec<Kind>,
    /// Of each step, whether all its numbers are whole.
    pub whole: Vec<bool>,
    /// By the names of their events.
    pub plans: Vec<Plan>,
    pub members: Vec<Member>,
    pub composites: Vec<Composite>,
    pub has_anniversaries: bool,
    /// Steps with a goal that asks for being stuck.
    pub stuck: Vec<usize>,
}

#[pymethods]
impl Rules {
    #[new]
    fn new(mut spec: Spec) -> PyResult<Rules> {
        spec.plans.sort_by(|one, other| one.event.cmp(&other.event));
        let (goals, steps, members) = (spec.goals.len(), spec.steps.len(), spec.members.len());
        let mut places = spec.steps.iter().flat_map(|step| {
            step.goals.iter().chain(&step.repeating).chain(step.nearby.iter().flatten()).map(|&each| (each, goals))
        });
        let inner = spec.plans.iter().flat_map(|plan| plan.steps.iter().map(|&each| (each, steps)));
        let outer = spec.composites.iter().flat_map(|each| {
            let of_members = each.members.iter().map(|&each| (each, members));
            of_members.chain(each.steps.iter().map(|&each| (each, steps))).chain([(each.goal, goals)])
        });
        let parts = spec.members.iter().flat_map(|each| each.parts.iter().map(|&each| (each, members)));
        let lists = |step: &Step| {
            step.nearby.len() == step.marks.len() + 1
                && step.waits.len() == step.nearby.len()
                && step.thresholds.len() == step.goals.len()
        };
        if places.any(|(at, of)| at >= of)
            || inner.chain(outer).chain(parts).any(|(at, of)| at >= of)
            || !spec.steps.iter().all(lists)
        {
            return Err(PyValueError::new_err("the rules name what is not among them"));
        }
        let stuck = (0..steps).filter(|&at| {
            let step = &spec.steps[at];
            step.goals.iter().chain(&step.repeating).any(|&goal| {
                let goal = &spec.goals[goal];
                goal.rest.is_some() && goal.stuck_ms.is_some()
            })
        });
        Ok(Rules {
            version: spec.version,
            salt: spec.salt,
            whole: spec.steps.iter().map(|step| step.is_whole(&spec.goals)).collect(),
            kinds: spec.steps.iter().map(Step::kind).collect(),
            stuck: stuck.collect(),
            goals: spec.goals,
            steps: spec.steps,
            plans: spec.plans,
            members: spec.members,
            composites: spec.composites,
            has_anniversaries: spec.has_anniversaries,
        })
    }
}

impl Rules {
    /// The place of the plan for events of this name.
    pub fn plan(&self, event: &str) -> Option<usize> {
        self.plans.binary_search_by(|plan| plan.event.as_str().cmp(event)).ok()
    }
}
