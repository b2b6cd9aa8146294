//! Which survey, of which system.

use std::process::ExitCode;

use anyhow::{Context, Result};
use indicatif::ProgressBar;
use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::Survey;
use rekindle_store::{Dynamo, Ledger, Passes, StoreError};

use super::report::{Answered, Asked, Report};
use super::show;
use crate::named::{self, Named};
use crate::output;
use crate::target::{self, Target};

/// Items that are looked at in one page.
const PAGE: u32 = 1_000;

/// What is shown.
#[derive(clap::Args)]
pub struct Arguments {
    /// The survey's id, or `CAMPAIGN/SURVEY` where several campaigns have one of that id.
    name: String,
    /// How many comments are shown, newest first.
    #[arg(long, default_value_t = 20)]
    comments: usize,
    /// One JSON object, for machines; it has every comment.
    #[arg(long, conflicts_with = "comments")]
    json: bool,
    #[command(flatten)]
    target: target::Which,
}

/// Runs the command.
///
/// # Errors
/// Where there is no such survey, or the system does not answer.
#[tokio::main]
pub async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let catalog = target.deciding.whole_catalog().await?;
    let surveys = surveys(&catalog);
    let (campaign, id, survey) = named::find("survey", &arguments.name, &surveys)?;
    let rows = target.store.answers(campaign, id).await.context("the answers cannot be read")?;
    let asked =
        asked(&target.store, campaign, id, &Answered::new(survey, &rows)).await.context("the ledger cannot be read")?;
    let report = Report::new(campaign, id, survey, asked, &rows);
    let text = if arguments.json { show::json(&report) } else { show::text(&report, &catalog, arguments.comments) };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// How many mails asked, by the ledgers of everybody: exact, and as slow as there are people.
async fn asked(store: &Dynamo, campaign: &str, survey: &str, answered: &Answered<'_>) -> Result<Asked, StoreError> {
    let bar = ProgressBar::new_spinner();
    let (mut asked, mut after) = (Asked::default(), None);
    loop {
        let page = store.people_page(after.as_ref(), PAGE).await?;
        for person in &page.ids {
            let sends = store.sends(person).await?;
            let mails = sends.iter().filter(|row| row.campaign == campaign && row.step == survey);
            mails.for_each(|row| asked.add(row, answered));
            bar.inc(1);
        }
        after = page.next;
        if after.is_none() {
            bar.finish_and_clear();
            return Ok(asked);
        }
    }
}

/// Every survey of every live campaign, with the campaign's id before it.
fn surveys(catalog: &Catalog) -> Vec<Named<Survey>> {
    let live = catalog.campaigns().flat_map(|(campaign, live)| {
        let steps = live.program.mail_steps.iter();
        steps.filter_map(move |step| Some((campaign.to_string(), step.to_string(), live.program.survey(step)?.clone())))
    });
    live.collect()
}
