//! The live campaigns, compiled once and looked at again at least every five seconds (SPEC.md section 10).
//!
//! Versions are immutable, so a compiled one is kept for ever; only the pointer to what is live and the run states are
//! read again. A cold start compiles what is live; any other version, and a campaign that was taken out, only once somebody
//! is met who stands in it ([`Campaigns::lacking`], [`Campaigns::learn`]), so that it costs the same after hundreds of
//! publications as after the first.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use rekindle_engine::catalog::{Catalog, Lacking, LiveCampaign};
use rekindle_engine::lang::{Choice, Files, Workspace, load_published};
use rekindle_engine::person::Person;
use rekindle_engine::program::Program;
use rekindle_store::{CampaignVersion, Publications, Published, StoreError};
use thiserror::Error;

/// How old an answer may be: a pause holds within this time.
const FRESH_FOR: SignedDuration = SignedDuration::from_secs(4);

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

/// A campaign in one of its versions.
pub type Version = (String, u32);

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
    compiled: HashMap<(String, u32, u32), Result<Compiled, CampaignsError>>,
}

impl<S: Publications> Campaigns<S> {
    /// Nothing read yet.
    pub fn new(store: S) -> Self {
        Self { store, current: Mutex::default(), versions: Arc::default() }
    }

    /// Nothing of what is live read yet, but with the versions that `other` has compiled, of a store that has the same.
    pub fn sharing_cache_with(store: S, other: &Self) -> Self {
        Self { store, current: Mutex::default(), versions: Arc::clone(&other.versions) }
    }

    /// What would be live: `published`, whatever the store says is. `workspace` and `files` are those of its versions that the
    /// store does not have yet.
    ///
    /// # Errors
    /// Where a version cannot be read.
    pub async fn supposing(
        store: S,
        published: Published,
        workspace: Option<&str>,
        files: BTreeMap<String, (u32, CampaignVersion)>,
    ) -> Result<Self, CampaignsError> {
        let supposed = Self::new(store);
        if let Some(source) = workspace {
            let read = read_workspace(source, published.workspace)?;
            locked(&supposed.versions).workspaces.insert(published.workspace, read);
        }
        let (_, source) = supposed.workspace(published.workspace).await?;
        for (id, version, compiled) in compiled(files, &source) {
            locked(&supposed.versions).compiled.insert((id, version, published.workspace), compiled);
        }
        let catalog = Arc::new(supposed.compile(&published).await?);
        *locked(&supposed.current) = Some((Timestamp::MAX, published, catalog));
        Ok(supposed)
    }

