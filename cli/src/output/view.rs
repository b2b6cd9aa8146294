//! How texts are laid out: in which words, how wide, with colours or without. It is all that a text needs to know of a
//! terminal, so that tests can ask for any.

use console::Style;

use crate::words::Words;

/// How a text is laid out.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// Every text, in the reader's language.
    pub words: Words,
    /// Columns that a line may have.
    pub width: usize,
    /// Whether a table that is wider is broken: on a terminal only, as what reads a pipe wants a line for each row.
    pub wraps: bool,
    coloured: bool,
}

impl View {
    /// In these words, so wide.
    pub fn new(words: Words, width: usize, wraps: bool, coloured: bool) -> Self {
        Self { words, width, wraps, coloured }
    }

    /// The same, with colours or without.
    pub fn coloured(self, coloured: bool) -> Self {
        Self { coloured, ..self }
    }

    /// A heading, or the place that a line is about.
    pub fn bold(&self, text: &str) -> String {
        self.styled(Style::new().bold(), text)
    }

    /// What matters less.
    pub fn dim(&self, text: &str) -> String {
        self.styled(Style::new().dim(), text)
    }

    /// What is wrong, or goes.
    pub fn red(&self, text: &str) -> String {
        self.styled(Style::new().red().bold(), text)
    }

    /// What should be looked at, or changes.
    pub fn yellow(&self, text: &str) -> String {
        self.styled(Style::new().yellow().bold(), text)
    }

    /// What is as it should be, or comes.
    pub fn green(&self, text: &str) -> String {
        self.styled(Style::new().green().bold(), text)
    }

    fn styled(&self, style: Style, text: &str) -> String {
        if self.coloured { style.force_styling(true).apply_to(text).to_string() } else { text.to_owned() }
    }
}

#[cfg(test)]
impl View {
    /// What tests read in a language.
    pub fn plain(language: rekindle_mail::Language) -> Self {
        Self::new(Words(language), 100, false, false)
    }

    /// The same on a terminal of so many columns.
    pub fn narrow(self, width: usize) -> Self {
        Self { width, wraps: true, ..self }
    }

    /// What tests read in English.
    pub fn english() -> Self {
        Self::plain(rekindle_mail::Language::En)
    }

    /// What tests read in Korean.
    pub fn korean() -> Self {
        Self::plain(rekindle_mail::Language::Ko)
    }
}
