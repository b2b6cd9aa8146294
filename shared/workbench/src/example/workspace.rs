//! The workspace that the examples of explanations, and of the reference, are a part of.
//!
//! An example shows the lines that matter. Its keys of `workspace.yaml` and `welcome/campaign.yaml` take the place of the
//! same ones here; every other file of it is a file of its own.

use anyhow::{Context, Result};
use rekindle_engine::lang::Files;

use super::{Example, Part};

const WORKSPACE: &str = "workspace.yaml";
const CAMPAIGN: &str = "welcome/campaign.yaml";
const MAIL: &str = "welcome/hello.mjml";

/// A workspace without problems: one campaign, one mail.
const BASE: [(&str, &str); 4] = [
    (
        WORKSPACE,
        "name: Shop\ntimezone: Asia/Seoul\nlocales: [en]\ncurrency: KRW\nsenders:\n  - { id: shop, name: Shop, email: shop@example.com, address: \"1 Teheran-ro, Seoul\" }\ntopics:\n  - { id: offers, name: { en: Offers } }\n",
    ),
    (
        "layouts/default.mjml",
        "<mjml><mj-body>{% block content %}{% endblock %}<mj-section><mj-column><mj-text>{{ sender.name }} {{ sender.address }} {% if unsubscribe_url | default(\"\") %}<a href=\"{{ unsubscribe_url }}\">stop</a>{% endif %}</mj-text></mj-column></mj-section></mj-body></mjml>\n",
    ),
    (
        CAMPAIGN,
        "name: Welcome\npurpose: marketing\ntrigger: { event: customer.signed_up }\nsteps:\n  - { id: hello, send: hello }\n",
    ),
    (MAIL, "---\nsubject: Welcome\n---\n<mj-section><mj-column><mj-text>Hello</mj-text></mj-column></mj-section>\n"),
];

/// The workspace with an example in it.
///
/// # Errors
/// Where a repetition in the example cannot be read.
pub fn with(example: &Example) -> Result<Files> {
    let mut files: Files = BASE.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
    for part in &example.0 {
        let Some(text) = &part.text else {
            files.remove(&part.path);
            continue;
        };
        let text = repeated(text)?;
        let whole = match part.path.as_str() {
            WORKSPACE | CAMPAIGN => merged(files.get(&part.path).map_or("", String::as_str), &text),
            _ => text,
        };
        files.insert(part.path.clone(), whole);
    }
    // Where no step of an example sends the mail, it would be one that nobody uses.
    let (sends, own) =
        (files.get(CAMPAIGN).is_some_and(|text| text.contains("hello")), |part: &Part| part.path == MAIL);
    if !sends && !example.0.iter().any(own) {
        files.remove(MAIL);
    }
    Ok(files)
}

/// The lines of `base` without the keys that `own` has, then `own`.
fn merged(base: &str, own: &str) -> String {
    let key = |line: &str| {
        let (key, _) = line.split_once(':')?;
        key.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_').then(|| key.to_owned())
    };
    let keys: Vec<String> = own.lines().take_while(|line| *line != "---").filter_map(key).collect();
    let mut kept = String::new();
    let mut taken = false;
    for line in base.lines() {
        taken = key(line).map_or(taken, |key| keys.contains(&key));
        if !taken {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept + own
}

/// `«3 × a»` is `aaa`; on a line of its own it is three lines.
fn repeated(text: &str) -> Result<String> {
    let Some((before, rest)) = text.split_once('«') else { return Ok(text.to_owned()) };
    let (inner, after) = rest.split_once('»').context("a repetition does not end")?;
    let (times, what) = inner.split_once(" × ").context("a repetition does not say how often")?;
    let is_line = (before.is_empty() || before.ends_with('\n')) && after.starts_with('\n') && !what.ends_with(' ');
    let what = if is_line { format!("{what}\n") } else { what.to_owned() };
    let after = if is_line { after.strip_prefix('\n').unwrap_or(after) } else { after };
    Ok(format!("{before}{}{}", what.repeat(times.parse()?), repeated(after)?))
}
