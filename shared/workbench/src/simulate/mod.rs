//! What campaigns would have done to a recorded past (SPEC.md section 9).

mod compare;
mod journal;
mod overall;
mod packing;
mod past;
mod shelf;
mod summary;
mod timeline;
mod walk;

use std::cell::Cell;
use std::collections::BTreeSet;

use anyhow::Result;
use rekindle_engine::catalog::Catalog;
use rekindle_engine::journal::Line;
use rekindle_engine::person::Person;
use rekindle_engine::simulate::{Refusal, Simulation};
use rekindle_engine::time::Instant;

use crate::Watch;
pub use compare::{Comparison, Example, Mails, without};
pub use journal::Journal;
pub use overall::{Failure, Overall, Scope};
pub use past::Past;
pub use summary::Summary;
pub use timeline::Timeline;
pub use walk::{Conversions, Counts, StepTally, Tally};

/// Is told what should be known about a past, a line at a time.
pub type Tell<'t> = &'t dyn Fn(&str);

/// Takes a person's number, id and lines.
pub type Take<'t> = dyn FnMut(usize, &str, &mut Vec<Line>) + 't;

/// Lives everybody's past. `look` sees everybody as they are in the end, some more
/// than once, of which the last counts. Gives the events that were refused.
///
/// # Errors
/// Where the past cannot be read again.
pub fn live(
    catalog: &Catalog,
    past: &Past,
    until: Instant,
    look: &mut dyn FnMut(usize, &Person),
    take: &mut Take<'_>,
    watch: Watch<'_>,
) -> Result<Vec<Refusal>> {
    let lived = Cell::new(0);
    let another = || {
        lived.set(lived.get() + 1);
        watch(lived.get());
    };
    // Those whose claims were guessed wait until everybody's are known.
    let mut unsure = Journal::default();
    let mut waiting = BTreeSet::new();
    let mut out = |number: usize, person: &Person, lines: &mut Vec<Line>, sure: bool| {
        look(number, person);
        if sure {
            another();
            take(number, &person.id, lines);
        } else {
            unsure.add(number, lines);
            waiting.insert(number);
        }
    };
    let refused = Simulation::new(catalog, until).run(past.ids().len(), &mut |person| past.story(person), &mut out)?;
    let ids: Vec<&str> = past.ids().collect();
    for number in waiting {
        another();
        take(number, ids.get(number).copied().unwrap_or_default(), &mut unsure.of(number));
    }
    Ok(refused)
}
