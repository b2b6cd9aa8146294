//! `campaign.yaml` except for its steps.

use schemars::JsonSchema;

use super::step::Step;
use super::value::{Duration, EventType, Expression, Id, Moment, Offset, Percent, Text, TimeOfDay, Weekday, Window};

/// A campaign; its id is the name of its folder.
#[derive(JsonSchema)]
#[schemars(title = "Rekindle campaign", deny_unknown_fields)]
pub struct CampaignFile {
    /// What marketers call it.
    name: Text,
    purpose: Purpose,
    /// One of the workspace's topics; people can leave it alone.
    topic: Option<Id>,
    /// One of the workspace's senders; default: the first.
    sender: Option<Id>,
    trigger: Trigger,
    /// Who may enter.
    audience: Option<Expression>,
    /// The entry rule holds for each value of this, so that one cart does not block another.
    key: Option<Expression>,
    /// How often a person may enter; default: `once`.
    entry: Option<Entry>,
    /// Percent kept out, to measure what the campaign adds; default 0.
    holdout: Option<Percent>,
    /// What the campaign is for.
    goal: Option<Goal>,
    /// Event types that end an enrolment.
    exit_on: Option<Vec<EventType>>,
    /// Looked at before every step; where it is false, the enrolment ends.
    stay_while: Option<Expression>,
    /// When its mails may go, or `none` for at any time; default: the workspace's.
    window: Option<WindowRule>,
    /// How long a mail may be delayed before it is skipped; default `7d`.
    give_up_after: Option<Duration>,
    /// What becomes of a send whose outcome stays unknown; default: `hold`.
    on_unknown: Option<OnUnknown>,
    /// What happens, one after another.
    steps: Vec<Step>,
}

/// `marketing` needs consent and obeys topics, cap and window; `transactional` does not.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Purpose {
    Marketing,
    Transactional,
}

/// What enters a person.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum Trigger {
    Manual(Manual),
    Event(EventTrigger),
    Lapsed(LapsedTrigger),
    Date(DateTrigger),
    Schedule(ScheduleTrigger),
}

/// An operator or the API enrols people.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Manual {
    Manual,
}

/// An event of this type enters the person it is about.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct EventTrigger {
    /// The type of the event.
    event: EventType,
    /// Which events; sees `event` and `person`.
    r#where: Option<Expression>,
}

/// So long without an event enters a person.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LapsedTrigger {
    /// How long without what: a fixed time, or the probability that they buy again.
    lapsed: Lapsed,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum Lapsed {
    Fixed(Fixed),
    LikelyGone(LikelyGone),
}

/// A fixed time since the last event of a type.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Fixed {
    /// How long.
    after: Duration,
    /// The type of the event since whose last one it is counted.
    since: EventType,
    /// What becomes of lapses that are past when the trigger comes to know of them; default `none`.
    catch_up: Option<CatchUp>,
}

/// The probability that a person buys again falls below a threshold.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LikelyGone {
    /// Above 0 and below 1.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    likely_gone: f64,
    /// The horizon in which they might buy again.
    within: Duration,
    /// The fixed time while no model is fitted.
    fallback: Duration,
    /// Default: `order.completed`.
    since: Option<EventType>,
    /// What becomes of lapses that are past when the trigger comes to know of them; default `none`.
    catch_up: Option<CatchUp>,
}

/// What becomes of a lapse that is past when its trigger comes to know of it, by a publication or by an event with
/// `history: true`: nothing, all a day later, or each person at an instant of their own within that time.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum CatchUp {
    Word(CatchUpWord),
    Within(Duration),
}

/// Nobody, or everybody a day later.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum CatchUpWord {
    None,
    All,
}

/// A date of the person's own comes.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("not" = {
    "properties": { "yearly": { "const": true }, "monthly": { "const": true } },
    "required": ["yearly", "monthly"],
}))]
pub struct DateTrigger {
    /// An expression that gives the date.
    date: Expression,
    /// Default `09:00`.
    at: Option<TimeOfDay>,
    /// Before or after the date.
    offset: Option<Offset>,
    /// Every year, from the date's own on; default false.
    yearly: Option<bool>,
    /// Every month, from the date's own on; default false. Not beside `yearly`.
    monthly: Option<bool>,
}

/// A local time comes, for everyone whom the audience holds.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ScheduleTrigger {
    /// When.
    schedule: Schedule,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum Schedule {
    Once(Once),
    Daily(Daily),
    Weekly(Weekly),
    Monthly(Monthly),
}

/// Once, at this local time.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Once {
    /// The local date and time.
    at: Moment,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Day {
    Day,
}

/// Every day.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Daily {
    /// `day`.
    every: Day,
    /// Default `09:00`.
    at: Option<TimeOfDay>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Week {
    Week,
}

/// Every week.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Weekly {
    /// `week`.
    every: Week,
    /// Default `09:00`.
    at: Option<TimeOfDay>,
    /// Default `mon`.
    on: Option<Weekday>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Month {
    Month,
}

/// Every month.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Monthly {
    /// `month`.
    every: Month,
    /// Default `09:00`.
    at: Option<TimeOfDay>,
    /// The day of the month; default 1. `31` is the last day of a shorter month.
    #[schemars(range(min = 1, max = 31))]
    on: Option<u8>,
}

/// How often a person may enter.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum Entry {
    Word(EntryWord),
    AgainAfter(AgainAfter),
}

/// Once for ever, or whenever none is active.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum EntryWord {
    Once,
    Every,
}

/// Again when this long has passed since the start of the last entry.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AgainAfter {
    /// How long.
    again_after: Duration,
}

/// What the campaign is for, and in what time.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Goal {
    /// The type of the event that counts.
    event: EventType,
    /// Which events; sees `event` and `entry`.
    r#where: Option<Expression>,
    /// Counted from the entry.
    within: Duration,
    /// What it was worth, a number.
    value: Option<Expression>,
    /// Whether a conversion ends the enrolment; default true.
    exit: Option<bool>,
}

/// Hours of the campaign's own, or none.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum WindowRule {
    Lifted(Lifted),
    Own(Window),
}

/// At any time, whatever the workspace says.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Lifted {
    None,
}

/// What becomes of a send whose outcome stays unknown.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum OnUnknown {
    Hold(Hold),
    ResendAfter(ResendAfter),
}

/// An operator decides.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Hold {
    Hold,
}

/// It is sent again after this long, at the risk of sending twice.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ResendAfter {
    /// How long.
    resend_after: Duration,
}
