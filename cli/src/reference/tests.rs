//! The committed pages are fresh, every example in them is right, and both languages say everything.

use std::path::Path;

use rekindle_engine::lang::Files;
use rekindle_workbench::check::check_files;
use rekindle_workbench::example::{Example, Part, workspace};
use rstest::rstest;

use super::texts::{Block, Entry, chapters, words};
use super::*;

const WORKSPACE: &str = "workspace.yaml";
const CAMPAIGN: &str = "welcome/campaign.yaml";
const MAIL: &str = "welcome/hello.mjml";

#[test]
fn the_committed_pages_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    for (name, text) in pages().unwrap() {
        let known = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(known == text, "run `rekindle reference`: docs/{name} is stale");
    }
}

/// What the checker says of files; nothing where they are right.
fn problems(parts: &[(&str, String)]) -> String {
    let part = |(path, text): &(&str, String)| Part { path: (*path).to_owned(), text: Some(text.clone()) };
    let mut files = workspace::with(&Example(parts.iter().map(part).collect())).unwrap();
    with_mails(&mut files);
    let found = check_files(Path::new("campaigns"), &files).problems;
    found.iter().map(|problem| format!("{problem}\n")).collect()
}

/// The mails that an example sends, in every language of its workspace.
fn with_mails(files: &mut Files) {
    let named = |key: &str, text: &str| -> Vec<String> {
        let ends = |c: char| !c.is_ascii_alphanumeric() && c != '-';
        text.split(key).skip(1).map(|rest| rest.split(ends).next().unwrap().to_owned()).collect()
    };
    let campaign = files[CAMPAIGN].clone();
    let answers = "{% for a in survey.answers %}<a href=\"{{ a.url }}\">{{ a.label }}</a>{% endfor %}";
    let mails = named("send: ", &campaign).into_iter().map(|mail| (mail, "Hello"));
    let surveys = named("mail: ", &campaign).into_iter().map(|mail| (mail, answers));
    let locales = files[WORKSPACE].split_once("locales: [").unwrap().1.split(']').next().unwrap().to_owned();
    for (mail, body) in mails.chain(surveys).filter(|(mail, _)| !mail.is_empty()) {
        let text = format!(
            "---\nsubject: Hello\n---\n<mj-section><mj-column><mj-text>{body}</mj-text></mj-column></mj-section>\n"
        );
        let text = files.entry(format!("welcome/{mail}.mjml")).or_insert(text).clone();
        for locale in locales.split(", ").skip(1) {
            files.insert(format!("welcome/{mail}.{locale}.mjml"), text.clone());
        }
    }
}

/// The file that a block is of, and its text there.
fn file(block: &Block) -> (&'static str, String) {
    match block.kind.as_str() {
        "yaml workspace" => (WORKSPACE, block.text.clone()),
        "yaml moves" => ("welcome/moves.yaml", block.text.clone()),
        "html" => (MAIL, block.text.clone()),
        "yaml" if block.text.starts_with("- ") => {
            (CAMPAIGN, block.text.lines().fold("steps:\n".to_owned(), |text, line| format!("{text}  {line}\n")))
        }
        "yaml" => (CAMPAIGN, block.text.clone()),
        other => panic!("an example of an unknown kind: {other}"),
    }
}

fn entries() -> Vec<Entry> {
    chapters().unwrap().into_iter().flat_map(|chapter| chapter.entries).collect()
}

