//! `rekindle preview`: mails as people would get them, written to files, with sample values where a person's are missing.
//!
//! They are written by the very code that sends, so that footer, label and links are those of a real mail. Nothing is sent,
//! and the links are signed with a key that no system trusts.

mod sample;
mod sampled;
pub mod vocabulary;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use maud::{DOCTYPE, html};
use rekindle_engine::lang::MailFile;
use rekindle_engine::person::Person;
use rekindle_mail::{CompiledMail, Message, is_same_locale, pick_locale};

use crate::check::check;
use crate::{output, problems};

pub use sample::person;
pub use sampled::{BASE, Sampled};

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
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let checked = check(&arguments.folder)?;
    problems::show(&checked.problems);
    let Some(catalog) = checked.catalog() else { return Ok(ExitCode::FAILURE) };
    let fallback = catalog.workspace.locales.first().map_or("en", String::as_str);
    let person = arguments.person.as_deref().map(sample::read).transpose()?;
    let mut written = Vec::new();
    for (file, compiled) in &checked.mails {
        if !arguments.wants(file, &checked.mails, person.as_ref(), fallback) {
            continue;
        }
        let Some(sampled) = Sampled::of(&catalog, file, compiled) else { continue };
        let person = person.clone().unwrap_or_else(|| sample::person(&compiled.locale));
        let message = sampled.message(&person).with_context(|| format!("{} cannot be written", file.path))?;
        written.push(save(&arguments.out, file, &compiled.locale, message)?);
    }
    if written.is_empty() {
        bail!("there is no such mail; `rekindle preview {}` writes all there are", arguments.folder.display());
    }
    fs::write(arguments.out.join("index.html"), index(&written))
        .with_context(|| format!("cannot write to {}", arguments.out.display()))?;
    let mut report: String = written.iter().map(|mail| format!("{}  {}\n", mail.path, mail.subject)).collect();
    let were = if written.len() == 1 { "mail was" } else { "mails were" };
    report.push_str(&format!(
        "{} {were} written; open {}\n",
        written.len(),
        arguments.out.join("index.html").display()
    ));
    output::print(&report)?;
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    fn wants(
        &self,
        file: &MailFile,
        mails: &[(MailFile, CompiledMail)],
        person: Option<&Person>,
        fallback: &str,
    ) -> bool {
        let is = |wanted: &Option<String>, own: &str| wanted.as_deref().is_none_or(|wanted| wanted == own);
        let locale = file.locale.as_deref().unwrap_or_default();
        let in_locale = match (&self.locale, person) {
            (Some(wanted), _) => is_same_locale(wanted, file.locale.as_deref().unwrap_or(fallback)),
            (None, None) => true,
            (None, Some(person)) => {
                let own = person.profile.locale.as_deref().unwrap_or_default();
                let same =
                    mails.iter().filter(|(other, _)| (&other.campaign, &other.mail) == (&file.campaign, &file.mail));
                let locales = same.map(|(other, _)| other.locale.as_deref().unwrap_or_default());
                pick_locale(locales, own, fallback) == Some(locale)
            }
        };
        is(&self.mail, &file.mail) && is(&self.campaign, &file.campaign) && in_locale
    }
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
