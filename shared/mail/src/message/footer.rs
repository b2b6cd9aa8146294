//! The footer of last resort: who sends, from where, and how to leave.
//!
//! Layouts usually say all this; where a rendered body lacks any of it, the whole of it is appended. Must never be
//! left out of a marketing mail (CAN-SPAM, CASL; Korea's Network Act for policy `kr`).

use crate::Language;
use crate::render::escape_html;
use rekindle_engine::lang::{Policy, Sender};

pub(super) struct Footer<'a> {
    pub(super) sender: &'a Sender,
    pub(super) postal: &'a str,
    pub(super) unsubscribe: &'a str,
    pub(super) policy: Policy,
    pub(super) language: Language,
}

/// One line of words around the link to unsubscribe.
struct Leave {
    before: &'static str,
    link: &'static str,
    after: &'static str,
}

const KO: Leave =
    Leave { before: "소식을 그만 받고 싶으시면 ", link: "수신거부", after: "를 눌러 주세요." };
const EN: Leave = Leave { before: "If you no longer wish to hear from us, ", link: "unsubscribe", after: "." };
const KR_KO: Leave = Leave {
    before: "메일 수신을 원치 않으시면 ", link: "무료 수신거부", after: "를 눌러 주세요."
};
const KR_EN: Leave =
    Leave { before: "If you no longer wish to receive these mails, ", link: "unsubscribe free of charge", after: "." };

impl Footer<'_> {
    /// Appends the footer to each body that lacks any part of it.
    pub(super) fn complete(&self, html: &mut String, text: &mut String) {
        if !self.stands_in(html, |part| escape_html(part).into_owned()) {
            let at = html.rfind("</body>").unwrap_or(html.len());
            html.insert_str(at, &self.html());
        }
        if !self.stands_in(text, str::to_owned) {
            text.push_str(&self.text());
        }
    }

    /// Puts the link to unsubscribe at the top as well, where the first one is not within `shown` bytes: what is behind them
    /// may be cut off, and a long list of somebody's must not take the way out from them.
    pub(super) fn stand_early(&self, html: &mut String, shown: usize) {
        let url = escape_html(self.unsubscribe);
        if html.find(&*url).is_some_and(|at| at + url.len() <= shown) {
            return;
        }
        let body = html.find("<body").and_then(|body| Some(body + html.get(body..)?.find('>')? + 1));
        html.insert_str(body.unwrap_or_default(), &self.html());
    }

    fn stands_in(&self, body: &str, escape: fn(&str) -> String) -> bool {
        let has = |part: &str| body.contains(&escape(part.trim()));
        let named = has(&self.sender.name) && has(self.postal) && has(self.unsubscribe);
        let kr = || {
            let contact = has(&self.sender.email) && self.sender.phone.as_deref().is_none_or(has);
            contact && has(KR_KO.link) && body.to_ascii_lowercase().contains("unsubscribe free of charge")
        };
        named && (self.policy == Policy::Default || kr())
    }

    /// Under `kr` both languages, always: the law asks for Korean and English.
    fn leave(&self) -> Vec<Leave> {
        match (self.policy, self.language) {
            (Policy::Kr, _) => vec![KR_KO, KR_EN],
            (Policy::Default, Language::Ko) => vec![KO],
            (Policy::Default, Language::En) => vec![EN],
        }
    }

    /// Name, postal address and, under `kr`, how to reach the sender.
    fn sender_line(&self) -> String {
        let mut parts = vec![self.sender.name.trim(), self.postal.trim()];
        if self.policy == Policy::Kr {
            parts.extend(self.sender.phone.as_deref());
            parts.push(&self.sender.email);
        }
        parts.join(" · ")
    }

    fn html(&self) -> String {
        let url = escape_html(self.unsubscribe);
        let mut lines: Vec<String> = self
            .leave()
            .iter()
            .map(|leave| {
                format!("{}<a href=\"{url}\" style=\"color:#6b6b6b\">{}</a>{}", leave.before, leave.link, leave.after)
            })
            .collect();
        lines.push(escape_html(&self.sender_line()).into_owned());
        format!(
            "<div style=\"padding:24px;font-family:sans-serif;font-size:12px;line-height:1.6;color:#6b6b6b;\
             text-align:center\">{}</div>",
            lines.join("<br>")
        )
    }

    fn text(&self) -> String {
        let mut text = String::from("\n-- \n");
        for leave in self.leave() {
            text.push_str(&format!("{}{}{}\n", leave.before, leave.link, leave.after));
        }
        text.push_str(&format!("{}\n{}\n", self.unsubscribe, self.sender_line()));
        text
    }
}
