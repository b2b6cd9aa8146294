//! `rekindle preview`: mails as people would get them, written to files, with sample values where a person's are missing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use maud::{DOCTYPE, html};
use rekindle_engine::lang::MailFile;
use rekindle_mail::Message;
use rekindle_workbench::check::check;
use rekindle_workbench::files::Source;
use rekindle_workbench::preview::{Wanted, read_person, write};
use serde_json::json;

use crate::output::Output;
use crate::problems;

/// Which mails, for whom, and where to.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder that holds workspace.yaml.
    #[arg(default_value = "campaigns")]
    folder: PathBuf,
    /// Only the mail of this name; default: every mail.
    #[arg(long, value_name = "NAME")]
    mail: Option<String>,
    /// Only mails of this campaign.
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
    /// Only this language; default: every language there is, or the one that the person of `--person` gets.
    #[arg(long)]
    locale: Option<String>,
    /// Whom the mail goes to: a file with a `detail.person` object; default: an invented person.
    #[arg(long, value_name = "FILE.json")]
    person: Option<PathBuf>,
    /// The folder that the mails are written to; open its index.html.
    #[arg(long, value_name = "DIR", default_value = "preview")]
    out: PathBuf,
}

/// A mail that was written.
struct Written {
    path: String,
    subject: String,
}

/// Runs the command.
///
/// # Errors
/// Where there is no such mail, or a mail cannot be written.
pub fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let checked = check(&Source::folder(&arguments.folder)?);
    problems::show(&checked.problems, out);
    let Some(catalog) = checked.catalog() else { return Ok(ExitCode::FAILURE) };
    let person = arguments.person.as_deref().map(read_person).transpose()?;
    let wanted = Wanted {
        mail: arguments.mail.as_deref(),
        campaign: arguments.campaign.as_deref(),
        locale: arguments.locale.as_deref(),
        person: person.as_ref(),
    };
    let mails = write(&checked, &catalog, &wanted)?.into_iter();
    let written = mails.map(|mail| save(&arguments.out, mail.file, mail.locale, mail.message));
    let written = written.collect::<Result<Vec<Written>>>()?;
    if written.is_empty() {
        bail!(out.words().no_such_mail(&arguments.folder.display().to_string()));
    }
    fs::write(arguments.out.join("index.html"), index(&written))
        .with_context(|| format!("cannot write to {}", arguments.out.display()))?;
    let index = arguments.out.join("index.html").display().to_string();
    let text = || {
        let lines: String = written.iter().map(|mail| format!("{}  {}\n", mail.path, mail.subject)).collect();
        format!("{lines}{}\n", out.words().mails_written(written.len() as u64, &index))
    };
    let mail = |mail: &Written| json!({ "path": mail.path, "subject": mail.subject });
    out.data(|_| text(), || json!({ "index": index, "mails": written.iter().map(mail).collect::<Vec<_>>() }))?;
    Ok(ExitCode::SUCCESS)
}

fn save(out: &Path, file: &MailFile, locale: &str, message: Message) -> Result<Written> {
    let folder = out.join(&file.campaign);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let name = format!("{}.{locale}", file.mail);
    let headers: BTreeMap<&str, &str> =
        message.headers.iter().map(|header| (header.name.as_str(), header.value.as_str())).collect();
    let head = format!("From: {}\nTo: {}\nSubject: {}\n", message.from, message.to, message.subject);
    let head = headers.iter().fold(head, |head, (name, value)| format!("{head}{name}: {value}\n"));
    for (ending, text) in [("html", message.html), ("txt", format!("{head}\n{}", message.text))] {
        let path = folder.join(format!("{name}.{ending}"));
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(Written { path: format!("{}/{name}", file.campaign), subject: message.subject })
}

fn index(written: &[Written]) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Mails" }
                style { "body{font:16px/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}li{margin:.5rem 0}small{opacity:.7}" }
            }
            body {
                h1 { "Mails" }
                ul {
                    @for mail in written {
                        li {
                            a href=(format!("{}.html", mail.path)) { (mail.subject) }
                            " "
                            a href=(format!("{}.txt", mail.path)) { "text" }
                            br;
                            small { (mail.path) }
                        }
                    }
                }
            }
        }
    }
    .into_string()
}
