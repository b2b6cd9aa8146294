//! What a survey found out, how surely, and of whom.

mod report;

use anyhow::{Context, Result};
use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::Survey;
use rekindle_store::{Dynamo, Ledger, Passes, StoreError};

use crate::Watch;
use crate::named::{self, Named};
pub use report::{Answered, Asked, Report};

/// Items that are looked at in one page.
const PAGE: u32 = 1_000;

/// The report of the survey of that name: its id, its campaign's, or `CAMPAIGN/SURVEY`. Everybody's ledger is read for it.
///
/// # Errors
/// Where there is no such survey, there are several, or the store does not answer.
pub async fn report(store: &Dynamo, catalog: &Catalog, name: &str, watch: Watch<'_>) -> Result<Report> {
    let surveys = surveys(catalog);
    let (campaign, id, survey) = named::find("survey", name, &surveys)?;
    let rows = store.answers(campaign, id).await.context("the answers cannot be read")?;
    let answered = Answered::new(survey, &rows);
    let asked = asked(store, campaign, id, &answered, watch).await.context("the ledger cannot be read")?;
    Ok(Report::new(campaign, id, survey, asked, &rows))
}

/// How many mails asked, by the ledgers of everybody: exact, and as slow as there are people.
async fn asked(
    store: &Dynamo,
    campaign: &str,
    survey: &str,
    answered: &Answered<'_>,
    watch: Watch<'_>,
) -> Result<Asked, StoreError> {
    let (mut asked, mut looked_at, mut after) = (Asked::default(), 0, None);
    loop {
        let page = store.people_page(after.as_ref(), PAGE).await?;
        for person in &page.ids {
            let sends = store.sends(person).await?;
            let mails = sends.iter().filter(|row| row.campaign == campaign && row.step == survey);
            mails.for_each(|row| asked.add(row, answered));
            looked_at += 1;
            watch(looked_at);
        }
        after = page.next;
        if after.is_none() {
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
