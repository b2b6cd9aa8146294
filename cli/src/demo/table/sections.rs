//! The parts of the table that are about campaigns.

use std::fmt::Write;

use super::draw::{self, share, sum, table, thousands};
use super::tally::{Campaign, Outcome};

/// What became of everybody who came near a campaign.
pub fn campaigns(at_work: &[(&str, &Campaign)]) -> String {
    let table = table(
        &["campaign", "entered", "held out", "not entered", "completed", "exited", "under way", "mails"],
        1,
        at_work.iter().map(|(id, campaign)| {
            let under_way = campaign.entered.saturating_sub(campaign.completed + campaign.exited);
            let numbers =
                [campaign.entered, campaign.held_out, campaign.not_entered(), campaign.completed, campaign.exited];
            let mails = campaign.mails().map(|(_, mail)| mail.sent).sum();
            let mut row = vec![(*id).to_owned()];
            row.extend(numbers.into_iter().chain([under_way, mails]).map(thousands));
            row
        }),
    );
    format!("\nCampaigns\n{table}")
}

/// Each mail of each campaign.
pub fn mails(at_work: &[(&str, &Campaign)]) -> String {
    let mails = at_work.iter().flat_map(|(id, campaign)| campaign.mails().map(|(step, mail)| (*id, step, mail)));
    let table = table(
        &["campaign", "step", "sent", "skipped", "delayed"],
        2,
        mails.map(|(id, step, mail)| {
            let mut row = vec![id.to_owned(), step.to_owned()];
            row.extend([mail.sent, mail.skipped, mail.delayed].map(thousands));
            row
        }),
    );
    format!("\nMails\n{table}")
}

/// How often, for which reason, and in which campaigns.
pub fn reasons(at_work: &[(&str, &Campaign)]) -> String {
    let mut out = String::new();
    for (outcome, title) in [
        (Outcome::Skipped, "Skipped mails"),
        (Outcome::Delayed, "Delayed mails, each time counted"),
        (Outcome::Withdrawn, "Withdrawn mails"),
        (Outcome::NotEntered, "Not entered"),
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
        let _infallible = write!(out, "\n{title}\n{}", draw::reasons(rows));
    }
    out
}

/// How many reached the goal, of those who got mails and of those who were held out.
pub fn conversions(at_work: &[(&str, &Campaign)], currency: &str) -> String {
    let with_goal = at_work.iter().filter(|(_, campaign)| campaign.goal);
    let rows = with_goal.flat_map(|(id, campaign)| {
        let groups =
            [("treated", campaign.entered, &campaign.treated), ("held out", campaign.held_out, &campaign.kept_out)];
        groups.into_iter().filter(|(_, people, _)| *people > 0).map(|(group, people, converted)| {
            let value = sum(converted.value);
            let counts = [thousands(people), thousands(converted.times), share(converted.times, people)];
            [(*id).to_owned(), group.to_owned()].into_iter().chain(counts).chain([value]).collect()
        })
    });
    let value = format!("value in {currency}");
    let table = table(&["campaign", "group", "entries", "converted", "rate", &value], 2, rows);
    let note = "These orders were made before the demo, so no mail has caused one: the groups differ by chance.";
    format!("\nConversions\n{table}{note}\n")
}
