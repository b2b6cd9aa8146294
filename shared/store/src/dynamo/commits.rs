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
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::types::{BatchStatementErrorCodeEnum as Code, BatchStatementRequest};
use futures_util::lock;

use super::{Attributes, Dynamo, failed, number, refused};
use crate::error::StoreError;

/// Statements of one request.
const TOGETHER: usize = 25;
/// An item with more bytes goes alone, so that a request stays small.
pub(super) const SMALL: usize = 16 * 1024;
/// What a person's item may have beside its key; what it lacks is removed.
const ATTRIBUTES: [&str; 8] = ["id", "v", "ct", "z", "ids", "shard", "due_at", "addr"];

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
pub(super) struct Commits(Mutex<Arc<Together>>);

/// Those of one request.
#[derive(Default)]
struct Together {
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
        once_around().await;
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
    fn join(&self, pk: String, statement: BatchStatementRequest) -> (Arc<Together>, usize) {
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
    fn close(&self, together: &Arc<Together>) -> Vec<BatchStatementRequest> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&open, together) {
            *open = Arc::default();
        }
        together.statements().iter().map(|(_, statement)| statement.clone()).collect()
    }
}

impl Together {
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

/// The statement (PartiQL) of a conditional write of a whole item.
fn statement(table: &str, item: &Attributes, seen: u64) -> Result<BatchStatementRequest, StoreError> {
    let item: BTreeMap<&String, _> = item.iter().collect();
    let own = |name: &str| *name != *"pk" && *name != *"sk";
    let mut text = String::new();
    let mut parameters = Vec::with_capacity(item.len() + 3);
    let infallible = if seen == 0 {
        parameters.extend(item.values().map(|value| (*value).clone()));
        let fields: Vec<String> = item.keys().map(|name| format!("'{name}':?")).collect();
        write!(text, r#"INSERT INTO "{table}" VALUE {{{}}}"#, fields.join(","))
    } else {
        let set = item.iter().filter(|(name, _)| own(name));
        let set: Vec<String> = set
            .map(|(name, value)| {
                parameters.push((*value).clone());
                format!(r#"SET "{name}"=?"#)
            })
            .collect();
        let gone = ATTRIBUTES.iter().filter(|name| !item.keys().any(|own| own == *name));
        let gone: Vec<String> = gone.map(|name| format!(r#" REMOVE "{name}""#)).collect();
        let key = |name: &str| item.iter().find(|(own, _)| ***own == *name).map(|(_, value)| (*value).clone());
        parameters.extend(key("pk"));
        parameters.extend(key("sk"));
        parameters.push(number(seen));
        write!(text, r#"UPDATE "{table}" {}{} WHERE "pk"=? AND "sk"=? AND "v"=?"#, set.join(" "), gone.concat())
    };
    infallible.map_err(|error| refused("BatchExecuteStatement", &error))?;
    let request = BatchStatementRequest::builder().statement(text).set_parameters(Some(parameters));
    request.build().map_err(|error| refused("BatchExecuteStatement", &error))
}
