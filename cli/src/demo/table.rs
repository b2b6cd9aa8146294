//! The table with which the demo ends: what the campaigns did to whom, and why not to others.
//!
//! Nothing in it differs from run to run; how long it took stands apart, at the very end.

pub(crate) mod draw;
mod sections;
mod tally;

use std::fmt::Write;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::orders::Orders;
use draw::{counted, thousands};
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
pub fn show(tally: &Tally, ended: &Ended<'_>) -> String {
    format!("{}\n{}\n{}", summary(tally, ended), where_to_look(tally, ended), took(ended))
}

/// The table; the same for the same orders and campaigns. Its lines have at most 100 columns.
pub fn summary(tally: &Tally, ended: &Ended<'_>) -> String {
    let mut out = heading(ended);
    let at_work: Vec<(&str, &Campaign)> = tally.campaigns().filter(|(_, campaign)| campaign.is_at_work()).collect();
    out.push_str(&sections::campaigns(&at_work));
    out.push_str(&sections::mails(&at_work));
    out.push_str(&sections::reasons(&at_work));
    out.push_str(&sections::conversions(&at_work, ended.currency));
    let idle: Vec<&str> = tally.campaigns().filter(|(_, campaign)| !campaign.is_at_work()).map(|own| own.0).collect();
    if !idle.is_empty() {
        let list = format!("Nothing happened in {}: nothing in these orders starts them.", idle.join(", "));
        out.push_str(&draw::paragraph(&list));
    }
    out.push_str(&end(tally, ended));
    out
}

fn heading(ended: &Ended<'_>) -> String {
    let orders = ended.orders;
    let day = |at: Timestamp| at.to_zoned(ended.zone.clone()).date();
    let mut out = String::new();
    if ended.source.is_none() {
        out.push_str("An invented shop: nobody in it exists, and no mail left this machine.\n");
    }
    let (people, rows) = (orders.people.len() as u64, orders.rows.len() as u64);
    let events = counted(ended.events, "event", "events");
    let mut first = format!("{}, {}, {events}", counted(people, "person", "people"), counted(rows, "order", "orders"));
    if let (Some(from), Some(to)) = (orders.rows.first(), orders.rows.last()) {
        let _infallible =
            write!(first, "; orders from {} to {}, played until {}", day(from.at), day(to.at), day(ended.until));
    }
    let _infallible = writeln!(out, "{first}.");
    if orders.bad_count > 0 {
        let _infallible = writeln!(out, "{} left out as bad.", counted(orders.bad_count, "row was", "rows were"));
    }
    if ended.source.is_some() {
        let _infallible = writeln!(out, "Amounts were taken as {}, the currency of the workspace.", ended.currency);
    }
    if orders.consent_assumed {
        out.push_str("Marketing consent was taken as given: the file has no column `consent`.\n");
    }
    if orders.addresses_invented {
        out.push_str("Addresses were invented under example.com: the file has no column `email`.\n");
    }
    out
}

fn end(tally: &Tally, ended: &Ended<'_>) -> String {
    let mails = counted(ended.mails, "mail", "mails");
    let letters = counted(ended.dead_letters, "dead letter", "dead letters");
    let unknown = counted(ended.unknown, "send of unknown outcome", "sends of unknown outcome");
    let sent = thousands(tally.sent());
    let notices = match ended.notices {
        0 => String::new(),
        notices => format!(", and {} about consent", counted(notices, "notice", "notices")),
    };
    draw::paragraph(&format!("In the mailbox: {mails}, of {sent} that were decided{notices}. {letters}, {unknown}."))
}

fn where_to_look(tally: &Tally, ended: &Ended<'_>) -> String {
    let state = draw::argument(&ended.state.display().to_string());
    let mut rows = Vec::new();
    if let Some((person, mails)) = tally.most_mailed() {
        let mails = counted(mails.into(), "mail", "mails");
        let command = format!("rekindle person {} --state {state}", draw::argument(person));
        rows.push((command, format!("what was decided about one who got {mails}")));
    }
    rows.push((format!("rekindle mailbox --state {state}"), format!("the mailbox, at {}", ended.mailbox)));
    let width = rows.iter().map(|row| row.0.chars().count()).max().unwrap_or_default();
    let lines: String = rows.iter().map(|(what, why)| format!("  {what:width$}  {why}\n")).collect();
    format!("Where to look\n{lines}")
}

/// How long it took, which differs from run to run and is therefore no part of the table.
fn took(ended: &Ended<'_>) -> String {
    let Some(first) = ended.orders.rows.first() else {
        return String::new();
    };
    let days = ended.until.duration_since(first.at).as_hours() / 24;
    let days = counted(days.unsigned_abs(), "day", "days");
    #[expect(clippy::cast_precision_loss, reason = "a rate to look at")]
    let rate = ended.events as f64 / ended.seconds.max(0.001);
    format!("{days} in {:.1} s, {rate:.0} events a second.\n", ended.seconds)
}

#[cfg(test)]
mod tests;
