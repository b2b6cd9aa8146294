//! `rekindle init`: a workspace to begin with, copied out of the binary. It never overwrites a file.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use include_dir::{Dir, File, include_dir};
use serde_json::json;

use crate::output::Output;
use crate::schema;

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
pub fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let words = out.words();
    if arguments.list {
        let line = |(name, purpose): &(&str, String)| format!("{name}\n  {purpose}\n");
        let object = |(name, purpose): &(&str, String)| json!({ "recipe": name, "purpose": purpose });
        out.list(|_| recipes().iter().map(line).collect(), || recipes().iter().map(object).collect())?;
        return Ok(ExitCode::SUCCESS);
    }
    for wanted in &arguments.recipe {
        if !recipes().iter().any(|(name, _)| name == wanted) {
            let names: Vec<&str> = recipes().into_iter().map(|(name, _)| name).collect();
            bail!(words.no_recipe(wanted, &names.join(", ")));
        }
    }
    let (mut kept, mut written) = (Vec::new(), Vec::new());
    let mut write = |path: &Path, text: &[u8]| -> Result<()> {
        let path = arguments.folder.join(path);
        let all = if write_new(&path, text)? { &mut written } else { &mut kept };
        all.push(path.display().to_string());
        Ok(())
    };
    for file in wanted(&arguments.recipe) {
        write(file.path(), &adapted(file))?;
    }
    for (name, text) in schema::all() {
        write(&Path::new("schemas").join(name), text.as_bytes())?;
    }
    let text = || {
        let left: String = kept.iter().map(|path| words.left_as_it_is(path) + "\n").collect();
        let folder = arguments.folder.display().to_string();
        left + &words.workspace_written(written.len() as u64, kept.len() as u64, &folder)
    };
    out.data(|_| text(), || json!({ "written": written, "kept": kept }))?;
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
