//! A store whose next commits go wrong as a test wants.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use rekindle_engine::decide::{Claim, Request};
use rekindle_store::{Commit, CommitError, CommitToken, Loaded, Offers, People, Record, StoreError};

/// What happens to a commit.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// Somebody else commits just before.
    Overtaken,
    /// It is never made.
    RequestLost,
    /// It is made, and nobody says so.
    ReplyLost,
    /// It is made, nobody says so, and somebody else commits afterwards.
    ReplyLostAndOvertaken,
}

#[derive(Clone)]
pub struct Faulty<S> {
    pub store: S,
    faults: Arc<Mutex<VecDeque<Fault>>>,
}

impl<S: People> Faulty<S> {
    pub fn new(store: S, faults: impl IntoIterator<Item = Fault>) -> Self {
        Self { store, faults: Arc::new(Mutex::new(faults.into_iter().collect())) }
    }

    async fn somebody_else(&self, id: &str) {
        let Loaded { mut person, version, unwritten, .. } = self.store.load(id).await.unwrap();
        person.profile.locale = Some(format!("by somebody else after {version}"));
        let commit = Commit {
            person: &person,
            expected: version,
            unwritten,
            due: None,
            record: Record::default(),
            token: self.store.token(),
        };
        self.store.commit(commit).await.unwrap();
    }
}

impl<S: People> People for Faulty<S> {
    async fn load(&self, id: &str) -> Result<Loaded, StoreError> {
        self.store.load(id).await
    }

    async fn look(&self, ids: &[String]) -> Result<Vec<Loaded>, StoreError> {
        self.store.look(ids).await
    }

    async fn commit(&self, commit: Commit<'_>) -> Result<u64, CommitError> {
        let fault = self.faults.lock().unwrap().pop_front();
        let id = commit.person.id.clone();
        match fault {
            None => return self.store.commit(commit).await,
            Some(Fault::Overtaken) => {
                self.somebody_else(&id).await;
                return self.store.commit(commit).await;
            }
            Some(Fault::RequestLost) => {}
            Some(Fault::ReplyLost) => drop(self.store.commit(commit).await?),
            Some(Fault::ReplyLostAndOvertaken) => {
                self.store.commit(commit).await?;
                self.somebody_else(&id).await;
            }
        }
        Err(StoreError::Unavailable { operation: "commit", reason: "lost on demand".to_owned() }.into())
    }

    fn pseudonym(&self, id: &str) -> Option<String> {
        self.store.pseudonym(id)
    }

    fn behind(&self, pseudonym: &str) -> Option<String> {
        self.store.behind(pseudonym)
    }

    fn token(&self) -> CommitToken {
        self.store.token()
    }
}

impl<S: Offers> Offers for Faulty<S> {
    async fn claim(&self, request: &Request) -> Result<Claim, StoreError> {
        self.store.claim(request).await
    }

    async fn upload_pool(&self, pool: &str, codes: &[String]) -> Result<u64, StoreError> {
        self.store.upload_pool(pool, codes).await
    }

    async fn issued(&self, campaign: &str, offer: &str) -> Result<u64, StoreError> {
        self.store.issued(campaign, offer).await
    }

    async fn left(&self, pool: &str) -> Result<u64, StoreError> {
        self.store.left(pool).await
    }
}
