//! Commits that are made at the same time, as one request.
//!
//! A function decides about the people of a batch side by side, so that their commits come together; a request to AWS
//! costs more processor time than a decision. `BatchExecuteStatement` takes 25 of them, each under its own condition, at
//! the price of as many `PutItem`s. Nobody waits for anybody: what is there once everyone who can go on has gone on is
//! sent; a commit that is alone is a `PutItem`.
//!
//! Whoever comes first sends, and if that one is dropped meanwhile, the next does, so that nobody is left behind. Then some
//! of it is sent twice, which its conditions stop, as they stop a request that the SDK repeats.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::types::{AttributeValue, BatchStatementErrorCodeEnum as Code, BatchStatementRequest};
use futures_util::lock;

use super::{Attributes, Dynamo, number, refused};
use crate::answers::failed;
use crate::error::StoreError;

/// Statements of one request.
const TOGETHER: usize = 25;
/// An item with more bytes goes alone, so that a request stays small.
pub(super) const SMALL: usize = 16 * 1024;
/// What a person's item, or a tombstone in its place, may have that the next one lacks.
const ATTRIBUTES: [&str; 6] = ["addr", "at", "due_at", "ids", "shard", "why"];

/// What became of one commit.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    Done,
    /// Its condition does not hold.
    Overtaken,
    /// It was not made, for a passing reason that concerns the others less: it is to be made alone.
    Alone,
    Failed(StoreError),
}

/// Commits that wait to be sent.
#[derive(Default)]
pub(super) struct Commits(Mutex<Arc<CommitBatch>>);

/// Those of one request.
#[derive(Default)]
struct CommitBatch {
    /// Each with the partition that it writes in.
    statements: Mutex<Vec<(String, BatchStatementRequest)>>,
    outcomes: lock::Mutex<Option<Vec<Outcome>>>,
}

impl Dynamo {
    /// Writes a person's item over the version that was seen, together with others.
    pub(super) async fn commit_together(&self, item: &Attributes, seen: u64) -> Result<Outcome, StoreError> {
        let statement = statement(&self.0.table, item, seen)?;
        let pk = item.get("pk").and_then(|pk| pk.as_s().ok()).cloned().unwrap_or_default();
        let (together, place) = self.0.commits.join(pk, statement);
        // One who waited for something may let the next one on: it is over when nobody has come meanwhile.
        let mut known = 0;
        while known < together.statements().len() {
            known = together.statements().len();
            once_around().await;
        }
        let mut outcomes = together.outcomes.lock().await;
        if outcomes.is_none() {
            let statements = self.0.commits.close(&together);
            *outcomes = Some(match statements.len() {
                1 => vec![Outcome::Alone],
                all => self.execute(statements).await.unwrap_or_else(|error| vec![Outcome::Failed(error); all]),
            });
        }
        Ok(outcomes.as_ref().and_then(|outcomes| outcomes.get(place).cloned()).unwrap_or(Outcome::Alone))
    }

    async fn execute(&self, statements: Vec<BatchStatementRequest>) -> Result<Vec<Outcome>, StoreError> {
        let request = self.0.client.batch_execute_statement().set_statements(Some(statements));
        let output = request.send().await.map_err(|error| failed("BatchExecuteStatement", &error))?;
        let outcome = |code: Option<&Code>| match code {
            None => Outcome::Done,
            Some(Code::ConditionalCheckFailed | Code::DuplicateItem) => Outcome::Overtaken,
            // By itself it is tried again as the SDK does, and says in full what is wrong.
            Some(_) => Outcome::Alone,
        };
        let responses = output.responses.unwrap_or_default();
        let error = |own: &aws_sdk_dynamodb::types::BatchStatementResponse| {
            own.error.as_ref().map(|error| error.code.clone().unwrap_or(Code::InternalServerError))
        };
        Ok(responses.iter().map(|own| outcome(error(own).as_ref())).collect())
    }
}

impl Commits {
    /// Adds a statement to those that are sent next; gives them, and its place among them.
    fn join(&self, pk: String, statement: BatchStatementRequest) -> (Arc<CommitBatch>, usize) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A request has each item once.
        if open.statements().iter().any(|(other, _)| *other == pk) {
            *open = Arc::default();
        }
        let mut statements = open.statements();
        let place = statements.len();
        statements.push((pk, statement));
        drop(statements);
        let own = Arc::clone(&open);
        if place + 1 == TOGETHER {
            *open = Arc::default();
        }
        (own, place)
    }

    /// Takes no more statements into `together`; gives all of them, each time anew.
    fn close(&self, together: &Arc<CommitBatch>) -> Vec<BatchStatementRequest> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&open, together) {
            *open = Arc::default();
        }
        together.statements().iter().map(|(_, statement)| statement.clone()).collect()
    }
}

impl CommitBatch {
    fn statements(&self) -> std::sync::MutexGuard<'_, Vec<(String, BatchStatementRequest)>> {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets whoever can go on go on first.
async fn once_around() {
    let mut is_first = true;
    std::future::poll_fn(|context| {
        if std::mem::take(&mut is_first) {
            context.waker().wake_by_ref();
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(())
    })
    .await;
}

/// The statement (PartiQL) of a conditional write of a whole item: what it lacks of a person's attributes goes.
fn statement(table: &str, item: &Attributes, seen: u64) -> Result<BatchStatementRequest, StoreError> {
    // In one order, so that statements of the same shape are the same text.
    let item: BTreeMap<&str, &AttributeValue> = item.iter().map(|(name, value)| (name.as_str(), value)).collect();
    let (key, own): (Vec<_>, Vec<_>) = item.iter().partition(|(name, _)| matches!(**name, "pk" | "sk"));
    let list = |parts: &[(&&str, &&AttributeValue)], each: fn(&str) -> String, between: &str| {
        parts.iter().map(|(name, _)| each(name)).collect::<Vec<_>>().join(between)
    };
    let values = own.iter().chain(&key).map(|(_, value)| (**value).clone());
    let (text, parameters) = if seen == 0 {
        let fields = list(&[own.as_slice(), &key].concat(), |name| format!("'{name}':?"), ",");
        (format!(r#"INSERT INTO "{table}" VALUE {{{fields}}}"#), values.collect())
    } else {
        let set = list(&own, |name| format!(r#"SET "{name}"=?"#), " ");
        let gone = ATTRIBUTES.iter().filter(|name| !item.contains_key(**name));
        let gone: String = gone.map(|name| format!(r#" REMOVE "{name}""#)).collect();
        let key = list(&key, |name| format!(r#""{name}"=?"#), " AND ");
        (
            format!(r#"UPDATE "{table}" {set}{gone} WHERE {key} AND "v"=?"#),
            values.chain([number(seen)]).collect::<Vec<_>>(),
        )
    };
    let request = BatchStatementRequest::builder().statement(text).set_parameters(Some(parameters));
    request.build().map_err(|error| refused("BatchExecuteStatement", &error))
}
