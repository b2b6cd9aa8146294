//! Statistics, ledger and archive of a stream that repeats, splits and crashes are those of a stream that does not.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may end in a panic")]

mod answers;
mod crashing;
mod deadline;
mod erasing;
mod stream;

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::FutureExt;
use rekindle_lambda::clock::ManualClock;
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::queue::Queue;
use rekindle_relay::{Bus, FILTER, Relay};
use rekindle_store::statistics::{Totals, recount, totals};
use rekindle_store::{Memory, stream_image};

use crashing::{Crashing, Outside};
use stream::Stream;

/// What a stream comes to: statistics, the same counted from the ledger, and the archive without repetitions.
#[derive(Debug, PartialEq)]
struct Outcome {
    totals: Totals,
    archived: BTreeSet<String>,
}

async fn outcome(store: &Memory, outside: &Outside) -> Outcome {
    let counted = totals(store).await.unwrap();
    let ledger = recount(store, |_| {}).await.unwrap();
    assert_eq!(counted.clone().over_all_versions(), ledger, "the statistics equal the ledger");
    Outcome { totals: counted, archived: outside.archived() }
}

fn relay(store: &Crashing, outside: &Arc<Outside>) -> Relay<Crashing> {
    let (queue, bus) = (Queue::over(Arc::clone(outside) as _), Bus::over(Arc::clone(outside) as _));
    Relay::new(store.clone(), queue, bus, clock()).with_archive(Arc::clone(outside) as _)
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new("2026-03-01T09:00:00Z".parse().unwrap()))
}

/// A stream that is handed on without any fault.
async fn undisturbed(stream: &Stream) -> Outcome {
    let (store, outside) = (Crashing::new(stream.fresh_copy()), Arc::new(Outside::default()));
    let relay = relay(&store, &outside);
    for at in 0..stream.len() {
        assert!(relay.handle(stream.batch(at..at + 1), Deadline::NONE).await.batch_item_failures.is_empty());
    }
    outcome(store.inner(), &outside).await
}

#[tokio::test]
async fn a_crash_at_any_write_changes_nothing() {
    let stream = Stream::new();
    let expected = undisturbed(&stream).await;
    let counted: u64 = expected.totals.0.values().map(|tally| tally.count).sum();
    assert_eq!((stream.len(), counted, expected.archived.len()), (36, 43, 17));
    let pages = stream.batch(0..stream.len()).records.into_iter();
    let pages = pages.filter_map(|record| stream_image(record.change.new_image).unwrap()?.noted).count();
    assert_eq!(pages, 5, "everybody but the held-out one has a page, and something that is in none yet");
    let mut crashes = 0;
    for after in [false, true] {
        for call in 0.. {
            let store = Crashing::new(stream.fresh_copy());
            let outside = Arc::new(Outside::over(&store));
            store.crash_at(call, after);
            let mut position = 0;
            while position < stream.len() {
                // A new process each time; the batch is what lies behind the position, sometimes more, sometimes less.
                let length = [7, 3, 12][position % 3].min(stream.len() - position);
                let handled = relay(&store, &outside)
                    .handle(stream.batch(position..position + length), Deadline::NONE)
                    .now_or_never();
                if handled.is_some_and(|response| response.batch_item_failures.is_empty()) {
                    position += length;
                }
            }
            assert_eq!(outcome(store.inner(), &outside).await, expected, "call {call}, after its effect: {after}");
            if !store.has_crashed() {
                break;
            }
            crashes += 1;
        }
    }
    assert!(crashes > 100, "{crashes}");
}

#[tokio::test]
async fn whatever_is_repeated_split_and_lost_on_the_way_changes_nothing() {
    let stream = Stream::new();
    let expected = undisturbed(&stream).await;
    for seed in 1..=100_u64 {
        let mut dice = Dice(seed);
        let store = Crashing::new(stream.fresh_copy());
        let outside = Arc::new(Outside::over(&store));
        let mut relays = [relay(&store, &outside), relay(&store, &outside)];
        let mut position = 0;
        while position < stream.len() {
            let length = (1 + dice.below(9)).min(stream.len() - position);
            let batch = || stream.batch(position..position + length);
            let worker = dice.below(2);
            match dice.below(6) {
                // The reply is lost: the same again, or a part of it, by whoever is there.
                0 => drop(relays[worker].handle(batch(), Deadline::NONE).await),
                1 => {
                    store.crash_at(dice.below(12), dice.below(2) == 0);
                    drop(relays[worker].handle(batch(), Deadline::NONE).now_or_never());
                    store.crash_never();
                    relays[worker] = relay(&store, &outside);
                }
                // One worker was given up and comes back while another one does the same.
                2 => {
                    let [one, other] = &relays;
                    drop(tokio::join!(one.handle(batch(), Deadline::NONE), other.handle(batch(), Deadline::NONE)));
                }
                3 => {
                    store.fail_at(dice.below(12));
                    let response = relays[worker].handle(batch(), Deadline::NONE).await;
                    position = match response.batch_item_failures.first() {
                        Some(failure) => stream.place_of(failure.item_identifier.as_deref()),
                        None => position + length,
                    };
                    store.crash_never();
                }
                _ => {
                    assert!(relays[worker].handle(batch(), Deadline::NONE).await.batch_item_failures.is_empty());
                    position += length;
                }
            }
        }
        assert_eq!(outcome(store.inner(), &outside).await, expected, "seed {seed}");
    }
}

/// A small generator: enough to choose with (Marsaglia, "Xorshift RNGs", 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

#[test]
fn the_template_asks_for_the_changes_that_this_function_is_for() {
    let template = include_str!("../../../../infra/template.yaml");
    assert!(template.contains(&format!("- Pattern: '{FILTER}'")));
}
