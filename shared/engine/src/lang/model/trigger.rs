//! What enters a person (SPEC.md section 2, Triggers).

use jiff::civil::Time;

use super::entry::one_of_types;
use super::object::{Facet, Said, named, object, phrase, words};
use super::schedule::{NINE, Schedule, clock};
use super::value::{Duration, EventType, Expression, Offset, TimeOfDay};
use crate::expr::{Expr, Site};
use crate::lang::codes;
use crate::lang::read::{Fields, Reader};
use crate::lang::yaml::Node;
use crate::time::Span;

/// What enters a person.
#[derive(Debug, Clone)]
pub enum Trigger {
    /// An event of this type that satisfies the filter.
    Event(EventTrigger),
    /// So long without an event of a type.
    Lapsed(Lapsed),
    /// A local date of the person's own.
    Date(DateTrigger),
    /// A local time for everyone whom the audience holds.
    Schedule(Schedule),
    /// An operator or the API.
    Manual,
}

one_of_types! {
    /// What enters a person.
    Trigger = Manual, EventTrigger, LapsedTrigger, DateTrigger, ScheduleTrigger
}

words! {
    /// An operator or the API enrols people.
    pub enum Manual = "a trigger" {
        /// An operator or the API enrols people.
        Manual = "manual",
    }
}

object! {
    /// An event of this type enters the person it is about.
    #[derive(Debug, Clone)]
    pub struct EventTrigger = "a trigger", "{ event: order.completed }";
    read(reader, fields)
    keys {
        /// The type of the event.
        event: EventType => String, [needs "event: order.completed"] |node| reader.event(node);
        /// Which events; sees `event` and `person`.
        filter("where"): Expression => Option<Expr>, [optional] |node| reader.expr(node, Site::TriggerWhere),
            |filter| filter.as_ref().map(|filter| format!(" where {}", filter.source()));
    }
}

object! {
    /// So long without an event enters a person.
    #[derive(Debug, Clone)]
    pub struct LapsedTrigger = "a trigger", "{ lapsed: { after: 60d, since: order.completed } }";
    read(reader, fields)
    keys {
        /// How long without what: a fixed time, or the probability that they buy again.
        lapsed: Lapsed => Lapsed, [needs "lapsed: { after: 60d, since: order.completed }"]
            |node| Lapsed::read(reader, node), |lapsed| phrase(&lapsed.facets());
    }
}

/// How long without an event of a type, and of which.
#[derive(Debug, Clone)]
pub enum Lapsed {
    /// A fixed time.
    Fixed(Fixed),
    /// Until the probability that the person buys again is below a threshold.
    LikelyGone(LikelyGone),
}

one_of_types! { Lapsed = Fixed, LikelyGone }

object! {
    /// A fixed time since the last event of a type.
    #[derive(Debug, Clone)]
    pub struct Fixed = "`lapsed`", "{ after: 60d, since: order.completed }";
    read(reader, fields)
    keys {
        /// How long.
        after: Duration => Span, [needs "after: 60d"] |node| reader.nonzero_span(node, "`after`");
        /// The type of the event since whose last one it is counted.
        since: EventType => String, [needs "since: order.completed"] |node| reader.event(node),
            |since| format!(" without {since}");
        /// What becomes of lapses that are past when the trigger comes to know of them; default `none`.
        catch_up: CatchUp => CatchUp, [or CatchUp::Never] |node| CatchUp::read(reader, node);
    }
}

/// Whose lapse `likely_gone` predicts where the file names no other event.
const BOUGHT: &str = "order.completed";

