//! The codes that a shop brings along.

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use rekindle_store::Offers;

use crate::target::{self, Target};

/// Letters of a code: what people can type and an address can hold.
const LONGEST: usize = 64;
/// Problems that are shown of a file.
const SHOWN: usize = 10;

/// Which pool, and what to add.
#[derive(clap::Args)]
pub struct Arguments {
    /// The pool's name, as offers have it in `code: { pool: NAME }`.
    name: String,
    /// A file with one code a line, to be added; `-` reads standard input. Codes that are there already are passed over.
    #[arg(long, value_name = "FILE")]
    add: Option<PathBuf>,
    #[command(flatten)]
    target: target::Which,
}

/// Runs the command.
///
/// # Errors
/// Where the file holds what is no code, or the system does not answer; nothing is added then.
#[tokio::main]
pub async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let codes = match &arguments.add {
        Some(file) => Some(read(file)?),
        None => None,
    };
    let target = Target::open(&arguments.target).await?;
    let name = &arguments.name;
    if let Some(codes) = codes {
        let new = target.store.upload_pool(name, &codes).await.context("the codes cannot be added")?;
        say!("{new} of {} codes are new in the pool {name}", codes.len());
    }
    let left = target.store.left(name).await.context("the pool cannot be read")?;
    say!("{left} codes of the pool {name} are nobody's yet");
    Ok(ExitCode::SUCCESS)
}

fn read(file: &PathBuf) -> Result<Vec<String>> {
    let mut text = String::new();
    if file.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).context("standard input cannot be read as UTF-8")?;
    } else {
        text = std::fs::read_to_string(file).with_context(|| format!("cannot read {} as UTF-8", file.display()))?;
    }
    codes(&text).map_err(|problems| anyhow::anyhow!("{}: nothing was added\n{problems}", file.display()))
}

/// The codes of a text with one a line; blank lines say nothing. Else what is wrong with which line.
pub fn codes(text: &str) -> Result<Vec<String>> {
    let lines = (1..).zip(text.trim_start_matches('\u{feff}').lines().map(str::trim));
    let (mut codes, mut problems) = (Vec::new(), Vec::new());
    for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
        if line.chars().any(|c| c.is_whitespace() || c.is_control() || c == ',' || c == ';') {
            problems.push(format!("  line {number}: a code has no blanks, commas or semicolons; give one code a line"));
        } else if line.chars().count() > LONGEST {
            problems.push(format!("  line {number}: a code has at most {LONGEST} letters"));
        } else {
            codes.push(line.to_owned());
        }
    }
    if problems.is_empty() {
        return Ok(codes);
    }
    let more = problems.len().saturating_sub(SHOWN);
    problems.truncate(SHOWN);
    if more > 0 {
        problems.push(format!("  and {more} more"));
    }
    bail!("{}", problems.join("\n"))
}
