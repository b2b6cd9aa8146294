//! What is to happen to people on steps that are gone: from `moves.yaml`, from the command line, and from what was chosen
//! for the version that is live.

use std::collections::BTreeMap;

use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang;
use rekindle_engine::lang::Choice;
use rekindle_store::Publication;

/// One `--choose`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    campaign: String,
    /// `None`: of the whole campaign, which was taken out.
    step: Option<String>,
    choice: Choice,
}

/// Reads a `--choose`: `campaign/step=move:other`, `campaign/step=exit`, `campaign/step=finish_on_old`, and of a campaign
/// that was taken out `campaign=exit` or `campaign=finish_on_old`.
///
/// # Errors
/// Where it is none of them.
pub fn chosen(text: &str) -> Result<Chosen, String> {
    let help = || "write campaign/step=move:other, campaign/step=exit or campaign/step=finish_on_old".to_owned();
    let (place, choice) = text.split_once('=').ok_or_else(help)?;
    let choice = lang::choice(choice).ok_or_else(help)?;
    let (campaign, step) = match place.split_once('/') {
        Some((campaign, step)) => (campaign, Some(step.to_owned())),
        None => (place, None),
    };
    if campaign.is_empty() || step.as_deref() == Some("") || (step.is_none() && matches!(choice, Choice::Move(_))) {
        return Err(help());
    }
    Ok(Chosen { campaign: campaign.to_owned(), step, choice })
}

/// What is to happen to people in campaigns that are taken out.
pub type Ends = BTreeMap<String, Choice>;

/// Puts the choices into the publication: those of its files, then those of the command line, and beneath both those of
/// the live version, so that nobody is asked twice. Choices about steps that the new version has decide nothing and are
/// left out. Gives the choices about whole campaigns, and what is wrong with the choices.
pub fn settle(
    publication: &mut Publication,
    new: &Catalog,
    live: Option<&Catalog>,
    chosen: &[Chosen],
) -> (Ends, Vec<String>) {
    let (mut ends, mut problems) = (Ends::new(), Vec::new());
    for one in chosen {
        let Chosen { campaign, step, choice } = one;
        match (publication.campaigns.get_mut(campaign), step) {
            (Some(files), Some(step)) => drop(files.choices.insert(step.clone(), choice.clone())),
            (Some(_), None) => {
                problems.push(format!("--choose {campaign}: the campaign is still there; name a step of it"))
            }
            (None, None) => drop(ends.insert(campaign.clone(), choice.clone())),
            (None, Some(_)) => problems.push(format!(
                "--choose {campaign}: it is not in the folder; write {campaign}=exit or {campaign}=finish_on_old"
            )),
        }
    }
    for (id, files) in &mut publication.campaigns {
        let Some(program) = new.get(id).map(|live| &live.program) else { continue };
        for (step, choice) in live.and_then(|live| live.get(id)).map(|live| &live.choices).into_iter().flatten() {
            let leads_nowhere = matches!(choice, Choice::Move(to) if program.place_of(to).is_none());
            if !leads_nowhere {
                files.choices.entry(step.clone()).or_insert_with(|| choice.clone());
            }
        }
        files.choices.retain(|step, _| program.place_of(step).is_none());
        for (step, choice) in &files.choices {
            if let Choice::Move(to) = choice
                && program.place_of(to).is_none()
            {
                problems
                    .push(format!("{id}/{step}: people cannot move to `{to}`, which the new version does not have"));
            }
        }
    }
    (ends, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_names_a_step_or_a_whole_campaign() {
        let step =
            Chosen { campaign: "c".to_owned(), step: Some("s".to_owned()), choice: Choice::Move("t".to_owned()) };
        assert_eq!(chosen("c/s=move:t"), Ok(step));
        let whole = Chosen { campaign: "c".to_owned(), step: None, choice: Choice::Exit };
        assert_eq!(chosen("c=exit"), Ok(whole));
        for wrong in ["c/s", "c/s=stay", "/s=exit", "c/=exit", "c=move:t", "c/s=move:", ""] {
            assert!(chosen(wrong).is_err(), "{wrong}");
        }
    }
}
