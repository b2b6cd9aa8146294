//! Takes what was deleted out of the files as well. SQLite only marks a deleted row's room as free, in its file and in the log
//! beside it, and the stream of a table keeps the old image of every item until every mapping has passed it.
//!
//! Invariant: what was deleted before a [`Backlog`] was taken is in no file after a scrub that comes after
//! [`has_done`](LocalAws::has_done) has said yes, whoever works at the same time.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::error::LocalError;
use crate::local::LocalAws;
use crate::stream;

/// What was to be handed on and handled at an instant: stream records, and messages that somebody may receive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backlog {
    /// The newest change of any table.
    change: i64,
    messages: BTreeSet<i64>,
}

/// Messages outside of dead-letter queues; those that were sent with a delay which still runs at ?1 are for later.
const OPEN: &str = "SELECT n FROM messages WHERE (received > 0 OR visible_at <= ?1) AND queue NOT IN
    (SELECT dead.id FROM queues AS dead JOIN queues AS own ON own.dead_letter = dead.name)";

impl LocalAws {
    /// What is to be done now.
    ///
    /// # Errors
    /// If the state cannot be read.
    pub fn backlog(&self) -> Result<Backlog, LocalError> {
        // The messages first: a change that a handled message makes is then in the backlog itself.
        let messages = self.open_messages()?;
        let change = stream::newest(&self.world)?;
        Ok(Backlog { change, messages })
    }

    /// Whether all of it was done.
    ///
    /// # Errors
    /// If the state cannot be read.
    pub fn has_done(&self, backlog: &Backlog) -> Result<bool, LocalError> {
        let passed = self.world.state.read(stream::passed)?;
        Ok(passed >= backlog.change && self.open_messages()?.is_disjoint(&backlog.messages))
    }

    fn open_messages(&self) -> Result<BTreeSet<i64>, LocalError> {
        let now = self.world.now();
        let open = |db: &Connection| db.prepare_cached(OPEN)?.query_map([now], |row| row.get(0))?.collect();
        Ok(self.world.state.read::<_, rusqlite::Error>(open)?)
    }

    /// Removes what was deleted from the files as well: stream records that every mapping has passed, and the room that
    /// deleted rows still take up. Everything else waits meanwhile, for as long as it takes to write the files anew.
    ///
    /// # Errors
    /// If the state cannot be written.
    pub fn scrub(&self) -> Result<(), LocalError> {
        for table in self.world.state.read(stream::tables)? {
            stream::trim(&self.world, &table)?;
        }
        self.world.state.read(write_anew)?;
        write_anew(&self.world.tables.lock().side)
    }
}

/// Writes a database anew and empties its log, which otherwise keep what was deleted.
fn write_anew(db: &Connection) -> Result<(), LocalError> {
    db.execute_batch("VACUUM")?;
    // Where somebody still reads, this does a part of it, and says so in its answer only.
    let busy: bool = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get(0))?;
    if busy { Err(LocalError::Busy) } else { Ok(()) }
}
