//! A workspace's files, loaded into [`Definitions`] or refused with everything that is wrong with them.
//!
//! The engine does no I/O: whoever has the files brings them as text.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Campaign, Definitions, Workspace};
use super::read::{Compile, Known, Reader};
use super::report::Report;
use super::yaml::{self, Node, Position};
use super::{Diagnostic, MailFile, codes, events, flow, mails};
use crate::expr::{self, Expr, Names};
use crate::suggest;

/// The text of each file, by its path within the workspace, `/` between folders.
pub type Files = BTreeMap<String, String>;

/// The workspace's own file.
const WORKSPACE: &str = "workspace.yaml";
/// The file that makes a folder a campaign.
const CAMPAIGN: &str = "campaign.yaml";
/// The folder of the mails' frames.
const LAYOUTS: &str = "layouts";

/// What came of loading a workspace.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The workspace and its campaigns; `None` where there is an error.
    pub definitions: Option<Definitions>,
    /// The mails in the folders of campaigns, in order of path.
    pub mails: Vec<MailFile>,
    /// Every problem of every file, in order of file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The definitions where nothing but the check of expressions refuses them.
    unchecked: Option<Definitions>,
}

impl Loaded {
    /// The definitions, also where nothing but the check of expressions refuses them: what cannot be published can still
    /// be simulated, since an expression that fails at run time is false and journalled (SPEC.md section 8).
    #[must_use]
    pub fn runnable(&self) -> Option<&Definitions> {
        self.definitions.as_ref().or(self.unchecked.as_ref())
    }
}

/// A campaign's folder: its files without the folder, and its parsed `campaign.yaml`.
struct Folder<'f> {
    id: &'f str,
    files: Vec<&'f str>,
    path: String,
}

/// What is known beyond the files of a workspace.
#[derive(Debug, Clone)]
pub struct Beyond {
    /// Types of events that somebody sends, beside those that are [built in](crate::event::BUILT_IN).
    pub events: BTreeSet<String>,
    /// Says what is wrong with an address from which mails are to come, if anything is: the rule of whatever makes mails.
    pub address: fn(&str) -> Option<String>,
}

/// Loads all files of a workspace. Templates are not looked into: the mail crate compiles them.
#[must_use]
pub fn load(files: &Files) -> Loaded {
    load_with(files, Some(check_all), Expr::compile, None)
}

/// Loads all files of a workspace, and compares them with what is known beyond them.
#[must_use]
pub fn load_within(files: &Files, beyond: &Beyond) -> Loaded {
    load_with(files, Some(check_all), Expr::compile, Some(beyond))
}

/// Loads what was published before: `workspace.yaml` and each `<id>/campaign.yaml`. The mails lie elsewhere and were
/// checked when they were published.
#[must_use]
pub fn load_published(files: &Files) -> Loaded {
    load_with(files, None, Expr::published, None)
}

