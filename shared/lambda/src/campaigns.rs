//! The live campaigns, compiled once and looked at again at least every five seconds (SPEC.md section 10).
//!
//! Versions are immutable, so a compiled one is kept for ever; only the pointer to what is live and the run states are
//! read again.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use jiff::{SignedDuration, Timestamp};
use rekindle_engine::catalog::{Catalog, Choice, Live};
use rekindle_engine::lang::{Files, Workspace, load_published};
use rekindle_engine::program::Program;
use rekindle_store::{Publications, Published, StoreError};
use thiserror::Error;

/// How old an answer may be: a pause holds within this time.
const FRESH_FOR: SignedDuration = SignedDuration::from_secs(4);

/// Campaigns that are read at the same time. Each of them has a connection of its own, whose TLS handshake costs a cold
/// start more than the answers that it need not wait for.
const AT_ONCE: usize = 2;

/// Why the live campaigns are not known.
#[derive(Debug, Clone, Error)]
pub enum CampaignsError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing was published yet. Trying again helps once somebody publishes.
    #[error("nothing is published yet: run `rekindle publish`")]
    NothingPublished,
    /// A published version is missing or is not what this program can run. Trying again does not help.
    #[error("version {version} of {what} cannot be run: {reason}")]
    Broken {
        /// The campaign, or `workspace`.
        what: String,
        /// Its version.
        version: u32,
        /// What is wrong with it.
        reason: String,
    },
}

/// A campaign's version, and what happens to people on steps that it lacks.
type Compiled = (Arc<Program>, BTreeMap<String, Choice>);

/// Keeps the live campaigns of one store.
#[derive(Debug)]
pub struct Campaigns<S> {
    store: S,
    current: Mutex<Option<(Timestamp, Published, Arc<Catalog>)>>,
    versions: Arc<Mutex<Versions>>,
}

/// What was compiled. Versions are immutable, so nothing here is ever read again.
#[derive(Debug, Default)]
struct Versions {
    /// By version of the workspace file, as zone and senders are read from it.
    workspaces: HashMap<u32, (Arc<Workspace>, Arc<str>)>,
    /// By campaign, its version and the workspace's.
    compiled: HashMap<(String, u32, u32), Compiled>,
}

impl<S: Publications> Campaigns<S> {
    /// Nothing read yet.
    pub fn new(store: S) -> Self {
        Self { store, current: Mutex::default(), versions: Arc::default() }
    }

    /// Nothing of what is live read yet, but with the versions that `other` has compiled, of a store that has the same.
    pub fn knowing(store: S, other: &Self) -> Self {
        Self { store, current: Mutex::default(), versions: Arc::clone(&other.versions) }
    }

    /// What is live at `now`, at most a few seconds old.
    ///
    /// # Errors
    /// Where nothing is published, or what is cannot be read.
    pub async fn current(&self, now: Timestamp) -> Result<Arc<Catalog>, CampaignsError> {
        if let Some((read_at, _, catalog)) = &*locked(&self.current)
            && is_fresh(*read_at, now)
        {
            return Ok(Arc::clone(catalog));
        }
        self.read(now).await
    }

    /// What is live, read just now whatever was known. For what must not rest on an old answer.
    ///
    /// # Errors
    /// Where nothing is published, or what is cannot be read.
    pub async fn read(&self, now: Timestamp) -> Result<Arc<Catalog>, CampaignsError> {
        let published = self.store.live().await?.ok_or(CampaignsError::NothingPublished)?;
        if let Some((read_at, known, catalog)) = &mut *locked(&self.current)
            && *known == published
        {
            *read_at = now;
            return Ok(Arc::clone(catalog));
        }
        let catalog = Arc::new(self.compile(&published).await?);
        *locked(&self.current) = Some((now, published, Arc::clone(&catalog)));
        Ok(catalog)
    }

    /// Whether `catalog` is what [`Self::current`] would still give at `now`. Whoever has stood still since they got it
    /// finds that it is not.
    pub fn is_current(&self, catalog: &Arc<Catalog>, now: Timestamp) -> bool {
        locked(&self.current)
            .as_ref()
            .is_some_and(|(read_at, _, current)| is_fresh(*read_at, now) && Arc::ptr_eq(current, catalog))
    }

