//! `rekindle preview`: mails as people would get them, written to files, with sample values where a person's are missing.
//!
//! They are written by the very code that sends, so that footer, label and links are those of a real mail. Nothing is sent,
//! and the links are signed with a key that no system trusts.

mod sample;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use maud::{DOCTYPE, html};
use rekindle_engine::catalog::{Catalog, Live};
use rekindle_engine::lang::MailFile;
use rekindle_engine::person::{Outgoing, Person, SendState};
use rekindle_engine::program::{Action, Program};
use rekindle_engine::time::Instant;
use rekindle_mail::{CompiledMail, Key, Links, Message, PreparedMail};
use rekindle_send::{data, envelope};

use crate::check::check;
use crate::output;

/// Which mails, for whom, and where to.
#[derive(clap::Args)]
pub struct Arguments {
    /// The mail's name; default: every mail.
    mail: Option<String>,
    /// The folder that holds workspace.yaml.
    #[arg(long, default_value = "campaigns")]
    campaigns: PathBuf,
    /// Only mails of this campaign.
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
    /// Only this language; default: every language there is.
    #[arg(long)]
    locale: Option<String>,
    /// Whom the mail goes to: a file with a `detail.person` object; default: an invented person.
    #[arg(long, value_name = "FILE.json")]
    person: Option<PathBuf>,
    /// The folder that the mails are written to; open its index.html.
    #[arg(long, value_name = "DIR")]
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
    let checked = check(&arguments.campaigns)?;
    for problem in checked.problems.iter().filter(|problem| problem.is_error()) {
        eprintln!("{problem}");
    }
    let Some(definitions) = checked.loaded.definitions else { return Ok(ExitCode::FAILURE) };
    let catalog = Catalog::of(definitions);
    let fallback = catalog.workspace.locales.first().map_or("en", String::as_str);
    let person = arguments.person.as_deref().map(sample::read).transpose()?;
    let mut written = Vec::new();
    for (file, compiled) in checked.mails.iter().filter(|(file, _)| arguments.wants(file, fallback)) {
        let Some(live) = catalog.get(&file.campaign) else { continue };
        let locale = file.locale.as_deref().unwrap_or(fallback);
        let person = person.clone().unwrap_or_else(|| sample::person(locale));
        let message = write(&catalog, live, file, compiled, &person)
            .with_context(|| format!("{} cannot be written", file.path))?;
        written.push(save(&arguments.out, file, locale, message)?);
    }
    if written.is_empty() {
        bail!("there is no such mail; `rekindle preview --out DIR` writes all there are");
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
    fn wants(&self, file: &MailFile, fallback: &str) -> bool {
        let is = |wanted: &Option<String>, own: &str| wanted.as_deref().is_none_or(|wanted| wanted == own);
        is(&self.mail, &file.mail)
            && is(&self.campaign, &file.campaign)
            && is(&self.locale, file.locale.as_deref().unwrap_or(fallback))
    }
}

/// Writes one mail as `send` does.
fn write(catalog: &Catalog, live: &Live, file: &MailFile, compiled: &CompiledMail, person: &Person) -> Result<Message> {
    let program = &live.program;
    let workspace = &catalog.workspace;
    let outgoing = outgoing(program, file);
    let links = Links::new("https://mail.example.com", Key::new(0, vec![0; 32])?, None)?;
    let signed = data::sign(&links, person, &outgoing, program, workspace)?;
    let mut data = data::data(person, &outgoing, program, workspace, &signed, &compiled.locale);
    sample::fill(&mut data, &compiled.names, &compiled.locale);
    let rendered = PreparedMail::new(compiled)?.render(&data)?;
    let sender = workspace.senders.get(program.campaign.sender).context("the campaign has no sender")?;
    Ok(envelope::address(rendered, &signed, person, program, sender, workspace.policy)?)
}

/// The mail as it would be planned, with a code of every offer of the campaign.
fn outgoing(program: &Program, file: &MailFile) -> Outgoing {
    let sends = |step: &&Arc<str>| matches!(program.at(step).map(|node| &node.action), Some(Action::Mail { mail, .. }) if **mail == *file.mail);
    let step = program.mail_steps.iter().find(sends).cloned().unwrap_or_else(|| file.mail.as_str().into());
    Outgoing {
        campaign: Arc::clone(&program.id),
        version: 1,
        step,
        entry: 1,
        mail: file.mail.as_str().into(),
        planned_at: Instant::default(),
        detail: Arc::default(),
        offers: sample::offers(program),
        state: SendState::Planned { attempt: 0 },
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
