//! A campaign: who enters it, when, how often, and what it is for.

use jiff::civil::{Date, Time, Weekday};

use super::{Purpose, Step};
use crate::expr::Expr;
use crate::time::{Instant, Span, Window};

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
