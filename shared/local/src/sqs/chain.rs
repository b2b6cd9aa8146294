//! The chain of invocations that a message stands in, by which Lambda stops functions that feed themselves.
//!
//! Lambda counts how often a function was invoked in one chain. The count is in the trace header, which the SDK copies into every
//! request of the function and SQS keeps beside each message (`AWSTraceHeader`); the next invocation goes on with it. Whatever
//! a message waits for in between, its chain goes on. Here the handler is a task that knows its chain, and whatever it sends
//! meanwhile is kept with that. Source: AWS Lambda Developer Guide, "Use Lambda recursive loop detection to prevent infinite
//! loops" (<https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html>): about 16 invocations, on by default,
//! off by the function's `RecursiveLoop: Allow`.
//!
//! Divergences: a batch stands in the longest chain of its messages; the stream of a table begins a new one, as Lambda
//! looks at SQS, SNS and S3 only; a request from another process begins one.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};

/// Invocations of one function in one chain; the next is not made.
pub(crate) const LONGEST: u32 = 16;

tokio::task_local! {
    static OWN: Chain;
}

/// By function, how often it was invoked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Chain(BTreeMap<String, u32>);

impl Chain {
    /// That of a batch of messages, by their numbers.
    pub(crate) fn of(db: &Connection, messages: impl Iterator<Item = i64>) -> rusqlite::Result<Self> {
        let mut all = Self::default();
        for n in messages {
            let chain: Option<String> = db
                .prepare_cached("SELECT chain FROM chains WHERE n = ?1")?
                .query_row([n], |row| row.get(0))
                .optional()?;
            for (function, count) in chain.iter().flat_map(|chain| chain.split('|')).filter_map(part) {
                let known = all.0.entry(function.to_owned()).or_default();
                *known = count.max(*known);
            }
        }
        Ok(all)
    }

    /// One invocation more of a function; which of its invocations in the chain that is, from 1.
    pub(crate) fn invoke(&mut self, function: &str) -> u32 {
        let count = self.0.entry(function.to_owned()).or_default();
        *count += 1;
        *count
    }

    /// Does something as a part of the chain.
    pub(crate) async fn go_on<T>(self, work: impl Future<Output = T>) -> T {
        OWN.scope(self, work).await
    }
}

/// Keeps with message `n` which chain it is sent in, where it is in one.
pub(super) fn keep(db: &Connection, n: i64) -> rusqlite::Result<()> {
    let text = |Chain(chain): &Chain| {
        chain.iter().map(|(function, count)| format!("{function}:{count}")).collect::<Vec<_>>().join("|")
    };
    if let Ok(chain) = OWN.try_with(text) {
        db.prepare_cached("INSERT INTO chains (n, chain) VALUES (?1, ?2)")?.execute((n, chain))?;
    }
    Ok(())
}

fn part(part: &str) -> Option<(&str, u32)> {
    let (function, count) = part.rsplit_once(':')?;
    Some((function, count.parse().ok()?))
}
