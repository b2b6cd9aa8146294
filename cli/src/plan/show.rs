//! A plan as people read it.

use std::fmt::{self, Write as _};

use rekindle_workbench::plan::{CampaignPlan, Day, OnStep, Outlook, Plan, State, Then, Versions, people};

/// The plan in words.
///
/// # Errors
/// Never: text has room.
pub fn text(plan: &Plan) -> Result<String, fmt::Error> {
    let mut out = String::new();
    if !plan.workspace.is_empty() {
        writeln!(out, "workspace: changed")?;
        for change in &plan.workspace {
            writeln!(out, "  ~ {change}")?;
        }
    }
    for campaign in plan.campaigns.iter().filter(|campaign| campaign.state != State::Unchanged) {
        campaign_text(&mut out, campaign)?;
    }
    let unchanged = plan.campaigns.iter().filter(|campaign| campaign.state == State::Unchanged).count();
    if !plan.changes_anything() {
        writeln!(out, "nothing changes")?;
    } else if unchanged > 0 {
        writeln!(out, "unchanged: {unchanged}")?;
    }
    if plan.uncounted {
        writeln!(
            out,
            "people were not counted: publishing says how many mails it makes, and if anybody stands on a step that is gone, asks \
             what is to happen to them"
        )?;
    }
    if let Some(outlook) = &plan.outlook {
        outlook_text(&mut out, outlook)?;
    }
    for warning in &plan.warnings {
        writeln!(out, "warning: {warning}")?;
    }
    for problem in &plan.problems {
        writeln!(out, "error: {problem}")?;
    }
    Ok(out)
}

/// What would be different about the next day.
pub fn outlook_text(out: &mut String, outlook: &Outlook) -> fmt::Result {
    let Outlook { people_at_once, campaigns } = outlook;
    if *people_at_once == 0 && campaigns.is_empty() {
        return writeln!(
            out,
            "if no event comes: nobody is due at once by it, and the mails of the next day stay the same"
        );
    }
    writeln!(out, "if no event comes: {}", at_once(*people_at_once))?;
    for (campaign, day) in campaigns {
        day_text(out, campaign, day)?;
    }
    if campaigns.len() > 1 {
        let all = campaigns.values().fold(Day::default(), |all, day| all.sum(day));
        day_text(out, "all of these", &all)?;
    }
    if campaigns.is_empty() {
        writeln!(out, "  the mails of the next day stay the same")?;
    }
    Ok(())
}

fn at_once(count: u64) -> String {
    match count {
        0 => "nobody is due at once by it".to_owned(),
        1 => "1 person is due at once".to_owned(),
        count => format!("{count} people are due at once"),
    }
}

fn counted(mails: u64) -> String {
    if mails == 1 { "1 mail".to_owned() } else { format!("{mails} mails") }
}

fn day_text(out: &mut String, whose: &str, day: &Day) -> fmt::Result {
    let Day { enter_at_once, mails, without } = day;
    let enter = if *enter_at_once == 0 { String::new() } else { format!("{} enter at once; ", people(*enter_at_once)) };
    writeln!(
        out,
        "  {whose}: {enter}{} at once, {} within an hour, {} within a day (without this: {}, {}, {})",
        counted(mails.at_once),
        mails.within_an_hour,
        mails.within_a_day,
        without.at_once,
        without.within_an_hour,
        without.within_a_day
    )
}

fn campaign_text(out: &mut String, campaign: &CampaignPlan) -> fmt::Result {
    let state = match campaign.state {
        State::New => "new",
        State::Changed => "changed",
        State::Rewritten => "written differently, means the same",
        State::Removed => "taken out; nobody enters any more",
        State::Unchanged => "unchanged",
    };
    let paused = match &campaign.paused_because {
        Some(because) => format!(" (paused {because}; it stays so)"),
        None if campaign.paused => " (paused, and stays so)".to_owned(),
        None => String::new(),
    };
    let back = match campaign.brings_back {
        Some(version) => format!("; it brings back version {version}, from which it was rolled back"),
        None => String::new(),
    };
    writeln!(out, "{}: {state}{paused}{back}", campaign.id)?;
    let mut left: Vec<&OnStep> = campaign.people.iter().collect();
    for (place, change) in campaign.changes.iter().enumerate() {
        let sign = match change {
            rekindle_engine::lang::changes::Change::Added { .. } => '+',
            rekindle_engine::lang::changes::Change::Removed { .. } => '-',
            _ => '~',
        };
        writeln!(out, "  {sign} {change}")?;
        // People are named once, under the last change of their step.
        let more = campaign.changes.iter().skip(place + 1).any(|later| later.step() == change.step());
        if let Some(step) = change.step().filter(|_| !more) {
            for on_step in left.extract_if(.., |on_step| on_step.step == step) {
                writeln!(out, "      {}", on_step_text(on_step))?;
            }
        }
    }
    for change in &campaign.mails {
        let locale = if change.locale.is_empty() { String::new() } else { format!(" ({})", change.locale) };
        writeln!(out, "  ~ mail {}{locale}: {}", change.mail, change.what.join(", "))?;
    }
    for on_step in left {
        writeln!(out, "    on {}: {}", on_step.step, on_step_text(on_step))?;
    }
    if let Some(unread) = &campaign.unread_dates {
        let (people, samples) = (people(unread.people), unread.samples.join(", "));
        writeln!(out, "    its date does not read, and never comes, for {people}: {samples}")?;
    }
    Ok(())
}

fn on_step_text(on_step: &OnStep) -> String {
    let then = match &on_step.then {
        Then::GoOn => "go on in the new version".to_owned(),
        Then::KeepWaiting => "keep the instant they wait for, then go on in the new version".to_owned(),
        Then::Move(to) => format!("move to {to}"),
        Then::Exit => "end here".to_owned(),
        Then::FinishOnOld => "finish on the version they are in".to_owned(),
        Then::NeedsChoice => "need a choice".to_owned(),
    };
    format!("{}: {then}", standing_text(&on_step.versions))
}

/// How many people stand on a step, and in which versions.
pub fn standing_text(versions: &Versions) -> String {
    let parts: Vec<String> = versions.iter().map(|(version, count)| format!("{count} in version {version}")).collect();
    format!("{} ({})", people(versions.values().sum()), parts.join(", "))
}
