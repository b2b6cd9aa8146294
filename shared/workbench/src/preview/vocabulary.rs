//! What a mail can name, and what a template prints: asked of the code that writes mails.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use rekindle_engine::lang::Diagnostic;
use rekindle_engine::person::Answer;
use rekindle_mail::ROOTS;
use serde_json::{Value, json};

use super::{Sampled, sample};
use crate::check::{Checked, check_files};
use crate::example::{Example, Part, workspace};

/// Roots whose fields are the shop's own.
const OPEN: [&str; 2] = ["entry", "person.attributes"];
/// Mappings by the ids of a campaign or the workspace.
const BY_ID: [&str; 2] = ["offers", "answers"];

/// Every variable: `person.orders.count`; `["…"]` stands for an id, `[]` for each element of a list.
///
/// # Errors
/// Where the sample cannot be written.
pub fn variables() -> Result<Vec<String>> {
    let campaign =
        "steps:\n  - offer: { id: gift, percent_off: 15 }\n  - survey: { id: nps, kind: nps, mail: hello }\n";
    let mail = "---\nsubject: x\n---\n<mj-section><mj-column><mj-text>{% for a in survey.answers %}<a href=\"{{ a.url }}\">{{ a.label }}</a>{% endfor %}</mj-text></mj-column></mj-section>\n";
    let checked = checked(&[("welcome/campaign.yaml", campaign), ("welcome/hello.mjml", mail)])?;
    let mut variables = Vec::new();
    written(&checked, |sampled| {
        let step = sampled.steps().next().context("no step sends the sample")?;
        let mut person = sample::person("en");
        person
            .profile
            .answers
            .insert("nps".to_owned(), Answer { score: json!(9), comment: json!("good"), occasion: None });
        let (data, _) = sampled.data(&person, step, |_| true)?;
        for root in ROOTS {
            let value = data.get(root).with_context(|| format!("mails have no {root}"))?;
            walk(root, value, &mut variables);
        }
        Ok(())
    })?;
    Ok(variables)
}

/// What a template prints in a mail of a locale.
///
/// # Errors
/// Where it cannot be read or printed.
pub fn printed(template: &str, locale: &str) -> Result<String> {
    let mail = format!(
        "---\nsubject: '{}'\n---\n<mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section>\n",
        template.replace('\'', "''")
    );
    let workspace = format!("locales: [{locale}]\ntopics: []\n");
    let checked = checked(&[("workspace.yaml", &workspace), ("welcome/hello.mjml", &mail)])?;
    let mut printed = String::new();
    written(&checked, |sampled| {
        let step = sampled.steps().next().context("no step sends the sample")?;
        let person = sample::person(locale);
        printed = sampled.rendered(&person, step, |_| true)?.0.subject;
        Ok(())
    })?;
    Ok(printed)
}

fn checked(files: &[(&str, &str)]) -> Result<Checked> {
    let part = |(path, text): &(&str, &str)| Part { path: (*path).to_owned(), text: Some((*text).to_owned()) };
    let files = workspace::with(&Example(files.iter().map(part).collect()))?;
    let checked = check_files(Path::new(""), &files);
    let shown = |problems: &[Diagnostic]| problems.iter().map(|problem| format!("{problem}\n")).collect::<String>();
    ensure!(checked.problems.is_empty(), "{}", shown(&checked.problems));
    Ok(checked)
}

fn written(checked: &Checked, with: impl FnOnce(&Sampled<'_>) -> Result<()>) -> Result<()> {
    let catalog = checked.catalog().context("the sample has problems")?;
    let (file, compiled) = checked.mails.first().context("the sample has no mail")?;
    with(&Sampled::of(&catalog, file, compiled).context("the sample has no campaign")?)
}

fn walk(path: &str, value: &Value, variables: &mut Vec<String>) {
    match value {
        Value::Object(_) if OPEN.contains(&path) => variables.push(path.to_owned()),
        Value::Object(fields) if BY_ID.contains(&path) => {
            fields.values().take(1).for_each(|own| walk(&format!("{path}[\"…\"]"), own, variables));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(name, own)| walk(&format!("{path}.{name}"), own, variables));
        }
        Value::Array(items) => {
            variables.push(path.to_owned());
            items.iter().take(1).for_each(|own| walk(&format!("{path}[]"), own, variables));
        }
        _ => variables.push(path.to_owned()),
    }
}
