//! What shows only when a mail is written: how long it is, whether its way out is seen, what it lacks.
//!
//! Each mail is written of sample values by the code that sends. Must never refuse what a person's own values would mend.

use std::collections::BTreeSet;
use std::sync::Arc;

use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::{Diagnostic, Files, MailFile, Severity, codes, flow};
use rekindle_mail::{CompiledMail, LinkKind, Rendered, SHOWN};

use crate::preview::{BASE, Sampled, person};

/// The problems of compiled mails.
pub fn problems(catalog: &Catalog, mails: &[(MailFile, CompiledMail)], files: &Files) -> BTreeSet<Diagnostic> {
    let mut found = BTreeSet::new();
    for (file, compiled) in mails {
        let Some(sampled) = Sampled::of(catalog, file, compiled) else { continue };
        let text = files.get(&file.path).map_or("", String::as_str);
        let mail = Mail { sampled: &sampled, file, compiled, text };
        for step in sampled.steps() {
            found.extend(mail.at_step(step));
        }
    }
    found
}

struct Mail<'m> {
    sampled: &'m Sampled<'m>,
    file: &'m MailFile,
    compiled: &'m CompiledMail,
    text: &'m str,
}

impl Mail<'_> {
    /// What is wrong with the mail where this step sends it.
    fn at_step(&self, step: &Arc<str>) -> Vec<Diagnostic> {
        let person = person(&self.compiled.locale);
        // What fails with samples may go well with a person's own values.
        let Ok((rendered, signed)) = self.sampled.rendered(&person, step, |_| true) else { return self.offers(step) };
        let asks = self.sampled.program().survey(step).is_some();
        let answers = rendered.html.contains(&format!("{BASE}/{}/", LinkKind::Answer.path()));
        let counted = self.sampled.counted(rendered, &signed, &person);
        let mut found = counted.map(|mail| self.length(&mail, &signed.mail.unsubscribe)).unwrap_or_default();
        if asks && !answers {
            found.push(self.problem(
                Severity::Error,
                codes::NO_ANSWERS,
                0,
                format!("the mail of the survey `{step}` holds no link to answer it"),
                "write `{% for a in survey.answers %}<a class=\"answer\" href=\"{{ a.url }}\">{{ a.label }}</a> {% endfor %}`",
            ));
        }
        found.extend(self.offers(step));
        found
    }

    /// Whether mail readers show the whole of it, and the way out in any case.
    fn length(&self, rendered: &Rendered, unsubscribe: &str) -> Vec<Diagnostic> {
        let bytes = rendered.html.len();
        if bytes <= SHOWN {
            return Vec::new();
        }
        let kilobytes = bytes.div_ceil(1_000);
        let shown = SHOWN / 1_000;
        let mut found = vec![self.problem(
            Severity::Warning,
            codes::CLIPPED,
            0,
            format!("the mail comes to {kilobytes} KB of HTML; Gmail cuts off what is behind some {shown} KB"),
            "shorten it, or link to a page that says the rest",
        )];
        let is_marketing = self.sampled.program().campaign.purpose == rekindle_engine::lang::Purpose::Marketing;
        let early = rendered.html.find(unsubscribe).is_some_and(|at| at + unsubscribe.len() <= SHOWN);
        if is_marketing && !early {
            found.push(self.problem(
                Severity::Error,
                codes::LEAVE_CLIPPED,
                0,
                format!("the link to unsubscribe stands behind the first {shown} KB, where Gmail cuts the mail off"),
                "shorten the mail, or put `<a href=\"{{ unsubscribe_url }}\">` at its top",
            ));
        }
        found
    }

    /// The offers that the mail prints before everybody who gets it has a code.
    fn offers(&self, step: &Arc<str>) -> Vec<Diagnostic> {
        let reached = flow::at_mails(&self.sampled.program().campaign);
        let Some(reached) = reached.get(&**step) else { return Vec::new() };
        let named =
            self.compiled.names.iter().filter_map(|name| name.strip_prefix("offers.")?.split(['.', '[']).next());
        let named: BTreeSet<&str> = named.collect();
        let unsure =
            named.iter().copied().filter(|offer| !reached.always.contains(offer) && self.fails_without(step, offer));
        let problem = |offer: &str| {
            if reached.maybe.contains(offer) {
                return self.problem(
                    Severity::Warning,
                    codes::OFFER_NOT_SURE,
                    self.first_use(offer),
                    format!("not everybody has a code of `{offer}` when `{step}` sends this mail; whoever has none gets no mail"),
                    "write `on_unavailable: exit` in the offer, or what the mail says without a code: `{% if offers[\"…\"].code | default(\"\") %}`",
                );
            }
            self.problem(
                Severity::Error,
                codes::OFFER_TOO_EARLY,
                self.first_use(offer),
                format!("no code of `{offer}` is issued before `{step}` sends this mail, so that nobody would get it"),
                "put the `offer` step before the step that sends the mail",
            )
        };
        unsure.map(problem).collect()
    }

    /// Whether the mail cannot be written without a code of an offer, where it can be written with one.
    fn fails_without(&self, step: &Arc<str>, offer: &str) -> bool {
        let person = person(&self.compiled.locale);
        let is_offer = self.sampled.program().offers().any(|(own, _)| **own == *offer);
        let with = self.sampled.rendered(&person, step, |_| true);
        let without = self.sampled.rendered(&person, step, |own| own != offer);
        // With an offer that the campaign does not have at all, it fails either way.
        without.is_err_and(|error| error.to_string().contains(offer)) && (with.is_ok() || !is_offer)
    }

    /// Where the file first names an offer.
    fn first_use(&self, offer: &str) -> usize {
        let named = [format!("offers[\"{offer}\"]"), format!("offers['{offer}']"), format!("offers.{offer}")];
        named.iter().filter_map(|name| self.text.find(name)).min().unwrap_or_default()
    }

    fn problem(&self, severity: Severity, code: &'static str, at: usize, message: String, help: &str) -> Diagnostic {
        let before = self.text.get(..at).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Diagnostic {
            file: self.file.path.clone(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            severity,
            code,
            message,
            help: help.to_owned(),
        }
    }
}