object! {
    /// The probability that a person buys again falls below a threshold.
    #[derive(Debug, Clone)]
    pub struct LikelyGone = "`lapsed`", "{ likely_gone: 0.2, within: 90d, fallback: 60d }";
    read(reader, fields)
    keys {
        /// Above 0 and below 1.
        #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
        likely_gone: f64 => f64, [needs "likely_gone: 0.2"] |node| probability(reader, node),
            |probability| format!("likely gone ({probability}");
        /// The horizon in which they might buy again.
        within: Duration => Span, [needs "within: 90d"] |node| reader.nonzero_span(node, "`within`"),
            |within| format!(" within {within})");
        /// The fixed time while no model is fitted.
        fallback: Duration => Span, [needs "fallback: 60d"] |node| reader.nonzero_span(node, "`fallback`"),
            |fallback| format!(", {fallback} while there is no model");
        /// Default: `order.completed`.
        since: EventType => String, [or BOUGHT.to_owned()] |node| reader.event(node),
            |since| if since == BOUGHT { None } else { Some(format!(", since {since}")) };
        /// What becomes of lapses that are past when the trigger comes to know of them; default `none`.
        catch_up: CatchUp => CatchUp, [or CatchUp::Never] |node| CatchUp::read(reader, node);
    }
}

fn probability(reader: &mut Reader<'_>, node: &Node) -> Option<f64> {
    let allowed = |share| share > 0.0 && share < 1.0;
    reader.number(node, "`likely_gone`", "0.2", allowed, "a probability above 0 and below 1")
}

impl Lapsed {
    /// How long; the fallback of `likely_gone` where no model is fitted.
    #[must_use]
    pub fn after(&self) -> Span {
        match self {
            Self::Fixed(fixed) => fixed.after,
            Self::LikelyGone(gone) => gone.fallback,
        }
    }

    /// The type of the event that stays away.
    #[must_use]
    pub fn since(&self) -> &str {
        match self {
            Self::Fixed(fixed) => &fixed.since,
            Self::LikelyGone(gone) => &gone.since,
        }
    }

    /// What becomes of lapses that were past when the trigger came to know of them.
    #[must_use]
    pub fn catch_up(&self) -> CatchUp {
        match self {
            Self::Fixed(fixed) => fixed.catch_up,
            Self::LikelyGone(gone) => gone.catch_up,
        }
    }

    fn read<'a>(reader: &mut Reader<'a>, node: &'a Node) -> Option<Self> {
        let kinds = [("after", Fixed::KEYS), ("likely_gone", LikelyGone::KEYS)];
        let example = "{ after: 60d, since: order.completed }";
        let (kind, fields) = reader.alternatives(node, "`lapsed`", example, &kinds, codes::NOT_ONE_KEY)?;
        match kind {
            "after" => Fixed::of(reader, &fields).map(Self::Fixed),
            _ => LikelyGone::of(reader, &fields).map(Self::LikelyGone),
        }
    }

    fn facets(&self) -> Vec<Facet> {
        match self {
            Self::Fixed(fixed) => fixed.facets(),
            Self::LikelyGone(gone) => gone.facets(),
        }
    }
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

one_of_types! {
    /// What becomes of a lapse that is past when its trigger comes to know of it, by a publication or by an event with
    /// `history: true`: nothing, all a day later, or each person at an instant of their own within that time.
    CatchUp = CatchUpWord, Duration
}

words! {
    /// Nobody, or everybody a day later.
    pub enum CatchUpWord = "`none`, `all` or a duration such as `14d`" {
        /// It never fires.
        None = "none",
        /// It fires a day later.
        All = "all",
    }
}

impl CatchUp {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let span = node.string().and_then(Span::parse);
        let is_number = node.string().is_some_and(|text| text.starts_with(|letter: char| letter.is_ascii_digit()));
        match span {
            Some(span) => Some(Self::Within(span)),
            // What begins with a digit was meant as a duration, and is told what is wrong with it.
            None if is_number || node.string().is_none() => reader.span(node).map(Self::Within),
            None => CatchUpWord::read(reader, node).map(|word| match word {
                CatchUpWord::None => Self::Never,
                CatchUpWord::All => Self::All,
            }),
        }
    }
}

impl Said for CatchUp {
    fn said(&self, key: &str, facets: &mut Vec<Facet>) {
        match self {
            Self::Never => {}
            Self::All => facets.extend(named(key, format!(", catch up: {}", CatchUpWord::All.word()))),
            Self::Within(span) => facets.extend(named(key, format!(", catch up: {span}"))),
        }
    }
}

