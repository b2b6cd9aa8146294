//! Steps whose ids are not written.

use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::{Step, StepKind, WaitFor};

/// The steps without a written id: people stand on ids, so they must not depend on what else is in the file.
pub fn unwritten(new: &Catalog) -> Vec<String> {
    fn collect<'s>(steps: &'s [Step], found: &mut Vec<&'s str>) {
        for step in steps {
            if !step.id_written {
                found.push(&step.id);
            }
            match &step.kind {
                StepKind::WaitFor(WaitFor { then, otherwise, .. }) => {
                    [then, otherwise].into_iter().for_each(|steps| collect(steps, found))
                }
                StepKind::Branch { arms, otherwise } => {
                    arms.iter().map(|arm| &arm.steps).chain(otherwise).for_each(|steps| collect(steps, found));
                }
                StepKind::Split { arms } => arms.iter().for_each(|arm| collect(&arm.steps, found)),
                _ => {}
            }
        }
    }
    let mut problems = Vec::new();
    for (id, live) in new.campaigns() {
        let mut found = Vec::new();
        collect(&live.program.campaign.steps, &mut found);
        if !found.is_empty() {
            problems.push(format!("{id}: no written id on {}; `rekindle fmt` writes them", found.join(", ")));
        }
    }
    problems
}
