//! A plan as people read it.

use rekindle_engine::lang::changes::Change;
use rekindle_workbench::plan::{CampaignPlan, Day, OnStep, Outlook, Plan, State, Then, Versions};

use crate::output::View;
use crate::words::Words;

/// The plan in words.
pub fn text(plan: &Plan, view: &View) -> String {
    let words = view.words;
    let mut out = String::new();
    if !plan.workspace.is_empty() {
        out.push_str(&format!("{}\n", view.bold(&words.workspace_changed())));
        for change in &plan.workspace {
            out.push_str(&format!("  {} {change}\n", view.yellow("~")));
        }
    }
    for campaign in plan.campaigns.iter().filter(|campaign| campaign.state != State::Unchanged) {
        out.push_str(&campaign_text(campaign, view));
    }
    let unchanged = plan.campaigns.iter().filter(|campaign| campaign.state == State::Unchanged).count();
    if !plan.changes_anything() {
        out.push_str(&format!("{}\n", words.nothing_changes()));
    } else if unchanged > 0 {
        out.push_str(&format!("{}\n", words.unchanged_campaigns(unchanged)));
    }
    if plan.uncounted {
        out.push_str(&format!("{}\n", words.people_not_counted()));
    }
    if let Some(outlook) = &plan.outlook {
        out.push_str(&outlook_text(outlook, words));
    }
    for warning in &plan.warnings {
        out.push_str(&format!("{} {warning}\n", view.yellow(&words.warning())));
    }
    for problem in &plan.problems {
        out.push_str(&format!("{} {problem}\n", view.red(&words.error())));
    }
    out
}

/// What would be different about the next day.
pub fn outlook_text(outlook: &Outlook, words: Words) -> String {
    let Outlook { people_at_once, campaigns } = outlook;
    if *people_at_once == 0 && campaigns.is_empty() {
        return words.outlook_nothing() + "\n";
    }
    let mut out = words.outlook_due(*people_at_once) + "\n";
    for (campaign, day) in campaigns {
        out.push_str(&day_text(campaign, day, words));
    }
    if campaigns.len() > 1 {
        let all = campaigns.values().fold(Day::default(), |all, day| all.sum(day));
        out.push_str(&day_text(&words.outlook_all(), &all, words));
    }
    if campaigns.is_empty() {
        out.push_str(&format!("  {}\n", words.same_next_day()));
    }
    out
}

fn day_text(whose: &str, day: &Day, words: Words) -> String {
    let Day { enter_at_once, mails, without } = day;
    let [mails, without] = [mails, without].map(|own| [own.at_once, own.within_an_hour, own.within_a_day]);
    format!("  {whose}: {}{}\n", words.outlook_enter(*enter_at_once), words.outlook_mails(mails, without))
}

fn campaign_text(campaign: &CampaignPlan, view: &View) -> String {
    let words = view.words;
    let state = match campaign.state {
        State::New => words.campaign_new(),
        State::Changed => words.campaign_changed(),
        State::Rewritten => words.campaign_rewritten(),
        State::Removed => words.campaign_removed(),
        State::Unchanged => words.campaign_unchanged(),
    };
    let paused = match &campaign.paused_because {
        Some(because) => words.stays_paused_because(because),
        None if campaign.paused => words.stays_paused(),
        None => String::new(),
    };
    let back = campaign.brings_back.map(|version| words.brings_back(version)).unwrap_or_default();
    let mut out = format!("{}: {state}{paused}{back}\n", view.bold(&campaign.id));
    let mut left: Vec<&OnStep> = campaign.people.iter().collect();
    for (place, change) in campaign.changes.iter().enumerate() {
        let sign = match change {
            Change::Added { .. } => view.green("+"),
            Change::Removed { .. } => view.red("-"),
            _ => view.yellow("~"),
        };
        out.push_str(&format!("  {sign} {change}\n"));
        // People are named once, under the last change of their step.
        let more = campaign.changes.iter().skip(place + 1).any(|later| later.step() == change.step());
        if let Some(step) = change.step().filter(|_| !more) {
            for on_step in left.extract_if(.., |on_step| on_step.step == step) {
                out.push_str(&format!("      {}\n", on_step_text(on_step, words)));
            }
        }
    }
    for change in &campaign.mails {
        let locale = if change.locale.is_empty() { String::new() } else { format!(" ({})", change.locale) };
        let text = words.mail_changed(&change.mail, &locale, &change.what.join(", "));
        out.push_str(&format!("  {} {text}\n", view.yellow("~")));
    }
    for on_step in left {
        out.push_str(&format!("    {}\n", words.on_step(&on_step.step, &on_step_text(on_step, words))));
    }
    if let Some(unread) = &campaign.unread_dates {
        out.push_str(&format!("    {}\n", words.date_does_not_read(unread.people, &unread.samples.join(", "))));
    }
    out
}

fn on_step_text(on_step: &OnStep, words: Words) -> String {
    let then = match &on_step.then {
        Then::GoOn => words.then_go_on(),
        Then::KeepWaiting => words.then_keep_waiting(),
        Then::Move(to) => words.then_move(to),
        Then::Exit => words.then_exit(),
        Then::FinishOnOld => words.then_finish_on_old(),
        Then::NeedsChoice => words.then_needs_choice(),
    };
    format!("{}: {then}", standing_text(&on_step.versions, words))
}

/// How many people stand on a step, and in which versions.
pub fn standing_text(versions: &Versions, words: Words) -> String {
    let parts: Vec<String> = versions.iter().map(|(version, count)| words.in_version(*count, *version)).collect();
    format!("{} ({})", words.people(versions.values().sum()), parts.join(", "))
}