object! {
    /// A date of the person's own comes.
    #[schemars(extend("not" = {
        "properties": { "yearly": { "const": true }, "monthly": { "const": true } },
        "required": ["yearly", "monthly"],
    }))]
    #[derive(Debug, Clone)]
    pub struct DateTrigger = "a trigger", "{ date: person.attributes.birthday }";
    read(reader, fields)
    elsewhere {
        /// Every month, from the date's own on; default false. Not beside `yearly`.
        monthly: Option<bool>;
    }
    keys {
        /// An expression that gives the date.
        date: Expression => Expr, [needs "date: person.attributes.birthday"] |node| reader.expr(node, Site::Date);
        /// Before or after the date.
        offset: Offset => Span, [or Span::ZERO] |node| reader.offset(node),
            |offset| if offset.is_zero() { None } else { Some(format!(" offset {offset}")) };
        /// Default `09:00`.
        at: TimeOfDay => Time, [or NINE] |node| reader.time(node), |at| format!(" at {}", clock(*at));
        // Or every month, or once.
        /// Every year, from the date's own on; default false.
        again("yearly"): bool => Again, [from] again(reader, fields);
    }
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

impl Said for Again {
    fn said(&self, key: &str, facets: &mut Vec<Facet>) {
        match self {
            Self::Never => {}
            Self::Yearly => facets.extend(named(key, ", yearly")),
            Self::Monthly => facets.extend(named(key, ", monthly")),
        }
    }
}

/// `yearly` or `monthly`, which exclude each other.
fn again<'a>(reader: &mut Reader<'a>, fields: &Fields<'a>) -> Option<Again> {
    let yearly = fields.get("yearly").map_or(Some(false), |node| reader.boolean(node));
    let monthly = fields.get("monthly").map_or(Some(false), |node| reader.boolean(node));
    match (yearly?, monthly?) {
        (false, false) => Some(Again::Never),
        (true, false) => Some(Again::Yearly),
        (false, true) => Some(Again::Monthly),
        (true, true) => {
            let at = fields.entry("monthly").map_or(fields.node.at, |(key, _)| key.at);
            let message = "`yearly` and `monthly` exclude each other";
            reader.report.error(at, codes::NOT_ONE_KEY, message, "keep one of them");
            None
        }
    }
}

object! {
    /// A local time comes, for everyone whom the audience holds.
    #[derive(Debug, Clone)]
    pub struct ScheduleTrigger = "a trigger", "{ schedule: { every: week, on: mon } }";
    read(reader, fields)
    keys {
        /// When.
        schedule: Schedule => Schedule, [needs "schedule: { every: week, on: mon }"]
            |node| Schedule::read(reader, node), Schedule::described;
    }
}

impl Trigger {
    pub(super) fn read<'a>(reader: &mut Reader<'a>, node: &'a Node) -> Option<Self> {
        if node.string() == Some(Manual::Manual.word()) {
            return Some(Self::Manual);
        }
        if let Some(manual) = node.get(Manual::Manual.word()) {
            reader.report.error(manual.at, codes::WRONG_TYPE, "`manual` stands alone", "write `trigger: manual`");
            return None;
        }
        let kinds = [
            ("event", EventTrigger::KEYS),
            ("lapsed", LapsedTrigger::KEYS),
            ("date", DateTrigger::KEYS),
            ("schedule", ScheduleTrigger::KEYS),
        ];
        let example = "{ event: order.completed }";
        let (kind, fields) = reader.alternatives(node, "a trigger", example, &kinds, codes::NOT_ONE_TRIGGER)?;
        match kind {
            "event" => EventTrigger::of(reader, &fields).map(Self::Event),
            "lapsed" => LapsedTrigger::of(reader, &fields).map(|trigger| Self::Lapsed(trigger.lapsed)),
            "date" => DateTrigger::of(reader, &fields).map(Self::Date),
            _ => ScheduleTrigger::of(reader, &fields).map(|trigger| Self::Schedule(trigger.schedule)),
        }
    }

    /// The trigger as a plan tells it.
    pub(super) fn described(&self) -> String {
        match self {
            Self::Event(event) => phrase(&event.facets()),
            Self::Lapsed(lapsed) => phrase(&lapsed.facets()),
            Self::Date(date) => phrase(&date.facets()),
            Self::Schedule(schedule) => schedule.described(),
            Self::Manual => Manual::Manual.word().to_owned(),
        }
    }
}
