//! The parts of the table that are about campaigns.

use super::tally::{Campaign, Outcome};
use crate::output::View;
use crate::output::numbers::{share, sum, thousands};
use crate::output::table::Table;

/// What became of everybody who came near a campaign.
pub fn campaigns(at_work: &[(&str, &Campaign)], view: &View) -> String {
    let rows = at_work.iter().map(|(id, campaign)| {
        let under_way = campaign.entered.saturating_sub(campaign.completed + campaign.exited);
        let numbers =
            [campaign.entered, campaign.held_out, campaign.not_entered(), campaign.completed, campaign.exited];
        let mails = campaign.mails().map(|(_, mail)| mail.sent).sum();
        let mut row = vec![(*id).to_owned()];
        row.extend(numbers.into_iter().chain([under_way, mails]).map(thousands));
        row
    });
    let table = Table::new(rows).head(view.words.demo_campaigns_head().split('|')).numbers(1..=7).write(view);
    format!("\n{}\n{table}", view.bold(&view.words.demo_campaigns()))
}

/// Each mail of each campaign.
pub fn mails(at_work: &[(&str, &Campaign)], view: &View) -> String {
    let mails = at_work.iter().flat_map(|(id, campaign)| campaign.mails().map(|(step, mail)| (*id, step, mail)));
    let rows = mails.map(|(id, step, mail)| {
        let mut row = vec![id.to_owned(), step.to_owned()];
        row.extend([mail.sent, mail.skipped, mail.delayed].map(thousands));
        row
    });
    let table = Table::new(rows).head(view.words.demo_mails_head().split('|')).numbers(2..=4).write(view);
    format!("\n{}\n{table}", view.bold(&view.words.heading_mails()))
}

/// How often, for which reason, and in which campaigns.
pub fn reasons(at_work: &[(&str, &Campaign)], view: &View) -> String {
    let mut out = String::new();
    for (outcome, title) in [
        (Outcome::Skipped, view.words.demo_skipped()),
        (Outcome::Delayed, view.words.demo_delayed()),
        (Outcome::Withdrawn, view.words.demo_withdrawn()),
        (Outcome::NotEntered, view.words.demo_not_entered()),
    ] {
        let mut reasons: Vec<&str> =
            at_work.iter().flat_map(|(_, campaign)| campaign.reasons(outcome)).map(|own| own.0).collect();
        reasons.sort_unstable();
        reasons.dedup();
        // Most shops never have one.
        if outcome == Outcome::Withdrawn && reasons.is_empty() {
            continue;
        }
        let rows = reasons.iter().map(|reason| {
            let times =
                |campaign: &Campaign| campaign.reasons(outcome).filter(|own| own.0 == *reason).map(|own| own.1).sum();
            let of: Vec<(&str, u64)> =
                at_work.iter().map(|(id, campaign)| (*id, times(campaign))).filter(|own| own.1 > 0).collect();
            let list: Vec<String> = of.iter().map(|(id, times)| format!("{id}\u{a0}{}", thousands(*times))).collect();
            vec![(*reason).to_owned(), thousands(of.iter().map(|own| own.1).sum()), list.join(", ")]
        });
        let table = Table::new(rows).head(view.words.demo_reasons_head().split('|')).numbers([1]).write(view);
        out.push_str(&format!("\n{}\n{table}", view.bold(&title)));
    }
    out
}

/// How many reached the goal, of those who got mails and of those who were held out.
pub fn conversions(at_work: &[(&str, &Campaign)], currency: &str, view: &View) -> String {
    let words = view.words;
    let with_goal = at_work.iter().filter(|(_, campaign)| campaign.goal);
    let rows = with_goal.flat_map(|(id, campaign)| {
        let groups = [
            (words.treated(), campaign.entered, &campaign.treated),
            (words.held_out(), campaign.held_out, &campaign.kept_out),
        ];
        groups.into_iter().filter(|(_, people, _)| *people > 0).map(|(group, people, converted)| {
            let value = sum(converted.value);
            let counts = [thousands(people), thousands(converted.times), share(converted.times, people)];
            [(*id).to_owned(), group].into_iter().chain(counts).chain([value]).collect()
        })
    });
    let table = Table::new(rows).head(words.demo_conversions_head(currency).split('|')).numbers(2..=5).write(view);
    format!("\n{}\n{table}{}\n", view.bold(&words.demo_conversions()), words.demo_chance())
}
