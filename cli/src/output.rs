//! Standard output and standard error: the one place of the command that prints.
//!
//! Every command gets an [`Output`], made once from the options that all commands share, the environment and the terminal.
//! Standard output holds what was asked for and nothing else: text for people, or with `--format json|jsonl` the same as
//! data. Whatever is said besides (what was done, questions, warnings, progress) goes to standard error as soon as machines
//! read standard output. A reader such as `head` may close a pipe early: that is no failure, and what a command does is done
//! all the same; the standard macros would panic.

pub mod columns;
pub mod numbers;
mod options;
pub mod progress;
pub mod table;
mod view;

use std::io::{self, ErrorKind, IsTerminal, Write};

use anyhow::{Context, Result};
use rekindle_lambda::config::{Environment, environment};
use serde_json::Value;

pub use self::options::{Format, Options};
pub use self::progress::Progress;
pub use self::view::View;
use crate::language;
use crate::words::Words;

/// How a command answers: for whom, in which language, how loudly.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    format: Format,
    quiet: bool,
    view: View,
    coloured_errors: bool,
}

impl Default for Output {
    /// Where no options were read: by the environment and the terminal.
    fn default() -> Self {
        Self::new(&Options::default())
    }
}

impl Output {
    /// By the options, the environment and the terminal.
    #[must_use]
    pub fn new(options: &Options) -> Self {
        Self::of(options, &environment())
    }

    fn of(options: &Options, environment: &Environment<impl Fn(&str) -> Option<String>>) -> Self {
        let language = language::chosen(options.lang.as_deref(), environment);
        let (width, wraps) = options::width(environment);
        let coloured = options.color.holds(console::colors_enabled());
        let view = View::new(Words(language), width, wraps, coloured);
        let coloured_errors = options.color.holds(console::colors_enabled_stderr());
        Self { format: options.format(), quiet: options.quiet, view, coloured_errors }
    }

    /// How texts are laid out on standard output.
    pub fn view(&self) -> View {
        self.view
    }

    /// The same on standard error.
    fn error_view(&self) -> View {
        self.view.coloured(self.coloured_errors)
    }

    /// Every text, in the reader's language.
    pub fn words(&self) -> Words {
        self.view.words
    }

    /// Whether people read standard output, and no machine.
    pub fn is_text(&self) -> bool {
        self.format == Format::Text
    }

    /// Whether a list is one array, and not a line for each thing.
    pub fn is_array(&self) -> bool {
        self.format == Format::Json
    }

    /// What nobody asked for is left out.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Prints what was asked for: a text, or the same as one object.
    ///
    /// # Errors
    /// Where it cannot be written although somebody reads.
    pub fn data(&self, text: impl FnOnce(View) -> String, value: impl FnOnce() -> Value) -> Result<()> {
        match self.format {
            Format::Text => print(&text(self.view)),
            Format::Json => print(&format!("{:#}\n", value())),
            Format::Jsonl => print(&format!("{}\n", value())),
        }
    }

    /// Prints what was asked for: a text, or the same as an array; with `jsonl` each of `items` has a line.
    ///
    /// # Errors
    /// Where it cannot be written although somebody reads.
    pub fn list(&self, text: impl FnOnce(View) -> String, items: impl FnOnce() -> Vec<Value>) -> Result<()> {
        match self.format {
            Format::Text => print(&text(self.view)),
            Format::Json => print(&format!("{:#}\n", Value::Array(items()))),
            Format::Jsonl => print(&items().iter().map(|item| format!("{item}\n")).collect::<String>()),
        }
    }

    /// Prints a line of what was done: on standard error where machines read standard output, nothing where it is to be
    /// quiet. What was done is done: where it cannot be written, that is logged and nothing else.
    pub fn say(&self, text: &str) {
        if self.quiet {
        } else if !self.is_text() {
            aside(text);
        } else if let Err(error) = print(&format!("{text}\n")) {
            tracing::warn!(%error, "a line could not be printed");
        }
    }

