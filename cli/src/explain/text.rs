//! Reads the file of one code.
//!
//! ```text
//! ## ko 제목
//! (뜻)
//!
//! (이유)
//!
//! ## en
//! (meaning)
//!
//! (reason)
//!
//! ## wrong
//! (an example, see `example`)
//!
//! ## right
//! (an example)
//! ```
//! The title in English is the one that the code has in its table.

use anyhow::{Context, Result};
use include_dir::{Dir, include_dir};
use rekindle_mail::Language;
use rekindle_workbench::example::Example;

static CODES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/explain/codes");

/// What is said of one code.
pub struct Explanation {
    /// `C061`.
    pub code: String,
    /// In Korean.
    ko: Words,
    /// In English.
    en: Words,
    /// What is refused.
    pub wrong: Example,
    /// The same as it is meant.
    pub right: Example,
}

/// The prose, in one language.
pub struct Words {
    /// One line.
    pub title: String,
    /// What the code means, and how to mend it.
    pub meaning: String,
    /// Why it is refused.
    pub reason: String,
}

impl Explanation {
    /// What the file of a code says.
    ///
    /// # Errors
    /// Where the code has no file, or something is missing in it, which the tests rule out.
    pub fn of(code: &str) -> Result<Self> {
        let file = CODES.get_file(format!("{code}.md")).and_then(|file| file.contents_utf8());
        Self::read(code, file.with_context(|| format!("{code} has no explanation"))?)
    }

    pub(super) fn read(code: &str, text: &str) -> Result<Self> {
        let part = |name: &str| section(text, name).with_context(|| format!("{code}: there is no part `{name}`"));
        let (_, english) = super::all().find(|(known, _)| *known == code).with_context(|| format!("no code {code}"))?;
        let (title, ko) = part("ko")?;
        let (_, en) = part("en")?;
        Ok(Self {
            code: code.to_owned(),
            ko: Words::read(title, &ko).with_context(|| format!("{code} in Korean"))?,
            en: Words::read(english, &en).with_context(|| format!("{code} in English"))?,
            wrong: Example::read(&part("wrong")?.1).with_context(|| format!("{code}, wrong"))?,
            right: Example::read(&part("right")?.1).with_context(|| format!("{code}, right"))?,
        })
    }

    /// The prose in a language.
    pub fn words(&self, language: Language) -> &Words {
        match language {
            Language::Ko => &self.ko,
            Language::En => &self.en,
        }
    }
}

impl Words {
    fn read(title: &str, text: &str) -> Result<Self> {
        // A paragraph may be wrapped in the file; it is wrapped anew where it is shown.
        let paragraphs = text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
        let mut paragraphs = paragraphs.filter(|paragraph| !paragraph.is_empty());
        let (meaning, reason) = (paragraphs.next().context("no meaning")?, paragraphs.next().context("no reason")?);
        anyhow::ensure!(paragraphs.next().is_none() && !title.is_empty(), "a title, a meaning and a reason are wanted");
        Ok(Self { title: title.to_owned(), meaning, reason })
    }
}

/// The names of all files.
#[cfg(test)]
pub fn files() -> impl Iterator<Item = String> {
    CODES.files().map(|file| file.path().display().to_string())
}

/// What stands behind `## name` on its line, and the lines below up to the next such line.
fn section<'t>(text: &'t str, name: &str) -> Option<(&'t str, String)> {
    let mut lines = text.lines().skip_while(|line| line.strip_prefix("## ").is_none_or(|own| !own.starts_with(name)));
    let title = lines.next()?.strip_prefix("## ")?.strip_prefix(name)?.trim();
    let body: Vec<&str> = lines.take_while(|line| !line.starts_with("## ")).collect();
    Some((title, body.join("\n")))
}
