//! A survey's report for people and for machines. A comment is somebody's own words: it is shown on one line, without the
//! controls by which a terminal could be told to do something.

use std::fmt::Write;

use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::{SurveyKind, Trigger};
use rekindle_insight::{ENOUGH_ANSWERS, Estimate, Share, wilson};
use serde_json::json;

use rekindle_workbench::plain::plain;
use rekindle_workbench::survey::Report;

/// Characters of a bar that stands for every answer.
const BAR: u64 = 40;

/// For people.
pub fn text(report: &Report, catalog: &Catalog, comments: usize) -> String {
    let mut out = format!("{}/{}\n{}\n", report.campaign, report.survey, asked(report, catalog));
    if report.answered == 0 {
        return out + "\nNobody has answered yet.\n";
    }
    for (name, estimate) in &report.measures {
        let shown = match report.kind {
            _ if report.answered < ENOUGH_ANSWERS => {
                format!("too few answers to say ({} of {ENOUGH_ANSWERS})", report.answered)
            }
            SurveyKind::Nps => score(estimate),
            _ => percent(estimate),
        };
        let _ = writeln!(out, "\n{name}: {shown}");
    }
    if let Some(mean) = report.mean.filter(|_| report.answered >= ENOUGH_ANSWERS) {
        let _ = writeln!(out, "mean: {mean:.2} of 7");
    }
    out.push('\n');
    for (answer, count) in &report.given {
        let bar = "█".repeat(usize::try_from(count * BAR / report.answered).unwrap_or_default());
        let share = if report.kind == SurveyKind::Choice {
            wilson(Share { part: *count, whole: report.answered })
                .map(|estimate| format!("  {}", percent(&estimate)))
                .unwrap_or_default()
        } else {
            String::new()
        };
        let _ = writeln!(out, "{count:>8}  {}  {bar}{share}", plain(answer));
    }
    if report.foreign > 0 {
        let _ = writeln!(out, "{:>8}  (answers that the survey does not offer, not counted)", report.foreign);
    }
    if !report.comments.is_empty() {
        let _ = writeln!(out, "\n{} comments, newest first:", report.comments.len());
        for (at, answer, words) in report.comments.iter().take(comments) {
            let _ = writeln!(out, "  {at}  {}  {}", plain(answer), one_line(words));
        }
    }
    out
}

/// Who was asked, and how many of them answered.
fn asked(report: &Report, catalog: &Catalog) -> String {
    let mut out = String::new();
    if let Some(live) = catalog.get(&report.campaign) {
        let campaign = &live.program.campaign;
        let trigger = match &campaign.trigger {
            Trigger::Event(on) => format!("whoever had the event {}", on.event),
            Trigger::Lapsed(lapsed) => format!("whoever had no {} for a while", lapsed.since()),
            Trigger::Date(_) => "everybody on a date of their own".to_owned(),
            Trigger::Schedule(_) => "everybody at a set time".to_owned(),
            Trigger::Manual => "whoever was enrolled by hand".to_owned(),
        };
        let audience = campaign.audience.as_ref().map(|audience| format!(", where {}", audience.source()));
        let _ = writeln!(out, "asked: {trigger}{}", audience.unwrap_or_default());
    }
    let (answered, sent) = (report.asked.answered, report.asked.sent);
    let over = match report.asked.delivered {
        Some(delivered) => format!("{delivered} delivered of {sent} sent"),
        None => format!("{sent} sent, as nothing is known of deliveries"),
    };
    let rate = report.response.as_ref().map(|rate| format!(": {}", percent(rate))).unwrap_or_default();
    let answers = if answered == 1 { "1 answer" } else { &format!("{answered} answers") };
    let _ = write!(out, "{answers} over {over}{rate}");
    if report.elsewhere > 0 {
        let _ = write!(
            out,
            "\n{} further answers to no such mail: given elsewhere, or the mail is not known to have arrived",
            report.elsewhere
        );
    }
    out
}

/// For machines.
pub fn json(report: &Report) -> String {
    let estimate = |estimate: &Estimate| json!({ "value": estimate.value, "low": estimate.low, "high": estimate.high });
    let measures: serde_json::Map<_, _> =
        report.measures.iter().map(|(name, found)| ((*name).to_owned(), estimate(found))).collect();
    let comments =
        report.comments.iter().map(|(at, answer, words)| json!({ "at": at, "answer": answer, "comment": words }));
    let whole = json!({
        "campaign": report.campaign,
        "survey": report.survey,
        "sent": report.asked.sent,
        "delivered": report.asked.delivered,
        "answered": report.answered,
        "elsewhere": report.elsewhere,
        "enough": report.answered >= ENOUGH_ANSWERS,
        "response": report.response.as_ref().map(estimate),
        "answers": report.given.iter().map(|(answer, count)| json!({ "answer": answer, "count": count })).collect::<Vec<_>>(),
        "not_offered": report.foreign,
        "measures": measures,
        "mean": report.mean,
        "comments": comments.collect::<Vec<_>>(),
    });
    format!("{whole}\n")
}

/// Somebody's words on one line, with everything visible that a terminal would act on.
fn one_line(words: &str) -> String {
    plain(&words.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn percent(estimate: &Estimate) -> String {
    let [value, low, high] = [estimate.value, estimate.low, estimate.high].map(|share| share * 100.0);
    format!("{value:.1} % (95 %: {low:.1} to {high:.1})")
}

fn score(estimate: &Estimate) -> String {
    format!("{:+.0} (95 %: {:+.0} to {:+.0})", estimate.value, estimate.low, estimate.high)
}
