//! Scans over all people, and where they are.

use rekindle_engine::time::Instant;

use super::{Attributes, Dynamo, attributes, item, number, sort_key, text};
use crate::answers::{failed, if_met};
use crate::error::StoreError;
use crate::keys::{self, Key};
use crate::ports::{Pass, Passes, PeoplePage, ScanCursor};

/// The part of the index of what is due in which passes stand that are not through, so that a tick finds them without
/// reading any; people's parts have numbers.
const UNFINISHED: &str = "pass";

/// A pass as it is kept.
pub(super) fn pass_item(name: &str, pass: &Pass) -> Result<Attributes, StoreError> {
    let mut item = item(&keys::pass(name), pass)?;
    if pass.finished.is_none() {
        item.insert("shard".to_owned(), text(UNFINISHED));
        item.insert("due_at".to_owned(), number(pass.look_at.seconds()));
    }
    Ok(item)
}

impl Passes for Dynamo {
    async fn pass(&self, name: &str) -> Result<Option<Pass>, StoreError> {
        self.get_as(&keys::pass(name)).await
    }

    async fn put_pass(&self, name: &str, pass: &Pass) -> Result<bool, StoreError> {
        let next = Pass { turn: pass.turn + 1, ..pass.clone() };
        let request = self
            .0
            .client
            .put_item()
            .table_name(&self.0.table)
            .set_item(Some(pass_item(name, &next)?))
            // One that an earlier release wrote has no turn.
            .condition_expression("attribute_not_exists(turn) OR turn = :turn")
            .expression_attribute_values(":turn", number(pass.turn));
        if if_met(request.send().await)?.is_some() {
            return Ok(true);
        }
        // The SDK repeats a request whose reply was lost: then it is our own that stands there.
        Ok(self.pass(name).await?.as_ref() == Some(&next))
    }

    async fn unfinished_passes(&self, until: Instant) -> Result<Vec<String>, StoreError> {
        let found =
            self.due_until(UNFINISHED, until).into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        let found = found.map_err(|error| failed("Query", &error))?;
        Ok(found.iter().map(|found| sort_key(found).to_owned()).collect())
    }

    async fn people_page(&self, after: Option<&ScanCursor>, limit: u32) -> Result<PeoplePage, StoreError> {
        let start = after.map(|ScanCursor(pk, sk)| attributes(&Key { pk: pk.clone(), sk: sk.clone() }));
        let request = self
            .0
            .client
            .scan()
            .table_name(&self.0.table)
            // Of somebody who was erased no id is left.
            .filter_expression("sk = :person AND attribute_exists(id)")
            .expression_attribute_values(":person", text(keys::PERSON))
            .projection_expression("pk, sk, id")
            .limit(i32::try_from(limit).unwrap_or(i32::MAX).max(1))
            .set_exclusive_start_key(start);
        let output = request.send().await.map_err(|error| failed("Scan", &error))?;
        let cursor = |last: &super::Attributes| {
            Some(ScanCursor(last.get("pk")?.as_s().ok()?.clone(), sort_key(last).to_owned()))
        };
        let next = output.last_evaluated_key.as_ref().and_then(cursor);
        Ok(PeoplePage { ids: output.items().iter().filter_map(super::due::person_id).collect(), next })
    }
}
