//! The table with which the demo ends: what the campaigns did to whom, and why not to others.
//!
//! Nothing in it differs from run to run; how long it took stands apart, at the very end.

mod draw;
mod sections;
mod tally;

use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::orders::Orders;
use crate::output::View;
use crate::output::columns::paragraph;
use crate::output::table::Table;
use crate::words::Words;
use tally::Campaign;
pub use tally::Tally;

/// What the driver knows at the end.
pub struct Ended<'e> {
    /// The file that was played; `None` is the shop that the project invented.
    pub source: Option<&'e Path>,
    /// What it says.
    pub orders: &'e Orders,
    /// ISO 4217 code of the amounts.
    pub currency: &'e str,
    /// The workspace's zone, in which days are shown.
    pub zone: &'e TimeZone,
    /// The instant at which the play ended.
    pub until: Timestamp,
    /// Events that the bus took.
    pub events: u64,
    /// Mails of campaigns that the mailbox has.
    pub mails: u64,
    /// Notices about consent that it has beside them.
    pub notices: u64,
    /// Messages in all dead-letter queues.
    pub dead_letters: u64,
    /// Sends of which nobody knows whether SES took them.
    pub unknown: u64,
    /// The address of the mailbox.
    pub mailbox: &'e str,
    /// The folder of the state.
    pub state: &'e Path,
    /// How long it took by the wall clock.
    pub seconds: f64,
}

/// All that the demo prints at its end: the table, where to look, how long it took.
pub fn show(tally: &Tally, ended: &Ended<'_>, view: &View) -> String {
    format!("{}\n{}\n{}", summary(tally, ended, view), where_to_look(tally, ended, view), took(ended, view.words))
}

/// The table; the same for the same orders and campaigns.
pub fn summary(tally: &Tally, ended: &Ended<'_>, view: &View) -> String {
    let mut out = heading(ended, view.words);
    let at_work: Vec<(&str, &Campaign)> = tally.campaigns().filter(|(_, campaign)| campaign.is_at_work()).collect();
    out.push_str(&sections::campaigns(&at_work, view));
    out.push_str(&sections::mails(&at_work, view));
    out.push_str(&sections::reasons(&at_work, view));
    out.push_str(&sections::conversions(&at_work, ended.currency, view));
    let idle: Vec<&str> = tally.campaigns().filter(|(_, campaign)| !campaign.is_at_work()).map(|own| own.0).collect();
    if !idle.is_empty() {
        out.push_str(&paragraph(&view.words.demo_idle(&idle.join(", ")), view.width));
    }
    out.push_str(&end(tally, ended, view));
    out
}

/// The same for machines.
pub fn json(tally: &Tally, ended: &Ended<'_>) -> Value {
    let campaign = |(id, own): (&str, &Campaign)| {
        let mails = own.mails().map(|(step, mail)| {
            (step.to_owned(), json!({ "sent": mail.sent, "skipped": mail.skipped, "delayed": mail.delayed }))
        });
        let numbers = json!({
            "entered": own.entered, "held_out": own.held_out, "not_entered": own.not_entered(), "completed": own.completed,
            "exited": own.exited, "mails": mails.collect::<Map<_, _>>(),
            "converted": own.treated.times, "held_out_converted": own.kept_out.times,
        });
        (id.to_owned(), numbers)
    };
    json!({
        "people": ended.orders.people.len(), "orders": ended.orders.rows.len(), "events": ended.events,
        "currency": ended.currency, "mails": ended.mails, "notices": ended.notices, "dead_letters": ended.dead_letters,
        "unknown": ended.unknown, "state": ended.state.display().to_string(), "seconds": ended.seconds,
        "campaigns": tally.campaigns().map(campaign).collect::<Map<_, _>>(),
    })
}

fn heading(ended: &Ended<'_>, words: Words) -> String {
    let orders = ended.orders;
    let day = |at: Timestamp| at.to_zoned(ended.zone.clone()).date().to_string();
    let mut lines = Vec::new();
    lines.extend(ended.source.is_none().then(|| words.demo_invented()));
    let (people, rows) = (orders.people.len() as u64, orders.rows.len() as u64);
    let first = words.demo_size(people, rows, ended.events);
    lines.push(match (orders.rows.first(), orders.rows.last()) {
        (Some(from), Some(to)) => words.demo_from_to(&first, &day(from.at), &day(to.at), &day(ended.until)),
        _ => format!("{first}."),
    });
    lines.extend((orders.bad_count > 0).then(|| words.demo_bad_rows(orders.bad_count)));
    lines.extend(ended.source.is_some().then(|| words.demo_currency(ended.currency)));
    lines.extend(orders.consent_assumed.then(|| words.demo_consent_assumed()));
    lines.extend(orders.addresses_invented.then(|| words.demo_addresses_invented()));
    lines.into_iter().map(|line| line + "\n").collect()
}

fn end(tally: &Tally, ended: &Ended<'_>, view: &View) -> String {
    let Ended { mails, notices, dead_letters, unknown, .. } = ended;
    paragraph(&view.words.demo_end(*mails, tally.sent(), *notices, [*dead_letters, *unknown]), view.width)
}

fn where_to_look(tally: &Tally, ended: &Ended<'_>, view: &View) -> String {
    let words = view.words;
    let state = draw::argument(&ended.state.display().to_string());
    let mut rows = Vec::new();
    if let Some((person, mails)) = tally.most_mailed() {
        let command = format!("rekindle person {} --state {state}", draw::argument(person));
        rows.push(vec![command, words.demo_one_who_got(mails.into())]);
    }
    rows.push(vec![format!("rekindle mailbox --state {state}"), words.demo_mailbox(ended.mailbox)]);
    rows.push(vec![format!("rekindle campaigns --state {state}"), words.demo_overview()]);
    format!("{}\n{}", view.bold(&words.demo_where_to_look()), Table::new(rows).write(view))
}

/// How long it took, which differs from run to run and is therefore no part of the table.
fn took(ended: &Ended<'_>, words: Words) -> String {
    let Some(first) = ended.orders.rows.first() else {
        return String::new();
    };
    let days = ended.until.duration_since(first.at).as_hours() / 24;
    #[expect(clippy::cast_precision_loss, reason = "a rate to look at")]
    let rate = ended.events as f64 / ended.seconds.max(0.001);
    words.demo_took(days.unsigned_abs(), ended.seconds, rate) + "\n"
}

#[cfg(test)]
mod tests;
