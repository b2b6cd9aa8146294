//! Redeeming: a code is used for an order, once.
//!
//! It is an event `offer.redeemed` through `decide`, exactly as if it had come by the bus. Whether the code may still be
//! used is looked at on the very person that is written, and again on every conflict. The same order again gets the same
//! answer, so a checkout that got none asks the same once more.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::ids::short_hash;
use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;
use rekindle_lambda::deciding::Before;
use rekindle_lambda::logging::person_tag;
use rekindle_store::CodeRow;
use serde::Deserialize;
use serde_json::{Value, json};
use tracing::info;

use crate::answer::{CodeAnswer, Status};
use crate::code::Code;
use crate::{Offers, Refused, Store};

/// Letters of an order's id.
const LONGEST_ORDER: usize = 200;

/// What is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Redemption {
    /// The code as somebody typed it.
    code: String,
    /// The order that it is used for.
    order: Order,
    /// Who uses it, where the shop says so.
    person: Option<String>,
}

/// An order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    /// The shop's own id of it, by which a repeated request is recognised.
    id: String,
    /// What it came to, in the workspace's currency.
    total: Option<f64>,
}

/// `POST /v1/redemptions`
pub async fn redeem<S: Store>(State(offers): State<Arc<Offers<S>>>, body: Bytes) -> Result<Response, Refused> {
    let wanted = Redemption::read(&body)?;
    let Some(row) = offers.deciding.store().whose(&wanted.code).await? else {
        return Ok(CodeAnswer { status: Status::Unknown, code: wanted.code, known: None }.into_response());
    };
    let now = offers.now();
    let envelope = wanted.envelope(&row, now);
    let text = envelope.to_string();
    let event = Event::from_value(envelope).map_err(|error| Refused::Malformed(error.to_string()))?;
    let mut status = Status::Valid;
    let judge = |person: &mut Person, _: &_| {
        status = wanted.judge(&Code::of(&row, person), offers.now());
        let input = (status == Status::Valid).then_some(Input::Event(&event));
        Before { input, envelope: Some(&text), ..Before::default() }
    };
    offers.deciding.decide_after(&row.person, now, judge).await?;
    let person = offers.deciding.store().load(&row.person).await?.person;
    let code = Code::of(&row, &person);
    if status == Status::Valid {
        // Done means seen: the person's own item says so.
        status = wanted.judge(&code, now);
    }
    info!(person = person_tag(&row.person), ?status, "a code was to be redeemed");
    let http = if status == Status::Redeemed { StatusCode::OK } else { StatusCode::CONFLICT };
    let catalog = offers.deciding.catalog().await?;
    Ok((http, Json(code.answer(status, &catalog.workspace.currency))).into_response())
}

impl Redemption {
    fn read(body: &[u8]) -> Result<Self, Refused> {
        let wanted: Self = serde_json::from_slice(body)
            .map_err(|error| Refused::Malformed(format!("the body is no redemption: {error}")))?;
        let id = &wanted.order.id;
        if id.is_empty() || id.chars().count() > LONGEST_ORDER {
            return Err(Refused::Malformed(format!("`order.id` must have 1 to {LONGEST_ORDER} letters")));
        }
        if wanted.order.total.is_some_and(|total| !(0.0..1e15).contains(&total)) {
            return Err(Refused::Malformed("`order.total` must be an amount from 0 to 10^15".to_owned()));
        }
        Ok(wanted)
    }

    /// What this redemption meets: [`Status::Valid`] where it may go on, [`Status::Redeemed`] where it is done.
    fn judge(&self, code: &Code<'_>, now: Instant) -> Status {
        match code.status(self.person.as_deref(), now) {
            Status::Redeemed if code.used().and_then(|used| used.order).as_ref() != Some(&self.order.id) => {
                Status::AlreadyRedeemed
            }
            status => status,
        }
    }

    /// The event that says so. Two requests for the same order make the same event.
    fn envelope(&self, row: &CodeRow, now: Instant) -> Value {
        let mut order = json!({ "id": self.order.id });
        if let (Some(total), Some(fields)) = (self.order.total, order.as_object_mut()) {
            fields.insert("total".to_owned(), total.into());
        }
        json!({
            "id": short_hash(&format!("redeem/{}/{}", row.code, self.order.id), 20),
            "source": "rekindle",
            "detail-type": "offer.redeemed",
            "time": now,
            "detail": {
                "person": { "id": row.person },
                "campaign": row.campaign,
                "offer": row.offer,
                "code": row.code,
                "order": order,
            },
        })
    }
}
