//! The `rekindle` command: marketers and operators work with it, on a laptop and in CI.
//!
//! This reads arguments and hands over; each command has a module of its own. It is a library too, so that the tests can
//! run the local system as the commands do.

pub mod demo;
mod dev;
mod files;
pub mod mailbox;
pub mod person;
pub mod publish;
mod sample;
mod simulate;
pub mod system;

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
    /// Play a shop's past through the whole system under virtual time, and show what came of it.
    Demo(demo::Arguments),
    /// Run the whole system on this machine: an AWS endpoint, a mailbox, time.
    Dev(dev::Arguments),
    /// Show everything about one person, and why they did or did not get a mail.
    Person(person::Arguments),
    /// Look at the mails of a demo, while time stands still.
    Mailbox(mailbox::Arguments),
    /// Show what campaigns would have done to a recorded past; nothing is sent.
    Simulate(simulate::Arguments),
    /// Write the invented past of a shop, to try campaigns on.
    #[command(hide = true)]
    Sample(sample::Arguments),
}

/// Runs the command that the process's arguments name.
#[must_use]
pub fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Dev(arguments) => dev::run(&arguments),
        Command::Person(arguments) => person::run(&arguments),
        Command::Mailbox(arguments) => mailbox::run(&arguments),
        Command::Simulate(arguments) => simulate::run(&arguments),
        Command::Sample(arguments) => sample::run(&arguments),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
