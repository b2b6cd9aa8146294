//! The streams of tables: reading them in order, remembering how far, forgetting what all have read.
//!
//! Reproduced: every committed change once, in the order of the commits, with its images. Divergences:
//! one shard a table; records are kept until every mapping of the table has passed them, not for 24
//! hours; `ApproximateCreationDateTime` is when the record was read, by the clock given, since the engine
//! stamps records with the machine's.

use aws_lambda_events::dynamodb::EventRecord;
use rusqlite::{Connection, OptionalExtension};
use serde_json::value::RawValue;

use crate::error::LocalError;
use crate::events::Pattern;
use crate::world::World;

/// Added to the engine's numbers to give the 21 digits that DynamoDB's have.
const SEQUENCE_OFFSET: u128 = 100_000_000_000_000_000_000;

/// A change of a table.
#[derive(Debug)]
pub(crate) struct Change {
    /// Its place in the stream.
    pub sequence: i64,
    /// The change as Lambda gets it.
    pub record: EventRecord,
}

/// How far a mapping is in its stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Position {
    /// The last change that is done with.
    pub sequence: i64,
    /// How often the change after it has failed.
    pub attempts: u32,
    /// When to try again, in epoch milliseconds.
    pub retry_at: i64,
}

/// The sequence number of DynamoDB's form.
pub(crate) fn public_sequence(sequence: i64) -> String {
    (SEQUENCE_OFFSET + u128::from(sequence.unsigned_abs())).to_string()
}

/// The ARN of a table's stream.
pub(crate) fn arn(world: &World, table: &str) -> String {
    format!("arn:aws:dynamodb:{}:{}:table/{table}/stream/local", world.region, world.account)
}

/// The one shard of a table's stream, as the engine names it.
pub(crate) fn shard(table: &str) -> String {
    format!("shardId-00000001-{table}")
}

/// What was read of a stream.
pub(crate) struct Read {
    /// The changes that are wanted.
    pub changes: Vec<Change>,
    /// The last record that was looked at; `None` where there is none.
    pub reached: Option<i64>,
    /// How many records were looked at.
    pub looked_at: usize,
}

/// At most `limit` changes of `table` after `after`, less those that `filter` does not let pass.
pub(crate) fn read(
    world: &World,
    table: &str,
    after: i64,
    limit: usize,
    filter: Option<&Filter>,
) -> Result<Read, LocalError> {
    let wanted = |row: &Row| filter.is_none_or(|filter| filter.lets_pass(&row.name, &row.keys));
    let (mut rows, mut reached, mut looked_at) = (Vec::new(), None, 0);
    {
        let engine = world.tables.lock();
        let mut statement = engine.side.prepare_cached(
            "SELECT CAST(sequence_number AS INTEGER), event_name, keys_json, new_image, old_image,
                    (SELECT stream_view_type FROM _tables WHERE table_name = ?1)
             FROM _stream_records
             WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) > ?2
             ORDER BY CAST(sequence_number AS INTEGER) LIMIT ?3",
        )?;
        let found = statement.query_map((table, after, LOOKED_AT), |row| {
            Ok(Row {
                sequence: row.get(0)?,
                name: row.get(1)?,
                keys: row.get(2)?,
                new_image: row.get(3)?,
                old_image: row.get(4)?,
                view_type: row.get(5)?,
            })
        })?;
        for row in found {
            let row = row?;
            (reached, looked_at) = (Some(row.sequence), looked_at + 1);
            rows.extend(Some(row).filter(wanted));
            if rows.len() >= limit {
                break;
            }
        }
    }
    let changes = rows.into_iter().map(|row| row.into_change(world, table)).collect::<Result<_, _>>()?;
    Ok(Read { changes, reached, looked_at })
}

/// Most records that are looked at for one batch.
const LOOKED_AT: i64 = 10_000;

/// Which changes a mapping wants, as the filter of an event source mapping says: it may ask for `eventName` and
/// `dynamodb.Keys`, which is all that it sees here.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter(Pattern);

impl Filter {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(pattern: &str) -> Result<Self, String> {
        Pattern::parse(pattern).map(Self)
    }

    fn lets_pass(&self, name: &str, keys: &str) -> bool {
        let keys: serde_json::Value = serde_json::from_str(keys).unwrap_or_default();
        self.0.matches(&serde_json::json!({ "eventName": name, "dynamodb": { "Keys": keys } }))
    }
}

