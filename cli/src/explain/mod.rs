//! `rekindle explain`: what the code of a problem means, why it is refused, a wrong and a right example; in Korean and English.
//!
//! Each code has one file in `codes/`, in the binary. The tests hold that every code of the engine and of the mails has one,
//! that `validate` finds exactly this code in the wrong example, and nothing in the right one.

mod show;
mod text;

use std::process::ExitCode;

use anyhow::{Result, bail};
use rekindle_engine::lang::codes;
use rekindle_mail::{Language, compile};

use crate::language::Choice;
use crate::output;
use text::Explanation;

/// Which code, and in which language.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  rekindle explain C061\n  rekindle explain --lang ko C061\n  rekindle explain")]
pub struct Arguments {
    /// A code such as C061, as `rekindle validate` prints it; without one, every code is listed.
    code: Option<String>,
    #[command(flatten)]
    language: Choice,
}

/// Runs the command.
///
/// # Errors
/// Where there is no such code.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let language = arguments.language.language();
    let text = match &arguments.code {
        None => list(language)?,
        Some(code) => {
            let code = code.trim().to_uppercase();
            if !all().any(|(known, _)| known == code) {
                bail!("there is no code `{code}`; `rekindle explain` lists all");
            }
            show::text(&Explanation::of(&code)?, language, console::colors_enabled())
        }
    };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Every code with its meaning in English, in order.
fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    codes::TABLE.iter().chain(compile::CODES).copied()
}

fn list(language: Language) -> Result<String> {
    let lines = all().map(|(code, _)| Ok(format!("{code}  {}\n", Explanation::of(code)?.words(language).title)));
    lines.collect()
}

#[cfg(test)]
mod tests;
