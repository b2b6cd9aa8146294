//! One page, of chapters and tables.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use rekindle_mail::Language;

use super::cells;
use super::schemas::{Schemas, anchor};
use super::tables;
use super::texts::{self, Chapter, Entry};

/// The page in a language.
///
/// # Errors
/// Where a text is missing in the language, or left of something that there is no longer.
pub fn page(language: Language) -> Result<String> {
    let chapters = texts::chapters()?;
    let schemas = Schemas::new(&chapters);
    complete(&schemas, &chapters)?;
    let mut page = String::new();
    let said = |en: &'static str, ko: &'static str| match language {
        Language::En => en,
        Language::Ko => ko,
    };
    page.push_str(said(
        "# The campaign language\n\n[한국어](language.ko.md)\n",
        "# 캠페인 언어\n\n[English](language.md)\n",
    ));
    page.push_str(
        "\n<!-- Written by `rekindle reference` from cli/src/reference/texts and the program's own tables. -->\n",
    );
    let mut chapters = chapters.iter();
    if let Some(introduction) = chapters.next() {
        for entry in &introduction.entries {
            let _ = write!(page, "\n{}\n", prose(entry, &schemas, language)?);
        }
    }
    let _ = write!(page, "\n## {}\n\n", said("Contents", "차례"));
    let rest: Vec<(String, &Chapter)> =
        chapters.enumerate().map(|(n, chapter)| (format!("chapter-{}", n + 1), chapter)).collect();
    for (id, chapter) in &rest {
        let _ = writeln!(page, "* [{}](#{id})", chapter.title.of(language));
    }
    for (id, chapter) in &rest {
        let title = chapter.title.of(language);
        ensure!(!title.is_empty(), "a chapter has no title");
        let _ = write!(page, "\n<a id=\"{id}\"></a>\n\n## {title}\n");
        for entry in &chapter.entries {
            page.push_str(&section(entry, &schemas, language)?);
        }
    }
    Ok(page)
}

/// Every type has an entry, and every entry with a type that has keys says exactly those.
pub(super) fn complete(schemas: &Schemas, chapters: &[Chapter]) -> Result<()> {
    let entries = || chapters.iter().flat_map(|chapter| &chapter.entries);
    let told: BTreeSet<&str> = entries().filter_map(|entry| entry.object.as_deref()).collect();
    for object in schemas.described() {
        ensure!(told.contains(object), "the type {object} has no entry in cli/src/reference/texts");
    }
    for entry in entries() {
        let Some(object) = &entry.object else { continue };
        let keys = schemas.keys(object)?;
        for key in &keys {
            ensure!(entry.keys.contains_key(key.name), "{object}.{} has no Korean text", key.name);
        }
        for key in entry.keys.keys() {
            ensure!(keys.iter().any(|own| own.name == key), "{object} has no key {key}");
        }
    }
    Ok(())
}

fn section(entry: &Entry, schemas: &Schemas, language: Language) -> Result<String> {
    let mut text = String::new();
    if let Some(object) = &entry.object {
        let _ = write!(text, "\n<a id=\"{}\"></a>\n", anchor(object));
    }
    let _ = write!(text, "\n### {}\n\n{}\n", entry.heading.of(language), prose(entry, schemas, language)?);
    if let Some(object) = &entry.object {
        text.push_str(&keys(object, entry, schemas, language)?);
    }
    if let Some(table) = &entry.table {
        let _ = write!(text, "\n{}", tables::table(table, language)?);
    }
    for block in &entry.blocks {
        let kind = block.kind.split(' ').next().unwrap_or_default();
        let _ = write!(text, "\n```{kind}\n{}```\n", block.text);
    }
    Ok(text)
}

/// What an entry says in a language; English may be the schema's.
fn prose(entry: &Entry, schemas: &Schemas, language: Language) -> Result<String> {
    let own = entry.prose.of(language);
    let of_schema = || entry.object.as_deref().and_then(|object| schemas.description(object));
    let text = match language {
        _ if !own.is_empty() => Some(own.to_owned()),
        Language::En => of_schema(),
        Language::Ko => None,
    };
    text.with_context(|| format!("{} has no text in `{}`", entry.heading.en, language.tag()))
}

/// The table of an object's keys; nothing where it has none.
fn keys(object: &str, entry: &Entry, schemas: &Schemas, language: Language) -> Result<String> {
    let keys = schemas.keys(object)?;
    if keys.is_empty() {
        return Ok(String::new());
    }
    let (head, required) = match language {
        Language::En => (["Key", "Value", "Meaning"], "required"),
        Language::Ko => (["키", "값", "뜻"], "필수"),
    };
    let mut rows = Vec::new();
    for key in &keys {
        let meaning = match language {
            Language::En => schemas.meaning(object, key)?,
            Language::Ko => entry.keys.get(key.name).cloned().unwrap_or_default(),
        };
        let name = if key.required { format!("`{}` ({required})", key.name) } else { format!("`{}`", key.name) };
        rows.push(vec![name, schemas.kind(key, language)?, meaning]);
    }
    Ok(format!("\n{}", cells::table(&head, &rows)))
}
