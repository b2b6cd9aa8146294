//! The steps of a campaign, and what they carry: mails, waits, offers, surveys.

use jiff::civil::Time;
use serde_json::{Map, Value};

use super::{Moment, OnUnknown};
use crate::expr::Expr;
use crate::time::{Span, Weekdays};

/// One thing in a campaign.
#[derive(Debug, Clone)]
pub struct Step {
    /// Unique within the campaign.
    pub id: String,
    /// Whether the file wrote the id; publishing refuses steps without.
    pub id_written: bool,
    /// What it does.
    pub kind: StepKind,
}

/// What a step does (SPEC.md section 5).
#[derive(Debug, Clone)]
pub enum StepKind {
    /// Sends a mail through the gates of section 6.
    Send(Mail),
    /// Waits until an instant that is known at its beginning.
    Wait(Wait),
    /// Waits for an event, at most so long.
    WaitFor {
        /// The event type.
        event: String,
        /// `where`, which sees `event` and `entry`.
        filter: Option<Expr>,
        /// At most so long.
        timeout: Span,
        /// When the event came.
        then: Vec<Step>,
        /// At the time-out.
        otherwise: Vec<Step>,
    },
    /// The first arm that holds.
    Branch {
        /// The arms in order.
        arms: Vec<(Expr, Vec<Step>)>,
        /// Where none holds; `None`: goes on without a line.
        otherwise: Option<Vec<Step>>,
    },
    /// A deterministic share of the people for each arm (section 7).
    Split {
        /// The arms in order; the weights have a sum above 0.
        arms: Vec<SplitArm>,
    },
    /// One code for this person and enrolment.
    Offer(Offer),
    /// A mail whose links carry the answers.
    Survey(Survey),
    /// Changes the profile (RFC 7396).
    Set(Map<String, Value>),
    /// Puts an event on the bus.
    Emit {
        /// Its type.
        detail_type: String,
        /// Its fields, `person` excepted.
        detail: Map<String, Value>,
    },
    /// Ends the enrolment with a reason.
    Exit(String),
}

/// One arm of a split.
#[derive(Debug, Clone)]
pub struct SplitArm {
    /// Its name in the journal.
    pub name: String,
    /// Its share of the sum.
    pub weight: u32,
    /// What it does.
    pub steps: Vec<Step>,
}

/// One planned mail of a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The name of its file, without ending.
    pub mail: String,
    /// Where it differs from the campaign's.
    pub give_up_after: Option<Span>,
    /// Where it differs from the campaign's.
    pub on_unknown: Option<OnUnknown>,
}

/// A `wait` step in any of its forms.
#[derive(Debug, Clone)]
pub enum Wait {
    /// First `for`, then the first local `at` on an allowed weekday that is not earlier.
    For {
        /// How long at least.
        span: Span,
        /// At what local time.
        at: Option<Time>,
        /// On which weekdays.
        on: Option<Weekdays>,
    },
    /// Until a point in time; a past or missing one does not wait.
    Until {
        /// The point in time.
        until: Until,
        /// Before or after it.
        offset: Span,
        /// At what local time of that day.
        at: Option<Time>,
        /// On which weekdays.
        on: Option<Weekdays>,
    },
}

/// Where a `wait: { until }` gets its instant from.
#[derive(Debug, Clone)]
pub enum Until {
    /// Written in the file.
    Literal(Moment),
    /// Evaluated when the wait begins.
    Expr(Expr),
}

/// An `offer` step; its id is the step's.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// What it takes off.
    pub discount: Discount,
    /// How long a code holds.
    pub expires: Option<Span>,
    /// How many codes there are for ever; `None`: any number.
    pub budget: Option<u64>,
    /// Letters before each code.
    pub prefix: Option<String>,
    /// The uploaded list that codes are taken from.
    pub pool: Option<String>,
    /// Whether the enrolment ends where no code is left.
    pub exit_if_unavailable: bool,
}

/// What an offer takes off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Discount {
    /// A share of the price, above 0 and at most 100.
    Percent(f64),
    /// An amount in the workspace's currency.
    Amount(f64),
}

/// A `survey` step; its id is the step's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// Which scale.
    pub kind: SurveyKind,
    /// The mail that asks.
    pub mail: Mail,
    /// How long an answer may be given or changed.
    pub expires: Option<Span>,
    /// The answers of a `choice`, in order; empty for the others.
    pub choices: Vec<String>,
}

impl Survey {
    /// The answers that it offers, in order: numbers, or the texts of a `choice`.
    #[must_use]
    pub fn scale(&self) -> Vec<Value> {
        match self.kind {
            SurveyKind::Nps => (0..=10).map(Value::from).collect(),
            SurveyKind::Csat => (1..=5).map(Value::from).collect(),
            SurveyKind::Ces => (1..=7).map(Value::from).collect(),
            SurveyKind::Choice => self.choices.iter().map(|choice| Value::from(choice.as_str())).collect(),
        }
    }
}

/// The scale of a survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SurveyKind {
    /// 0 to 10.
    Nps,
    /// 1 to 5.
    Csat,
    /// 1 to 7.
    Ces,
    /// One of the file's own answers.
    Choice,
}