    /// What was done: for people as by [`Self::say`], for machines as an object on standard output.
    pub fn done(&self, text: &str, value: impl FnOnce() -> Value) {
        if self.is_text() {
            self.say(text);
        } else if let Err(error) = self.data(|_| String::new(), value) {
            tracing::warn!(%error, "what was done could not be printed");
        }
    }

    /// Writes a line to standard error, unless it is to be quiet.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            aside(text);
        }
    }

    /// Writes a warning to standard error.
    pub fn warn(&self, text: &str) {
        let view = self.error_view();
        aside(&format!("{} {text}", view.yellow(&view.words.warning())));
    }

    /// Writes what went wrong to standard error, in the reader's language where the catalogue has it.
    pub fn error(&self, error: &anyhow::Error) {
        let view = self.error_view();
        let text = rekindle_workbench::plain::plain_lines(&crate::words::told(error, view.words));
        aside(&format!("{} {text}", view.red(&view.words.error())));
    }

    /// Writes a text to standard error, laid out for it.
    pub fn beside(&self, text: impl FnOnce(View) -> String) {
        aside(text(self.error_view()).trim_end());
    }

    /// Shows how far something is, on standard error: nothing where it is to be quiet.
    pub fn progress(&self, what: &str, of: Option<u64>) -> Progress {
        if self.quiet {
            Progress::hidden()
        } else {
            Progress::begin(self.words(), what, of, io::stderr().is_terminal())
        }
    }
}

/// Prints `text`.
///
/// # Errors
/// Where it cannot be written although somebody reads.
pub fn print(text: &str) -> Result<()> {
    read_or_not(io::stdout().lock().write_all(text.as_bytes())).context("cannot write to standard output")
}

/// What became of writing, where a reader who has left is no failure.
///
/// # Errors
/// The same, where it is anything else.
pub fn read_or_not(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes a question to standard error; the answer is typed behind it.
pub fn ask(question: &str) {
    let mut terminal = io::stderr();
    let _nobody_reads = write!(terminal, "{question}").and_then(|()| terminal.flush());
}

/// Writes a line to standard error, for whoever reads there.
pub fn aside(text: &str) {
    let _nobody_reads = writeln!(io::stderr().lock(), "{text}");
}

/// Writes a line to standard error, see [`aside`]; takes what `eprintln!` takes.
macro_rules! note {
    ($($words:tt)*) => { $crate::output::aside(&format!($($words)*)) };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(words: &[&str], set: &[(&str, &str)]) -> Output {
        #[derive(clap::Parser)]
        struct Own {
            #[command(flatten)]
            options: Options,
        }
        let own = <Own as clap::Parser>::try_parse_from([&["x"], words].concat()).unwrap();
        let variable = |name: &str| set.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        Output::of(&own.options, &Environment(variable))
    }

    #[test]
    fn options_decide_and_then_the_environment() {
        let plain = output(&[], &[]);
        assert!(plain.is_text() && !plain.is_quiet() && plain.view().width == 100);
        assert_eq!(output(&["--json"], &[]).format, Format::Json);
        assert_eq!(output(&["--format", "jsonl"], &[]).format, Format::Jsonl);
        // As `simulate` called it before.
        assert_eq!(output(&["--format", "summary"], &[]).format, Format::Text);
        assert_eq!(output(&[], &[("COLUMNS", "60")]).view().width, 60);
        assert_eq!(output(&[], &[("LANG", "ko_KR.UTF-8")]).words().error(), "오류:");
        assert_eq!(output(&["--lang", "en"], &[("LANG", "ko_KR.UTF-8")]).words().error(), "error:");
        assert_eq!(output(&["--color", "always"], &[]).view().red("x"), "\u{1b}[31m\u{1b}[1mx\u{1b}[0m");
        assert_eq!(output(&["--color", "never"], &[]).view().red("x"), "x");
    }
}
