//! Runs the records of an SQS batch so that one bad record never takes the others with it.
//!
//! What fails is returned by id and stays in the queue (`ReportBatchItemFailures`); a panic in one record counts as its
//! failure. Records of one group keep their order; groups run side by side in the one task, so that a dropped handler
//! leaves nothing running.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::panic::AssertUnwindSafe;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsMessage};
use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tracing::{info, warn};

/// Runs `each` on every record. Records with the same `group` run one after another, in order; once one has failed, those
/// behind it in its group fail with it, so that they are not overtaken. A record of the empty group, such as one that cannot
/// be read, is alone.
pub async fn each_record<E: Display, R: Future<Output = Result<(), E>>>(
    records: Vec<SqsMessage>,
    group: impl Fn(&SqsMessage) -> String,
    each: impl Fn(SqsMessage) -> R,
) -> SqsBatchResponse {
    let records_in_all = records.len();
    let mut groups: BTreeMap<(String, Option<usize>), Vec<SqsMessage>> = BTreeMap::new();
    for (place, record) in records.into_iter().enumerate() {
        let group = group(&record);
        let alone = group.is_empty().then_some(place);
        groups.entry((group, alone)).or_default().push(record);
    }
    let each = &each;
    let mut running: FuturesUnordered<_> = groups
        .into_values()
        .map(|group| async move {
            let mut rest = group.into_iter();
            while let Some(record) = rest.next() {
                let id = record.message_id.clone().unwrap_or_default();
                if !succeeds(&id, each(record)).await {
                    let behind = rest.map(|record| record.message_id.unwrap_or_default());
                    return [id].into_iter().chain(behind).collect();
                }
            }
            Vec::new()
        })
        .collect();
    let mut failures = Vec::new();
    while let Some(failed) = running.next().await {
        failures.extend(failed);
    }
    failures.sort();
    info!(records = records_in_all, failed = failures.len(), "a batch was handled");
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = failures
        .into_iter()
        .map(|id| {
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = id;
            failure
        })
        .collect();
    response
}

async fn succeeds<E: Display>(message_id: &str, outcome: impl Future<Output = Result<(), E>>) -> bool {
    match AssertUnwindSafe(outcome).catch_unwind().await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            warn!(message_id, %error, "a record failed and stays in the queue");
            false
        }
        Err(_panic) => {
            warn!(message_id, "a record panicked and stays in the queue");
            false
        }
    }
}

/// When the queue took a message (its `SentTimestamp`, milliseconds since the epoch).
#[must_use]
pub fn received_at(record: &SqsMessage) -> Option<jiff::Timestamp> {
    let millis = record.attributes.get("SentTimestamp")?.parse().ok()?;
    jiff::Timestamp::from_millisecond(millis).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, body: &str) -> SqsMessage {
        let mut record = SqsMessage::default();
        record.message_id = Some(id.to_owned());
        record.body = Some(body.to_owned());
        record
    }

    #[tokio::test]
    async fn records_of_no_group_do_not_hold_each_other_back() {
        let records = vec![record("1", "bad"), record("2", "good"), record("3", "bad")];
        let each = async |record: SqsMessage| if record.body.unwrap() == "bad" { Err("bad") } else { Ok(()) };
        let response = each_record(records, |_| String::new(), each).await;
        let failed: Vec<_> = response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect();
        assert_eq!(failed, ["1", "3"]);
    }

    #[tokio::test]
    async fn a_bad_record_holds_back_its_own_group_only() {
        let records =
            vec![record("1", "ann"), record("2", "bob!"), record("3", "ann"), record("4", "bob"), record("5", "cat?")];
        let group = |record: &SqsMessage| record.body.as_deref().unwrap().trim_end_matches(['!', '?']).to_owned();
        let response = each_record(records, group, async |record| {
            let body = record.body.unwrap();
            assert!(!body.ends_with('?'), "a panic counts as a failure");
            if body.ends_with('!') { Err("bad") } else { Ok(()) }
        })
        .await;
        let failed: Vec<_> =
            response.batch_item_failures.iter().map(|failure| failure.item_identifier.as_str()).collect();
        assert_eq!(failed, ["2", "4", "5"]);
    }
}