struct Row {
    sequence: i64,
    name: String,
    keys: String,
    new_image: Option<String>,
    old_image: Option<String>,
    view_type: Option<String>,
}

impl Row {
    fn into_change(self, world: &World, table: &str) -> Result<Change, LocalError> {
        let unreadable = |error: serde_json::Error| LocalError::Tables(format!("a stream record: {error}"));
        let raw = |json: String| RawValue::from_string(json).map_err(unreadable);
        let size = self.keys.len()
            + self.new_image.as_ref().map_or(0, String::len)
            + self.old_image.as_ref().map_or(0, String::len);
        let seconds = world.now() / 1000;
        let number = public_sequence(self.sequence);
        // Lambda's types can be made from JSON only; the images go in as the text they are.
        let json = serde_json::to_string(&Json {
            event_id: &number,
            event_name: &self.name,
            event_version: "1.1",
            event_source: "aws:dynamodb",
            aws_region: &world.region,
            event_source_arn: arn(world, table),
            change: JsonChange {
                approximate_creation_date_time: seconds,
                keys: raw(self.keys)?,
                new_image: self.new_image.map(raw).transpose()?,
                old_image: self.old_image.map(raw).transpose()?,
                sequence_number: &number,
                size_bytes: size,
                stream_view_type: self.view_type.as_deref().unwrap_or("KEYS_ONLY"),
            },
        });
        let record = json.and_then(|json| serde_json::from_str(&json)).map_err(unreadable)?;
        Ok(Change { sequence: self.sequence, record })
    }
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Json<'a> {
    #[serde(rename = "eventID")]
    event_id: &'a str,
    event_name: &'a str,
    event_version: &'a str,
    event_source: &'a str,
    aws_region: &'a str,
    #[serde(rename = "eventSourceARN")]
    event_source_arn: String,
    #[serde(rename = "dynamodb")]
    change: JsonChange<'a>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "PascalCase")]
struct JsonChange<'a> {
    approximate_creation_date_time: i64,
    keys: Box<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_image: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_image: Option<Box<RawValue>>,
    sequence_number: &'a str,
    size_bytes: usize,
    stream_view_type: &'a str,
}

/// How far `mapping` is; a new one begins at the oldest record.
pub(crate) fn position(db: &Connection, mapping: &str) -> rusqlite::Result<Position> {
    let found = db
        .prepare_cached("SELECT sequence, attempts, retry_at FROM positions WHERE mapping = ?1")?
        .query_row([mapping], |row| {
            Ok(Position { sequence: row.get(0)?, attempts: row.get(1)?, retry_at: row.get(2)? })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Remembers how far `mapping` is in the stream of `table`.
pub(crate) fn remember(db: &Connection, mapping: &str, table: &str, position: Position) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO positions (mapping, table_name, sequence, attempts, retry_at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute((mapping, table, position.sequence, position.attempts, position.retry_at))?;
    Ok(())
}

/// The first instant after `now` at which a failed batch is due again.
pub(crate) fn next_retry(db: &Connection, now: i64) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT min(retry_at) FROM positions WHERE retry_at > ?1")?.query_row([now], |row| row.get(0))
}

/// Deletes the records of `table` that every mapping has passed.
pub(crate) fn trim(world: &World, table: &str) -> Result<(), LocalError> {
    let passed: Option<i64> = world.state.read(|db| {
        db.prepare_cached("SELECT min(sequence) FROM positions WHERE table_name = ?1")?
            .query_row([table], |row| row.get(0))
    })?;
    world
        .tables
        .lock()
        .side
        .prepare_cached(
            "DELETE FROM _stream_records
             WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) <= ?2",
        )?
        .execute((table, passed))?;
    Ok(())
}

/// The tables whose streams are read.
pub(crate) fn tables(db: &Connection) -> rusqlite::Result<Vec<String>> {
    db.prepare_cached("SELECT DISTINCT table_name FROM positions")?.query_map([], |row| row.get(0))?.collect()
}

/// The number of the newest change of any table; 0 where none is kept.
pub(crate) fn newest(world: &World) -> Result<i64, LocalError> {
    let newest = "SELECT coalesce(max(CAST(sequence_number AS INTEGER)), 0) FROM _stream_records";
    Ok(world.tables.lock().side.prepare_cached(newest)?.query_row([], |row| row.get(0))?)
}

/// The number up to which every mapping has passed; 0 where nothing was ever read.
pub(crate) fn passed(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT coalesce(min(sequence), 0) FROM positions")?.query_row([], |row| row.get(0))
}
