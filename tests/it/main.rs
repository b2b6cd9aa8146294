//! What crosses crates: one binary, so that there is one link.

mod addresses;
mod arrows;
mod bad_input;
mod bounds;
mod circles;
mod conformance;
mod events;
mod feedback;
mod house;
mod leaving_without_room;
mod offers;
mod pages;
mod past;
mod policies;
mod privacy;
mod publishing;
mod reading;
mod recipes;
mod redrive;
mod support;
mod threats;
mod unwritable;
