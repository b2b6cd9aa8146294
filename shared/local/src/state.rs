//! The state of queues, rules, mails and stream positions: one SQLite file, or memory.
//!
//! Whatever was answered to a client is committed before; `synchronous = NORMAL` in WAL mode keeps
//! commits through the death of the process, and may lose the last ones when the machine itself
//! dies, which AWS would not.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, ErrorCode, Transaction};

use crate::error::LocalError;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS queues (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL,
    visibility INTEGER NOT NULL, delay INTEGER NOT NULL, wait INTEGER NOT NULL,
    max_size INTEGER NOT NULL, dead_letter TEXT, max_receive INTEGER
);
CREATE TABLE IF NOT EXISTS messages (
    n INTEGER PRIMARY KEY, queue INTEGER NOT NULL, visible_at INTEGER NOT NULL,
    sent_at INTEGER NOT NULL, received INTEGER NOT NULL DEFAULT 0, first_received INTEGER,
    came_from TEXT, attributes TEXT, body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS chains (n INTEGER PRIMARY KEY, chain TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS messages_gone AFTER DELETE ON messages
BEGIN DELETE FROM chains WHERE n = old.n; END;
CREATE INDEX IF NOT EXISTS messages_visible ON messages (queue, visible_at, n);
CREATE TABLE IF NOT EXISTS rules (
    bus TEXT NOT NULL, name TEXT NOT NULL, pattern TEXT NOT NULL, target TEXT NOT NULL,
    PRIMARY KEY (bus, name, target)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mails (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, sender TEXT NOT NULL,
    recipients TEXT NOT NULL, subject TEXT NOT NULL, html TEXT, text TEXT,
    headers TEXT NOT NULL, tags TEXT NOT NULL, configuration_set TEXT
);
CREATE INDEX IF NOT EXISTS mails_at ON mails (at);
CREATE TABLE IF NOT EXISTS positions (
    mapping TEXT PRIMARY KEY, table_name TEXT NOT NULL, sequence INTEGER NOT NULL,
    attempts INTEGER NOT NULL, retry_at INTEGER NOT NULL
) WITHOUT ROWID;
";

/// The file's name.
pub(crate) const FILE: &str = "local.db";
/// Enough for every statement of this crate, so that none is compiled twice.
const STATEMENTS: usize = 64;

/// The one connection to the state.
pub(crate) struct State(Mutex<Connection>);

impl State {
    /// Opens the file `local.db` in `dir`, or a state that dies with the process.
    pub(crate) fn open(dir: Option<&Path>) -> Result<Self, LocalError> {
        let connection = match dir {
            Some(dir) => Connection::open(dir.join(FILE))?,
            None => Connection::open_in_memory()?,
        };
        Self::begin(connection).map_err(|error| match error {
            LocalError::Sqlite(error) => damaged(FILE, error),
            other => other,
        })
    }

    fn begin(connection: Connection) -> Result<Self, LocalError> {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        has_all_columns(&connection)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self(Mutex::new(connection)))
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs reads that need no transaction.
    pub(crate) fn read<T, E>(&self, work: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        work(&self.lock())
    }

    /// Runs `work` in one transaction: all of it is kept, or nothing.
    pub(crate) fn write<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }
}

/// Whether every table that is there has the columns that this version writes.
fn has_all_columns(db: &Connection) -> Result<(), LocalError> {
    let wanted = Connection::open_in_memory()?;
    wanted.execute_batch(SCHEMA)?;
    let columns = |db: &Connection| -> rusqlite::Result<BTreeSet<(String, String)>> {
        let all = "SELECT own.name, field.name FROM sqlite_schema AS own, pragma_table_info(own.name) AS field
             WHERE own.type = 'table'";
        db.prepare(all)?.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    };
    let found = columns(db)?;
    let is_there = |table: &str| found.iter().any(|(own, _)| own == table);
    match columns(&wanted)?.difference(&found).find(|(table, _)| is_there(table)) {
        Some((table, column)) => {
            Err(LocalError::OtherVersion { file: FILE, reason: format!("its table {table} has no column {column}") })
        }
        None => Ok(()),
    }
}

/// A file that SQLite cannot read is damaged; anything else is what it is.
pub(crate) fn damaged(file: &'static str, error: rusqlite::Error) -> LocalError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            LocalError::Damaged { file, reason: error.to_string() }
        }
        _ => error.into(),
    }
}

/// Looks whether a file is whole.
pub(crate) fn check(db: &Connection, file: &'static str) -> Result<(), LocalError> {
    let said: rusqlite::Result<String> = db.query_row("PRAGMA quick_check(1)", (), |row| row.get(0));
    match said.map_err(|error| damaged(file, error))?.as_str() {
        "ok" => Ok(()),
        reason => Err(LocalError::Damaged { file, reason: reason.to_owned() }),
    }
}

/// Takes the next `count` numbers of a counter that never gives one twice; returns the first.
///
/// Ids made of them are the same in every run of the same program, which random ones are not.
pub(crate) fn take_numbers(db: &Connection, counter: &str, count: usize) -> rusqlite::Result<i64> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let last: i64 = db
        .prepare_cached(
            "INSERT INTO counters (name, n) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET n = n + excluded.n RETURNING n",
        )?
        .query_row((counter, count), |row| row.get(0))?;
    Ok(last - count + 1)
}

/// The number `n` in the shape of a UUID; `kind` keeps the ids of different things apart.
pub(crate) fn uuid(kind: u16, n: i64) -> String {
    format!("{kind:08x}-0000-4000-8000-{n:012x}")
}
