//! Receiving: visible messages become hidden, and those received too often go to the dead letters.

use rusqlite::{Connection, Row};

use super::queues::{Queue, find};
use crate::error::AwsError;

/// A message as somebody received or looked at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    /// Number in the state.
    pub n: i64,
    /// How often it was received, this time included.
    pub received: i64,
    /// When it was sent, in epoch milliseconds.
    pub sent_at: i64,
    /// When it was received first, in epoch milliseconds.
    pub first_received: Option<i64>,
    /// The queue that it was moved from, if it is a dead letter.
    pub came_from: Option<String>,
    /// Its attributes as JSON.
    pub attributes: Option<String>,
    /// Its body.
    pub body: String,
}

impl Message {
    /// Names this receive of this message; a later receive makes it stale.
    pub(crate) fn receipt(&self) -> String {
        format!("{}.{}", self.n, self.received)
    }
}

/// Reads a receipt handle back.
pub(crate) fn parse_receipt(handle: &str) -> Result<(i64, i64), AwsError> {
    handle
        .split_once('.')
        .and_then(|(n, received)| Some((n.parse().ok()?, received.parse().ok()?)))
        .ok_or_else(|| AwsError::client("ReceiptHandleIsInvalid", "The input receipt handle is invalid."))
}

pub(super) const COLUMNS: &str = "n, received, sent_at, first_received, came_from, attributes, body";

pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Message> {
    Ok(Message {
        n: row.get(0)?,
        received: row.get(1)?,
        sent_at: row.get(2)?,
        first_received: row.get(3)?,
        came_from: row.get(4)?,
        attributes: row.get(5)?,
        body: row.get(6)?,
    })
}

/// What a receive did.
#[derive(Debug, Default)]
pub(crate) struct Received {
    /// The messages, oldest first.
    pub messages: Vec<Message>,
    /// The dead-letter queue, if something went there.
    pub dead_letters: Option<i64>,
}

/// Receives at most `limit` messages and hides them for `visibility` seconds. Run it in a
/// transaction, or two receivers get the same message.
pub(crate) fn receive(
    db: &Connection,
    queue: &Queue,
    limit: usize,
    visibility: i64,
    now: i64,
) -> Result<Received, AwsError> {
    let mut result = Received::default();
    loop {
        let wanted = limit.saturating_sub(result.messages.len());
        let visible = visible(db, queue, wanted, now)?;
        if visible.is_empty() {
            return Ok(result);
        }
        for mut message in visible {
            if let Some(to) = &queue.settings.dead_letter
                && message.received >= i64::from(to.max_receive)
            {
                let target = find(db, &to.queue)?;
                move_to_dead_letters(db, &message, queue, &target, now)?;
                result.dead_letters = Some(target.id);
                continue;
            }
            message.received += 1;
            message.first_received = message.first_received.or(Some(now));
            db.prepare_cached("UPDATE messages SET visible_at = ?2, received = ?3, first_received = ?4 WHERE n = ?1")?
                .execute((message.n, now + visibility * 1000, message.received, message.first_received))?;
            result.messages.push(message);
        }
        // With a time-out of zero the same messages would be found again.
        if visibility == 0 || result.messages.len() >= limit {
            return Ok(result);
        }
    }
}

fn visible(db: &Connection, queue: &Queue, limit: usize, now: i64) -> rusqlite::Result<Vec<Message>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages WHERE queue = ?1 AND visible_at <= ?2
         ORDER BY visible_at, n LIMIT ?3"
    ))?
    .query_map((queue.id, now, limit), from_row)?
    .collect()
}

fn move_to_dead_letters(
    db: &Connection,
    message: &Message,
    from: &Queue,
    to: &Queue,
    now: i64,
) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE messages SET queue = ?2, visible_at = ?3, came_from = ?4 WHERE n = ?1")?
        .execute((message.n, to.id, now, &from.name))?;
    Ok(())
}