    /// What was read last, or is supposed, with every version that `person` stands in; nothing of what is live is read anew.
    ///
    /// # Errors
    /// Where nothing was read yet, or a version cannot be read.
    pub async fn complete_for(&self, person: &Person) -> Result<Arc<Catalog>, CampaignsError> {
        let known = || locked(&self.current).clone().ok_or(CampaignsError::NothingPublished);
        let (_, _, catalog) = known()?;
        let lacking = self.lacking(&catalog, person);
        if lacking.is_empty() {
            return Ok(catalog);
        }
        self.learn(lacking).await?;
        Ok(known()?.2)
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

    /// The versions that `catalog` lacks for a decision about `person`, and that can be had.
    pub fn lacking(&self, catalog: &Catalog, person: &Person) -> Vec<Version> {
        let lacking = catalog.lacks(person);
        if lacking.is_empty() {
            return Vec::new();
        }
        let current = locked(&self.current);
        let Some((_, published, _)) = &*current else { return Vec::new() };
        let version = |lacking| match lacking {
            Lacking::Version(campaign, version) => Some((campaign.to_string(), version)),
            Lacking::Campaign(campaign) => Some((campaign.to_string(), *published.retired.get(&*campaign)?)),
        };
        let wanted = lacking.into_iter().filter_map(version);
        // One that this program cannot run any more holds nobody back.
        wanted.filter(|wanted| !matches!(self.known(wanted, published), Some(Err(_)))).collect()
    }

    /// Takes versions into what is live, reading and compiling those that are not known, by few requests.
    ///
    /// # Errors
    /// Where they cannot be read. One that cannot be run is no error: [`Self::lacking`] names it no more.
    pub async fn learn(&self, wanted: Vec<Version>) -> Result<(), CampaignsError> {
        let Some((_, published, _)) = locked(&self.current).clone() else { return Ok(()) };
        let (_, source) = self.workspace(published.workspace).await?;
        self.compile_all(wanted, &published, &source).await?;
        let catalog = Arc::new(self.compile(&published).await?);
        // Where something else became live meanwhile, whoever asked finds what that lacks.
        if let Some((_, known, current)) = &mut *locked(&self.current)
            && *known == published
        {
            *current = catalog;
        }
        Ok(())
    }

    /// What is live at `now` and every campaign that was taken out, in its last version: for reports about all of them.
    ///
    /// # Errors
    /// As [`Self::current`].
    pub async fn whole(&self, now: Timestamp) -> Result<Arc<Catalog>, CampaignsError> {
        let catalog = self.current(now).await?;
        let Some((_, published, _)) = locked(&self.current).clone() else { return Ok(catalog) };
        self.learn(published.retired.into_iter().collect()).await?;
        self.current(now).await
    }

    /// What is live at `now` and one version of a campaign, live or not: for a mail of which only the ledger knows.
    ///
    /// # Errors
    /// As [`Self::current`].
    pub async fn with_version(
        &self,
        campaign: &str,
        version: u32,
        now: Timestamp,
    ) -> Result<Arc<Catalog>, CampaignsError> {
        let catalog = self.current(now).await?;
        if catalog.get(campaign).is_some_and(|live| live.version(version).is_some()) {
            return Ok(catalog);
        }
        let Some((_, published, _)) = locked(&self.current).clone() else { return Ok(catalog) };
        let retired = published.retired.get(campaign).map(|version| (campaign.to_owned(), *version));
        self.learn(retired.into_iter().chain([(campaign.to_owned(), version)]).collect()).await?;
        self.current(now).await
    }

    /// What is live at `now` and one campaign in all versions that it ever had: for whoever asks about an old one.
    ///
    /// # Errors
    /// As [`Self::current`].
    pub async fn with_history(&self, campaign: &str, now: Timestamp) -> Result<Arc<Catalog>, CampaignsError> {
        let catalog = self.current(now).await?;
        let Some((_, published, _)) = locked(&self.current).clone() else { return Ok(catalog) };
        let version = published.campaigns.get(campaign).or_else(|| published.retired.get(campaign));
        let Some(version) = version.copied() else { return Ok(catalog) };
        let all = versions(&published, campaign, version).map(|version| (campaign.to_owned(), version));
        self.learn(all.collect()).await?;
        self.current(now).await
    }

    /// How many versions were read and compiled so far.
    pub fn compiled(&self) -> usize {
        locked(&self.versions).compiled.len()
    }

    fn known(&self, (campaign, version): &Version, published: &Published) -> Option<Result<Compiled, CampaignsError>> {
        locked(&self.versions).compiled.get(&(campaign.clone(), *version, published.workspace)).cloned()
    }

    async fn compile(&self, published: &Published) -> Result<Catalog, CampaignsError> {
        let (workspace, source) = self.workspace(published.workspace).await?;
        let live = published.campaigns.iter().map(|(id, version)| (id.clone(), *version)).collect();
        self.compile_all(live, published, &source).await?;
        let live = published.campaigns.iter().map(|(id, version)| self.live(published, id, *version, false));
        // Who is inside of a campaign that was taken out finishes; it is known once somebody is met who is.
        let retired = published.retired.iter().map(|(id, version)| self.live(published, id, *version, true));
        let all = live.chain(retired).collect::<Result<Vec<_>, _>>()?;
        Ok(Catalog::new(workspace, all.into_iter().flatten()))
    }

    /// One campaign with all its versions; `None` where it is not live and cannot be run any more.
    fn live(
        &self,
        published: &Published,
        id: &str,
        version: u32,
        retired: bool,
    ) -> Result<Option<LiveCampaign>, CampaignsError> {
        let known = |version| self.known(&(id.to_owned(), version), published);
        let (program, choices) = match known(version) {
            Some(Ok(compiled)) => compiled,
            None | Some(Err(CampaignsError::Broken { .. })) if retired => return Ok(None),
            None => return Err(missing(id, version)),
            Some(Err(error)) => return Err(error),
        };
        // People may stand in any version; one that this program cannot run any more holds nobody back.
        let older = versions(published, id, version).filter(|other| *other != version);
        let older = older.filter_map(|other| Some((other, known(other)?.ok()?.0))).collect();
        let (run, published_at) = (published.run_state(id), published.since.get(id).copied());
        Ok(Some(LiveCampaign { program, version, older, choices, run, published_at, retired }))
    }

    /// Reads and compiles the versions that are not known yet, by few requests.
    async fn compile_all(
        &self,
        wanted: Vec<Version>,
        published: &Published,
        source: &Arc<str>,
    ) -> Result<(), CampaignsError> {
        let wanted: BTreeSet<Version> =
            wanted.into_iter().filter(|wanted| self.known(wanted, published).is_none()).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let wanted = Vec::from_iter(wanted);
        let found = self.store.versions(&wanted).await?;
        // A workspace has each campaign once, so that the second version of one is compiled in a further one.
        let mut rounds: Vec<BTreeMap<String, (u32, CampaignVersion)>> = Vec::new();
        for ((id, version), found) in wanted.into_iter().zip(found) {
            let Some(found) = found else {
                let missing = Err(missing(&id, version));
                locked(&self.versions).compiled.insert((id, version, published.workspace), missing);
                continue;
            };
            match rounds.iter_mut().find(|round| !round.contains_key(&id)) {
                Some(round) => drop(round.insert(id, (version, found))),
                None => rounds.push(BTreeMap::from([(id, (version, found))])),
            }
        }
        for round in rounds {
            for (id, version, compiled) in compiled(round, source) {
                locked(&self.versions).compiled.insert((id, version, published.workspace), compiled);
            }
        }
        Ok(())
    }

    async fn workspace(&self, version: u32) -> Result<(Arc<Workspace>, Arc<str>), CampaignsError> {
        if let Some(known) = locked(&self.versions).workspaces.get(&version) {
            return Ok(known.clone());
        }
        let source = self.store.workspace(version).await?.ok_or_else(|| missing("workspace", version))?;
        let workspace = read_workspace(&source, version)?;
        locked(&self.versions).workspaces.insert(version, workspace.clone());
        Ok(workspace)
    }
}

fn read_workspace(source: &str, version: u32) -> Result<(Arc<Workspace>, Arc<str>), CampaignsError> {
    let files = Files::from([("workspace.yaml".to_owned(), source.to_owned())]);
    let definitions = definitions(&files, "workspace", version)?;
    Ok((Arc::new(definitions.workspace), Arc::from(source)))
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

/// The versions of a campaign that may be known: all that there ever were.
fn versions(published: &Published, id: &str, version: u32) -> impl Iterator<Item = u32> {
    1..=published.last.get(id).copied().unwrap_or(version).max(version)
}

/// Campaigns, each in one version, compiled together; one by one, where one of them stands in the way of the others.
fn compiled(
    round: BTreeMap<String, (u32, CampaignVersion)>,
    source: &Arc<str>,
) -> Vec<(String, u32, Result<Compiled, CampaignsError>)> {
    let mut files = Files::from([("workspace.yaml".to_owned(), source.to_string())]);
    let path = |id: &str| format!("{id}/campaign.yaml");
    files.extend(round.iter().map(|(id, (_, found))| (path(id), found.yaml.clone())));
    let mut together = definitions(&files, "workspace", 0).map(|all| all.campaigns).unwrap_or_default();
    let one = |(id, (version, found)): (String, (u32, CampaignVersion))| {
        let campaign = together.remove(&id).map_or_else(
            || {
                let (workspace, own) = ("workspace.yaml".to_owned(), path(&id));
                let files = Files::from([(workspace, source.to_string()), (own, found.yaml)]);
                let campaign = definitions(&files, &id, version)?.campaigns.remove(&id);
                campaign.ok_or_else(|| missing(&id, version))
            },
            Ok,
        );
        (id, version, campaign.map(|campaign| (Arc::new(Program::new(campaign)), found.choices)))
    };
    round.into_iter().map(one).collect()
}

fn definitions(files: &Files, what: &str, version: u32) -> Result<rekindle_engine::lang::Definitions, CampaignsError> {
    let loaded = load_published(files);
    loaded.definitions.ok_or_else(|| CampaignsError::Broken {
        what: what.to_owned(),
        version,
        reason: loaded.diagnostics.first().map_or_else(|| "unreadable".to_owned(), ToString::to_string),
    })
}
