//! `rekindle init`: a workspace to begin with, copied out of the binary. It never overwrites a file.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use include_dir::{Dir, File, include_dir};

use crate::{output, schema};

/// The repository's own workspace.
static WORKSPACE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../campaigns");
/// The file that makes a folder a campaign.
const CAMPAIGN: &str = "campaign.yaml";
/// Where the repository's files look for their schemas, and where copies do.
const SCHEMAS: [(&str, &str); 2] =
    [("$schema=../../schemas/", "$schema=../schemas/"), ("$schema=../schemas/workspace", "$schema=schemas/workspace")];

/// What to copy, and where to.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder of the new workspace.
    #[arg(default_value = "campaigns")]
    folder: PathBuf,
    /// Only these recipes; default: all of them.
    #[arg(long, value_name = "NAME", num_args = 1..)]
    recipe: Vec<String>,
    /// Show the recipes and write nothing.
    #[arg(long)]
    list: bool,
}

/// Runs the command.
///
/// # Errors
/// Where a recipe is unknown or a file cannot be written.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    if arguments.list {
        let list: String = recipes().iter().map(|(name, purpose)| format!("{name}\n  {purpose}\n")).collect();
        output::print(&list)?;
        return Ok(ExitCode::SUCCESS);
    }
    for wanted in &arguments.recipe {
        if !recipes().iter().any(|(name, _)| name == wanted) {
            let names: Vec<&str> = recipes().into_iter().map(|(name, _)| name).collect();
            bail!("there is no recipe {wanted:?}; the recipes are {}", names.join(", "));
        }
    }
    let mut kept = 0;
    let mut written = 0;
    let mut report = String::new();
    let mut write = |path: &Path, text: &[u8]| -> Result<()> {
        let path = arguments.folder.join(path);
        if write_new(&path, text)? {
            written += 1;
        } else {
            kept += 1;
            report.push_str(&format!("{} is there already and was left as it is\n", path.display()));
        }
        Ok(())
    };
    for file in wanted(&arguments.recipe) {
        write(file.path(), &adapted(file))?;
    }
    for (name, text) in schema::all() {
        write(&Path::new("schemas").join(name), text.as_bytes())?;
    }
    let folder = arguments.folder.display();
    let kept = if kept > 0 { format!(", {kept} were left") } else { String::new() };
    report.push_str(&format!("{written} files were written to {folder}{kept}\n"));
    report
        .push_str(&format!("Put your own shop into {folder}/workspace.yaml, then run `rekindle validate {folder}`.\n"));
    output::print(&report)?;
    Ok(ExitCode::SUCCESS)
}

/// The recipes and what each is for: the first comment of its file.
fn recipes() -> Vec<(&'static str, String)> {
    let mut recipes = Vec::new();
    for folder in WORKSPACE.dirs() {
        let (Some(name), Some(file)) = (folder.path().to_str(), folder.get_file(folder.path().join(CAMPAIGN))) else {
            continue;
        };
        let comments =
            file.contents_utf8().unwrap_or_default().lines().skip(1).map_while(|line| line.strip_prefix("# "));
        let purpose = comments.take_while(|line| !line.starts_with("Needs:")).collect::<Vec<_>>().join(" ");
        let first = purpose.split_once(". ").map_or(purpose.as_str(), |(first, _)| first).trim_end_matches('.');
        recipes.push((name, format!("{first}.")));
    }
    recipes.sort();
    recipes
}

/// The workspace's own files, the layouts, and those of the wanted recipes.
fn wanted(recipes: &[String]) -> Vec<&'static File<'static>> {
    let is_wanted = |folder: &&Dir<'static>| {
        let recipe = folder.get_file(folder.path().join(CAMPAIGN)).is_some();
        !recipe || recipes.is_empty() || recipes.iter().any(|name| Path::new(name) == folder.path())
    };
    WORKSPACE.files().chain(WORKSPACE.dirs().filter(is_wanted).flat_map(Dir::files)).collect()
}

/// The text with the comment by which editors find the schema, as it is right in the copy.
fn adapted(file: &File<'_>) -> Vec<u8> {
    match file.contents_utf8() {
        Some(text) => {
            SCHEMAS.iter().fold(text.to_owned(), |text, (here, there)| text.replace(here, there)).into_bytes()
        }
        None => file.contents().to_vec(),
    }
}

/// Writes a file that is not there yet; false where it is.
fn write_new(path: &Path, text: &[u8]) -> Result<bool> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(text).map(|()| true).with_context(|| format!("cannot write {}", path.display())),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error).with_context(|| format!("cannot write {}", path.display())),
    }
}
