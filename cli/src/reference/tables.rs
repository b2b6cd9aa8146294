//! The tables whose rows are the program's own: names, functions, variables, filters, reasons.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use rekindle_engine::expr::vocabulary;
use rekindle_engine::journal::{Kind, Line};
use rekindle_engine::reason::{DELAYED, Ended, NOT_ENTERED, Reason, SKIPPED};
use rekindle_engine::time::Instant;
use rekindle_mail::{Language, compile};
use rekindle_workbench::preview::vocabulary as mail;

use super::cells::{self, code};
use super::texts::{self, Entry};

/// 2026-03-02, nine in the morning in Seoul, in seconds since 1970.
const AT: i64 = 1_772_409_600;

/// A table by its name.
///
/// # Errors
/// Where a row has no words, or words have no row.
pub fn table(name: &str, language: Language) -> Result<String> {
    match name {
        "names" => names(language),
        "functions" => functions(language),
        "variables" => variables(language),
        "filters" => filters(language),
        "front" => front(language),
        "skipped" => reasons(name, SKIPPED.map(Reason::as_str), language),
        "not_entered" => reasons(name, NOT_ENTERED.map(Reason::as_str), language),
        "exited" => reasons(name, Ended::ALL.iter().map(|ended| ended.as_str()), language),
        _ => bail!("there is no table {name}"),
    }
}

/// The words of a table for exactly these rows.
fn fitting(table: &str, rows: &[String]) -> Result<BTreeMap<String, Entry>> {
    let words = texts::words(table)?;
    for row in rows {
        let entry = words.get(row).with_context(|| format!("{table}.md has no words for {row}"))?;
        for language in [Language::En, Language::Ko] {
            ensure!(!entry.prose.of(language).is_empty(), "{table}.md says nothing of {row} in `{}`", language.tag());
        }
    }
    for word in words.keys() {
        ensure!(rows.contains(word), "{table}.md speaks of {word}, which there is not");
    }
    Ok(words)
}

fn heads<'h, const N: usize>(language: Language, en: [&'h str; N], ko: [&'h str; N]) -> [&'h str; N] {
    match language {
        Language::En => en,
        Language::Ko => ko,
    }
}

fn names(language: Language) -> Result<String> {
    let names = vocabulary::names();
    let words = fitting("names", &names.iter().map(|name| name.path.clone()).collect::<Vec<_>>())?;
    let mut rows = Vec::new();
    for name in &names {
        let Some(entry) = words.get(&name.path) else { continue };
        let kind = kind(name.kind, language)?;
        rows.push(vec![code(&name.path), kind.to_owned(), entry.prose.of(language).to_owned(), code(&entry.example)]);
    }
    Ok(cells::table(&heads(language, ["Name", "Value", "Meaning", "Example"], ["이름", "값", "뜻", "예"]), &rows))
}

/// A type of expressions in words; the program has them in English.
fn kind(english: &'static str, language: Language) -> Result<&'static str> {
    if language == Language::En {
        return Ok(english);
    }
    Ok(match english {
        "any value" => "아무 값",
        "true or false" => "참 또는 거짓",
        "a whole number" => "정수",
        "a number" => "숫자",
        "a text" => "텍스트",
        "a timestamp" => "시각",
        "a mapping" => "매핑",
        _ => bail!("{english:?} has no word in Korean"),
    })
}

fn functions(language: Language) -> Result<String> {
    let heads = heads(language, ["Function", "Meaning", "Example"], ["함수", "뜻", "예"]);
    described("functions", &vocabulary::functions(), heads, language)
}

fn variables(language: Language) -> Result<String> {
    let heads = heads(language, ["Variable", "Meaning", "Example"], ["변수", "뜻", "예"]);
    described("variables", &mail::variables()?, heads, language)
}

/// Rows that say no more than their words.
fn described(table: &str, rows: &[String], heads: [&str; 3], language: Language) -> Result<String> {
    let words = fitting(table, rows)?;
    let row = |name: &String| {
        let entry = words.get(name)?;
        Some(vec![code(name), entry.prose.of(language).to_owned(), code(&entry.example)])
    };
    let rows: Vec<_> = rows.iter().filter_map(row).collect();
    Ok(cells::table(&heads, &rows))
}

fn front(language: Language) -> Result<String> {
    let keys: Vec<String> = compile::FRONT_MATTER.iter().map(|key| (*key).to_owned()).collect();
    described("front", &keys, heads(language, ["Key", "Meaning", "Example"], ["키", "뜻", "예"]), language)
}

/// Filters and tests, with what the example prints in a mail of the language.
fn filters(language: Language) -> Result<String> {
    let tests = compile::TESTS.iter().map(|test| format!("is {test}"));
    let names: Vec<String> = compile::FILTERS.iter().map(|filter| (*filter).to_owned()).chain(tests).collect();
    let words = fitting("filters", &names)?;
    let mut rows = Vec::new();
    for name in &names {
        let Some(entry) = words.get(name) else { continue };
        let printed =
            mail::printed(&entry.example, language.tag()).with_context(|| format!("the example of {name}"))?;
        rows.push(vec![code(name), entry.prose.of(language).to_owned(), code(&entry.example), printed]);
    }
    Ok(cells::table(&heads(language, ["Filter", "Meaning", "Example", "Prints"], ["필터", "뜻", "예", "결과"]), &rows))
}

/// A closed list of reasons, each with a line of the journal.
fn reasons(table: &str, reasons: impl IntoIterator<Item = &'static str>, language: Language) -> Result<String> {
    let reasons: Vec<&'static str> = reasons.into_iter().collect();
    let all = texts::words("reasons")?;
    let mut rows = Vec::new();
    for reason in &reasons {
        let name = format!("{table} {reason}");
        let entry = all.get(&name).with_context(|| format!("reasons.md has no words for {name}"))?;
        let said = entry.prose.of(language);
        ensure!(!said.is_empty(), "reasons.md says nothing of {name} in `{}`", language.tag());
        rows.push(vec![code(reason), said.to_owned(), code(&line(table, reason))]);
    }
    let known = |word: &str| reasons.iter().any(|reason| word == format!("{table} {reason}"));
    for word in all.keys().filter(|word| word.starts_with(&format!("{table} "))) {
        ensure!(known(word), "reasons.md speaks of {word}, which there is not");
    }
    Ok(cells::table(&heads(language, ["Reason", "Meaning", "In the journal"], ["이유", "뜻", "저널"]), &rows))
}

fn line(table: &str, reason: &'static str) -> String {
    let at = Instant::from_seconds(AT);
    let kind = match (table, Reason::of(reason)) {
        ("skipped", Some(reason)) if DELAYED.contains(&reason) => {
            Kind::Delayed { reason, until: at.plus_seconds(12 * 60 * 60) }
        }
        ("skipped", Some(reason)) => Kind::Skipped { reason },
        ("not_entered", Some(reason)) => Kind::NotEntered { reason },
        _ => Kind::Exited { reason: reason.into() },
    };
    let step = (table == "skipped").then(|| Arc::from("hello"));
    Line { at, campaign: "welcome".into(), entry: 1, step, kind }.to_json("c-1024")
}
