//! A workspace and its campaigns as the engine knows them (SPEC.md section 2): values that cannot be wrong.
//!
//! The loader makes these from files and is the only place that does; nothing here reads text.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::expr::Expr;
use crate::time::{Instant, Span, Weekdays, Window};

/// What all campaigns share.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The shop's name.
    pub name: String,
    /// The zone of people without a valid one of their own.
    pub timezone: TimeZone,
    /// Languages of the mails; the first is the fallback. Never empty.
    pub locales: Vec<String>,
    /// ISO 4217 code.
    pub currency: String,
    /// Who mails come from; never empty.
    pub senders: Vec<Sender>,
    /// Topics that a person can leave.
    pub topics: Vec<Topic>,
    /// At most so many marketing mails in a period.
    pub cap: Option<Cap>,
    /// When marketing mails may go; `None`: at any time.
    pub window: Option<Window>,
    /// Percent of all people kept out of marketing campaigns.
    pub holdout: u8,
    /// Which country's rules are written into the mails.
    pub policy: Policy,
    /// Dollars per thousand mails, for the cost that `simulate` shows.
    pub ses_per_1000: f64,
}

/// Who a mail comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The id that campaigns name.
    pub id: String,
    /// The name shown beside the address.
    pub name: String,
    /// The From address.
    pub email: String,
    /// Where answers go, if elsewhere.
    pub reply_to: Option<String>,
    /// The postal address that the law wants in the mail.
    pub address: Option<String>,
    /// The telephone number that the law wants in some countries.
    pub phone: Option<String>,
}

/// Something that a person can leave alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The id that campaigns name.
    pub id: String,
    /// Its name by language.
    pub name: BTreeMap<String, String>,
}

/// At most `max` marketing mails per person in any `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    /// How many; at least 1.
    pub max: u32,
    /// In how long.
    pub per: Span,
}

/// Which rules are written into a mail; it never decides who is mailed when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Consent, sender's address and one-click unsubscription everywhere.
    Default,
    /// Korea: `(광고)` before the subject, sender's contact and a free refusal in Korean.
    Kr,
}

/// Whether a campaign advertises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Needs consent, obeys topics, cap and window.
    Marketing,
    /// Passes all four; suppression holds always.
    Transactional,
}

/// A campaign as written, its expressions compiled.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// The folder's name.
    pub id: String,
    /// What marketers call it.
    pub name: String,
    /// Whether it advertises.
    pub purpose: Purpose,
    /// The topic that a person can leave.
    pub topic: Option<String>,
    /// The index of its sender in the workspace's `senders`.
    pub sender: usize,
    /// What enters a person.
    pub trigger: Trigger,
    /// Who may enter.
    pub audience: Option<Expr>,
    /// `already_in` and the entry rule hold for each value of this.
    pub key: Option<Expr>,
    /// How often a person may enter.
    pub entry: EntryRule,
    /// Percent kept out, to measure what the campaign adds.
    pub holdout: u8,
    /// What the campaign is for.
    pub goal: Option<Goal>,
    /// Event types that end an enrolment.
    pub exit_on: Vec<String>,
    /// Looked at before every step; false ends the enrolment.
    pub stay_while: Option<Expr>,
    /// When its mails may go.
    pub window: WindowRule,
    /// How long a mail may be delayed.
    pub give_up_after: Span,
    /// What happens to a send whose outcome stays unknown.
    pub on_unknown: OnUnknown,
    /// The steps in order.
    pub steps: Vec<Step>,
}

/// How long a mail may be delayed where neither its step nor its campaign says.
pub const GIVE_UP_AFTER: Span = Span::days(7);

/// How often a person may enter a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryRule {
    /// One enrolment for ever.
    Once,
    /// Whenever none is active.
    Every,
    /// When this long has passed since the start of the last entry.
    AgainAfter(Span),
}

/// A campaign's hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowRule {
    /// The workspace's.
    Inherit,
    /// At any time.
    Lifted,
    /// Its own.
    Own(Window),
}

/// What becomes of a send whose outcome stays unknown (SPEC.md section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnUnknown {
    /// It is held until an operator decides.
    Hold,
    /// It is sent again after this long.
    ResendAfter(Span),
}

/// What a campaign is for, and in what time.
#[derive(Debug, Clone)]
pub struct Goal {
    /// The event type that counts.
    pub event: String,
    /// Which of them.
    pub filter: Option<Expr>,
    /// Counted from the entry, by the event's own time.
    pub within: Span,
    /// What it was worth.
    pub value: Option<Expr>,
    /// Whether a conversion ends the enrolment.
    pub exit: bool,
}

/// What enters a person (SPEC.md section 2, Triggers).
#[derive(Debug, Clone)]
pub enum Trigger {
    /// An event of this type that satisfies the filter.
    Event {
        /// The event type.
        event: String,
        /// `where`.
        filter: Option<Expr>,
    },
    /// So long without an event of this type.
    Lapsed {
        /// How long; the fallback of `likely_gone` where no model is fitted.
        after: Span,
        /// The event type.
        since: String,
        /// The model's threshold, where the trigger is `likely_gone`.
        likely_gone: Option<LikelyGone>,
        /// What becomes of a lapse that was past when the trigger came to know of it.
        catch_up: CatchUp,
    },
    /// A local date of the person's own.
    Date {
        /// Gives the date.
        value: Expr,
        /// At what local time.
        at: Time,
        /// Before or after the date.
        offset: Span,
        /// How often it comes again.
        again: Again,
    },
    /// A local time for everyone whom the audience holds.
    Schedule(Schedule),
    /// An operator or the API.
    Manual,
}

/// What becomes of a lapse that was past when its trigger came to know of it: by an event of the past, or when the campaign
/// was published (SPEC.md section 11, History).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatchUp {
    /// It never fires.
    Never,
    /// It fires a day later.
    All,
    /// It fires a day later at the earliest, each person at an instant of their own within so long.
    Within(Span),
}

/// How often a `date` comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Once.
    Never,
    /// Every year, from its own on.
    Yearly,
    /// Every month, from its own on.
    Monthly,
}

/// The probability below which a person counts as gone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LikelyGone {
    /// Between 0 and 1.
    pub probability: f64,
    /// The horizon in which they might buy again.
    pub within: Span,
}

/// When a `schedule` fires, in each person's own zone.
#[derive(Debug, Clone)]
pub enum Schedule {
    /// Once.
    Once(Moment),
    /// Every day.
    Daily(Time),
    /// Every week.
    Weekly(Weekday, Time),
    /// Every month; a day beyond the month's end is its last.
    Monthly(i8, Time),
}

/// A literal point in time: an instant, or a local one in the person's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Written with an offset.
    Instant(Instant),
    /// Written without one; no time means the step's `at`, else midnight.
    Local(Date, Option<Time>),
}

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

/// A workspace and its campaigns, by id.
#[derive(Debug, Clone)]
pub struct Definitions {
    /// What all campaigns share.
    pub workspace: Workspace,
    /// The campaigns, in order of id.
    pub campaigns: BTreeMap<String, Campaign>,
}
