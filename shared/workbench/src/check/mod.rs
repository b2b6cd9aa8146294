//! Everything that is wrong with a workspace: YAML, expressions, moves, mails and layouts, in one list.

mod measured;

use std::collections::BTreeSet;
use std::path::Path;

use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::{Beyond, Diagnostic, Files, Loaded, MOVES, MailFile, Severity, load_within, moves};
use rekindle_mail::{Address, CompiledMail, LayoutSource, MailSource, Problem, compile, layout_name};

use crate::files::Source;

/// The folder of layouts.
const LAYOUTS: &str = "layouts/";

/// A workspace, looked through.
pub struct Checked {
    /// What the YAML says.
    pub loaded: Loaded,
    /// The mails without problems.
    pub mails: Vec<(MailFile, CompiledMail)>,
    /// Every problem, in order of file and place. Files are named from the source's place on.
    pub problems: Vec<Diagnostic>,
}

impl Checked {
    /// The campaigns, all running; `None` where their files have errors.
    #[must_use]
    pub fn catalog(&self) -> Option<Catalog> {
        self.loaded.definitions.clone().map(Catalog::of)
    }

    /// Whether it cannot be published.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(Diagnostic::is_error)
    }
}

/// Looks through files of which nothing stands beside; see [`Source`].
#[must_use]
pub fn check_files(place: &Path, files: &Files) -> Checked {
    check(&Source { place: place.to_owned(), files: files.clone(), ..Source::default() })
}

/// Looks through a workspace.
#[must_use]
pub fn check(source: &Source) -> Checked {
    let Source { place, files, events } = source;
    let address = |address: &str| Address::parse(address).err().map(|error| error.to_string());
    let loaded = load_within(files, &Beyond { events: events.clone(), address });
    // Many mails stand in one layout, whose problems are the same for all of them.
    let mut problems: BTreeSet<Diagnostic> =
        loaded.diagnostics.iter().cloned().map(Diagnostic::for_publishing).collect();
    for (path, text) in files {
        if path.ends_with(&format!("/{MOVES}")) {
            problems.extend(moves(path, text).1);
        }
    }
    let mut mails = Vec::new();
    let mut layouts = BTreeSet::new();
    for mail in &loaded.mails {
        let text = files.get(&mail.path).map_or("", String::as_str);
        let layout = layout_name(text);
        match compile_in(files, layout.as_deref(), text, mail, &fallback(&loaded)) {
            Ok(compiled) => mails.push((mail.clone(), compiled)),
            Err(found) => problems.extend(found.into_iter().map(diagnostic)),
        }
        layouts.extend(layout);
    }
    problems.extend(unused_layouts(files, &layouts));
    if let Some(definitions) = loaded.definitions.clone() {
        problems.extend(measured::problems(&Catalog::of(definitions), &mails, files));
    }
    let named = |mut problem: Diagnostic| {
        problem.file = place.join(&problem.file).display().to_string();
        problem
    };
    let problems = problems.into_iter().map(named).collect();
    Checked { loaded, mails, problems }
}

/// The workspace's first locale, in which files without one are written.
fn fallback(loaded: &Loaded) -> String {
    let first = loaded.runnable().and_then(|definitions| definitions.workspace.locales.first().cloned());
    first.unwrap_or_else(|| "en".to_owned())
}

fn compile_in(
    files: &Files,
    layout: Option<&str>,
    text: &str,
    mail: &MailFile,
    fallback: &str,
) -> Result<CompiledMail, Vec<Problem>> {
    let path = layout.map(|name| format!("{LAYOUTS}{name}.mjml"));
    let layout =
        layout.zip(path.as_deref()).and_then(|(name, path)| Some(LayoutSource { name, path, text: files.get(path)? }));
    let locale = mail.locale.as_deref().unwrap_or(fallback);
    compile(&MailSource { name: &mail.mail, locale, path: &mail.path, text, layout: layout.as_ref() })
}

/// Layouts in which no mail stands are compiled around an empty one.
fn unused_layouts(files: &Files, used: &BTreeSet<String>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (path, _) in files.range(LAYOUTS.to_owned()..) {
        let Some(name) = path.strip_prefix(LAYOUTS).and_then(|file| file.strip_suffix(".mjml")) else { continue };
        if used.contains(name) {
            continue;
        }
        let empty = "---\nsubject: -\n---\n<mj-section><mj-column><mj-text>-</mj-text></mj-column></mj-section>\n";
        let mail = MailFile { campaign: String::new(), mail: name.to_owned(), locale: None, path: String::new() };
        let problems = compile_in(files, Some(name), empty, &mail, "en").err().unwrap_or_default();
        found.extend(problems.into_iter().filter(|problem| problem.path == *path).map(diagnostic));
    }
    found
}

fn diagnostic(problem: Problem) -> Diagnostic {
    Diagnostic {
        file: problem.path,
        line: problem.line,
        column: problem.column,
        severity: Severity::Error,
        code: problem.code,
        message: problem.message,
        help: problem.help,
    }
}

#[cfg(test)]
mod tests;
