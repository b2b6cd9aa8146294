//! The `rekindle` command: marketers and operators work with it, on a laptop and in CI.
//!
//! It only reads arguments and hands over; each command has a module of its own.

mod files;
mod sample;
mod simulate;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Marketing automation that you own.
#[derive(Parser)]
#[command(name = "rekindle", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show what campaigns would have done to a recorded past; nothing is sent.
    Simulate(simulate::Arguments),
    /// Write the invented past of a shop, to try campaigns on.
    #[command(hide = true)]
    Sample(sample::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Simulate(arguments) => simulate::run(&arguments),
        Command::Sample(arguments) => sample::run(&arguments),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
