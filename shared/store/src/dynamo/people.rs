//! People as items.

use super::commits::{Outcome, SMALL};
use super::{Attributes, Dynamo, number};
use crate::answers::if_met;
use crate::error::{CommitError, StoreError};
use crate::keys::Key;
use crate::ports::{Commit, CommitToken, Loaded, People};
use crate::{bounds, item};

impl People for Dynamo {
    async fn load(&self, id: &str) -> Result<Loaded, StoreError> {
        // An id that cannot be a key belongs to nobody; the commit will say what is wrong with it.
        if id.len() > bounds::PERSON_ID_BYTES {
            return Ok(Loaded::unknown(id));
        }
        match self.get(&self.partition(id).person()).await? {
            Some(known) => item::decode(id, &known.into()),
            None => Ok(Loaded::unknown(id)),
        }
    }

    async fn look(&self, ids: &[String]) -> Result<Vec<Loaded>, StoreError> {
        let ids: Vec<&String> = ids.iter().filter(|id| id.len() <= bounds::PERSON_ID_BYTES).collect();
        let keys: Vec<Key> = ids.iter().map(|id| self.partition(id).person()).collect();
        let mut found = self.look_up(&keys).await?;
        let loaded = ids.iter().zip(&keys).map(|(id, key)| match found.remove(key) {
            Some(known) => item::decode(id, &known.into()),
            None => Ok(Loaded::unknown(id)),
        });
        loaded.collect()
    }

    async fn commit(&self, commit: Commit<'_>) -> Result<u64, CommitError> {
        let item = item::image(&commit, &self.0.keyed, self.0.shards)?;
        let bytes = item::size_of(&item);
        let Err(failure) = self.replace(&commit, item.into(), bytes).await else { return Ok(commit.expected + 1) };
        // The SDK repeats a request whose reply was lost, and the repetition then fails on what the first one wrote: a
        // failed condition, too, may be our own success.
        if failure.is_retryable() && self.load(&commit.person.id).await?.token.as_ref() == Some(&commit.token) {
            return Ok(commit.expected + 1);
        }
        Err(failure)
    }

    fn token(&self) -> CommitToken {
        self.next_token()
    }

    fn pseudonym(&self, id: &str) -> Option<String> {
        self.0.keyed.pseudonym(id)
    }

    fn behind(&self, pseudonym: &str) -> Option<String> {
        self.0.keyed.behind(pseudonym)
    }
}

impl Dynamo {
    /// Writes a person over the version that was seen. Whoever was erased since has another one in its place.
    async fn replace(&self, commit: &Commit<'_>, item: Attributes, bytes: usize) -> Result<(), CommitError> {
        if bytes <= SMALL {
            match self.commit_together(&item, commit.expected).await? {
                Outcome::Done => return Ok(()),
                Outcome::Overtaken => return Err(CommitError::Conflict),
                Outcome::Failed(error) => return Err(error.into()),
                Outcome::Alone => {}
            }
        }
        let request = self.0.client.put_item().table_name(&self.0.table).set_item(Some(item));
        let request = match commit.expected {
            0 => request.condition_expression("attribute_not_exists(pk)"),
            seen => request.condition_expression("v = :seen").expression_attribute_values(":seen", number(seen)),
        };
        if_met(request.send().await)?.map(drop).ok_or(CommitError::Conflict)
    }
}
