//! What a decision, a mail, a link's token and an item cost in instructions: a count, where seconds would only tell how busy
//! the machine was. `make instructions` compares it with `instructions.json` beside this folder.
//!
//! Callgrind counts from the call of a function here to its return; what makes ready is outside, and so is dropping what is
//! returned. Each runs once, in a process of its own.
//!
//! A count depends on the compiler (`rust-toolchain.toml`), the versions in `Cargo.lock`, the release profile and the target;
//! on x86-64, also on AVX2, which some libraries use where they find it. Two runs differ by less than half a percent, because
//! each process seeds its hash maps anew; with fixed seeds all counts are the same. It must never depend on a clock or on how
//! busy the machine is.

#![expect(missing_docs, reason = "what the macros make")]

use std::hint::black_box;

use gungraun::Callgrind;
use gungraun::prelude::*;
use rekindle_bench::subjects::{Checking, Deciding, Keeping, Rendering};
use rekindle_engine::decide::Outcome;
use rekindle_engine::person::Person;
use rekindle_mail::{Claim, LinkError, LinkKind, RenderError, Rendered};
use rekindle_store::{StoreError, StreamImage, stream_image};
use serde_dynamo::Item;

#[library_benchmark]
#[bench::three_campaigns(Deciding::ready())]
fn decide((subject, mut person): (Deciding, Person)) -> (Outcome, Deciding, Person) {
    (black_box(subject.decide(&mut person)), subject, person)
}

#[library_benchmark]
#[bench::welcome(Rendering::ready())]
fn render(subject: Rendering) -> (Result<Rendered, RenderError>, Rendering) {
    (black_box(subject.mail.render(&subject.data)), subject)
}

#[library_benchmark]
#[bench::preferences(Checking::ready())]
fn check(subject: Checking) -> (Result<Claim, LinkError>, Checking) {
    (black_box(subject.links.verify(LinkKind::Preferences, &subject.token)), subject)
}

#[library_benchmark]
#[bench::person(Keeping::ready())]
fn encode(subject: Keeping) -> (Item, Keeping) {
    (black_box(subject.image()), subject)
}

#[library_benchmark]
#[bench::person(Keeping::ready().image())]
fn decode(item: Item) -> Result<Option<StreamImage>, StoreError> {
    black_box(stream_image(item))
}

library_benchmark_group!(name = counts, benchmarks = [decide, render, check, encode, decode]);

main!(
    config = LibraryBenchmarkConfig::default().tool(Callgrind::with_args(["--cache-sim=no"]));
    library_benchmark_groups = counts
);
