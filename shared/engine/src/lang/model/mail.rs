//! A mail that a step sends: `send`, and the mail of a `survey`, with the keys that stand beside them.

use super::entry::OnUnknown;
use super::object::{Facet, Said};
use crate::lang::read::{Fields, MailUse, Reader};
use crate::lang::yaml::Node;
use crate::time::Span;

/// One planned mail of a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The name of its file, without ending.
    pub mail: String,
    /// Where it differs from the campaign's.
    pub give_up_after: Option<Span>,
    /// Where it differs from the campaign's.
    pub on_unknown: Option<OnUnknown>,
}

impl Mail {
    /// A mail, with what stands beside the step's kind.
    pub(super) fn read<'a>(reader: &mut Reader<'a>, node: &'a Node, step: &Fields<'a>) -> Option<Self> {
        let give_up_after = step.get("give_up_after").and_then(|node| reader.span(node));
        let on_unknown = step.get("on_unknown").and_then(|node| OnUnknown::read(reader, node));
        let mail = reader.mail_name(node)?;
        reader.mails.push(MailUse { mail: mail.clone(), node });
        Some(Self { mail, give_up_after, on_unknown })
    }

    /// What stands beside the step's kind, in a plan.
    pub(super) fn facets(&self) -> Vec<Facet> {
        let mut facets = Vec::new();
        self.give_up_after.said("give_up_after", &mut facets);
        self.on_unknown.said("on_unknown", &mut facets);
        facets
    }
}
