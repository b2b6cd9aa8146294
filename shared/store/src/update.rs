//! Load, decide, commit: how every function changes a person.

use std::collections::BTreeMap;

use rekindle_engine::decide::{Claim, Claims, Request};
use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;

use crate::error::{CommitError, StoreError};
use crate::ports::{Commit, Loaded, Offers, People, Record};

/// How often a decision is made anew because somebody else was faster or a reply was lost.
const TRIES: u32 = 10;
/// How often one decision may ask for codes; each answer may lead to the next offer of the campaign.
const QUESTIONS: u32 = 1_000;

/// What to do with a decision. `T` is what the caller wants to know of it.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, taken apart at once: a box would be one more allocation a decision"
)]
pub enum Change<T> {
    /// Write the person. The record's lines are counted into `person.lines` here, not by the caller.
    Commit {
        /// When they have something to do next by themselves.
        due: Option<Instant>,
        /// What the decision hands on.
        record: Record,
        /// For the caller.
        outcome: T,
    },
    /// Ask for these codes and decide again: [`rekindle_engine::decide::Decision::claims`], where there are any.
    Ask(Vec<Request>),
    /// Write nothing.
    Keep(T),
}

/// The answers to the questions of a decision; what was not asked yet is [`Claim::Pending`].
#[derive(Debug, Default)]
pub struct Answers(BTreeMap<Request, Claim>);

impl Claims for Answers {
    fn claim(&mut self, request: &Request) -> Claim {
        self.0.get(request).cloned().unwrap_or(Claim::Pending)
    }
}

/// Loads a person, lets `decide` change them, and commits; on a conflict, again on fresh data. `decide` may run several
/// times, each time on the person as loaded; only the outcome of the one that was committed is returned. Where a reply
/// was lost, a further look tells whether the commit was this one, so it is never made twice.
///
/// # Errors
/// Where the person cannot be loaded or written; a retryable one after ten attempts of which none succeeded.
pub async fn update<S, T>(
    store: &S,
    id: &str,
    decide: impl FnMut(&mut Person, &mut Answers) -> Change<T> + Send,
) -> Result<T, CommitError>
where
    S: People + Offers,
    T: Send,
{
    update_seen(store, id, None, decide).await
}

/// The same, beginning with a person as [`People::look`] saw them. Only a commit may rest on that, as it then fails where
/// they have changed; neither that there is nothing to do nor what codes are needed is believed before they are loaded.
///
/// # Errors
/// As [`update`].
pub async fn update_seen<S, T>(
    store: &S,
    id: &str,
    mut seen: Option<Loaded>,
    mut decide: impl FnMut(&mut Person, &mut Answers) -> Change<T> + Send,
) -> Result<T, CommitError>
where
    S: People + Offers,
    T: Send,
{
    let mut answers = Answers::default();
    let mut uncertain: Option<(crate::ports::CommitToken, T)> = None;
    let mut failure = CommitError::Conflict;
    for _ in 0..TRIES {
        let (loaded, is_newest) = match seen.take() {
            Some(seen) => (seen, false),
            None => (store.load(id).await?, true),
        };
        if let Some((token, outcome)) = uncertain.take()
            && loaded.token.as_ref() == Some(&token)
        {
            return Ok(outcome);
        }
        let Some((person, change)) = settle(store, &loaded, is_newest, &mut answers, &mut decide).await? else {
            continue;
        };
        let (due, record, outcome) = match change {
            Settled::Keep(outcome) => return Ok(outcome),
            Settled::Commit { due, record, outcome } => (due, *record, outcome),
        };
        let token = store.token();
        let (expected, unwritten) = (loaded.version, loaded.unwritten);
        let commit = Commit { person: &person, expected, unwritten, due, record, token: token.clone() };
        failure = match store.commit(commit).await {
            Ok(_) => return Ok(outcome),
            Err(error) if !error.is_retryable() => return Err(error),
            Err(error) => error,
        };
        if matches!(failure, CommitError::Store(_)) {
            uncertain = Some((token, outcome));
        }
    }
    Err(failure)
}

/// A decision without open questions.
enum Settled<T> {
    Commit { due: Option<Instant>, record: Box<Record>, outcome: T },
    Keep(T),
}

/// Decides until no question is open; `None` where the newest state must be known for that.
async fn settle<S: Offers, T: Send>(
    offers: &S,
    loaded: &Loaded,
    is_newest: bool,
    answers: &mut Answers,
    decide: &mut (impl FnMut(&mut Person, &mut Answers) -> Change<T> + Send),
) -> Result<Option<(Person, Settled<T>)>, CommitError> {
    for _ in 0..QUESTIONS {
        let mut person = loaded.person.clone();
        match decide(&mut person, answers) {
            Change::Keep(_) | Change::Ask(_) if !is_newest => return Ok(None),
            Change::Keep(outcome) => return Ok(Some((person, Settled::Keep(outcome)))),
            Change::Commit { due, record, outcome } => {
                let lines = u64::try_from(record.lines.len()).unwrap_or(u64::MAX);
                person.lines = person.lines.saturating_add(lines);
                return Ok(Some((person, Settled::Commit { due, record: Box::new(record), outcome })));
            }
            Change::Ask(requests) => {
                for request in requests {
                    let answer = offers.claim(&request).await?;
                    answers.0.insert(request, answer);
                }
            }
        }
    }
    Err(StoreError::Refused { operation: "claim", reason: format!("more than {QUESTIONS} questions in one decision") }
        .into())
}
