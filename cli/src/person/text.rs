//! How instants, texts and rows are written on a terminal.

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use jiff::tz::TimeZone;
use rekindle_engine::person::Person;
use rekindle_engine::time::{Instant, zone_named};
use rekindle_workbench::person::zone_of;
use rekindle_workbench::plain::plain;

/// Instants in the zone of one person.
pub struct Times {
    zone: TimeZone,
    explained: String,
}

impl Times {
    /// In the person's zone if it is a valid one, else in the workspace's.
    pub fn of(person: &Person, workspace_zone: &str) -> Self {
        let zone = zone_of(person, workspace_zone);
        let name = zone.iana_name().unwrap_or("UTC");
        let explained = match person.profile.timezone.as_deref() {
            Some(own) if zone_named(own).is_some() => format!("Times are in {name}, their own zone."),
            Some(own) => {
                format!("Times are in {name}, the workspace's zone; theirs, {}, is not a known one.", plain(own))
            }
            None => format!("Times are in {name}, the workspace's zone; theirs is not known."),
        };
        Self { zone, explained }
    }

    /// In a zone by its name, whoever's it is.
    pub fn in_zone(zone: &str) -> Self {
        let zone = zone_named(zone).unwrap_or(TimeZone::UTC);
        Self { zone, explained: String::new() }
    }

    /// The zone's name.
    pub fn zone(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// Which zone it is, and why.
    pub fn explained(&self) -> &str {
        &self.explained
    }

    /// An instant, to the minute.
    pub fn at(&self, at: Instant) -> String {
        at.timestamp().to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

/// Rows in aligned columns, indented by two. Letters that are two columns wide count as such.
pub fn table(rows: &[Vec<String>]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.add_rows(rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect::<Vec<_>>()));
    for column in table.column_iter_mut() {
        column.set_padding((2, 0));
    }
    table.trim_fmt()
}

/// A row of a name and a text.
pub fn row(name: &str, text: impl Into<String>) -> Vec<String> {
    vec![name.to_owned(), text.into()]
}
