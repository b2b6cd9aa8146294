//! `rekindle explain`: what the code of a problem means, why it is refused, a wrong and a right example; in Korean and English.
//!
//! Each code has one file in `codes/`, in the binary. The tests hold that every code of the engine and of the mails has one,
//! that `validate` finds exactly this code in the wrong example, and nothing in the right one.

mod show;
mod text;

use std::process::ExitCode;

use anyhow::{Result, bail};
use rekindle_engine::lang::codes;
use rekindle_mail::compile;
use serde_json::{Value, json};

use crate::output::Output;
use rekindle_workbench::example::Example;
use text::Explanation;

/// Which code.
#[derive(clap::Args)]
pub struct Arguments {
    /// A code such as C061, as `rekindle validate` prints it; without one, every code is listed.
    code: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Where there is no such code.
pub fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let words = out.words();
    let Some(code) = &arguments.code else {
        let codes = all().map(|(code, _)| Explanation::of(code)).collect::<Result<Vec<_>>>()?;
        let title = |code: &Explanation| code.words(words.0).title.clone();
        let line = |code: &Explanation| format!("{}  {}\n", code.code, title(code));
        let object = |code: &Explanation| json!({ "code": code.code, "title": title(code) });
        out.list(|_| codes.iter().map(line).collect(), || codes.iter().map(object).collect())?;
        return Ok(ExitCode::SUCCESS);
    };
    let code = code.trim().to_uppercase();
    if !all().any(|(known, _)| known == code) {
        bail!(words.no_code(&code));
    }
    let explanation = Explanation::of(&code)?;
    out.data(|view| show::text(&explanation, &view), || json(&explanation, out))?;
    Ok(ExitCode::SUCCESS)
}

/// The explanation for machines, in the language that was asked for.
fn json(explanation: &Explanation, out: &Output) -> Value {
    let words = explanation.words(out.words().0);
    let files = |example: &Example| -> Vec<Value> {
        example.0.iter().map(|part| json!({ "path": part.path, "text": part.text })).collect()
    };
    json!({
        "code": explanation.code, "title": words.title, "meaning": words.meaning, "reason": words.reason,
        "wrong": files(&explanation.wrong), "right": files(&explanation.right),
    })
}

/// Every code with its meaning in English, in order.
fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    codes::TABLE.iter().chain(compile::CODES).copied()
}

#[cfg(test)]
mod tests;
