//! The `rekindle` command: marketers and operators work with it, on a laptop and in CI.
//!
//! This reads arguments and hands over; each command has a module of its own. It is a library too, for its
//! tests.

#[macro_use]
mod output;

mod account;
pub mod demo;
mod dev;
mod doctor;
mod explain;
mod files;
mod format;
mod help;
mod init;
mod language;
pub mod mailbox;
mod offer;
mod operate;
mod overview;
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
mod when;
mod words;

use std::process::ExitCode;

use clap::{FromArgMatches, Parser, Subcommand};
use rekindle_lambda::config::environment;

use crate::output::{Options, Output};

/// Marketing automation that you own.
#[derive(Parser)]
#[command(name = "rekindle", version, about)]
struct Arguments {
    #[command(flatten)]
    options: Options,
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
    /// Show each campaign's state, version, people inside and latest mails.
    Campaigns(overview::CampaignsArguments),
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
    /// Show whether the system is well: its clock, queues, paused campaigns, unknown mails.
    Status(overview::StatusArguments),
    /// Show how far the passes over everyone are.
    Sweep(operate::SweepArguments),
    /// Find whoever waits for longer than they should, and why.
    Audit(operate::AuditArguments),
    /// Show the mails of which nobody knows whether they were sent; resend or drop them.
    Unknown(operate::UnknownArguments),
    /// Hand on what the table's stream could not hand on, while it still has it: for a day.
    Redrive(redrive::Arguments),
    /// Look whether a stage in AWS and its sending domains are fit to send, and say what to do.
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
    /// Print what makes a shell complete the command's arguments.
    Completions(help::CompletionsArguments),
    /// Write a manual page for each command.
    Man(help::ManArguments),
    /// Write the invented past of a shop, to try campaigns on.
    #[command(hide = true)]
    Sample(sample::Arguments),
}

/// Runs the command that the process's arguments name.
#[must_use]
pub fn main() -> ExitCode {
    let language = language::chosen(language::wanted(std::env::args()).as_deref(), &environment());
    let mut command = help::command(language);
    let matches = command.get_matches_mut();
    if let Err(error) = target::fits(&mut command, &matches) {
        error.exit();
    }
    let Arguments { options, command } =
        Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit());
    let out = Output::new(&options);
    rekindle_lambda::logging::start_on_terminal();
    run(&command, &out).unwrap_or_else(|error| {
        out.error(&error);
        ExitCode::FAILURE
    })
}

fn run(command: &Command, out: &Output) -> anyhow::Result<ExitCode> {
    match command {
        Command::Demo(arguments) => demo::run(arguments, out),
        Command::Dev(arguments) => dev::run(arguments, out),
        Command::Plan(arguments) => plan::run(arguments, out),
        Command::Publish(arguments) => publish::run(arguments, out),
        Command::Campaigns(arguments) => overview::campaigns(arguments, out),
        Command::History(arguments) => operate::history(arguments, out),
        Command::Rollback(arguments) => operate::rollback(arguments, out),
        Command::Pause(arguments) => operate::pause(arguments, out),
        Command::Resume(arguments) => operate::resume(arguments, out),
        Command::Enrol(arguments) => operate::enrol(arguments, out),
        Command::Exit(arguments) => operate::exit(arguments, out),
        Command::Status(arguments) => overview::status(arguments, out),
        Command::Sweep(arguments) => operate::sweep(arguments, out),
        Command::Audit(arguments) => operate::audit(arguments, out),
        Command::Unknown(arguments) => operate::unknown(arguments, out),
        Command::Redrive(arguments) => redrive::run(arguments, out),
        Command::Doctor(arguments) => doctor::run(arguments, out),
        Command::Person(arguments) => person::run(arguments, out),
        Command::Consent(arguments) => privacy::consent(arguments, out),
        Command::Export(arguments) => privacy::export(arguments, out),
        Command::Erase(arguments) => privacy::erase(arguments, out),
        Command::Import(arguments) => privacy::import(arguments, out),
        Command::Survey(arguments) => survey::run(arguments, out),
        Command::Offer(arguments) => offer::run(arguments, out),
        Command::Pool(arguments) => offer::pool(arguments, out),
        Command::Stats(arguments) => stats::run(arguments, out),
        Command::Mailbox(arguments) => mailbox::run(arguments, out),
        Command::Init(arguments) => init::run(arguments, out),
        Command::Validate(arguments) => validate::run(arguments, out),
        Command::Explain(arguments) => explain::run(arguments, out),
        Command::Fmt(arguments) => format::run(arguments, out),
        Command::Schema(arguments) => schema::run(arguments, out),
        Command::Reference(arguments) => reference::run(arguments, out),
        Command::Preview(arguments) => preview::run(arguments, out),
        Command::Simulate(arguments) => simulate::run(arguments, out),
        Command::Completions(arguments) => help::completions(arguments),
        Command::Man(arguments) => help::man(arguments, out),
        Command::Sample(arguments) => sample::run(arguments, out),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_command_has_arguments_that_fit_together() {
        <super::Arguments as clap::CommandFactory>::command().debug_assert();
    }
}
