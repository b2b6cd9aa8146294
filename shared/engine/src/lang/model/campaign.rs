//! `campaign.yaml`: who enters a campaign, when, how often, and what it is for.

use super::entry::{EntryRule, OnUnknown, WindowRule};
use super::object::{named, object, words};
use super::value::{Duration, EventType, Expression, Id, Percent, Text};
use super::{Goal, Step, Trigger, Workspace};
use crate::expr::{Expr, Site};
use crate::lang::codes;
use crate::lang::read::Reader;
use crate::lang::yaml::{Node, Value};
use crate::suggest::{did_you_mean, quote};
use crate::time::Span;

/// How long a mail may be delayed where neither its step nor its campaign says.
pub const GIVE_UP_AFTER: Span = Span::days(7);

object! {
    /// A campaign; its id is the name of its folder.
    #[schemars(title = "Rekindle campaign")]
    #[derive(Debug, Clone)]
    pub struct Campaign = "a campaign", "name: Welcome";
    read(reader, fields, id: &str)
    say(workspace: &Workspace)
    keys {
        /// What marketers call it.
        name: Text => String, [needs "name: Welcome"] |node| reader.text(node, "the name", "Welcome");
        purpose: Purpose => Purpose, [needs "purpose: marketing"] |node| Purpose::read(reader, node);
        /// One of the workspace's topics; people can leave it alone.
        topic: Id => Option<String>, [optional] |node| topic(reader, node);
        // Its index in the workspace's `senders`.
        /// One of the workspace's senders; default: the first.
        sender: Id => usize, [or 0] |node| sender(reader, node),
            |sender| named("sender", workspace.senders.get(*sender).map_or("", |sender| &sender.id));
        trigger: Trigger => Trigger, [needs "trigger: { event: customer.signed_up }"]
            |node| Trigger::read(reader, node), Trigger::described;
        /// Who may enter.
        audience: Expression => Option<Expr>, [optional] |node| reader.expr(node, Site::Audience),
            |audience| audience.as_ref().map_or("everyone", Expr::source).to_owned();
        /// The entry rule holds for each value of this, so that one cart does not block another.
        key: Expression => Option<Expr>, [optional] |node| reader.expr(node, Site::Key);
        /// How often a person may enter; default: `once`.
        entry: EntryRule => EntryRule, [or EntryRule::Once] |node| EntryRule::read(reader, node);
        /// Percent kept out, to measure what the campaign adds; default 0.
        holdout: Percent => u8, [or 0] |node| reader.percent(node), |percent| format!("{percent} %");
        /// What the campaign is for.
        goal: Goal => Option<Goal>, [optional] |node| Goal::read(reader, node),
            |goal| goal.as_ref().map(Goal::described);
        /// Event types that end an enrolment.
        exit_on: Vec<EventType> => Vec<String>, [or Vec::new()] |node| exit_on(reader, node),
            |kinds| if kinds.is_empty() { None } else { Some(kinds.join(", ")) };
        /// Looked at before every step; where it is false, the enrolment ends.
        stay_while: Expression => Option<Expr>, [optional] |node| reader.expr(node, Site::StayWhile);
        /// When its mails may go, or `none` for at any time; default: the workspace's.
        window: WindowRule => WindowRule, [or WindowRule::Inherit] |node| WindowRule::read(reader, node);
        /// How long a mail may be delayed before it is skipped; default `7d`.
        give_up_after: Duration => Span, [or GIVE_UP_AFTER] |node| reader.span(node);
        /// What becomes of a send whose outcome stays unknown; default: `hold`.
        on_unknown: OnUnknown => OnUnknown, [or OnUnknown::Hold] |node| OnUnknown::read(reader, node);
        /// What happens, one after another.
        steps: Vec<Step> => Vec<Step>, [needs "steps: []"] |node| Some(reader.all_steps(node)), |_| ();
    }
    also {
        /// The folder's name.
        id: String = Some(id.to_owned()), |_| ();
    }
    then {
        reader.eventless = matches!(trigger, Some(Trigger::Lapsed(_) | Trigger::Date(_) | Trigger::Schedule(_)));
        match purpose {
            Some(Purpose::Marketing) if !reader.mails.is_empty() => {
                check_sender_reachable(reader, sender, fields.get("sender").unwrap_or(fields.node));
            }
            Some(Purpose::Transactional) => warn_disguised(reader),
            _ => {}
        }
    }
}

words! {
    /// `marketing` needs consent and obeys topics, cap and window; `transactional` does not.
    pub enum Purpose = "a purpose" {
        /// Needs consent, obeys topics, cap and window.
        Marketing = "marketing",
        /// Passes all four; suppression holds always.
        Transactional = "transactional",
    }
}

/// The topic, if the workspace has it.
fn topic(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let id = reader.id(node, "a topic", "offers")?;
    if let Some(topics) = reader.known.topics.as_ref().filter(|topics| !topics.contains(&id)) {
        let help = did_you_mean(&id, topics.iter().map(String::as_str));
        let message = format!("the workspace has no topic {}", quote(&id));
        reader.report.error(node.at, codes::UNKNOWN_TOPIC, message, help);
    }
    Some(id)
}

/// The index of the sender in the workspace.
fn sender(reader: &mut Reader<'_>, node: &Node) -> Option<usize> {
    let id = reader.id(node, "a sender", "shop")?;
    let senders = reader.known.senders.as_ref()?;
    let index = senders.iter().position(|sender| sender.id == id);
    if index.is_none() {
        let help = did_you_mean(&id, senders.iter().map(|sender| sender.id.as_str()));
        let message = format!("the workspace has no sender {}", quote(&id));
        reader.report.error(node.at, codes::UNKNOWN_SENDER, message, help);
    }
    index
}

/// Event types that end an enrolment.
fn exit_on(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<String>> {
    let Value::List(items) = &node.value else {
        reader.wrong_type(node, "a list of event types", "[order.refunded]");
        return None;
    };
    Some(items.iter().filter_map(|item| reader.event(item)).collect())
}

/// Most countries want the sender's postal address in every advertising mail (CAN-SPAM, CASL); Korea wants the telephone
/// number as well (decree of the Network Act, annex 6).
fn check_sender_reachable(reader: &mut Reader<'_>, sender: Option<usize>, node: &Node) {
    let known = reader.known;
    let Some(sender) = known.senders.as_ref().zip(sender).and_then(|(senders, sender)| senders.get(sender)) else {
        return;
    };
    if !sender.has_phone && known.is_korean {
        reader.report.warning(
            node.at,
            codes::NO_PHONE,
            "the sender of this marketing campaign has no telephone number",
            "add `phone` to the sender in workspace.yaml: under `policy: kr` every advertising mail shows how to reach you",
        );
    }
    if !sender.has_address {
        reader.report.warning(
            node.at,
            codes::NO_ADDRESS,
            "the sender of this marketing campaign has no postal address",
            "add `address` to the sender in workspace.yaml: the law asks for it in every advertising mail",
        );
    }
}

/// What offers a discount advertises, whatever it is called, and passes neither consent nor the label.
fn warn_disguised(reader: &mut Reader<'_>) {
    if let Some(at) = reader.offers.first().copied() {
        reader.report.warning(
            at,
            codes::DISGUISED,
            "a transactional campaign offers a discount",
            "write `purpose: marketing`: an offer is advertising, which needs consent, and under `policy: kr` the label",
        );
    }
}
