//! What can differ between two versions: each thing as named texts in a fixed order.

use super::words;
use crate::lang::model::{Campaign, OnUnknown, Step, StepKind, Workspace};

/// One named value.
pub(super) struct Facet {
    /// Empty for the one that the thing is known by.
    pub(super) name: String,
    pub(super) value: String,
}

/// A step, and where it stands.
pub(super) struct Placed<'s> {
    pub(super) id: &'s str,
    pub(super) kind: &'static str,
    /// The list that holds it, in words; empty at the top.
    pub(super) list: String,
    /// The step before it in that list.
    before: Option<&'s str>,
    pub(super) facets: Vec<Facet>,
}

impl Placed<'_> {
    /// Where it stands, in words.
    pub(super) fn place(&self) -> String {
        let list = if self.list.is_empty() { String::new() } else { format!(" in {}", self.list) };
        match self.before {
            Some(before) => format!("after {before}{list}"),
            None if self.list.is_empty() => "at the beginning".to_owned(),
            None => format!("at the beginning of {}", self.list),
        }
    }

    /// Its kind and what it does.
    pub(super) fn summary(&self) -> String {
        let first = self.facets.first().map_or("", |facet| facet.value.as_str());
        format!("{} {first}", self.kind).trim_end().to_owned()
    }

    /// Its kind, its id and what it does.
    pub(super) fn described(&self) -> String {
        let name = format!("{} {}", self.kind, self.id);
        match self.facets.first() {
            Some(first) if first.value != self.id => format!("{name} ({})", first.value),
            _ => name,
        }
    }
}

/// Collects facets; what is absent has none.
#[derive(Default)]
struct Facets(Vec<Facet>);

impl Facets {
    fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.0.push(Facet { name: name.to_owned(), value: value.to_string() });
        self
    }

    fn maybe(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

pub(super) fn of_workspace(workspace: &Workspace) -> Vec<Facet> {
    let mut facets = Facets::default()
        .with("name", &workspace.name)
        .with("timezone", workspace.timezone.iana_name().unwrap_or("UTC"))
        .with("locales", workspace.locales.join(", "))
        .with("currency", &workspace.currency)
        .maybe("cap", workspace.cap.map(|cap| format!("{} per {}", cap.max, cap.per)))
        .with("window", workspace.window.map_or_else(|| "any time".to_owned(), |window| window.to_string()))
        .with("holdout", format!("{} %", workspace.holdout))
        .with("policy", words::policy(workspace.policy))
        .with("price of 1000 mails", workspace.ses_per_1000);
    for sender in &workspace.senders {
        facets = facets.with(&format!("sender {}", sender.id), words::sender(sender));
    }
    for topic in &workspace.topics {
        let names: Vec<String> = topic.name.iter().map(|(locale, name)| format!("{locale}: {name}")).collect();
        facets = facets.with(&format!("topic {}", topic.id), names.join(", "));
    }
    facets.0
}

pub(super) fn of_campaign(workspace: &Workspace, campaign: &Campaign) -> Vec<Facet> {
    let goal = campaign.goal.as_ref();
    let exit_on = if campaign.exit_on.is_empty() { None } else { Some(campaign.exit_on.join(", ")) };
    Facets::default()
        .with("name", &campaign.name)
        .with("purpose", words::purpose(campaign.purpose))
        .maybe("topic", campaign.topic.as_ref())
        .with("sender", workspace.senders.get(campaign.sender).map_or("", |sender| &sender.id))
        .with("trigger", words::trigger(&campaign.trigger))
        .with("audience", campaign.audience.as_ref().map_or("everyone", |audience| audience.source()))
        .maybe("key", campaign.key.as_ref().map(crate::expr::Expr::source))
        .with("entry", words::entry(campaign.entry))
        .with("holdout", format!("{} %", campaign.holdout))
        .maybe("goal", goal.map(words::goal))
        .maybe("exit_on", exit_on)
        .maybe("stay_while", campaign.stay_while.as_ref().map(crate::expr::Expr::source))
        .with("window", words::window(campaign.window))
        .with("give_up_after", campaign.give_up_after)
        .with("on_unknown", words::on_unknown(campaign.on_unknown))
        .0
}

/// All steps of a campaign, depth first.
pub(super) fn steps(steps: &[Step]) -> Vec<Placed<'_>> {
    let mut found = Vec::new();
    collect(steps, "", &mut found);
    found
}

