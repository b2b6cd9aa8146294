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

use crate::output;
use crate::person::{Format, Times, address_rows, table};
use crate::target::{self, Target};

/// Whose consent.
#[derive(clap::Args)]
pub struct ConsentArguments {
    /// The person's id.
    id: String,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    target: target::Which,
}

/// Runs the command.
///
/// # Errors
/// Where the system does not answer, or nobody has that id.
#[tokio::main]
pub async fn consent(arguments: &ConsentArguments) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let person = target.store.load(&arguments.id).await?.person;
    if !person.is_known() {
        bail!("nobody is known under the id {:?}; ids are those of `detail.person.id`", arguments.id);
    }
    let entries = target.store.consents(&arguments.id).await?;
    let zone = target.deciding.catalog().await?.workspace.timezone.iana_name().unwrap_or("UTC").to_owned();
    let address = Address::of(&target.store, &person).await?;
    output::print(&match arguments.format {
        Format::Text => text(&person, &address, &entries, &zone),
        Format::Json => {
            let (now, address) = (consent_now(&person), address.json(true));
            let object = json!({ "id": &*person.id, "now": now, "address": address, "ledger": entries });
            format!("{object:#}\n")
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The ledger for people, oldest statement first.
pub(super) fn text(person: &Person, address: &Address, entries: &[ConsentEntry], workspace_zone: &str) -> String {
    let times = Times::of(person, workspace_zone);
    let consent = &person.profile.consent;
    let now = match consent.marketing {
        Some(Statement(true, since)) => format!("Marketing mails: yes, said on {}", times.at(since)),
        Some(Statement(false, since)) => format!("Marketing mails: no, said on {}", times.at(since)),
        None => "Marketing mails: no; nothing was ever said, and no record means no".to_owned(),
    };
    let mut out = format!("{now}\n{}\n", times.explained());
    let known = address_rows(address, &times);
    if !known.is_empty() {
        out.push_str(&format!("\n{}\n", table(&known)));
    }
    if entries.is_empty() {
        out.push_str("\nThe ledger has no entry.\n");
    } else {
        let mut rows =
            vec![["said on", "recorded", "what", "how", "from", "mail", "words"].map(str::to_owned).to_vec()];
        rows.extend(entries.iter().map(|entry| row(entry, &times)));
        out.push_str(&format!("\n{}\n", table(&rows)));
    }
    if Consent::fold(entries) != *consent {
        out.push_str("\nThe newest statement is still on its way into the ledger; look again in a moment.\n");
    }
    out
}

fn row(entry: &ConsentEntry, times: &Times) -> Vec<String> {
    let answer = |yes| if yes { "yes" } else { "no" };
    let marketing = entry.marketing.map(|yes| format!("marketing: {}", answer(yes)));
    let topic = |(topic, yes): (&String, &bool)| match topic.as_str() {
        TRACKING => format!("being counted: {}", answer(*yes)),
        topic => format!("{topic}: {}", answer(*yes)),
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
