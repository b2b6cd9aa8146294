//! A mail's source becomes a compiled mail, or all of its problems at once.
//!
//! Runs where campaigns are loaded and published, never where mails are sent. Must never read a file or fetch a link:
//! everything a mail needs is handed in.

mod bare;
mod check;
mod document;
mod elements;
mod front;
mod html;
mod link;
mod places;
mod problem;
mod structure;
mod tags;
mod text;
mod weave;

use crate::CompiledMail;
pub use crate::render::{FILTERS, TESTS};
use crate::render::{MAX_BODY, PreparedMail};

use document::Document;
use front::Front;
pub use front::KEYS as FRONT_MATTER;
pub use problem::{CODES, Problem};

use problem::{Code, Problems};

/// A layout, as it lies in `layouts/<name>.mjml`.
#[derive(Debug, Clone, Copy)]
pub struct LayoutSource<'a> {
    /// Its name, without folder and ending.
    pub name: &'a str,
    /// The file's path, for problems.
    pub path: &'a str,
    /// The file's text: a whole `<mjml>` document with one `{% block content %}{% endblock %}`.
    pub text: &'a str,
}

/// One file of a mail.
#[derive(Debug, Clone, Copy)]
pub struct MailSource<'a> {
    /// The mail's name within its campaign.
    pub name: &'a str,
    /// The locale the file is written in: its suffix, or the workspace's first locale for the untranslated file.
    pub locale: &'a str,
    /// The file's path, for problems.
    pub path: &'a str,
    /// The file's text.
    pub text: &'a str,
    /// The layout that [`layout_name`] asks for, if it exists.
    pub layout: Option<&'a LayoutSource<'a>>,
}

/// The name of the layout that a mail's source is put into: the one its front matter names; `default` for a fragment
/// that names none; `None` for a whole document that names none. Reads broken sources as well as it can.
#[must_use]
pub fn layout_name(text: &str) -> Option<String> {
    let mut ignored = Problems::default();
    let (front, body) = front::read("", text, &mut ignored);
    match front.layout {
        Some(named) => Some(named.text),
        None if document::is_whole(text.get(body..).unwrap_or_default()) => None,
        None => Some("default".to_owned()),
    }
}

/// Compiles one file of a mail.
///
/// # Errors
/// Every problem that was found, in the order of the file's lines. Problems of the layout name the layout's path.
pub fn compile(source: &MailSource<'_>) -> Result<CompiledMail, Vec<Problem>> {
    let mut problems = Problems::default();
    for (path, text) in [(source.path, source.text)].into_iter().chain(source.layout.map(|l| (l.path, l.text))) {
        if text.len() > MAX_BODY {
            problems.add(
                path,
                (1, 1),
                Code::TooLarge,
                "the file is longer than 256 KB",
                "A mail over 102 KB is cut off by Gmail; shorten it.",
            );
            return Err(problems.sorted());
        }
    }
    let (front, body) = front::read(source.path, source.text, &mut problems);
    let compiled = Document::assemble(source, &front, body, &mut problems)
        .and_then(|document| build(source, &front, &document, &mut problems));
    match compiled {
        Some(compiled) if problems.is_empty() => match PreparedMail::new(&compiled) {
            Ok(_) => Ok(compiled),
            Err(error) => {
                problems.add(
                    source.path,
                    (1, 1),
                    Code::Syntax,
                    error.to_string(),
                    "Please report this mail: the compiled template cannot be read.",
                );
                Err(problems.sorted())
            }
        },
        _ => Err(problems.sorted()),
    }
}

/// Checks and translates; `None` if something was in the way, which then is among the problems.
fn build(
    source: &MailSource<'_>,
    front: &Front,
    document: &Document<'_>,
    problems: &mut Problems,
) -> Option<CompiledMail> {
    let mut names = std::collections::BTreeSet::new();
    for line in front.lines() {
        let place = |offset| (source.path.to_owned(), line.place(offset));
        names.extend(check::template(&line.text, &place, problems).into_iter().flat_map(|checked| checked.names));
    }
    let place = |offset| document.place(offset);
    let checked = check::template(&document.text, &place, problems)?;
    names.extend(checked.names);
    let woven = weave::weave(document, &checked.own_links, problems)?;
    let markup = html::render(&woven, document, source.locale, problems)?;
    let subject = front.subject.as_ref()?.text.clone();
    let preheader = front.preheader.as_ref().map(|line| line.text.clone()).unwrap_or_default();
    Some(CompiledMail {
        name: source.name.to_owned(),
        locale: source.locale.to_owned(),
        html: html::finish(&markup, &woven, (&subject, &preheader), source, problems)?,
        text: text::from_html(&markup, &woven, source, problems)?,
        subject,
        preheader,
        names: names.into_iter().collect(),
    })
}

#[cfg(test)]
mod tests;
