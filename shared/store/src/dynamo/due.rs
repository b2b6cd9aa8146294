//! The index `due`.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use rekindle_engine::time::Instant;

use super::{Attributes, Dynamo, attributes, number, text};
use crate::answers::failed;
use crate::error::StoreError;
use crate::item::{ASIDE, aside};
use crate::ports::{Aside, Due, DueCursor, DuePage, DuePerson, Shard, Shards};
use crate::table::{DUE_INDEX, ID};

impl Due for Dynamo {
    fn shards(&self) -> Shards {
        self.0.shards
    }

    async fn head(&self, shard: Shard) -> Result<Option<DuePerson>, StoreError> {
        let page = self.due(shard, Instant::MAX, 1, None).await?;
        Ok(page.people.into_iter().next())
    }

    async fn due(
        &self,
        shard: Shard,
        until: Instant,
        limit: u32,
        after: Option<&DueCursor>,
    ) -> Result<DuePage, StoreError> {
        let request = self
            .due_until(&shard.0.to_string(), until)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX).max(1))
            .set_exclusive_start_key(after.map(|after| self.start(shard, after)));
        let output = request.send().await.map_err(|error| failed("Query", &error))?;
        let people: Vec<DuePerson> = output.items().iter().filter_map(due_person).collect();
        // The last one evaluated is the last one given: nothing is filtered, and the key itself does not show the id.
        let next = output.last_evaluated_key.and_then(|_| people.last().cloned()).map(DueCursor);
        Ok(DuePage { people, next })
    }

    async fn set_aside(&self, person: &DuePerson, why: &str) -> Result<bool, StoreError> {
        let request = self
            .0
            .client
            .update_item()
            .table_name(&self.0.table)
            .set_key(Some(attributes(&self.partition(&person.id).person())))
            .update_expression("SET #shard = :aside, why = :why")
            .condition_expression("due_at = :at")
            .expression_attribute_names("#shard", "shard")
            .expression_attribute_values(":aside", text(ASIDE))
            .expression_attribute_values(":why", text(why))
            .expression_attribute_values(":at", number(person.at.seconds()));
        match request.send().await {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => Ok(false),
            Err(error) => Err(failed("UpdateItem", &error)),
        }
    }

    async fn all_aside(&self, limit: u32) -> Result<Vec<DuePerson>, StoreError> {
        let limit = i32::try_from(limit).unwrap_or(i32::MAX).max(1);
        let output = self.due_until(ASIDE, Instant::MAX).limit(limit).send().await;
        let output = output.map_err(|error| failed("Query", &error))?;
        Ok(output.items().iter().filter_map(due_person).collect())
    }

    async fn aside(&self, person: &str) -> Result<Option<Aside>, StoreError> {
        let item = self.get(&self.partition(person).person()).await?;
        Ok(item.and_then(|item| aside(&item.into())))
    }
}

impl Dynamo {
    /// What stands in one part of the index `due` up to an instant, the earliest first.
    pub(super) fn due_until(&self, part: &str, until: Instant) -> QueryFluentBuilder {
        self.0
            .client
            .query()
            .table_name(&self.0.table)
            .index_name(DUE_INDEX)
            // `shard` is a word of the expression language.
            .key_condition_expression("#shard = :shard AND due_at <= :until")
            .expression_attribute_names("#shard", "shard")
            .expression_attribute_values(":shard", text(part))
            .expression_attribute_values(":until", number(until.seconds()))
    }

    /// The key in the index at which a page begins.
    fn start(&self, shard: Shard, DueCursor(last): &DueCursor) -> Attributes {
        let mut key = attributes(&self.partition(&last.id).person());
        key.insert("shard".to_owned(), text(shard.0.to_string()));
        key.insert("due_at".to_owned(), number(last.at.seconds()));
        key
    }
}

fn due_person(item: &Attributes) -> Option<DuePerson> {
    let at: i64 = item.get("due_at")?.as_n().ok()?.parse().ok()?;
    Some(DuePerson { at: Instant::from_seconds(at), id: person_id(item)? })
}

/// The person whose item an entry of an index is.
pub(super) fn person_id(item: &Attributes) -> Option<String> {
    item.get(ID)?.as_s().ok().cloned()
}
