//! What publishing stores and sending loads: templates that need nothing of MJML any more.
//!
//! Must never hold anything about a person.

use serde::{Deserialize, Serialize};

/// The names at the root of every template, in the order in which the documentation lists them.
///
/// `survey` is there in survey mails only, `unsubscribe_url` and `preferences_url` in marketing mails only;
/// `locale` is the language the mail is written in and is set by this crate.
pub const ROOTS: [&str; 12] = [
    "person",
    "entry",
    "offers",
    "answers",
    "workspace",
    "sender",
    "campaign",
    "survey",
    "unsubscribe_url",
    "preferences_url",
    "view_url",
    "locale",
];

/// One translation of one mail, compiled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompiledMail {
    /// The mail's name within its campaign, as a `send` step writes it.
    pub name: String,
    /// The locale it is written in, such as `ko`.
    pub locale: String,
    /// Template of the subject; plain text.
    pub subject: String,
    /// Template of the line that inboxes show after the subject; plain text, empty if there is none.
    pub preheader: String,
    /// Template of the HTML body, styles inlined, preheader included.
    pub html: String,
    /// Template of the text body.
    pub text: String,
    /// Every path the templates read, sorted: `person.attributes.name`, `offers.come-back.code`.
    /// An item of a list is written `[]`, as in `survey.answers[].url`.
    pub names: Vec<String>,
}

impl CompiledMail {
    /// Whether the templates read `root` or anything under it.
    #[must_use]
    pub fn uses(&self, root: &str) -> bool {
        self.names
            .iter()
            .any(|name| name.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])))
    }
}
