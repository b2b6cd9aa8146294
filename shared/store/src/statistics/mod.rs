//! Statistics: what happened in each campaign, counted from the table's stream, each decision once although the stream
//! may repeat.
//!
//! Counters that are added to cannot tell a repetition from news, and a marker beside each would double the cost of a
//! decision. So nothing is added up on the way in: each batch of the stream becomes one [`Sheet`], which names every
//! change it counted. A change is counted once however many sheets have it, because whoever reads passes over names that
//! were seen. Once a day can no longer be repeated (the stream keeps 24 hours), its sheets are folded into [`Totals`], a
//! pure function of them, so that this too may happen twice.
//!
//! Cost: one write unit for each begun kilobyte of a sheet, about 0.02 for each change in batches of 100, and one for a
//! change that comes alone.

mod fact;
mod port;
mod reading;
mod recount;
mod sheet;

pub use fact::{Fact, Tally, Totals, UNITS, units};
pub use port::Statistics;
pub use reading::{by_day, fold_before, totals};
pub use recount::recount;
pub use sheet::{Day, Sheet};
