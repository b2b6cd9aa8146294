//! What is live, and how it does.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use rekindle_engine::catalog::{Catalog, RunState};
use rekindle_engine::time::Instant;
use rekindle_store::statistics::{Day, Totals, by_day};
use rekindle_store::{Publications, Published};
use rekindle_workbench::stats::Report;
use serde_json::{Value, json};

use crate::output::numbers::thousands;
use crate::output::table::Table;
use crate::output::{Output, View};
use crate::person::Times;
use crate::target::{self, Target};

/// The statistics' word for a mail that SES took.
const MAIL: &str = "accepted";

/// What is shown.
#[derive(clap::Args)]
pub struct CampaignsArguments {
    /// Over how many days (UTC), today included, mails are counted.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..))]
    days: u16,
    #[command(flatten)]
    target: target::TargetArgs,
}

/// One campaign.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) name: Option<String>,
    /// The live version, or the last of one that was taken out.
    pub(super) version: u32,
    pub(super) state: State,
    /// Since when that version is live, or since when it is paused.
    pub(super) since: Option<Instant>,
    /// People in it, by the statistics.
    pub(super) inside: u64,
    /// Mails that SES took in the last days.
    pub(super) mails: u64,
    /// Why it is paused, and by whom.
    pub(super) paused: Option<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Running,
    Paused,
    Retired,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Retired => "taken_out",
        }
    }
}

/// Shows every campaign.
///
/// # Errors
/// Where nothing is published, or the system does not answer.
#[tokio::main]
pub async fn campaigns(arguments: &CampaignsArguments, out: &Output) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let Some(published) = target.store.live().await? else { bail!(out.words().nothing_published()) };
    let catalog = target.deciding.whole_catalog().await?;
    let days = by_day(&target.store, Day(i64::MIN)).await.context("the statistics cannot be read")?;
    let first = Day(Day::of(target.clock.now().into()).0 - i64::from(arguments.days) + 1);
    let rows = rows(&published, &catalog, days, first);
    out.list(
        |view| text(&rows, published.number, &catalog, arguments.days, &view),
        || rows.iter().map(object).collect(),
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Live campaigns by id, then those that were taken out.
pub(super) fn rows(published: &Published, catalog: &Catalog, days: Vec<(Day, Totals)>, first: Day) -> Vec<Row> {
    let (mut all, mut of_late) = (Totals::default(), Totals::default());
    for (day, totals) in days {
        if day >= first {
            of_late.merge(totals.clone());
        }
        all.merge(totals);
    }
    let live = published.campaigns.iter().map(|(id, version)| (id, *version, true));
    let retired = published.retired.iter().map(|(id, version)| (id, *version, false));
    let row = |(id, version, is_live): (&String, u32, bool)| {
        let own = |totals: &Totals| {
            Totals(
                totals
                    .0
                    .iter()
                    .filter(|(fact, _)| fact.campaign == *id)
                    .map(|(fact, own)| (fact.clone(), *own))
                    .collect(),
            )
        };
        let report = Report::new(id, &own(&all), catalog);
        let mails = own(&of_late).0.iter().filter(|(fact, _)| fact.kind == MAIL).map(|(_, own)| own.count).sum();
        let run = published.runs.get(id).filter(|run| run.state == RunState::Paused);
        let state = match (is_live, run) {
            (false, _) => State::Retired,
            (true, Some(_)) => State::Paused,
            (true, None) => State::Running,
        };
        Row {
            id: id.clone(),
            name: report.name.clone(),
            version,
            state,
            since: run.map(|run| run.at).or_else(|| published.since.get(id).copied().filter(|_| is_live)),
            inside: report.inside(),
            mails,
            paused: run.map(|run| (run.by.clone(), run.reason.clone())),
        }
    };
    live.chain(retired).map(row).collect()
}

/// The rows for people.
pub(super) fn text(rows: &[Row], publication: u64, catalog: &Catalog, days: u16, view: &View) -> String {
    let words = view.words;
    let zone = catalog.workspace.timezone.iana_name().unwrap_or("UTC");
    let times = Times::in_zone(zone, words);
    let state = |row: &Row| match row.state {
        State::Running => words.state_running(),
        State::Paused => words.state_paused(),
        State::Retired => words.state_retired(),
    };
    let cells = |row: &Row| {
        let paused = row.paused.as_ref().map(|(by, reason)| format!("({})", words.act_was(by, reason)));
        let name: Vec<String> = row.name.clone().into_iter().chain(paused).collect();
        vec![
            row.id.clone(),
            state(row),
            row.version.to_string(),
            row.since.map(|at| times.at(at)).unwrap_or_default(),
            thousands(row.inside),
            thousands(row.mails),
            name.join(" "),
        ]
    };
    let table = Table::new(rows.iter().map(cells)).head(words.overview_head(days).split('|')).numbers([2, 4, 5]);
    format!("{}\n{}\n{}\n", words.publication_is_live(publication), table.write(view), words.overview_counted(zone))
}

fn object(row: &Row) -> Value {
    let Row { id, name, version, state, since, inside, mails, paused } = row;
    json!({
        "campaign": id, "name": name, "version": version, "state": state.word(), "since": since, "inside": inside,
        "mails": mails, "paused": paused.as_ref().map(|(by, reason)| json!({ "by": by, "reason": reason })),
    })
}
