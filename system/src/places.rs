//! What a local system keeps about people beside the table, each cleared of those who were erased.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rekindle_archive::Folder;
use rekindle_engine::time::Instant;
use rekindle_lambda::erasing::{EraseError, Place};
use rekindle_local::LocalAws;
use rekindle_store::{Dynamo, People};

use super::System;
use super::scrubs::Files;

/// The message tag that names the person.
pub const PERSON: &str = "person";

impl System {
    /// The places beside the table.
    pub(super) fn places(&self) -> Vec<Arc<dyn Place>> {
        let archive = self.archive().map(|folder| Arc::new(Folder::new(folder)) as Arc<dyn Place>);
        let mailbox = Arc::new(Mailbox(self.aws.clone(), self.store.clone())) as Arc<dyn Place>;
        let files = Arc::new(Files(Arc::clone(&self.scrubs))) as Arc<dyn Place>;
        archive.into_iter().chain([mailbox, files]).collect()
    }
}

/// The mails that the sink took: in AWS they are in their readers' hands.
struct Mailbox(LocalAws, Dynamo);

impl Place for Mailbox {
    fn clear<'a>(&'a self, person: &'a str, until: Instant) -> BoxFuture<'a, Result<Option<u64>, EraseError>> {
        async move {
            // Tags name people by a pseudonym; who has too long an id for one is in no mailbox of a real system either.
            let Some(pseudonym) = self.1.pseudonym(person) else { return Ok(Some(0)) };
            let removed = self.0.forget_mails(PERSON, &pseudonym, until.plus_seconds(1).timestamp());
            let failed = |error: rekindle_local::LocalError| EraseError::Place {
                place: "the mailbox",
                reason: error.to_string(),
            };
            Ok(Some(u64::try_from(removed.map_err(failed)?).unwrap_or(u64::MAX)))
        }
        .boxed()
    }
}
