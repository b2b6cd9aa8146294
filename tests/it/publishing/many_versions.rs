//! After hundreds of publications a cold start reads what is live; an older version only for somebody who stands in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::time::Instant;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_lambda::deciding::{Deciding, Store};
use rekindle_store::{CampaignFiles, Keyed, Ledger, Memory, Publication, Publications, Shards};
use serde_json::json;

use super::WORKSPACE;
use crate::support::START;

const CAMPAIGNS: usize = 16;
const PUBLICATIONS: u64 = 200;

fn publication(number: u64, campaigns: usize) -> Publication {
    let files = |campaign: usize| {
        // Whoever waits in the first version finishes on it: no later one has that step.
        let step = if number == 1 { "old".to_owned() } else { format!("w{number}") };
        let yaml = format!(
            "name: C{campaign}\npurpose: transactional\ntrigger: {{ event: signed_up.{campaign} }}\nsteps: [ {{ id: {step}, wait: 1d }}, {{ id: e{number}, emit: {{ detail_type: done }} }} ]\n"
        );
        (format!("c{campaign}"), CampaignFiles { yaml, ..CampaignFiles::default() })
    };
    let campaigns: BTreeMap<_, _> = (0..campaigns).map(files).collect();
    Publication { workspace_yaml: WORKSPACE.to_owned(), campaigns, note: String::new() }
}

async fn sign_up<S: Store>(deciding: &Deciding<S>, id: &str, campaign: usize, at: Instant) {
    let envelope = json!({ "id": id, "detail-type": format!("signed_up.{campaign}"), "time": at, "detail": { "person": { "id": id } } });
    let event = Event::from_value(envelope).unwrap();
    deciding.decide(id, &Input::Event(&event), at, None).await.unwrap();
}

/// A cold start: how many versions it has compiled so far is told by its campaigns.
fn cold(store: &Memory, clock: &Arc<ManualClock>) -> (Deciding<Memory>, Arc<Campaigns<Memory>>) {
    let campaigns = Arc::new(Campaigns::new(store.clone()));
    (Deciding::new(store.clone(), Arc::clone(&campaigns), Arc::clone(clock) as Arc<dyn Clock>), campaigns)
}

#[tokio::test]
async fn a_cold_start_compiles_what_is_live_and_an_older_version_only_for_who_stands_in_it() {
    let store = Memory::new(Keyed::new(b"a secret of thirty-two bytes here"), Shards::default());
    let clock = Arc::new(ManualClock::new(START.parse().unwrap()));
    let now = Instant::from(clock.now());
    store.publish(&publication(1, CAMPAIGNS), 0, None, now).await.unwrap();
    sign_up(&cold(&store, &clock).0, "ann", 3, now).await;
    for number in 2..=PUBLICATIONS {
        store.publish(&publication(number, CAMPAIGNS), number - 1, None, now).await.unwrap();
    }
    let (deciding, campaigns) = cold(&store, &clock);
    sign_up(&deciding, "bob", 3, now).await;
    assert_eq!(campaigns.compiled(), CAMPAIGNS, "what is live");
    deciding.decide("ann", &Input::Due, now.plus_seconds(86_400), None).await.unwrap();
    assert_eq!(campaigns.compiled(), CAMPAIGNS + 1, "and the one version in which somebody stands");
    let journal = store.read("ann").await.unwrap().join("\n");
    assert!(journal.contains("\"kind\":\"completed\""), "ann finishes on the first version: {journal}");
}

#[tokio::test]
async fn a_campaign_that_was_taken_out_is_compiled_only_for_who_is_inside() {
    let store = Memory::new(Keyed::new(b"a secret of thirty-two bytes here"), Shards::default());
    let clock = Arc::new(ManualClock::new(START.parse().unwrap()));
    let now = Instant::from(clock.now());
    store.publish(&publication(1, CAMPAIGNS), 0, None, now).await.unwrap();
    sign_up(&cold(&store, &clock).0, "ann", 3, now).await;
    store.publish(&publication(2, 1), 1, None, now).await.unwrap();
    let (deciding, campaigns) = cold(&store, &clock);
    sign_up(&deciding, "bob", 0, now).await;
    assert_eq!(campaigns.compiled(), 1, "what is live");
    deciding.decide("ann", &Input::Due, now.plus_seconds(86_400), None).await.unwrap();
    assert_eq!(campaigns.compiled(), 2);
    let journal = store.read("ann").await.unwrap().join("\n");
    assert!(journal.contains("\"kind\":\"completed\""), "{journal}");
}
