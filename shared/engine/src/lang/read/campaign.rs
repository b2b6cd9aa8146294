//! `campaign.yaml`.

use super::Reader;
use crate::expr::Site;
use crate::lang::codes;
use crate::lang::model::{Campaign, EntryRule, OnUnknown, Policy, Purpose, Trigger, WindowRule};
use crate::lang::yaml::Node;

const KEYS: &[&str] = &[
    "name",
    "purpose",
    "topic",
    "sender",
    "trigger",
    "audience",
    "key",
    "entry",
    "holdout",
    "goal",
    "exit_on",
    "stay_while",
    "window",
    "give_up_after",
    "on_unknown",
    "steps",
];

impl<'a> Reader<'a> {
    /// Reads the whole file of the campaign `id`.
    pub(in crate::lang) fn campaign(&mut self, id: &str, node: &'a Node) -> Option<Campaign> {
        let fields = self.fields(node, "a campaign", "name: Welcome", KEYS)?;
        let name =
            self.required(&fields, "name", "name: Welcome").and_then(|node| self.text(node, "the name", "Welcome"));
        let purposes = [("marketing", Purpose::Marketing), ("transactional", Purpose::Transactional)];
        let purpose = self
            .required(&fields, "purpose", "purpose: marketing")
            .and_then(|node| self.one_of(node, "a purpose", &purposes));
        let topic = fields.get("topic").and_then(|node| self.topic_of(node));
        let sender = fields.get("sender").map_or(Some(0), |node| self.sender_of(node));
        let trigger = self
            .required(&fields, "trigger", "trigger: { event: customer.signed_up }")
            .and_then(|node| self.trigger(node));
        self.eventless = matches!(trigger, Some(Trigger::Lapsed { .. } | Trigger::Date { .. } | Trigger::Schedule(_)));
        let audience = fields.get("audience").and_then(|node| self.expr(node, Site::Audience));
        let key = fields.get("key").and_then(|node| self.expr(node, Site::Key));
        let entry = fields.get("entry").map_or(Some(EntryRule::Once), |node| self.entry_rule(node));
        let holdout = fields.get("holdout").map_or(Some(0), |node| self.percent(node));
        let goal = fields.get("goal").and_then(|node| self.goal(node));
        let exit_on = fields.get("exit_on").map_or_else(|| Some(Vec::new()), |node| self.exit_on(node));
        let stay_while = fields.get("stay_while").and_then(|node| self.expr(node, Site::StayWhile));
        let window = fields.get("window").map_or(Some(WindowRule::Inherit), |node| self.window_rule(node));
        let give_up_after = self.give_up_after(fields.get("give_up_after"));
        let on_unknown = fields.get("on_unknown").map_or(Some(OnUnknown::Hold), |node| self.on_unknown(node));
        let steps = self.required(&fields, "steps", "steps: []").map(|node| self.all_steps(node));
        match purpose {
            Some(Purpose::Marketing) if !self.mails.is_empty() => {
                self.reachable(sender, fields.get("sender").unwrap_or(node));
            }
            Some(Purpose::Transactional) => self.disguised(),
            _ => {}
        }
        Some(Campaign {
            id: id.to_owned(),
            name: name?,
            purpose: purpose?,
            topic,
            sender: sender?,
            trigger: trigger?,
            audience,
            key,
            entry: entry?,
            holdout: holdout?,
            goal,
            exit_on: exit_on?,
            stay_while,
            window: window?,
            give_up_after: give_up_after?,
            on_unknown: on_unknown?,
            steps: steps?,
        })
    }

    /// Most countries want the sender's postal address in every advertising mail (CAN-SPAM, CASL); Korea wants the telephone
    /// number as well (decree of the Network Act, annex 6).
    fn reachable(&mut self, sender: Option<usize>, node: &Node) {
        let sender = self.known.senders.as_ref().zip(sender).and_then(|(senders, sender)| senders.get(sender));
        let Some(sender) = sender else { return };
        if sender.phone.is_none() && self.known.policy == Some(Policy::Kr) {
            self.report.warning(
                node.at,
                codes::NO_PHONE,
                "the sender of this marketing campaign has no telephone number",
                "add `phone` to the sender in workspace.yaml: under `policy: kr` every advertising mail shows how to reach you",
            );
        }
        if sender.address.is_none() {
            self.report.warning(
                node.at,
                codes::NO_ADDRESS,
                "the sender of this marketing campaign has no postal address",
                "add `address` to the sender in workspace.yaml: the law asks for it in every advertising mail",
            );
        }
    }
    /// What offers a discount advertises, whatever it is called, and passes neither consent nor the label.
    fn disguised(&mut self) {
        if let Some(at) = self.offers.first().copied() {
            self.report.warning(
                at,
                codes::DISGUISED,
                "a transactional campaign offers a discount",
                "write `purpose: marketing`: an offer is advertising, which needs consent, and under `policy: kr` the label",
            );
        }
    }
}
