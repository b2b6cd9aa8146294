//! Counts everything again from the ledger: what the statistics must equal.

use std::collections::HashSet;

use super::{Fact, Totals};
use crate::error::StoreError;
use crate::ports::{Ledger, Passes};

/// People of one page.
const PAGE: u32 = 500;

/// Counts the journals and sends of everybody. The ledger does not tell versions of campaigns apart, so all are under
/// version 0. `each` is told how many people were counted so far.
///
/// # Errors
/// Where the store does not answer.
pub async fn recount<S: Ledger + Passes>(store: &S, each: impl Fn(u64)) -> Result<Totals, StoreError> {
    let (mut totals, mut counted, mut after) = (Totals::default(), 0, None);
    loop {
        let page = store.people_page(after.as_ref(), PAGE).await?;
        for person in page.ids {
            journal(&store.read(&person).await?, &mut totals);
            for (row, mark) in store.marks(&person).await? {
                totals.add(Fact { version: 0, ..Fact::of_send(&row, &mark) }, 1, 0);
            }
            counted += 1;
            each(counted);
        }
        after = page.next;
        if after.is_none() {
            return Ok(totals);
        }
    }
}

/// Whoever was held out is known by the line that says so, which comes before all others of its entry.
fn journal(lines: &[String], totals: &mut Totals) {
    let mut held_out = HashSet::new();
    for line in lines {
        let Some((mut fact, value, entry)) = Fact::of_line_of_entry(line, 0) else { continue };
        let own = (fact.campaign.clone(), entry);
        match fact.kind.as_str() {
            "held_out" => drop(held_out.insert(own.clone())),
            // Entries of a person who comes again after an erasure count from 1.
            "entered" => drop(held_out.remove(&own)),
            _ => {}
        }
        fact.held_out = held_out.contains(&own);
        totals.add(fact, 1, value);
    }
}
