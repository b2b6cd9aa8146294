//! A survey's report for people and for machines. A comment is somebody's own words: it is shown on one line, without the
//! controls by which a terminal could be told to do something.

use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::{SurveyKind, Trigger};
use rekindle_engine::time::Instant;
use rekindle_insight::{ENOUGH_ANSWERS, Estimate, Share, wilson};
use serde_json::{Value, json};

use rekindle_workbench::survey::Report;

use crate::output::View;
use crate::output::numbers::thousands;
use crate::output::table::Table;
use crate::words::Words;

/// Characters of a bar that stands for every answer.
const BAR: u64 = 40;

/// For people.
pub fn text(report: &Report, catalog: &Catalog, comments: usize, view: &View) -> String {
    let words = view.words;
    let name = view.bold(&format!("{}/{}", report.campaign, report.survey));
    let mut out = format!("{name}\n{}\n", asked(report, catalog, words));
    if report.answered == 0 {
        return out + &format!("\n{}\n", words.nobody_answered());
    }
    for (name, estimate) in &report.measures {
        let shown = match report.kind {
            _ if report.answered < ENOUGH_ANSWERS => words.too_few_answers(report.answered),
            SurveyKind::Nps => words.score_of(estimate.value, estimate.low, estimate.high),
            _ => percent(estimate, words),
        };
        out.push_str(&format!("\n{name}: {shown}\n"));
    }
    if let Some(mean) = report.mean.filter(|_| report.answered >= ENOUGH_ANSWERS) {
        out.push_str(&format!("{}\n", words.mean(mean)));
    }
    out.push_str(&format!("\n{}", answers(report, view)));
    if !report.comments.is_empty() {
        out.push_str(&format!("\n{}\n", words.comments(report.comments.len())));
        let row = |(at, answer, said): &(Instant, String, String)| vec![at.to_string(), answer.clone(), one_line(said)];
        out.push_str(&Table::new(report.comments.iter().take(comments).map(row)).write(view));
    }
    out
}

/// Each answer, how often it was given, as a bar, and for choices its share.
fn answers(report: &Report, view: &View) -> String {
    let row = |(answer, count): &(String, u64)| {
        let bar = "█".repeat(usize::try_from(count * BAR / report.answered).unwrap_or_default());
        let share = wilson(Share { part: *count, whole: report.answered });
        let share = share.filter(|_| report.kind == SurveyKind::Choice);
        let share = share.map(|share| format!("  {}", percent(&share, view.words))).unwrap_or_default();
        vec![thousands(*count), answer.clone(), format!("{bar}{share}")]
    };
    let foreign = (report.foreign > 0).then(|| vec![thousands(report.foreign), view.words.not_offered()]);
    Table::new(report.given.iter().map(row).chain(foreign)).numbers([0]).write(view)
}

/// Who was asked, and how many of them answered.
fn asked(report: &Report, catalog: &Catalog, words: Words) -> String {
    let mut out = String::new();
    if let Some(live) = catalog.get(&report.campaign) {
        let campaign = &live.program.campaign;
        let whom = match &campaign.trigger {
            Trigger::Event(on) => words.asked_event(&on.event),
            Trigger::Lapsed(lapsed) => words.asked_lapsed(lapsed.since()),
            Trigger::Date(_) => words.asked_date(),
            Trigger::Schedule(_) => words.asked_schedule(),
            Trigger::Manual => words.asked_manual(),
        };
        let audience = campaign.audience.as_ref().map(|audience| words.asked_where(audience.source()));
        out.push_str(&format!("{}\n", words.asked(&whom, &audience.unwrap_or_default())));
    }
    let (answered, sent) = (report.asked.answered, report.asked.sent);
    let over = match report.asked.delivered {
        Some(delivered) => words.delivered_of_sent(delivered, sent),
        None => words.sent_only(sent),
    };
    let rate = report.response.as_ref().map(|rate| format!(": {}", percent(rate, words))).unwrap_or_default();
    out.push_str(&words.answers_over(answered, &over, &rate));
    if report.elsewhere > 0 {
        out.push_str(&format!("\n{}", words.answers_elsewhere(report.elsewhere)));
    }
    out
}

/// For machines.
pub fn json(report: &Report) -> Value {
    let estimate = |estimate: &Estimate| json!({ "value": estimate.value, "low": estimate.low, "high": estimate.high });
    let measures: serde_json::Map<_, _> =
        report.measures.iter().map(|(name, found)| ((*name).to_owned(), estimate(found))).collect();
    let comments =
        report.comments.iter().map(|(at, answer, words)| json!({ "at": at, "answer": answer, "comment": words }));
    json!({
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
    })
}

/// Somebody's words on one line.
fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn percent(estimate: &Estimate, words: Words) -> String {
    let [value, low, high] = [estimate.value, estimate.low, estimate.high].map(|share| share * 100.0);
    words.share_of(value, low, high)
}
