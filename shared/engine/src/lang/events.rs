//! Event types that nobody else names: mostly slips of the pen, by which a campaign waits for ever.
//!
//! Any type may be used, so this can only doubt: a type is known where it is built in, where it has a schema, where some
//! campaign emits it, or where several places of the workspace name it.

use std::collections::{BTreeMap, BTreeSet};

use super::codes;
use super::read::Reader;
use super::yaml::Position;
use crate::event::BUILT_IN;
use crate::expr::Root;
use crate::suggest::{nearest, quote};

/// Reports the types of events that nobody else names; `others` are known beyond the files.
pub(super) fn check(readers: &mut [Reader<'_>], others: &BTreeSet<String>) {
    let mut known: BTreeSet<&str> = BUILT_IN.iter().copied().chain(others.iter().map(String::as_str)).collect();
    known.extend(readers.iter().flat_map(|reader| &reader.emitted).map(String::as_str));
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (kind, _) in readers.iter().flat_map(|reader| &reader.events) {
        *places.entry(kind).or_default() += 1;
    }
    let mut unnamed: Vec<(usize, Position, String, String)> = Vec::new();
    for (index, reader) in readers.iter().enumerate() {
        for (kind, at) in reader.events.iter().filter(|(kind, _)| !known.contains(kind.as_str())) {
            let once = places.get(kind.as_str()).is_none_or(|places| *places < 2);
            let help = match nearest(kind, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if once => {
                    format!(
                        "where your shop sends it, put its schema beside the campaigns: `events/{kind}.schema.json`"
                    )
                }
                None => continue,
            };
            unnamed.push((index, *at, kind.clone(), help));
        }
    }
    for (index, at, kind, help) in unnamed {
        if let Some(reader) = readers.get_mut(index) {
            let message = format!("nobody else names the event type {}", quote(&kind));
            reader.report.warning(at, codes::UNNAMED_EVENT, message, help);
        }
    }
}

/// The types whose counters an expression reads.
pub(super) fn counted(expr: &crate::expr::Expr) -> impl Iterator<Item = &str> {
    expr.slots().iter().filter(|slot| slot.root == Root::Person).filter_map(|slot| match slot.path.as_slice() {
        [events, kind, ..] if events == "events" => Some(kind.as_str()),
        _ => None,
    })
}
