//! What checkouts do with codes, through the very API, and on the bus beside it.
//!
//! Invariants. No code counts as used twice; no two orders are told that they have used it; a use that was told of is kept.
//! No offer gives out more codes than its budget and its pool have, and no code is given to two people.

use std::collections::{BTreeMap, BTreeSet};

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use futures_util::FutureExt;
use rekindle_engine::ids::code_key;
use rekindle_engine::person::Person;
use rekindle_lambda::batch::each_record;
use rekindle_offers::Keys;
use rekindle_store::{Commit, Ledger, Memory, Offers, People, Redemptions};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::faults::Kind;
use crate::gate::Sim;
use crate::queue::QueueName;
use crate::shop::BUDGETS;
use crate::world::World;

const KEY: &str = "a key of the shop with many letters";

/// The uses of codes.
#[derive(Debug, Default)]
pub struct Uses {
    /// By code, the orders that were told that they have used it.
    told: BTreeMap<String, BTreeSet<String>>,
    /// By code, how often a decision counted it as used.
    counted: BTreeMap<String, u32>,
    /// Codes of people who were erased.
    pub gone: BTreeSet<String>,
}

/// The key that opens the API.
#[must_use]
pub fn keys() -> Keys {
    Keys::new(KEY.to_owned(), None).expect("a key that is long enough")
}

/// Asks for each record; what could not be done comes again.
pub async fn ask(sim: Sim, router: Router, event: SqsEvent) -> SqsBatchResponse {
    let alone = |record: &SqsMessage| record.message_id.clone().unwrap_or_default();
    let each = |record: SqsMessage| {
        let (router, sim) = (router.clone(), &sim);
        async move {
            let body = record.body.unwrap_or_default();
            let asked: Value = serde_json::from_str(&body).map_err(|error| error.to_string())?;
            let request = Request::post("/v1/redemptions").header("authorization", format!("Bearer {KEY}"));
            let request = request.body(Body::from(body)).map_err(|error| error.to_string())?;
            let answer = match router.oneshot(request).await {
                Ok(answer) => answer,
                Err(never) => match never {},
            };
            let status = answer.status();
            let said = to_bytes(answer.into_body(), usize::MAX).await.map_err(|error| error.to_string())?;
            let said: Value = serde_json::from_slice(&said).unwrap_or_default();
            match status {
                StatusCode::OK if said["status"] == "redeemed" => sim.world().told_of_use(&asked),
                StatusCode::CONFLICT | StatusCode::NOT_FOUND => sim.world().count(Kind::UseRefused),
                status => return Err(format!("the API answered {status}")),
            }
            Ok(())
        }
    };
    each_record(event.records, alone, each).await
}

impl World {
    /// A checkout uses the first code that somebody has, for so many orders at once; by the bus too, where it says so.
    pub fn use_code(&mut self, person: &str, orders: u8, by_bus: bool) {
        let held = self.memory.codes_of(person).now_or_never().and_then(Result::ok).unwrap_or_default();
        let Some(held) = held.into_iter().next() else { return };
        if orders > 1 || by_bus {
            self.count(Kind::UsedTwice);
        }
        for order in 0..orders {
            let order = json!({ "id": format!("{person}-{order}"), "total": 12 });
            let body = json!({ "code": held.code.to_lowercase(), "order": order, "person": person });
            self.enqueue(QueueName::Checkout, body.to_string(), 0);
        }
        if by_bus {
            let id = format!("{person}-by-bus");
            let detail = json!({
                "person": { "id": person }, "campaign": held.campaign, "offer": held.offer, "code": held.code,
                "order": { "id": id }, "event_id": id,
            });
            self.truth.erasing.told_of(person);
            self.truth.events.entry((person.to_owned(), "offer.redeemed".to_owned())).or_default().insert(id);
            self.bus("offer.redeemed", &detail.to_string());
        }
    }

    /// A checkout was told that it has used a code.
    fn told_of_use(&mut self, asked: &Value) {
        self.count(Kind::Used);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (code, order) = (code_key(&text(&asked["code"])), text(&asked["order"]["id"]));
        let orders = self.truth.uses.told.entry(code.clone()).or_default();
        orders.insert(order.clone());
        if orders.len() > 1 {
            let what = format!("{code} by {orders:?}");
            self.truth.violated("no two orders are told that they have used a code", what);
        }
        let person = self.memory.load(&text(&asked["person"])).now_or_never().and_then(Result::ok);
        let has_used = |person: &Person| {
            let held = person.codes.iter().find(|held| code_key(&held.issued.code) == code);
            held.is_none_or(|held| held.used.as_ref().and_then(|used| used.order.as_ref()) == Some(&order))
        };
        if person.is_some_and(|loaded| !has_used(&loaded.person)) {
            self.truth.violated("a code that is called used is used", format!("{code} for {order}"));
        }
    }

    /// Somebody was written: what counts as the use of a code.
    pub fn note_uses(&mut self, commit: &Commit<'_>) {
        for row in commit.record.redeemed.iter().filter(|row| row.doubt.is_none()) {
            let Some(code) = row.code.as_deref().map(code_key) else { continue };
            let times = self.truth.uses.counted.entry(code.clone()).or_default();
            *times += 1;
            if *times > 1 {
                self.truth.violated("no code counts as used twice", code);
            }
        }
    }
}

/// When everything is quiet: uses are kept, and no offer has given out more than there is.
pub fn judge(sim: &Sim, memory: &Memory, people: &[Person]) {
    let truth = &mut sim.world().truth;
    let uses = std::mem::take(&mut truth.uses);
    for (code, orders) in uses.told.iter().filter(|(code, _)| !uses.gone.contains(*code)) {
        let row = memory.whose(code).now_or_never().and_then(Result::ok).flatten();
        if !row.and_then(|row| row.order).is_some_and(|order| orders.contains(&order)) {
            truth.violated("a use that was told of is kept", code);
        }
    }
    let mut kept = 0;
    let mut holders = BTreeMap::new();
    for (campaign, offer, budget) in BUDGETS {
        let rows = memory.redemptions(campaign, offer).now_or_never().and_then(Result::ok).unwrap_or_default();
        kept += rows.iter().filter(|row| row.doubt.is_none()).count();
        let issued = memory.issued(campaign, offer).now_or_never().and_then(Result::ok).unwrap_or_default();
        if issued > budget {
            truth.violated("no offer goes beyond its budget", format!("{issued} of {budget} of {offer}"));
        }
    }
    if kept != uses.counted.len() {
        let what = format!("{} were decided, {kept} are kept", uses.counted.len());
        truth.violated("every use is counted once", what);
    }
    for person in people {
        let held = memory.codes_of(&person.id).now_or_never().and_then(Result::ok).unwrap_or_default();
        for code in held.into_iter().map(|held| held.code) {
            let row = memory.whose(&code).now_or_never().and_then(Result::ok).flatten();
            let is_theirs = row.is_some_and(|row| row.person == *person.id);
            if !is_theirs || holders.insert(code.clone(), &person.id).is_some() {
                truth.violated("no code is given to two people", code);
            }
        }
    }
}
