//! `rekindle consent PERSON`: what somebody said about marketing, statement by statement, with its evidence.
//!
//! It shows the ledger and what follows from it; it never says more than the ledger does.

use std::process::ExitCode;

use anyhow::{Result, bail};
use rekindle_engine::person::{Consent, ConsentEntry, Person, Statement, TRACKING};
use rekindle_store::{Ledger, People};
use rekindle_workbench::person::Address;
use rekindle_workbench::privacy::consent_now;
use serde_json::json;

use crate::output::table::Table;
use crate::output::{Output, View};
use crate::person::{Times, address_rows, id_of};
use crate::target::{self, Target};

/// Whose consent.
#[derive(clap::Args)]
pub struct ConsentArguments {
    /// The person's id, or their address.
    #[arg(value_name = "ID|ADDRESS")]
    id: String,
    #[command(flatten)]
    target: target::TargetArgs,
}

/// Runs the command.
///
/// # Errors
/// Where the system does not answer, or nobody has that id.
#[tokio::main]
pub async fn consent(arguments: &ConsentArguments, out: &Output) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let id = id_of(&target, &arguments.id, out).await?;
    let person = target.store.load(&id).await?.person;
    if !person.is_known() {
        bail!(out.words().nobody_has_id(&id));
    }
    let entries = target.store.consents(&id).await?;
    let zone = target.deciding.catalog().await?.workspace.timezone.iana_name().unwrap_or("UTC").to_owned();
    let address = Address::of(&target.store, &person).await?;
    out.data(
        |view| text(&person, &address, &entries, &zone, &view),
        || json!({ "id": &*person.id, "now": consent_now(&person), "address": address.json(true), "ledger": entries }),
    )?;
    Ok(ExitCode::SUCCESS)
}

/// The ledger for people, oldest statement first.
pub(super) fn text(
    person: &Person,
    address: &Address,
    entries: &[ConsentEntry],
    workspace_zone: &str,
    view: &View,
) -> String {
    let words = view.words;
    let times = Times::of(person, workspace_zone, words);
    let consent = &person.profile.consent;
    let now = match consent.marketing {
        Some(Statement { agreed: true, at: since }) => words.consent_yes(&times.at(since)),
        Some(Statement { agreed: false, at: since }) => words.consent_no(&times.at(since)),
        None => words.consent_never(),
    };
    let mut out = format!("{}\n{}\n", view.bold(&now), times.explained());
    let known = address_rows(address, &times);
    if !known.is_empty() {
        out.push_str(&format!("\n{}", Table::new(known).write(view)));
    }
    if entries.is_empty() {
        out.push_str(&format!("\n{}\n", words.ledger_empty()));
    } else {
        let rows = entries.iter().map(|entry| row(entry, &times));
        out.push_str(&format!("\n{}", Table::new(rows).head(words.consent_head().split('|')).write(view)));
    }
    if Consent::fold(entries) != *consent {
        out.push_str(&format!("\n{}\n", words.consent_on_its_way()));
    }
    out
}

fn row(entry: &ConsentEntry, times: &Times) -> Vec<String> {
    let words = times.words;
    let marketing = entry.marketing.map(|yes| words.topic_is(&words.field_marketing(), yes));
    let topic = |(topic, yes): (&String, &bool)| match topic.as_str() {
        TRACKING => words.being_counted(*yes),
        topic => words.topic_is(topic, *yes),
    };
    let what: Vec<String> = marketing.into_iter().chain(entry.topics.iter().map(topic)).collect();
    let mail = entry.mail.as_ref().map(|(campaign, step)| format!("{campaign}/{step}"));
    vec![
        times.at(entry.said_at),
        times.at(entry.recorded_at),
        what.join(", "),
        entry.how.clone().unwrap_or_else(|| entry.kind.to_string()),
        entry.source.clone(),
        mail.unwrap_or_default(),
        entry.text.clone().unwrap_or_default(),
    ]
}
