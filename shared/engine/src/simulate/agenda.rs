//! Who is due when: a queue of instants that only ever go forwards.
//!
//! Most instants lie weeks ahead, so they wait unsorted by the day, and only the day at hand is kept in order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::time::Instant;

const DAY: i64 = 24 * 60 * 60;

/// Instants and the numbers of the people who are due then.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    /// Entries of days up to `day`.
    soon: BinaryHeap<Reverse<(Instant, u32)>>,
    day: i64,
    later: BTreeMap<i64, Vec<(Instant, u32)>>,
}

impl Agenda {
    pub fn push(&mut self, at: Instant, person: u32) {
        let day = at.seconds().div_euclid(DAY);
        if day <= self.day {
            self.soon.push(Reverse((at, person)));
        } else {
            self.later.entry(day).or_default().push((at, person));
        }
    }

    /// The earliest instant.
    pub fn first(&mut self) -> Option<Instant> {
        if self.soon.is_empty() {
            let (day, entries) = self.later.pop_first()?;
            self.day = day;
            self.soon = entries.into_iter().map(Reverse).collect();
        }
        self.soon.peek().map(|first| first.0.0)
    }

    /// Takes everybody of the instant `at` out, if it is the earliest.
    pub fn take(&mut self, at: Instant, people: &mut Vec<u32>) {
        while let Some(Reverse((_, person))) = self.soon.peek().filter(|first| first.0.0 == at) {
            people.push(*person);
            self.soon.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn instants_come_in_order_however_they_were_put_in(times in prop::collection::vec(0_i64..40 * DAY, 1..60), split in 0_usize..60) {
            let mut agenda = Agenda::default();
            let (before, during) = times.split_at(split.min(times.len()));
            let mut expected = times.clone();
            for time in before {
                agenda.push(Instant::from_seconds(*time), 7);
            }
            // Later entries are put in while others are taken out, and never lie before the instant at hand.
            let mut found = Vec::new();
            let mut rest = during.iter();
            let mut now = Instant::from_seconds(0);
            loop {
                if let Some(time) = rest.next() {
                    let at = Instant::from_seconds(*time).max(now);
                    expected.retain({ let mut once = true; move |other| !(once && other == time && { once = false; true }) });
                    expected.push(at.seconds());
                    agenda.push(at, 7);
                }
                let Some(first) = agenda.first() else { break };
                let mut people = Vec::new();
                agenda.take(first, &mut people);
                prop_assert!(first >= now);
                now = first;
                found.extend(people.iter().map(|_| first.seconds()));
            }
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
