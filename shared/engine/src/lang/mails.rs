//! Which mails a campaign has, and which it needs (SPEC.md section 2).

use std::collections::{BTreeMap, BTreeSet};

use super::read::{Reader, is_mail_name};
use super::report::Report;
use super::yaml::Position;
use super::{Diagnostic, codes};
use crate::suggest::{did_you_mean, nearest, quote};

/// The file of a mail in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailFile {
    /// The campaign's id.
    pub campaign: String,
    /// The mail's name, as steps write it.
    pub mail: String,
    /// The language of a translation; `None`: for everyone without one.
    pub locale: Option<String>,
    /// The file's path within the workspace.
    pub path: String,
}

/// The mails among the files of a campaign's folder.
pub(super) fn of_campaign(campaign: &str, files: &[&str]) -> Vec<MailFile> {
    let mails = files.iter().filter(|file| !file.contains('/')).filter_map(|file| {
        let name = file.strip_suffix(".mjml")?;
        let (mail, locale) =
            name.split_once('.').map_or((name, None), |(mail, locale)| (mail, Some(locale.to_owned())));
        Some(MailFile {
            campaign: campaign.to_owned(),
            mail: mail.to_owned(),
            locale,
            path: format!("{campaign}/{file}"),
        })
    });
    mails.collect()
}

/// Compares the mails that are there with those that steps name.
pub(super) fn check(reader: &mut Reader<'_>, present: &[MailFile], diagnostics: &mut Vec<Diagnostic>) {
    let locales = reader.known.locales.as_deref();
    let mut mails: BTreeMap<&str, Vec<&MailFile>> = BTreeMap::new();
    for file in present {
        mails.entry(&file.mail).or_default().push(file);
        diagnostics.extend(check_file(file, locales));
    }
    let mut used = BTreeSet::new();
    for mail in std::mem::take(&mut reader.mails) {
        if !mails.contains_key(mail.mail.as_str()) {
            let help = match nearest(&mail.mail, mails.keys().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("write `{0}.mjml`, or `{0}.<locale>.mjml` for each language", mail.mail),
            };
            reader.report.error(mail.node.at, codes::NO_MAIL, format!("there is no mail {}", quote(&mail.mail)), help);
        }
        used.insert(mail.mail);
    }
    for (mail, files) in mails {
        let Some(first) = files.first() else { continue };
        let mut report = Report::new(&first.path, "");
        if !used.contains(mail) {
            report.warning(
                Position::START,
                codes::UNUSED_MAIL,
                format!("no step sends `{mail}`"),
                "add a step that does, or remove the file",
            );
        } else if let Some(locales) = locales {
            check_translations(&mut report, mail, &files, locales);
        }
        diagnostics.extend(report.into_found());
    }
}

fn check_file(file: &MailFile, locales: Option<&[String]>) -> Vec<Diagnostic> {
    let mut report = Report::new(&file.path, "");
    if !is_mail_name(&file.mail) {
        report.error(
            Position::START,
            codes::BAD_ID,
            format!("{} is no name of a mail", quote(&file.mail)),
            "rename the file: letters, digits, `-` and `_`",
        );
    }
    if let (Some(locale), Some(locales)) = (&file.locale, locales)
        && !locales.contains(locale)
    {
        let help = did_you_mean(locale, locales.iter().map(String::as_str));
        report.error(
            Position::START,
            codes::UNKNOWN_LOCALE,
            format!("the workspace has no locale {}", quote(locale)),
            help,
        );
    }
    report.into_found()
}

/// The file without a locale stands for the first locale, the fallback.
fn check_translations(report: &mut Report<'_>, mail: &str, files: &[&MailFile], locales: &[String]) {
    let plain = files.iter().any(|file| file.locale.is_none());
    for (index, locale) in locales.iter().enumerate() {
        let there = (index == 0 && plain) || files.iter().any(|file| file.locale.as_ref() == Some(locale));
        if there {
            continue;
        }
        let help = if index == 0 {
            format!("write `{mail}.{locale}.mjml`: `{locale}` is the fallback of the workspace")
        } else {
            format!("write `{mail}.{locale}.mjml`")
        };
        report.warning(
            Position::START,
            codes::NO_TRANSLATION,
            format!("the mail `{mail}` is missing in `{locale}`"),
            help,
        );
    }
}
