//! How instants are written on a terminal.

use jiff::tz::TimeZone;
use rekindle_engine::person::Person;
use rekindle_engine::time::{Instant, zone_named};
use rekindle_workbench::person::zone_of;
use rekindle_workbench::plain::plain;

pub use crate::output::table::row;
use crate::words::Words;

/// Instants in the zone of one person, and the words around them.
pub struct Times {
    zone: TimeZone,
    explained: String,
    pub words: Words,
}

impl Times {
    /// In the person's zone if it is a valid one, else in the workspace's.
    pub fn of(person: &Person, workspace_zone: &str, words: Words) -> Self {
        let zone = zone_of(person, workspace_zone);
        let name = zone.iana_name().unwrap_or("UTC");
        let explained = match person.profile.timezone.as_deref() {
            Some(own) if zone_named(own).is_some() => words.times_own(name),
            Some(own) => words.times_unknown_zone(name, &plain(own)),
            None => words.times_workspace(name),
        };
        Self { zone, explained, words }
    }

    /// In a zone by its name, whoever's it is.
    pub fn in_zone(zone: &str, words: Words) -> Self {
        let zone = zone_named(zone).unwrap_or(TimeZone::UTC);
        Self { zone, explained: String::new(), words }
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
