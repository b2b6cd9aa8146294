//! DynamoDB: the embedded engine, called in process.
//!
//! Reproduced by the engine: expressions, conditions, indexes, transactions, streams, limits and
//! errors. Divergences: reads are always strongly consistent; nothing is throttled; a transaction
//! may change a key attribute; writing an item again unchanged leaves a stream record; items past
//! their TTL are never deleted, because the engine reads the machine's clock for that and the
//! clock here may be virtual.
//!
//! Calls are serialised: the engine gets slower, not faster, with concurrent callers. A second
//! connection to the same database reads and trims the stream and adds the index on it that the
//! engine's own queries lack; without it every write scans all stream records.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use dynoxide::{Database, DynoxideError};
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{AwsError, LocalError};
use crate::state::{check, damaged};
use crate::wire::{Protocol, Response};

/// The file's name.
pub(crate) const FILE: &str = "tables.db";

/// The tables and their streams.
pub(crate) struct Tables(Mutex<Engine>);

/// What the lock protects.
pub(crate) struct Engine {
    database: Database,
    /// Reads and trims the stream.
    pub(crate) side: Connection,
}

impl Tables {
    /// Opens the file `tables.db` in `dir`, or tables that die with the process; `name` tells
    /// several of those in one process apart.
    pub(crate) fn open(dir: Option<&Path>, name: &str) -> Result<Self, LocalError> {
        let path = match dir {
            Some(dir) => dir.join(FILE).to_string_lossy().into_owned(),
            None => format!("file:{name}?mode=memory&cache=shared"),
        };
        // The engine does not say what is the matter with a file, so the file is asked.
        let failed =
            |error: DynoxideError| match Connection::open(&path).map_err(Into::into).and_then(|db| check(&db, FILE)) {
                Err(damaged @ LocalError::Damaged { .. }) => damaged,
                _ => LocalError::Tables(error.to_string()),
            };
        let database = Database::new(&path).map_err(failed)?;
        // By its name this ends a bulk load; what it does is to set `synchronous = NORMAL`, for
        // which the engine has no other setting, and which survives the death of the process.
        database.disable_bulk_loading().map_err(failed)?;
        let side = Connection::open_with_flags(&path, OpenFlags::default())?;
        side.pragma_update(None, "synchronous", "NORMAL")?;
        side.execute_batch(
            "CREATE INDEX IF NOT EXISTS rekindle_stream_order
             ON _stream_records (table_name, CAST(sequence_number AS INTEGER))",
        )
        .map_err(|error| damaged(FILE, error))?;
        Ok(Self(Mutex::new(Engine { database, side })))
    }

    /// Exclusive use of the engine.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Engine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers one call.
    pub(crate) fn handle(&self, operation: &str, body: &[u8]) -> Response {
        match dispatch(&self.lock().database, operation, body) {
            Ok(body) => Protocol::Json10.answer(body),
            Err(error) => Protocol::Json10.with_status(error.status_code(), error.to_json()),
        }
    }
}

/// Whether a call of this operation can leave stream records.
pub(crate) fn writes(operation: &str) -> bool {
    matches!(
        operation,
        "PutItem"
            | "UpdateItem"
            | "DeleteItem"
            | "BatchWriteItem"
            | "TransactWriteItems"
            | "ExecuteStatement"
            | "ExecuteTransaction"
            | "BatchExecuteStatement"
    )
}

fn dispatch(database: &Database, operation: &str, body: &[u8]) -> Result<String, DynoxideError> {
    macro_rules! operations {
        ($($name:literal => $method:ident,)*) => {
            match operation {
                $($name => answer(&database.$method(parse(body)?)?),)*
                other => Err(DynoxideError::ValidationException(format!(
                    "The local DynamoDB does not know the operation {other}."
                ))),
            }
        };
    }
    operations! {
        "GetItem" => get_item,
        "PutItem" => put_item,
        "UpdateItem" => update_item,
        "DeleteItem" => delete_item,
        "Query" => query,
        "Scan" => scan,
        "BatchGetItem" => batch_get_item,
        "BatchWriteItem" => batch_write_item,
        "TransactGetItems" => transact_get_items,
        "TransactWriteItems" => transact_write_items,
        "CreateTable" => create_table,
        "DescribeTable" => describe_table,
        "ListTables" => list_tables,
        "UpdateTable" => update_table,
        "DeleteTable" => delete_table,
        "UpdateTimeToLive" => update_time_to_live,
        "DescribeTimeToLive" => describe_time_to_live,
        "TagResource" => tag_resource,
        "UntagResource" => untag_resource,
        "ListTagsOfResource" => list_tags_of_resource,
        "ListStreams" => list_streams,
        "DescribeStream" => describe_stream,
        "GetShardIterator" => get_shard_iterator,
        "GetRecords" => get_records,
        "ExecuteStatement" => execute_statement,
        "ExecuteTransaction" => execute_transaction,
        "BatchExecuteStatement" => batch_execute_statement,
    }
}

fn answer(response: &impl Serialize) -> Result<String, DynoxideError> {
    serde_json::to_string(response).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// Reads a request. The engine's own checks arrive as errors of the reader, marked by a prefix.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, DynoxideError> {
    serde_json::from_slice(body).map_err(|error| {
        let text = error.to_string();
        let message = text.split(" at line ").next().unwrap_or_default();
        if let Some(checked) = message.strip_prefix("VALIDATION:") {
            return DynoxideError::ValidationException(checked.to_owned());
        }
        let incomplete = message.contains("missing field") || message.contains("AttributeValue");
        if error.is_data() && incomplete {
            return DynoxideError::ValidationException(message.to_owned());
        }
        DynoxideError::SerializationException(message.to_owned())
    })
}

impl From<DynoxideError> for AwsError {
    fn from(error: DynoxideError) -> Self {
        Self::service("InternalServerError", error.to_string())
    }
}