    async fn compile(&self, published: &Published) -> Result<Catalog, CampaignsError> {
        let (workspace, source) = self.workspace(published.workspace).await?;
        let live = published.campaigns.iter().map(|(id, version)| (id, *version, false));
        // Who is inside of a campaign that was taken out finishes.
        let all = live.chain(published.retired.iter().map(|(id, version)| (id, *version, true)));
        // Boxed, since a handler's future must be `Send` whatever these borrow.
        let read: Vec<_> =
            all.map(|(id, version, retired)| self.live(published, &source, id, version, retired).boxed()).collect();
        let read: Vec<Option<Live>> = iter(read).buffered(AT_ONCE).try_collect().await?;
        Ok(Catalog::new(workspace, read.into_iter().flatten()))
    }

    /// One campaign with all its versions; `None` where it is not live and cannot be read any more.
    async fn live(
        &self,
        published: &Published,
        source: &Arc<str>,
        id: &str,
        version: u32,
        retired: bool,
    ) -> Result<Option<Live>, CampaignsError> {
        let (program, choices) = match self.program(id, version, published.workspace, source).await {
            Ok(compiled) => compiled,
            Err(CampaignsError::Broken { .. }) if retired => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut older = BTreeMap::new();
        let last = published.last.get(id).copied().unwrap_or(version);
        for other in (1..=last).filter(|other| *other != version) {
            match self.program(id, other, published.workspace, source).await {
                Ok((program, _)) => drop(older.insert(other, program)),
                // People may stand in any version; one that this program cannot run any more holds nobody back.
                Err(CampaignsError::Broken { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Some(Live { program, version, older, choices, run: published.run_state(id), retired }))
    }

    async fn workspace(&self, version: u32) -> Result<(Arc<Workspace>, Arc<str>), CampaignsError> {
        if let Some(known) = locked(&self.versions).workspaces.get(&version) {
            return Ok(known.clone());
        }
        let source = self.store.workspace(version).await?.ok_or_else(|| missing("workspace", version))?;
        let files = Files::from([("workspace.yaml".to_owned(), source.clone())]);
        let definitions = definitions(&files, "workspace", version)?;
        let workspace = (Arc::new(definitions.workspace), Arc::from(source));
        locked(&self.versions).workspaces.insert(version, workspace.clone());
        Ok(workspace)
    }

    async fn program(
        &self,
        id: &str,
        version: u32,
        workspace: u32,
        source: &Arc<str>,
    ) -> Result<Compiled, CampaignsError> {
        let key = (id.to_owned(), version, workspace);
        if let Some(known) = locked(&self.versions).compiled.get(&key) {
            return Ok(known.clone());
        }
        let stored = self.store.version(id, version).await?.ok_or_else(|| missing(id, version))?;
        let files = Files::from([
            ("workspace.yaml".to_owned(), source.to_string()),
            (format!("{id}/campaign.yaml"), stored.yaml),
        ]);
        let mut definitions = definitions(&files, id, version)?;
        let campaign = definitions.campaigns.remove(id).ok_or_else(|| missing(id, version))?;
        let compiled = (Arc::new(Program::new(campaign)), stored.choices);
        locked(&self.versions).compiled.insert(key, compiled.clone());
        Ok(compiled)
    }
}

fn is_fresh(read_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(read_at).abs() < FRESH_FOR
}

fn locked<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whoever panicked while holding it left whole entries only.
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

fn missing(what: &str, version: u32) -> CampaignsError {
    CampaignsError::Broken { what: what.to_owned(), version, reason: "it is not there".to_owned() }
}

fn definitions(files: &Files, what: &str, version: u32) -> Result<rekindle_engine::lang::Definitions, CampaignsError> {
    let loaded = load_published(files);
    loaded.definitions.ok_or_else(|| CampaignsError::Broken {
        what: what.to_owned(),
        version,
        reason: loaded.diagnostics.first().map_or_else(|| "unreadable".to_owned(), ToString::to_string),
    })
}
