//! A campaign as a tree of its steps, with what happened at each.

use std::fmt::Write;

use rekindle_engine::lang::{
    Again, Daily, DateTrigger, Discount, Emit, EventTrigger, Fixed, Goal, Lapsed, LikelyGone, Moment, Monthly,
    Schedule, Step, StepKind, Trigger, Until, Wait, WaitFor, WaitSpan, WaitUntil, Weekly, When,
};
use rekindle_engine::program::Program;
use rekindle_workbench::simulate::{Conversions, StepTally, Tally};

use super::text::{WIDTH, reasons};
use crate::output::columns::{fill, left, right};
use crate::output::numbers::{amount, counted, share, thousands};

/// Columns of a step's name, of how many reached it, and of the rest.
const NAME: usize = 44;
const REACHED: usize = 11;
/// Columns of a heading such as `not entered`.
const HEAD: usize = 14;

/// Writes a campaign.
pub fn write(out: &mut String, program: &Program, tally: &Tally, currency: &str) {
    let campaign = &program.campaign;
    let _ = writeln!(out, "{} — {}", campaign.id, campaign.name);
    head(out, "trigger", trigger(&campaign.trigger));
    if tally.unread.people > 0 {
        let values = counted(
            tally.unread.people,
            "value does not read, and never fires:",
            "values do not read, and never fire:",
        );
        let first = tally.unread.samples.first().map(String::as_str).unwrap_or_default();
        let others = tally.unread.samples.iter().skip(1).cloned();
        head(out, "not a date", std::iter::once(format!("{values} {first}")).chain(others).collect());
    }
    let people = if tally.entered == tally.people {
        String::new()
    } else {
        format!(" by {}", counted(tally.people, "person", "people"))
    };
    head(out, "entered", vec![format!("{}{people}", thousands(tally.entered))]);
    head(out, "not entered", reasons(&tally.not_entered));
    if tally.held_out > 0 {
        head(out, "held out", vec![thousands(tally.held_out)]);
    }
    steps(out, &campaign.steps, 0, tally);
    head(out, "completed", vec![thousands(tally.completed)]);
    head(out, "exited", reasons(&tally.exited));
    if tally.active > 0 {
        head(out, "still in it", vec![thousands(tally.active)]);
    }
    if let Some(goal) = &campaign.goal {
        write_goal(out, goal, tally, currency);
    }
}

fn head(out: &mut String, name: &str, parts: Vec<String>) {
    for (line, text) in fill(&parts, " · ", WIDTH - HEAD - 2).iter().enumerate() {
        let name = if line == 0 { name } else { "" };
        let _ = writeln!(out, "  {}{text}", left(name, HEAD));
    }
}

fn steps(out: &mut String, steps: &[Step], depth: usize, tally: &Tally) {
    let nothing = StepTally::default();
    for step in steps {
        let own = tally.steps.get(step.id.as_str()).unwrap_or(&nothing);
        row(out, depth, &name(step), Some(own.reached), &details(step, own));
        match &step.kind {
            StepKind::WaitFor(WaitFor { then, otherwise, .. }) => {
                arm(out, depth, "then", own.by_event, own, then, tally);
                arm(out, depth, "else", own.by_timeout, own, otherwise, tally);
            }
            StepKind::Branch { arms, otherwise } => {
                for (place, When { when, steps }) in arms.iter().enumerate() {
                    let taken = own.arms.get(place.to_string().as_str()).copied().unwrap_or_default();
                    arm(out, depth, &format!("when {}", when.source()), taken, own, steps, tally);
                }
                if let Some(steps) = otherwise {
                    arm(
                        out,
                        depth,
                        "otherwise",
                        own.arms.get("otherwise").copied().unwrap_or_default(),
                        own,
                        steps,
                        tally,
                    );
                }
            }
            StepKind::Split { arms } => {
                for split in arms {
                    let taken = own.arms.get(split.name.as_str()).copied().unwrap_or_default();
                    arm(out, depth, &split.name, taken, own, &split.steps, tally);
                }
            }
            _ => {}
        }
    }
}

fn arm(out: &mut String, depth: usize, name: &str, taken: u64, step: &StepTally, inner: &[Step], tally: &Tally) {
    row(out, depth + 1, &format!("→ {name}"), Some(taken), &[share(taken, step.reached)]);
    steps(out, inner, depth + 2, tally);
}

fn row(out: &mut String, depth: usize, name: &str, reached: Option<u64>, details: &[String]) {
    let indent = "  ".repeat(depth);
    let reached = reached.map(thousands).unwrap_or_default();
    let lines = fill(details, " · ", WIDTH - NAME - REACHED - 4);
    let first = lines.first().map_or("", String::as_str);
    let row = format!("  {}{}  {first}", left(&format!("{indent}{name}"), NAME), right(&reached, REACHED));
    let _ = writeln!(out, "{}", row.trim_end());
    for line in lines.iter().skip(1) {
        let _ = writeln!(out, "{}{line}", " ".repeat(NAME + REACHED + 4));
    }
}