fn collect<'s>(steps: &'s [Step], list: &str, found: &mut Vec<Placed<'s>>) {
    let mut before = None;
    for step in steps {
        let (kind, facets) = of_step(step);
        found.push(Placed { id: &step.id, kind, list: list.to_owned(), before, facets });
        before = Some(step.id.as_str());
        for (name, inner) in lists(step) {
            collect(inner, &format!("{}, {name}", step.id), found);
        }
    }
}

/// The lists of steps inside of a step.
fn lists(step: &Step) -> Vec<(String, &[Step])> {
    match &step.kind {
        StepKind::WaitFor { then, otherwise, .. } => vec![("then".to_owned(), then), ("else".to_owned(), otherwise)],
        StepKind::Branch { arms, otherwise } => {
            let arms = arms.iter().enumerate().map(|(place, (_, steps))| (format!("arm {place}"), steps.as_slice()));
            arms.chain(otherwise.iter().map(|steps| ("otherwise".to_owned(), steps.as_slice()))).collect()
        }
        StepKind::Split { arms } => {
            arms.iter().map(|arm| (format!("arm {}", arm.name), arm.steps.as_slice())).collect()
        }
        _ => Vec::new(),
    }
}

fn of_step(step: &Step) -> (&'static str, Vec<Facet>) {
    let facets = Facets::default();
    let (kind, facets) = match &step.kind {
        StepKind::Send(mail) => ("send", mail_facets(facets.with("", &mail.mail), mail.give_up_after, mail.on_unknown)),
        StepKind::Survey(survey) => {
            let facets = facets.with("", format!("{} by {}", words::survey(survey.kind), survey.mail.mail));
            let choices = if survey.choices.is_empty() { None } else { Some(survey.choices.join(", ")) };
            let facets = facets.maybe("expires", survey.expires).maybe("choices", choices);
            ("survey", mail_facets(facets, survey.mail.give_up_after, survey.mail.on_unknown))
        }
        StepKind::Wait(wait) => ("wait", facets.with("", words::wait(wait))),
        StepKind::WaitFor { event, filter, timeout, .. } => {
            let facets = facets.with("", event).maybe("where", filter.as_ref().map(crate::expr::Expr::source));
            ("wait_for", facets.with("timeout", timeout))
        }
        StepKind::Branch { arms, .. } => {
            let arms = arms.iter().enumerate();
            (
                "branch",
                arms.fold(facets, |facets, (place, (when, _))| facets.with(&format!("arm {place}"), when.source())),
            )
        }
        StepKind::Split { arms } => {
            let arms: Vec<String> = arms.iter().map(|arm| format!("{} {}", arm.name, arm.weight)).collect();
            ("split", facets.with("", arms.join(", ")))
        }
        StepKind::Offer(offer) => {
            let facets = facets.with("", words::discount(offer.discount)).maybe("expires", offer.expires);
            let facets = facets.maybe("budget", offer.budget).maybe("prefix", offer.prefix.as_ref());
            let on_unavailable = if offer.exit_if_unavailable { "exit" } else { "continue" };
            ("offer", facets.maybe("pool", offer.pool.as_ref()).with("on_unavailable", on_unavailable))
        }
        StepKind::Set(attributes) => ("set", facets.with("", words::json(attributes))),
        StepKind::Emit { detail_type, detail } => {
            ("emit", facets.with("", detail_type).with("detail", words::json(detail)))
        }
        StepKind::Exit(reason) => ("exit", facets.with("", reason)),
    };
    (kind, facets.0)
}

fn mail_facets(facets: Facets, give_up_after: Option<crate::time::Span>, on_unknown: Option<OnUnknown>) -> Facets {
    facets.maybe("give_up_after", give_up_after).maybe("on_unknown", on_unknown.map(words::on_unknown))
}
