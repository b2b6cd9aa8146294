//! Queues and their settings.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::error::AwsError;

/// Where messages go that were received too often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Name of the dead-letter queue.
    pub queue: String,
    /// How often a message may be received before it goes there.
    pub max_receive: u32,
}

/// Settings of a queue; the defaults are AWS's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueSettings {
    /// Seconds for which a received message is hidden. At most 43,200.
    pub visibility: u32,
    /// Seconds for which a new message is hidden. At most 900.
    pub delay: u32,
    /// Seconds for which a receive waits for a first message. At most 20.
    pub wait: u32,
    /// Most bytes of a message with its attributes. At most 1,048,576.
    pub max_size: u32,
    /// Redrive policy.
    pub dead_letter: Option<DeadLetter>,
}

impl Default for QueueSettings {
    fn default() -> Self {
        Self { visibility: 30, delay: 0, wait: 0, max_size: 1_048_576, dead_letter: None }
    }
}

impl QueueSettings {
    fn check(&self, name: &str) -> Result<(), AwsError> {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || name.len() > 80 || !name.chars().all(word) {
            return Err(AwsError::client(
                "InvalidParameterValueException",
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
            ));
        }
        let fits = self.visibility <= 43_200
            && self.delay <= 900
            && self.wait <= 20
            && (1_024..=1_048_576).contains(&self.max_size)
            && self.dead_letter.as_ref().is_none_or(|to| (1..=1_000).contains(&to.max_receive));
        if fits {
            Ok(())
        } else {
            Err(AwsError::client("InvalidAttributeValue", "A queue attribute is out of its range."))
        }
    }
}

/// A queue as the state keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Queue {
    /// Number in the state.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Settings.
    pub settings: QueueSettings,
}

const COLUMNS: &str = "id, name, created_at, visibility, delay, wait, max_size, dead_letter, max_receive";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Queue> {
    let dead_letter = match (row.get(7)?, row.get(8)?) {
        (Some(queue), Some(max_receive)) => Some(DeadLetter { queue, max_receive }),
        _ => None,
    };
    Ok(Queue {
        id: row.get(0)?,
        name: row.get(1)?,
        created_at: row.get(2)?,
        settings: QueueSettings {
            visibility: row.get(3)?,
            delay: row.get(4)?,
            wait: row.get(5)?,
            max_size: row.get(6)?,
            dead_letter,
        },
    })
}

/// The queue of that name, or AWS's error that there is none.
pub(crate) fn find(db: &Connection, name: &str) -> Result<Queue, AwsError> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM queues WHERE name = ?1"))?
        .query_row([name], from_row)
        .optional()?
        .ok_or_else(|| AwsError::client("QueueDoesNotExist", "The specified queue does not exist."))
}

/// All queues by name.
pub(crate) fn list(db: &Connection) -> rusqlite::Result<Vec<Queue>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM queues ORDER BY name"))?.query_map([], from_row)?.collect()
}

/// Makes a queue, or gives the one of that name these settings; its messages stay.
pub(crate) fn create(db: &Connection, name: &str, settings: &QueueSettings, now: i64) -> Result<Queue, AwsError> {
    settings.check(name)?;
    let dead_letter = settings.dead_letter.as_ref();
    if let Some(to) = dead_letter {
        find(db, &to.queue)?;
    }
    db.prepare_cached(
        "INSERT INTO queues (name, created_at, visibility, delay, wait, max_size, dead_letter, max_receive)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (name) DO UPDATE SET visibility = excluded.visibility, delay = excluded.delay,
            wait = excluded.wait, max_size = excluded.max_size,
            dead_letter = excluded.dead_letter, max_receive = excluded.max_receive",
    )?
    .execute((
        name,
        now,
        settings.visibility,
        settings.delay,
        settings.wait,
        settings.max_size,
        dead_letter.map(|to| &to.queue),
        dead_letter.map(|to| to.max_receive),
    ))?;
    find(db, name)
}
