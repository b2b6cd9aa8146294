//! Never twice, never silently lost: the very handlers in one process, under every fault that AWS may show.
//!
//! A crash is a dropped future. Every call of a handler to the world outside waits at a gate ([`gate`]), until a seeded
//! scheduler ([`run`]) lets it go on, die, fail or stand still, by a plan of faults ([`faults`]). What really happened is
//! kept apart ([`truth`]), and when everything is quiet, what the system says is held against it ([`invariants`]).

pub mod bounds;
pub mod checkout;
pub mod controls;
pub mod erasing;
pub mod faults;
pub mod full;
pub mod gate;
pub mod invariants;
pub mod leaving;
pub mod model;
pub mod modes;
pub mod mutants;
pub mod points;
pub mod ports;
pub mod progress;
pub mod queue;
pub mod releases;
pub mod reports;
pub mod rng;
pub mod run;
pub mod shop;
pub mod store;
pub mod timing;
pub mod totals;
pub mod truth;
pub mod web;
pub mod workers;
pub mod world;
