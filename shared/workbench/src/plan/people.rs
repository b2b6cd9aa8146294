//! What will happen to the people on steps that change or are gone.

use std::collections::BTreeSet;

use anyhow::Result;
use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::changes::Change;
use rekindle_engine::lang::{Files, load_published};
use rekindle_engine::program::Action;
use rekindle_lambda::deciding::Store;
use rekindle_store::Publications;

use super::standing::Standing;
use super::{CampaignPlan, OnStep, Plan, State, Then, people};

impl Plan {
    /// Says of everybody on a changed or removed step what will happen to them.
    pub(super) async fn place<S: Store>(
        &mut self,
        store: &S,
        standing: &Standing,
        live: &Catalog,
        new: &Catalog,
    ) -> Result<()> {
        for campaign in &mut self.campaigns {
            campaign.unread_dates = standing.unread(&campaign.id).cloned();
            let after = new.get(&campaign.id);
            let choices = self.publication.campaigns.get(&campaign.id).map(|files| &files.choices);
            let changed: BTreeSet<&str> = campaign.changes.iter().filter_map(Change::step).collect();
            for (step, versions) in standing.steps(&campaign.id) {
                let then = match after.map(|after| after.program.at(step)) {
                    Some(Some(_)) if !changed.contains(step) => continue,
                    Some(Some(_)) if waits(live, &campaign.id, step) => Then::KeepWaiting,
                    Some(Some(_)) => Then::GoOn,
                    Some(None) => Then::of(choices.and_then(|choices| choices.get(step)), self.back),
                    None => Then::of(self.ends.get(&campaign.id), self.back),
                };
                let mut on_step = OnStep { step: step.to_owned(), versions: versions.clone(), then };
                let problem = problem(store, campaign, &on_step, &self.publication.workspace_yaml).await?;
                if self.back && problem.is_some() {
                    // Nobody can choose, so this is what becomes of whoever stands in a version that cannot run.
                    on_step.then = Then::Exit;
                    self.warnings.extend(problem.map(|problem| problem + "; they end"));
                } else {
                    self.problems.extend(problem.map(|problem| problem + on_step.then.remedy()));
                }
                campaign.people.push(on_step);
            }
        }
        Ok(())
    }
}

/// Whether the step is one that waits, in the live version.
fn waits(live: &Catalog, campaign: &str, step: &str) -> bool {
    let node = live.get(campaign).and_then(|live| live.program.at(step));
    matches!(node.map(|node| &node.action), Some(Action::Wait(_) | Action::WaitFor { .. }))
}

/// What keeps people on a step from what is to happen to them.
async fn problem(
    store: &impl Publications,
    campaign: &CampaignPlan,
    on_step: &OnStep,
    workspace: &str,
) -> Result<Option<String>> {
    let OnStep { step, versions, then } = on_step;
    let (id, people) = (&campaign.id, people(on_step.people()));
    match then {
        Then::NeedsChoice if campaign.state == State::Removed => Ok(Some(format!(
            "{id}: {people} on `{step}` of a campaign that is taken out; say what happens to them: --choose {id}=exit or \
             --choose {id}=finish_on_old"
        ))),
        Then::NeedsChoice => Ok(Some(format!(
            "{id}: {people} on `{step}`, which is gone; say what happens to them: --choose {id}/{step}=move:STEP, \
             --choose {id}/{step}=exit, --choose {id}/{step}=finish_on_old, or the same in {id}/moves.yaml"
        ))),
        Then::FinishOnOld => {
            for version in versions.keys() {
                if let Some(reason) = cannot_run(store, id, *version, workspace).await? {
                    return Ok(Some(format!(
                        "{id}: {people} on `{step}` cannot finish on version {version}: {reason}"
                    )));
                }
            }
            Ok(None)
        }
        Then::GoOn | Then::KeepWaiting | Then::Move(_) | Then::Exit => Ok(None),
    }
}

/// Why an older version cannot run in the new workspace, if it cannot.
async fn cannot_run(store: &impl Publications, id: &str, version: u32, workspace: &str) -> Result<Option<String>> {
    let Some(old) = store.version(id, version).await? else { return Ok(Some("it is not there any more".to_owned())) };
    let files = [("workspace.yaml".to_owned(), workspace.to_owned()), (format!("{id}/campaign.yaml"), old.yaml)];
    let loaded = load_published(&Files::from(files));
    let first = loaded.diagnostics.iter().find(|found| found.is_error());
    Ok(first.filter(|_| loaded.definitions.is_none()).map(ToString::to_string))
}