/// What is checked of readers beyond what they read, where it was not checked before.
type Check = fn(&mut [Reader<'_>]);

fn load_with(files: &Files, check: Option<Check>, compile: Compile, beyond: Option<&Beyond>) -> Loaded {
    let mut diagnostics = Vec::new();
    let (workspace, known) = load_workspace(files, &mut diagnostics, compile, beyond);
    let folders = campaign_folders(files, &mut diagnostics);
    let mut reports = Vec::new();
    let mut roots = Vec::new();
    for folder in &folders {
        let mut report = Report::new(&folder.path, files.get(&folder.path).map_or("", String::as_str));
        check_name(&mut report, folder.id);
        roots.push(yaml::read(&mut report));
        reports.push(report);
    }
    let mut mails = Vec::new();
    let mut readers = Vec::new();
    let mut campaigns: BTreeMap<String, Campaign> = BTreeMap::new();
    for ((folder, root), report) in folders.iter().zip(&roots).zip(reports) {
        let mut reader = Reader::compiling(report, &known, compile);
        let campaign = root.as_ref().and_then(|root: &Node| Campaign::read(&mut reader, root, folder.id));
        let present = mails::of_campaign(folder.id, &folder.files);
        if root.is_some() && check.is_some() {
            mails::check(&mut reader, &present, &mut diagnostics);
        }
        mails.extend(present);
        campaigns.extend(campaign.map(|campaign| (folder.id.to_owned(), campaign)));
        readers.push(reader);
    }
    if let Some(check) = check {
        check(&mut readers);
        for (folder, reader) in folders.iter().zip(&mut readers) {
            campaigns.get(folder.id).into_iter().for_each(|campaign| flow::report(reader, campaign));
        }
    }
    if let Some(beyond) = beyond {
        events::check(&mut readers, &beyond.events);
    }
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(&format!("/{}", super::MOVES))) {
        diagnostics.extend(super::moves(path, text).1);
    }
    diagnostics.extend(readers.into_iter().flat_map(|reader| reader.report.into_found()));
    diagnostics.sort();
    let mut errors = diagnostics.iter().filter(|found| found.is_error()).peekable();
    let good = errors.peek().is_none();
    let runnable = errors.all(|error| error.code == codes::EXPRESSION_CHECK);
    let made = workspace.filter(|_| runnable).map(|workspace| Definitions { workspace, campaigns });
    let (definitions, unchecked) = if good { (made, None) } else { (None, made) };
    Loaded { definitions, mails, diagnostics, unchecked }
}

/// Checks every expression, now that all surveys are known.
fn check_all(readers: &mut [Reader<'_>]) {
    let of_kind = |reader: &Reader<'_>, kinds: &[&str]| -> Vec<String> {
        reader.steps.iter().filter(|step| kinds.contains(&step.kind)).map(|step| step.id.clone()).collect()
    };
    let surveys: Vec<String> = readers.iter().flat_map(|reader| of_kind(reader, &["survey"])).collect();
    for reader in readers {
        let (offers, mails) = (of_kind(reader, &["offer"]), of_kind(reader, &["send", "survey"]));
        let names = Names {
            offers: offers.iter().map(String::as_str).collect(),
            mails: mails.iter().map(String::as_str).collect(),
            surveys: surveys.iter().map(String::as_str).collect(),
            eventless: reader.eventless,
        };
        for written in std::mem::take(&mut reader.expressions) {
            let found = expr::check(&written.expr, &names);
            for error in found.errors {
                let at = reader.place(written.node, error.offset);
                reader.report.error(at, codes::EXPRESSION_CHECK, error.message, error.help);
            }
            for doubt in found.doubts {
                let at = reader.place(written.node, doubt.offset);
                reader.report.warning(at, codes::EXPRESSION_DOUBT, doubt.message, doubt.help);
            }
        }
    }
}

fn load_workspace(
    files: &Files,
    diagnostics: &mut Vec<Diagnostic>,
    compile: Compile,
    beyond: Option<&Beyond>,
) -> (Option<Workspace>, Known) {
    let mut report = Report::new(WORKSPACE, files.get(WORKSPACE).map_or("", String::as_str));
    if !files.contains_key(WORKSPACE) {
        report.error(
            Position::START,
            codes::NO_WORKSPACE,
            "the workspace has no workspace.yaml",
            "`rekindle init` writes one; or name the folder that holds it",
        );
        diagnostics.extend(report.into_found());
        return (None, Known::default());
    }
    let Some(root) = yaml::read(&mut report) else {
        diagnostics.extend(report.into_found());
        return (None, Known::default());
    };
    let nothing = Known::default();
    let mut reader = Reader::compiling(report, &nothing, compile);
    reader.address = beyond.map_or(reader.address, |beyond| beyond.address);
    let workspace = Workspace::read(&mut reader, &root);
    diagnostics.extend(reader.report.into_found());
    (workspace, reader.found)
}

/// The folders that hold a campaign; everything that belongs to nothing is reported.
fn campaign_folders<'f>(files: &'f Files, diagnostics: &mut Vec<Diagnostic>) -> Vec<Folder<'f>> {
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in files.keys().filter(|path| !ignored(path)) {
        match path.split_once('/') {
            Some((folder, file)) => folders.entry(folder).or_default().push(file),
            None if path == WORKSPACE => {}
            None => diagnostics.push(unknown_file(path, WORKSPACE)),
        }
    }
    let mut campaigns = Vec::new();
    for (id, files) in folders {
        if files.contains(&CAMPAIGN) {
            let stray =
                files.iter().filter(|file| **file != CAMPAIGN && (!file.ends_with(".mjml") || file.contains('/')));
            diagnostics.extend(stray.map(|file| unknown_file(&format!("{id}/{file}"), CAMPAIGN)));
            campaigns.push(Folder { id, files, path: format!("{id}/{CAMPAIGN}") });
        } else if id != LAYOUTS {
            let path = format!("{id}/{CAMPAIGN}");
            let mut report = Report::new(&path, "");
            let nearest = files.iter().find(|file| file.ends_with(".yaml") || file.ends_with(".yml"));
            let help = nearest.map_or_else(
                || "write its campaign.yaml, or remove the folder".to_owned(),
                |file| format!("rename `{file}` to `{CAMPAIGN}`"),
            );
            report.warning(
                Position::START,
                codes::NO_CAMPAIGN,
                format!("the folder {} has no campaign.yaml", suggest::quote(id)),
                help,
            );
            diagnostics.extend(report.into_found());
        }
    }
    campaigns
}

/// Hidden files, notes to the people who read the folder, and what publishing alone reads.
fn ignored(path: &str) -> bool {
    let name = path.rsplit('/').next();
    path.split('/').any(|part| part.starts_with('.')) || name == Some("README.md") || name == Some(super::MOVES)
}

fn unknown_file(path: &str, expected: &str) -> Diagnostic {
    let mut report = Report::new(path, "");
    let name = path.rsplit('/').next().unwrap_or(path);
    let help = match suggest::nearest(name, [expected]) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "a campaign's folder holds campaign.yaml and its mails (*.mjml), nothing else".to_owned(),
    };
    report.warning(Position::START, codes::UNKNOWN_FILE, format!("{} belongs to nothing", suggest::quote(path)), help);
    report.into_found().swap_remove(0)
}

/// A campaign's id is the name of its folder.
fn check_name(report: &mut Report<'_>, id: &str) {
    if matches!(id, "workspace" | LAYOUTS) {
        report.error(
            Position::START,
            codes::RESERVED_ID,
            format!("a campaign cannot be named `{id}`"),
            "rename its folder",
        );
    } else if !super::read::is_id(id) {
        let help = format!("rename the folder: {}", super::read::id_help(id));
        report.error(Position::START, codes::BAD_ID, format!("the folder {} is no id", suggest::quote(id)), help);
    }
}
