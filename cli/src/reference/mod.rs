//! `rekindle reference`: docs/language.md and docs/language.ko.md, the reference of the campaign language.
//!
//! What there is comes from the program: keys, types and English of keys from the schemas, names of expressions, filters,
//! variables of mails and reasons of the journal from the tables by which files are checked and mails are written. What it
//! means in words stands in `texts/`. A word that is missing in one of the languages, or left of something that there is no
//! longer, is an error of the command, so that the committed pages cannot be fresh without it. The tests check every example.

mod cells;
mod page;
mod schemas;
mod tables;
mod texts;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use rekindle_mail::Language;
use serde_json::json;

use crate::output::Output;

/// Where to write.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder to write the two pages to.
    #[arg(default_value = "docs")]
    folder: PathBuf,
    /// Write nothing; fail where a page is not as it would be written.
    #[arg(long)]
    check: bool,
}

/// Runs the command.
///
/// # Errors
/// Where a text is missing, or a page cannot be written.
pub fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let mut paths = Vec::new();
    for (name, text) in pages()? {
        let path = arguments.folder.join(name);
        if fs::read_to_string(&path).is_ok_and(|known| known == text) {
            continue;
        }
        let shown = path.display().to_string();
        if arguments.check {
            let command = format!("reference {}", arguments.folder.display());
            note!("{}", out.words().stale(&shown, &command));
        } else {
            fs::write(&path, text).with_context(|| format!("cannot write {shown}"))?;
        }
        paths.push(shown);
    }
    let written =
        || if arguments.check { String::new() } else { paths.iter().map(|path| format!("{path}\n")).collect() };
    out.data(|_| written(), || json!({ "stale": paths, "written": !arguments.check }))?;
    Ok(if arguments.check && !paths.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The pages by file name.
fn pages() -> Result<[(&'static str, String); 2]> {
    Ok([("language.md", page::page(Language::En)?), ("language.ko.md", page::page(Language::Ko)?)])
}

#[cfg(test)]
mod tests;