#[test]
fn every_example_of_several_lines_is_right() {
    let mut failures = String::new();
    for entry in entries() {
        for block in &entry.blocks {
            let found = problems(&[file(block)]);
            if !found.is_empty() {
                failures.push_str(&format!("{}\n{}{found}\n", entry.heading.en, block.text));
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_key_and_every_type_is_shown_in_an_example() {
    let chapters = chapters().unwrap();
    let schemas = schemas::Schemas::new(&chapters);
    let mut missing = Vec::new();
    for entry in chapters.iter().flat_map(|chapter| &chapter.entries) {
        let Some(object) = &entry.object else { continue };
        let shown: String = entry.blocks.iter().map(|block| block.text.as_str()).collect();
        let has =
            |key: &str| [" ", "{", "\n"].iter().any(|before| format!("\n{shown}").contains(&format!("{before}{key}:")));
        missing.extend(
            schemas
                .keys(object)
                .unwrap()
                .iter()
                .filter(|key| !has(key.name))
                .map(|key| format!("{object}.{}", key.name)),
        );
        if shown.is_empty() {
            missing.push(object.clone());
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

/// Whether an example shows what it is an example of.
fn shows(example: &str, name: &str) -> bool {
    let parts = name.split(['.', '(']).filter(|part| !matches!(*part, "text" | "list" | "timestamp" | "duration"));
    let parts = parts.filter_map(|part| part.split(['[', ',', ')']).next()).filter(|part| part.len() > 1);
    let mut parts = parts.map(|part| part.strip_prefix("is ").unwrap_or(part));
    parts.next_back().is_none_or(|last| example.contains(last))
}

#[rstest]
#[case::names("names")]
#[case::functions("functions")]
fn every_expression_is_one(#[case] table: &str) {
    let mut failures = String::new();
    for (name, entry) in words(table).unwrap() {
        let when = entry.example.replace('\'', "''");
        let campaign = format!(
            "trigger: {{ event: order.completed }}\nsteps:\n  - offer: {{ id: gift, percent_off: 10 }}\n  - survey: {{ id: nps, kind: nps, mail: ask }}\n  - {{ id: hello, send: hello }}\n  - id: asked\n    branch: [ {{ when: '{when}', steps: [] }} ]\n"
        );
        let found = problems(&[(CAMPAIGN, campaign)]);
        if !found.is_empty() || !shows(&entry.example, &name) {
            failures.push_str(&format!("{name}: {}\n{found}", entry.example));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_variable_can_stand_in_a_mail() {
    let mut failures = String::new();
    for (name, entry) in words("variables").unwrap() {
        let campaign = "steps:\n  - offer: { id: gift, percent_off: 10, expires: 14d }\n  - offer: { id: cash, amount_off: 5000 }\n  - survey: { id: nps, kind: nps, mail: hello }\n";
        let mail = format!(
            "---\nsubject: Hello\n---\n<mj-section><mj-column><mj-text>{} {{% for x in survey.answers %}}<a href=\"{{{{ x.url }}}}\">{{{{ x.label }}}}</a>{{% endfor %}}</mj-text></mj-column></mj-section>\n",
            entry.example
        );
        let found = problems(&[(CAMPAIGN, campaign.to_owned()), (MAIL, mail)]);
        if !found.is_empty() || !shows(&entry.example, &name) {
            failures.push_str(&format!("{name}: {}\n{found}", entry.example));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_filter_and_every_key_of_front_matter_is_shown_by_its_example() {
    for (name, entry) in words("filters").unwrap() {
        assert!(shows(&entry.example, &name), "{name}: {}", entry.example);
    }
    for (name, entry) in words("front").unwrap() {
        let subject = if name == "subject" { "" } else { "subject: Hello\n" };
        let mail = format!(
            "---\n{subject}{}\n---\n<mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section>\n",
            entry.example
        );
        assert_eq!(problems(&[(MAIL, mail)]), "", "{name}");
        assert!(entry.example.starts_with(&format!("{name}: ")));
    }
}

#[test]
fn a_key_or_a_type_without_words_and_words_without_a_key_are_errors() {
    let refused = |change: fn(&mut Vec<Entry>)| {
        let mut chapters = chapters().unwrap();
        chapters.iter_mut().for_each(|chapter| change(&mut chapter.entries));
        page::complete(&schemas::Schemas::new(&chapters), &chapters).unwrap_err().to_string()
    };
    assert!(page::complete(&schemas::Schemas::new(&chapters().unwrap()), &chapters().unwrap()).is_ok());
    let no_key = refused(|all| all.iter_mut().for_each(|entry| drop(entry.keys.remove("within"))));
    assert!(no_key.contains("has no Korean text"), "{no_key}");
    let no_type = refused(|all| all.retain(|entry| entry.object.as_deref() != Some("Goal")));
    assert!(no_type.contains("the type Goal has no entry"), "{no_type}");
    let left =
        refused(|all| all.iter_mut().for_each(|entry| drop(entry.keys.insert("gone".to_owned(), String::new()))));
    assert!(left.contains("has no key gone"), "{left}");
}

#[test]
fn a_wrong_example_is_found() {
    assert!(problems(&[(CAMPAIGN, "audience: person.order.count > 1\n".to_owned())]).contains("C061"));
    assert!(problems(&[(MAIL, "---\nsubject: \"{{ persn.id }}\"\n---\n".to_owned())]).contains("M006"));
}

#[test]
fn the_korean_is_korean_and_the_english_is_not() {
    let hangul = |text: &str| text.chars().any(|letter| ('가'..='힣').contains(&letter));
    let tables = ["names", "functions", "variables", "filters", "front", "reasons"];
    let words = tables.iter().flat_map(|table| words(table).unwrap().into_values());
    for entry in entries().into_iter().chain(words) {
        assert!(hangul(&entry.prose.ko) && !hangul(&entry.prose.en), "{}", entry.heading.en);
        // A word of YAML alone is one in either language.
        assert!(entry.keys.values().all(|ko| hangul(ko) || ko.starts_with('`')), "{}", entry.heading.en);
    }
}
