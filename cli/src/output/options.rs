//! The options that every command has, and how wide a text may be.

use clap::ValueEnum;
use rekindle_lambda::config::Environment;

/// Columns where the terminal does not say how many it has, or there is none.
const WIDTH: usize = 100;
/// Beyond that, nobody's eye finds back to the beginning of the next line.
const WIDEST: usize = 120;
/// Fewer are not cared for.
const NARROWEST: usize = 40;

/// How a command answers.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct Options {
    /// How it is written: for people, as JSON, or as JSON with a line for each thing.
    #[arg(long, global = true, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,
    /// The same as --format json.
    #[arg(long, global = true, conflicts_with = "format")]
    json: bool,
    /// The language; default: by LC_ALL, LC_MESSAGES or LANG.
    #[arg(long, global = true, value_name = "LANG", value_parser = ["ko", "en"])]
    pub(super) lang: Option<String>,
    /// Whether there are colours; `auto`: on a terminal, unless NO_COLOR is set.
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub(super) color: Color,
    /// Print what was asked for, questions and errors, and nothing else.
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
}

impl Options {
    /// For whom it is written.
    pub(super) fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

/// For whom standard output is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    #[value(alias = "summary")]
    Text,
    /// One object or array, over several lines.
    Json,
    /// An object a line.
    Jsonl,
}

/// When there are colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Also where a pipe is read.
    Always,
    /// Nowhere.
    Never,
}

impl Color {
    /// Whether there are colours, where by themselves there `would` be.
    pub(super) fn holds(self, would: bool) -> bool {
        match self {
            Self::Auto => would,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// Columns of a text: what COLUMNS says, else what the terminal has; and whether either says anything.
pub(super) fn width(environment: &Environment<impl Fn(&str) -> Option<String>>) -> (usize, bool) {
    let said = environment.optional("COLUMNS").and_then(|columns| columns.parse().ok());
    let terminal = || console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    let found = said.or_else(terminal);
    (found.unwrap_or(WIDTH).clamp(NARROWEST, WIDEST), found.is_some())
}
