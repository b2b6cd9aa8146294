//! The `rekindle` command: marketers and operators work with it, on a laptop and in CI.
//!
//! This reads arguments and hands over; each command has a module of its own. It is a library too, for its
//! tests.

#![deny(clippy::print_stdout, clippy::print_stderr, reason = "`output` prints, and a closed pipe is no failure")]

#[macro_use]
mod output;

mod account;
pub mod demo;
mod dev;
mod doctor;
mod explain;
mod files;
mod format;
mod init;
mod language;
pub mod mailbox;
mod offer;
mod operate;
mod people_seen;
pub mod person;
pub mod plan;
mod preview;
pub mod privacy;
mod problems;
pub mod publish;
pub mod redrive;
mod reference;
mod sample;
mod schema;
mod simulate;
mod stats;
mod survey;
pub mod target;
mod validate;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use rekindle_workbench::plain::plain_lines;

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
    /// Show what publishing a folder would change, and what would happen to the people inside.
    Plan(plan::Arguments),
    /// Make a folder live, as a whole and with a number.
    Publish(publish::Arguments),
    /// Show what was published when, and what operators did.
    History(operate::HistoryArguments),
    /// Make an earlier publication live again.
    Rollback(operate::RollbackArguments),
    /// Stop a campaign's entries and sends; everybody keeps their place.
    Pause(operate::PauseArguments),
    /// Let a paused campaign run again.
    Resume(operate::ResumeArguments),
    /// Enter one person into a campaign.
    Enrol(operate::EnrolArguments),
    /// End one person's enrolment in a campaign.
    Exit(operate::ExitArguments),
    /// Show how far the passes over everyone are.
    Sweep(operate::SweepArguments),
    /// Find whoever waits for longer than they should, and why.
    Audit(operate::AuditArguments),
    /// Show the mails of which nobody knows whether they were sent; resend or drop them.
    Unknown(operate::UnknownArguments),
    /// Hand on what the table's stream could not hand on, while it still has it: for a day.
    Redrive(redrive::Arguments),
    /// Look whether a stage in AWS and its sending domains are fit to send, and say what to do
    Doctor(doctor::Arguments),
    /// Show everything about one person, and why they did or did not get a mail.
    Person(person::Arguments),
    /// Show what somebody agreed to: who said what, when, how and from where.
    Consent(privacy::ConsentArguments),
    /// Write everything that is kept about one person as JSON.
    Export(privacy::ExportArguments),
    /// Forget one person everywhere; it cannot be taken back.
    Erase(privacy::EraseArguments),
    /// Take in people who agreed elsewhere, with where and when that was.
    Import(privacy::ImportArguments),
    /// Show what a survey found out, how surely, and of whom.
    Survey(survey::Arguments),
    /// Show what came of an offer's codes, and until when they last.
    Offer(offer::Arguments),
    /// Add codes to a pool, or see how many are left in it.
    Pool(offer::PoolArguments),
    /// Show what came of a campaign, in numbers.
    Stats(stats::Arguments),
    /// Look at the mails of a demo, while time stands still.
    Mailbox(mailbox::Arguments),
    /// Copy a workspace with recipes to begin with.
    Init(init::Arguments),
    /// Find everything that is wrong in a workspace.
    Validate(validate::Arguments),
    /// Say what the code of a problem means, why it is refused, and what is right instead.
    Explain(explain::Arguments),
    /// Write missing step ids into campaigns.
    Fmt(format::Arguments),
    /// Write the JSON Schemas by which editors check the files.
    Schema(schema::Arguments),
    /// Write the reference of the campaign language: docs/language.md and its Korean twin.
    Reference(reference::Arguments),
    /// Write mails to files as people would get them.
    Preview(preview::Arguments),
    /// Show what campaigns would have done to a recorded past; nothing is sent.
    Simulate(simulate::Arguments),
    /// Write the invented past of a shop, to try campaigns on.
    #[command(hide = true)]
    Sample(sample::Arguments),
}

/// Runs the command that the process's arguments name.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    rekindle_lambda::logging::start_on_terminal();
    let outcome = match arguments.command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Dev(arguments) => dev::run(&arguments),
        Command::Plan(arguments) => plan::run(&arguments),
        Command::Publish(arguments) => publish::run(&arguments),
        Command::History(arguments) => operate::history(&arguments),
        Command::Rollback(arguments) => operate::rollback(&arguments),
        Command::Pause(arguments) => operate::pause(&arguments),
        Command::Resume(arguments) => operate::resume(&arguments),
        Command::Enrol(arguments) => operate::enrol(&arguments),
        Command::Exit(arguments) => operate::exit(&arguments),
        Command::Sweep(arguments) => operate::sweep(&arguments),
        Command::Audit(arguments) => operate::audit(&arguments),
        Command::Unknown(arguments) => operate::unknown(&arguments),
        Command::Redrive(arguments) => redrive::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Person(arguments) => person::run(&arguments),
        Command::Consent(arguments) => privacy::consent(&arguments),
        Command::Export(arguments) => privacy::export(&arguments),
        Command::Erase(arguments) => privacy::erase(&arguments),
        Command::Import(arguments) => privacy::import(&arguments),
        Command::Survey(arguments) => survey::run(&arguments),
        Command::Offer(arguments) => offer::run(&arguments),
        Command::Pool(arguments) => offer::pool(&arguments),
        Command::Stats(arguments) => stats::run(&arguments),
        Command::Mailbox(arguments) => mailbox::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Validate(arguments) => validate::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Fmt(arguments) => format::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Reference(arguments) => reference::run(&arguments),
        Command::Preview(arguments) => preview::run(&arguments),
        Command::Simulate(arguments) => simulate::run(&arguments),
        Command::Sample(arguments) => sample::run(&arguments),
    };
    outcome.unwrap_or_else(|error| {
        note!("error: {}", plain_lines(&format!("{error:#}")));
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_command_has_arguments_that_fit_together() {
        <super::Arguments as clap::CommandFactory>::command().debug_assert();
    }
}
