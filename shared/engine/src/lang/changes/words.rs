//! How values read in a plan: as the files write them, shorter where that is clear.

use jiff::civil::Time;
use serde_json::{Map, Value};

use crate::lang::model::{
    Again, CatchUp, Discount, EntryRule, Goal, Moment, OnUnknown, Policy, Purpose, Schedule, Sender, SurveyKind,
    Trigger, Until, Wait, WindowRule,
};
use crate::time::{Weekdays, weekday_name};

pub(super) fn policy(policy: Policy) -> &'static str {
    match policy {
        Policy::Default => "default",
        Policy::Kr => "kr",
    }
}

pub(super) fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Marketing => "marketing",
        Purpose::Transactional => "transactional",
    }
}

pub(super) fn sender(sender: &Sender) -> String {
    let optional = [&sender.reply_to, &sender.address, &sender.phone].into_iter().flatten();
    let parts = [&sender.name, &sender.email].into_iter().chain(optional);
    parts.map(String::as_str).collect::<Vec<_>>().join(", ")
}

pub(super) fn trigger(trigger: &Trigger) -> String {
    match trigger {
        Trigger::Event { event, filter: None } => event.clone(),
        Trigger::Event { event, filter: Some(filter) } => format!("{event} where {}", filter.source()),
        Trigger::Lapsed { after, since, likely_gone, catch_up } => {
            let text = match likely_gone {
                None => format!("{after} without {since}"),
                Some(gone) => format!(
                    "likely gone ({} within {}), {after} while there is no model",
                    gone.probability, gone.within
                ),
            };
            match catch_up {
                CatchUp::Never => text,
                CatchUp::All => text + ", catch up: all",
                CatchUp::Within(span) => format!("{text}, catch up: {span}"),
            }
        }
        Trigger::Date { value, at, offset, again } => {
            let mut text = value.source().to_owned();
            if !offset.is_zero() {
                text += &format!(" offset {offset}");
            }
            text += &format!(" at {}", time(*at));
            match again {
                Again::Never => text,
                Again::Yearly => text + ", yearly",
                Again::Monthly => text + ", monthly",
            }
        }
        Trigger::Schedule(schedule) => self::schedule(schedule),
        Trigger::Manual => "manual".to_owned(),
    }
}

fn schedule(schedule: &Schedule) -> String {
    match schedule {
        Schedule::Once(at) => format!("at {}", moment(*at)),
        Schedule::Daily(at) => format!("every day at {}", time(*at)),
        Schedule::Weekly(day, at) => format!("every week on {} at {}", weekday_name(*day), time(*at)),
        Schedule::Monthly(day, at) => format!("every month on {day} at {}", time(*at)),
    }
}

fn moment(moment: Moment) -> String {
    match moment {
        Moment::Instant(at) => at.to_string(),
        Moment::Local(date, None) => date.to_string(),
        Moment::Local(date, Some(at)) => format!("{date}T{}", time(at)),
    }
}

/// `09:00`, with seconds where there are any.
fn time(at: Time) -> String {
    let text = format!("{:02}:{:02}", at.hour(), at.minute());
    if at.second() == 0 { text } else { format!("{text}:{:02}", at.second()) }
}

pub(super) fn entry(rule: EntryRule) -> String {
    match rule {
        EntryRule::Once => "once".to_owned(),
        EntryRule::Every => "every".to_owned(),
        EntryRule::AgainAfter(span) => format!("again after {span}"),
    }
}

pub(super) fn goal(goal: &Goal) -> String {
    let mut text = format!("{} within {}", goal.event, goal.within);
    if let Some(filter) = &goal.filter {
        text += &format!(" where {}", filter.source());
    }
    if let Some(value) = &goal.value {
        text += &format!(", worth {}", value.source());
    }
    if !goal.exit {
        text += ", without exit";
    }
    text
}

pub(super) fn window(rule: WindowRule) -> String {
    match rule {
        WindowRule::Inherit => "the workspace's".to_owned(),
        WindowRule::Lifted => "none".to_owned(),
        WindowRule::Own(window) => window.to_string(),
    }
}

pub(super) fn on_unknown(rule: OnUnknown) -> String {
    match rule {
        OnUnknown::Hold => "hold".to_owned(),
        OnUnknown::ResendAfter(span) => format!("resend after {span}"),
    }
}

pub(super) fn wait(wait: &Wait) -> String {
    let (mut text, at, on) = match wait {
        Wait::For { span, at, on } => (span.to_string(), at, on),
        Wait::Until { until, offset, at, on } => {
            let until = match until {
                Until::Literal(at) => moment(*at),
                Until::Expr(expr) => expr.source().to_owned(),
            };
            let offset = if offset.is_zero() { String::new() } else { format!(" offset {offset}") };
            (format!("until {until}{offset}"), at, on)
        }
    };
    if let Some(at) = at {
        text += &format!(" at {}", time(*at));
    }
    if let Some(on) = on.filter(|on| *on != Weekdays::ALL) {
        text += &format!(" on {on}");
    }
    text
}

pub(super) fn discount(discount: Discount) -> String {
    match discount {
        Discount::Percent(percent) => format!("{} %", crate::journal::number_text(percent)),
        Discount::Amount(amount) => format!("{} off", crate::journal::number_text(amount)),
    }
}

pub(super) fn survey(kind: SurveyKind) -> &'static str {
    match kind {
        SurveyKind::Nps => "nps",
        SurveyKind::Csat => "csat",
        SurveyKind::Ces => "ces",
        SurveyKind::Choice => "choice",
    }
}

pub(super) fn json(fields: &Map<String, Value>) -> String {
    Value::Object(fields.clone()).to_string()
}
