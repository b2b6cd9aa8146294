//! The steps of a version, each with what a plan says of it and where it stands.

use crate::lang::model::{Facet, Step, StepKind, WaitFor};

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

/// All steps of a campaign, depth first.
pub(super) fn steps(steps: &[Step]) -> Vec<Placed<'_>> {
    let mut found = Vec::new();
    collect(steps, "", &mut found);
    found
}

fn collect<'s>(steps: &'s [Step], list: &str, found: &mut Vec<Placed<'s>>) {
    let mut before = None;
    for step in steps {
        let (kind, facets) = (step.kind.key(), step.kind.facets());
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
        StepKind::WaitFor(WaitFor { then, otherwise, .. }) => {
            vec![("then".to_owned(), then), ("else".to_owned(), otherwise)]
        }
        StepKind::Branch { arms, otherwise } => {
            let arms = arms.iter().enumerate().map(|(place, arm)| (format!("arm {place}"), arm.steps.as_slice()));
            arms.chain(otherwise.iter().map(|steps| ("otherwise".to_owned(), steps.as_slice()))).collect()
        }
        StepKind::Split { arms } => {
            arms.iter().map(|arm| (format!("arm {}", arm.name), arm.steps.as_slice())).collect()
        }
        _ => Vec::new(),
    }
}
