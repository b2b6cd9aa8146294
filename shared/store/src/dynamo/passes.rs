//! Scans over all people, and where they are.

use super::{Dynamo, attributes, failed, sort_key, text};
use crate::error::StoreError;
use crate::keys::{self, Key};
use crate::ports::{Pass, Passes, PeoplePage, ScanCursor};

impl Passes for Dynamo {
    async fn pass(&self, name: &str) -> Result<Option<Pass>, StoreError> {
        self.get_as(&keys::pass(name)).await
    }

    async fn put_pass(&self, name: &str, pass: &Pass) -> Result<(), StoreError> {
        self.put(&keys::pass(name), pass).await
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
