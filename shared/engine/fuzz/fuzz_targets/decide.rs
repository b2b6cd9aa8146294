//! `decide` on whatever a fuzzer makes of its corpus.
#![no_main]

#[path = "../life.rs"]
mod life;

libfuzzer_sys::fuzz_target!(|text: &[u8]| {
    life::live(text);
});
