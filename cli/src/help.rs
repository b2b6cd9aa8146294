//! Help, completions and manual pages: all from the very arguments that are read, in the reader's language.
//!
//! Every command has a [`Page`]: its group on the first screen, examples, and where more is written. The tests walk the whole
//! tree: no command without a page, no page without a command, no example that would be refused, no document that is not there.

mod pages;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Arg, ArgAction, Command, CommandFactory};
use clap_complete::Shell;
use rekindle_mail::Language;
use serde_json::json;

use self::pages::{GROUPS, Group, PAGES, Page, SHARED};
use crate::Arguments;
use crate::output::{Output, columns::left, print};
use crate::words::Words;

/// Columns of a command's name on the first screen.
const NAME: usize = 13;

/// Everything that can be asked of the command, with help in a language.
pub fn command(language: Language) -> Command {
    let words = Words(language);
    let mut command = localized(Arguments::command(), words);
    for page in &PAGES {
        let path: Vec<&str> = page.path.split(' ').collect();
        command = at(command, &path, &|command| with_page(command, page, words));
    }
    let groups = groups(&command, words);
    let (about, usage, options, more) =
        (words.help_about(), words.help_usage(), words.help_options(), words.help_more());
    command
        .about(about)
        .help_template(format!("{{about-with-newline}}\n{usage} {{usage}}\n\n{groups}{options}\n{{options}}\n\n{more}"))
}

/// Changes the command at the end of a path.
fn at(command: Command, path: &[&str], change: &dyn Fn(Command) -> Command) -> Command {
    match path.split_first() {
        None => change(command),
        Some((name, rest)) => command.mut_subcommand(*name, |own| at(own, rest, change)),
    }
}

fn with_page(command: Command, page: &Page, words: Words) -> Command {
    let examples: String = page.examples.iter().map(|example| format!("\n  {example}")).collect();
    let (examples_are, docs_are) = (words.help_examples(), words.help_docs());
    let notes = match words.0 {
        Language::Ko => page.notes[0],
        Language::En => page.notes[1],
    };
    let notes = if notes.is_empty() { String::new() } else { format!("{notes}\n\n") };
    let command = match words.0 {
        Language::Ko => command.about(page.ko).long_about(page.ko),
        Language::En => command,
    };
    command.after_help(format!("{notes}{examples_are}{examples}\n\n{docs_are} {}", page.docs))
}

/// What stands above options, and what the options say that many commands share, where that is not English.
fn localized(command: Command, words: Words) -> Command {
    if words.0 == Language::En {
        return command;
    }
    let heading = |arg: &Arg| match arg.get_help_heading() {
        Some("Output") => words.help_output(),
        Some("Which system") => words.help_which(),
        Some(other) => other.to_owned(),
        None if arg.is_positional() => words.help_arguments(),
        None => words.help_options_of(),
    };
    let change = |arg: Arg| {
        let heading = heading(&arg);
        let own = SHARED.iter().find(|(id, _)| arg.get_id() == *id).map(|(_, text)| *text);
        let arg = arg.help_heading(heading);
        match own {
            Some(text) => arg.help(text),
            None => arg,
        }
    };
    let usage = words.help_usage();
    let template = format!("{{about-with-newline}}\n{usage} {{usage}}\n\n{{all-args}}{{after-help}}");
    let names: Vec<String> = command.get_subcommands().map(|own| own.get_name().to_owned()).collect();
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).help(words.help_help());
    let command = command
        .disable_help_flag(true)
        .arg(help)
        .mut_args(change)
        .subcommand_help_heading(words.help_commands())
        .help_template(template);
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, |own| localized(own, words)))
}

/// The commands by what they are for.
fn groups(command: &Command, words: Words) -> String {
    let of = |group: Group| PAGES.iter().filter(move |page| page.group == Some(group));
    let line = |page: &Page| {
        let about = command.find_subcommand(page.path).and_then(|own| own.get_about().map(ToString::to_string));
        format!("  {}{}\n", left(page.path, NAME), about.unwrap_or_default().trim_end_matches('.'))
    };
    let lines = |group: Group| of(group).map(line).collect::<String>();
    GROUPS.iter().map(|group| format!("{}\n{}\n", group.title(words), lines(*group))).collect()
}

/// Which shell.
#[derive(clap::Args)]
pub struct CompletionsArguments {
    /// The shell that reads them.
    shell: Shell,
}

/// Prints what makes a shell complete the command's arguments.
///
/// # Errors
/// Where it cannot be written although somebody reads.
pub fn completions(arguments: &CompletionsArguments) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "rekindle", &mut script);
    print(&String::from_utf8(script)?)?;
    Ok(ExitCode::SUCCESS)
}

/// Where to.
#[derive(clap::Args)]
pub struct ManArguments {
    /// The folder to write the pages to.
    folder: PathBuf,
}

/// Writes a manual page for each command.
///
/// # Errors
/// Where one cannot be written.
pub fn man(arguments: &ManArguments, out: &Output) -> Result<ExitCode> {
    let folder = &arguments.folder;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut command = command(out.words().0);
    command.build();
    let mut written = Vec::new();
    pages_of(&command, &mut |name, page| {
        let path = folder.join(name);
        fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))?;
        written.push(path.display().to_string());
        Ok(())
    })?;
    let text = || written.iter().map(|path| format!("{path}\n")).collect();
    out.list(|_| text(), || written.iter().map(|path| json!({ "file": path })).collect())?;
    Ok(ExitCode::SUCCESS)
}

fn pages_of(command: &Command, take: &mut dyn FnMut(String, Vec<u8>) -> Result<()>) -> Result<()> {
    let man = clap_mangen::Man::new(command.clone());
    let mut page = Vec::new();
    man.render(&mut page)?;
    take(man.get_filename(), page)?;
    let mut shown = command.get_subcommands().filter(|own| !own.is_hide_set() && own.get_name() != "help");
    shown.try_for_each(|own| pages_of(own, take))
}
