//! One person, one campaign. The same decisions as everywhere, journalled like all.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use rekindle_engine::decide::Input;
use rekindle_engine::time::Instant;
use rekindle_lambda::deciding::Deciding;
use rekindle_store::{Dynamo, People};
use serde_json::{Map, Value};

use super::{Act, published};

/// Enrols a person, as far as the campaign's own rules let them in. Gives the journal's lines; `None` where nothing happened.
/// `entry` is what expressions and mails see as such.
///
/// # Errors
/// Where there is no such campaign or person, or the system does not answer.
pub async fn enrol(
    deciding: &Deciding<Dynamo>,
    act: &Act,
    campaign: &str,
    person: &str,
    entry: &Arc<Map<String, Value>>,
    now: Instant,
) -> Result<Option<Vec<String>>> {
    if published(deciding.store(), campaign).await?.retired.contains_key(campaign) {
        bail!("{campaign} was taken out; nobody enters any more");
    }
    let input = Input::Enrol { campaign, detail: entry };
    decided(deciding, (act, "enrol"), campaign, person, &input, now).await
}

/// Ends a person's enrolments in a campaign; the reason stands in the journal. Gives its lines; `None` where nothing happened.
///
/// # Errors
/// Where there is no such campaign or person, or the system does not answer.
pub async fn exit(
    deciding: &Deciding<Dynamo>,
    act: &Act,
    campaign: &str,
    person: &str,
    now: Instant,
) -> Result<Option<Vec<String>>> {
    published(deciding.store(), campaign).await?;
    let input = Input::Exit { campaign, reason: &act.reason, until: None };
    decided(deciding, (act, "exit"), campaign, person, &input, now).await
}

async fn decided(
    deciding: &Deciding<Dynamo>,
    (act, name): (&Act, &str),
    campaign: &str,
    id: &str,
    input: &Input<'_>,
    now: Instant,
) -> Result<Option<Vec<String>>> {
    let store = deciding.store();
    if !store.load(id).await?.person.is_known() {
        bail!("nobody is known under the id {id:?}; ids are those of `detail.person.id`");
    }
    let decided = deciding.decide(id, input, now, None).await.context("the person cannot be changed")?;
    if !decided.lines.iter().any(|line| &*line.campaign == campaign) {
        return Ok(None);
    }
    act.note(store, name, campaign, Some(id), None, now).await?;
    Ok(Some(decided.lines.iter().map(|line| line.to_json(id)).collect()))
}
