//! `rekindle sample`: the invented past of a shop, to try campaigns on and to measure the simulator with.
//!
//! The same arguments write the same file, byte for byte.

pub(crate) mod dice;
pub(crate) mod shop;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use rekindle_engine::time::Instant;
use serde_json::json;

use crate::output::Output;

/// How large a past.
#[derive(clap::Args)]
pub struct Arguments {
    /// How many events.
    #[arg(long, default_value_t = 10_000)]
    events: u64,
    /// How many people sign up.
    #[arg(long, default_value_t = 1_000)]
    people: u64,
    /// Another seed gives another past.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// When it begins.
    #[arg(long, default_value = "2025-01-01T00:00:00Z", value_parser = crate::simulate::instant)]
    from: Instant,
    /// Over how many days.
    #[arg(long, default_value_t = 365)]
    days: u32,
    /// The file to write.
    #[arg(long)]
    out: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// Where the file cannot be written.
pub fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let name = arguments.out.display();
    let mut file = BufWriter::new(File::create(&arguments.out).with_context(|| format!("cannot write {name}"))?);
    let size =
        shop::Size { events: arguments.events, people: arguments.people, from: arguments.from, days: arguments.days };
    for event in shop::Shop::new(size, arguments.seed) {
        writeln!(file, "{event}").with_context(|| format!("cannot write {name}"))?;
    }
    file.flush().with_context(|| format!("cannot write {name}"))?;
    if !out.is_text() {
        out.data(|_| String::new(), || json!({ "file": name.to_string(), "events": arguments.events }))?;
    }
    Ok(ExitCode::SUCCESS)
}
