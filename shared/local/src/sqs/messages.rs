//! Messages in their queues: sending, deleting, hiding, counting, moving.

use rusqlite::{Connection, OptionalExtension};

use super::attributes::{Attributes, size};
use super::chain;
use super::queues::Queue;
use super::receive::{COLUMNS, Message, from_row};
use crate::error::AwsError;
use crate::state::take_numbers;

/// A message to be sent, checked against the limits of its queue.
#[derive(Debug)]
pub(crate) struct NewMessage<'a> {
    /// The body.
    pub body: &'a str,
    /// Attributes as they are kept.
    pub attributes: Option<String>,
    /// Seconds until it can be received; the queue's delay if absent.
    pub delay: Option<u32>,
}

/// What a client wants to send.
#[derive(Debug)]
pub(crate) struct Outgoing<'a> {
    /// The body.
    pub body: &'a str,
    /// Its attributes.
    pub attributes: &'a Attributes,
    /// Seconds until it can be received.
    pub delay: Option<u32>,
}

impl<'a> Outgoing<'a> {
    /// Holds the message against SQS's rules; also gives its size in bytes.
    pub(crate) fn check(self, queue: &Queue) -> Result<(NewMessage<'a>, usize), AwsError> {
        let bytes = self.body.len() + size(self.attributes)?;
        if self.body.is_empty() {
            return Err(AwsError::client("MissingParameter", "The request must contain the parameter MessageBody."));
        }
        if bytes > queue.settings.max_size as usize {
            return Err(AwsError::client(
                "InvalidParameterValueException",
                format!(
                    "One or more parameters are invalid. Reason: Message must be shorter than {} bytes.",
                    queue.settings.max_size
                ),
            ));
        }
        let refused = |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}');
        if self.body.contains(refused) {
            return Err(AwsError::client("InvalidMessageContents", "Invalid characters in the message body."));
        }
        if self.attributes.len() > 10 || self.delay.is_some_and(|delay| delay > 900) {
            return Err(AwsError::client(
                "InvalidParameterValueException",
                "A message has at most 10 attributes and a delay of at most 900 seconds.",
            ));
        }
        let attributes = if self.attributes.is_empty() { None } else { serde_json::to_string(self.attributes).ok() };
        Ok((NewMessage { body: self.body, attributes, delay: self.delay }, bytes))
    }
}

/// Puts a message into its queue; returns its number.
pub(crate) fn insert(db: &Connection, queue: &Queue, message: &NewMessage<'_>, now: i64) -> rusqlite::Result<i64> {
    let n = take_numbers(db, "message", 1)?;
    let delay = i64::from(message.delay.unwrap_or(queue.settings.delay)) * 1000;
    db.prepare_cached(
        "INSERT INTO messages (n, queue, visible_at, sent_at, attributes, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute((n, queue.id, now + delay, now, &message.attributes, message.body))?;
    chain::keep(db, n)?;
    Ok(n)
}

/// Deletes message `n` if it was not received again since (`received` is in the receipt handle).
pub(crate) fn delete(db: &Connection, queue: &Queue, n: i64, received: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM messages WHERE n = ?1 AND queue = ?2 AND received = ?3")?
        .execute((n, queue.id, received))?;
    Ok(())
}

/// Hides message `n` for `seconds` from now; zero gives it back at once.
pub(crate) fn change_visibility(
    db: &Connection,
    queue: &Queue,
    (n, received): (i64, i64),
    seconds: i64,
    now: i64,
) -> Result<(), AwsError> {
    let changed = db
        .prepare_cached(
            "UPDATE messages SET visible_at = ?4
             WHERE n = ?1 AND queue = ?2 AND received = ?3 AND visible_at > ?5",
        )?
        .execute((n, queue.id, received, now + seconds * 1000, now))?;
    if changed == 1 {
        return Ok(());
    }
    Err(AwsError::client("MessageNotInflight", "The message is not in flight."))
}

/// Deletes every message of a queue.
pub(crate) fn purge(db: &Connection, queue: &Queue) -> rusqlite::Result<usize> {
    db.prepare_cached("DELETE FROM messages WHERE queue = ?1")?.execute([queue.id])
}

/// How full a queue is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Messages that can be received now.
    pub visible: u64,
    /// Messages that somebody received and has not deleted.
    pub in_flight: u64,
    /// Messages that were sent with a delay that still runs.
    pub delayed: u64,
}

/// Counts the messages of a queue.
pub(crate) fn count(db: &Connection, queue: &Queue, now: i64) -> rusqlite::Result<Depth> {
    db.prepare_cached(
        "SELECT count(*) FILTER (WHERE visible_at <= ?2),
                count(*) FILTER (WHERE visible_at > ?2 AND received > 0),
                count(*) FILTER (WHERE visible_at > ?2 AND received = 0)
         FROM messages WHERE queue = ?1",
    )?
    .query_row((queue.id, now), |row| Ok(Depth { visible: row.get(0)?, in_flight: row.get(1)?, delayed: row.get(2)? }))
}

/// The first instant after `now` at which a hidden message of `queue` (or of any) can be received.
pub(crate) fn next_visible(db: &Connection, queue: Option<i64>, now: i64) -> rusqlite::Result<Option<i64>> {
    let of_one = "SELECT visible_at FROM messages WHERE queue = ?1 AND visible_at > ?2
                  ORDER BY visible_at LIMIT 1";
    let of_all = "SELECT min(next) FROM (SELECT (SELECT visible_at FROM messages
                  WHERE queue = queues.id AND visible_at > ?1 ORDER BY visible_at LIMIT 1) AS next
                  FROM queues)";
    let found: Option<Option<i64>> = match queue {
        Some(queue) => db.prepare_cached(of_one)?.query_row((queue, now), |row| row.get(0)).optional()?,
        None => db.prepare_cached(of_all)?.query_row([now], |row| row.get(0)).optional()?,
    };
    Ok(found.flatten())
}

/// Messages of a queue without receiving them, oldest first.
pub(crate) fn peek(db: &Connection, queue: &Queue, limit: usize) -> rusqlite::Result<Vec<Message>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM messages WHERE queue = ?1 ORDER BY n LIMIT ?2"))?
        .query_map((queue.id, limit), from_row)?
        .collect()
}

/// Moves every message of `from` to `to`, or to the queue that each came from, as new ones; returns
/// the numbers of the queues that got some, and how many messages moved.
pub(crate) fn move_all(
    db: &Connection,
    from: &Queue,
    to: Option<&Queue>,
    now: i64,
) -> rusqlite::Result<(Vec<i64>, usize)> {
    let target = "coalesce(?2, (SELECT id FROM queues WHERE name = came_from))";
    let ids = db
        .prepare_cached(&format!("SELECT DISTINCT {target} FROM messages WHERE queue = ?1 AND {target} IS NOT NULL"))?
        .query_map((from.id, to.map(|queue| queue.id)), |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<i64>>>()?;
    let moved = db
        .prepare_cached(&format!(
            "UPDATE messages SET queue = {target}, visible_at = ?3, received = 0,
                    first_received = NULL, came_from = NULL
             WHERE queue = ?1 AND {target} IS NOT NULL"
        ))?
        .execute((from.id, to.map(|queue| queue.id), now))?;
    Ok((ids, moved))
}