fn name(step: &Step) -> String {
    let id = &step.id;
    match &step.kind {
        StepKind::Send(mail) if mail.mail == *id => format!("send {id}"),
        StepKind::Send(mail) => format!("send {} ({id})", mail.mail),
        StepKind::Survey(survey) => format!("survey {id} ({})", survey.mail.mail),
        StepKind::Wait(wait) => format!("wait {} ({id})", wait_words(wait)),
        StepKind::WaitFor(WaitFor { event, timeout, .. }) => format!("wait for {event}, {timeout} ({id})"),
        StepKind::Branch { .. } => format!("branch {id}"),
        StepKind::Split { .. } => format!("split {id}"),
        StepKind::Offer(offer) => match offer.discount {
            Discount::Percent(off) => format!("offer {id}, {off} %"),
            Discount::Amount(off) => format!("offer {id}, {}", amount(off)),
        },
        StepKind::Set(_) => format!("set {id}"),
        StepKind::Emit(Emit { detail_type, .. }) => format!("emit {detail_type} ({id})"),
        StepKind::Exit(reason) => format!("exit {reason:?}"),
    }
}

fn wait_words(wait: &Wait) -> String {
    let (base, at) = match wait {
        Wait::For(WaitSpan { span, at, .. }) => (span.to_string(), at),
        Wait::Until(WaitUntil { until, offset, at, .. }) => {
            let until = match until {
                Until::Literal(moment) => moment_words(moment),
                Until::Expr(expr) => expr.source().to_owned(),
            };
            let offset = if offset.is_zero() { String::new() } else { format!(" {offset}") };
            (format!("until {until}{offset}"), at)
        }
    };
    at.map_or(base.clone(), |at| format!("{base}, at {}", at.strftime("%H:%M")))
}

fn moment_words(moment: &Moment) -> String {
    match moment {
        Moment::Instant(at) => at.to_string(),
        Moment::Local(date, None) => date.to_string(),
        Moment::Local(date, Some(time)) => format!("{date} {}", time.strftime("%H:%M")),
    }
}

fn details(step: &Step, own: &StepTally) -> Vec<String> {
    let mut details = Vec::new();
    let mut say = |name: &str, count: u64| {
        if count > 0 {
            details.push(format!("{name} {}", thousands(count)));
        }
    };
    say("sent", own.sent);
    say("issued", own.offered);
    say("none left for", own.unavailable);
    let place = match step.kind {
        StepKind::Send(_) | StepKind::Survey(_) => "delayed now",
        _ => "waiting now",
    };
    if let StepKind::Offer(offer) = &step.kind
        && let Some(budget) = offer.budget
    {
        details.push(format!("{} of {} left", thousands(budget.saturating_sub(own.offered)), thousands(budget)));
    }
    for (name, counts) in [("skipped", &own.skipped), ("delayed", &own.delayed)] {
        details.extend(counts.iter().map(|(reason, count)| format!("{name} {reason} {}", thousands(*count))));
    }
    if own.waiting > 0 {
        details.push(format!("{place} {}", thousands(own.waiting)));
    }
    details
}

/// What enters people, in words.
fn trigger(trigger: &Trigger) -> Vec<String> {
    let words = match trigger {
        Trigger::Event(EventTrigger { event, filter: None }) => event.clone(),
        Trigger::Event(EventTrigger { event, filter: Some(filter) }) => format!("{event} where {}", filter.source()),
        Trigger::Lapsed(Lapsed::Fixed(Fixed { after, since, .. })) => format!("{after} without {since}"),
        Trigger::Lapsed(Lapsed::LikelyGone(LikelyGone { likely_gone, within, fallback, since, .. })) => {
            let likely = format!("{since} within {within} is less likely than {} %", amount(likely_gone * 100.0));
            let fallback = format!("a simulation has no model, so the fallback is used: {fallback} without {since}");
            return vec![likely, fallback];
        }
        Trigger::Date(DateTrigger { date, at, offset, again }) => {
            let offset = if offset.is_zero() { String::new() } else { format!(" {offset}") };
            let again = match again {
                Again::Never => "on ",
                Again::Yearly => "every year on ",
                Again::Monthly => "every month on ",
            };
            format!("{again}{}{offset}, at {}", date.source(), at.strftime("%H:%M"))
        }
        Trigger::Schedule(Schedule::Once(once)) => moment_words(&once.at),
        Trigger::Schedule(Schedule::Daily(Daily { at })) => format!("every day at {}", at.strftime("%H:%M")),
        Trigger::Schedule(Schedule::Weekly(Weekly { on, at })) => format!("every {on:?} at {}", at.strftime("%H:%M")),
        Trigger::Schedule(Schedule::Monthly(Monthly { on: day, at })) => {
            format!("every month on day {day} at {}", at.strftime("%H:%M"))
        }
        Trigger::Manual => "by hand".to_owned(),
    };
    vec![words]
}

fn write_goal(out: &mut String, goal: &Goal, tally: &Tally, currency: &str) {
    let side = |of: &str, entries: u64, converted: Conversions| {
        let value =
            if goal.value.is_some() { format!(", {currency} {}", amount(converted.value)) } else { String::new() };
        format!(
            "{} of {} {of} ({}{value})",
            thousands(converted.count),
            thousands(entries),
            share(converted.count, entries)
        )
    };
    let [treated, held] = tally.converted;
    let mut parts = vec![side("entered", tally.entered, treated)];
    if tally.held_out > 0 {
        parts.push(side("held out", tally.held_out, held));
        // A difference would be read as a result, and these mails were never sent.
        parts.push("no mail of this run was sent: what differs is chance".to_owned());
    }
    head(out, "goal", vec![format!("{} within {}: {}", goal.event, goal.within, parts.remove(0))]);
    for part in parts {
        head(out, "", vec![part]);
    }
}
