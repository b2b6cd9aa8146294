//! The campaigns that are live, with their versions and run states: what `decide` decides by.

mod lacking;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::lang::{Choice, Definitions, Trigger, Workspace};
use crate::program::Program;
use crate::time::Instant;

pub use lacking::Lacking;

/// What is published, as far as whoever is decided about needs it.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// What all campaigns share.
    pub workspace: Arc<Workspace>,
    /// In order of id.
    campaigns: Vec<LiveCampaign>,
    places: Places,
    /// The places of the campaigns that an event type may enter.
    by_event: HashMap<String, Vec<usize>>,
    /// The places of the campaigns whose trigger is a matter of time.
    timed: Vec<usize>,
}

/// A published campaign.
#[derive(Debug, Clone)]
pub struct LiveCampaign {
    /// The version that new enrolments get.
    pub program: Arc<Program>,
    /// Its number, from 1.
    pub version: u32,
    /// Other versions, on which people may still finish: earlier ones, and after a rollback later ones. Not all that there
    /// ever were: [`Catalog::lacks`] says what is missing for somebody.
    pub older: BTreeMap<u32, Arc<Program>>,
    /// What happens to people on a step that is gone, where it is not `finish_on_old`.
    pub choices: BTreeMap<String, Choice>,
    /// Whether it runs.
    pub run: RunState,
    /// When its live version was published; `None` where nobody publishes, as in a simulation.
    pub published_at: Option<Instant>,
    /// Whether it was taken out of what is published: nobody enters any more, and who is inside finishes.
    pub retired: bool,
}

/// Whether a campaign runs. Pause is state, not definition: publishing never un-pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// It runs; what was due during a pause goes on at the instant of the resumption.
    Running {
        /// When it was resumed last.
        resumed_at: Option<Instant>,
    },
    /// Nobody enters, nothing is sent, everybody keeps their place.
    Paused,
}

impl RunState {
    /// Runs, and was never paused.
    pub const RUNNING: Self = Self::Running { resumed_at: None };

    /// Whether what was due goes on at `at`: neither paused, nor in the pause before a resumption that is known already.
    #[must_use]
    pub fn runs_at(self, at: Instant) -> bool {
        match self {
            Self::Running { resumed_at } => resumed_at.is_none_or(|resumed| resumed <= at),
            Self::Paused => false,
        }
    }
}

/// Ids in order, which are looked up several times in every decision.
#[derive(Debug, Clone)]
struct Places(Vec<Arc<str>>);

impl Places {
    /// Beyond so many, a search by halves is faster than looking at every address.
    const FEW: usize = 64;

    fn get(&self, id: &str) -> Option<usize> {
        // Ids of people who were decided about before are mostly the very texts of the catalogue.
        let few = self.0.get(..Self::FEW).unwrap_or(&self.0);
        let same = few.iter().position(|own| std::ptr::eq::<str>(&**own, id));
        same.or_else(|| self.0.binary_search_by(|own| (**own).cmp(id)).ok())
    }
}

impl LiveCampaign {
    /// The first version of a campaign.
    #[must_use]
    pub fn first(program: Arc<Program>) -> Self {
        Self {
            program,
            version: 1,
            older: BTreeMap::new(),
            choices: BTreeMap::new(),
            run: RunState::RUNNING,
            published_at: None,
            retired: false,
        }
    }

    /// Whether a matter of time enters people.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        !self.retired && self.program.is_timed()
    }

    /// The program of a version that is kept.
    #[must_use]
    pub fn version(&self, version: u32) -> Option<&Arc<Program>> {
        if version == self.version { Some(&self.program) } else { self.older.get(&version) }
    }
}

impl Catalog {
    /// A catalogue of published campaigns.
    #[must_use]
    pub fn new(workspace: Arc<Workspace>, live: impl IntoIterator<Item = LiveCampaign>) -> Self {
        let by_id: BTreeMap<Arc<str>, LiveCampaign> =
            live.into_iter().map(|live| (Arc::clone(&live.program.id), live)).collect();
        let campaigns: Vec<LiveCampaign> = by_id.into_values().collect();
        let mut by_event: HashMap<String, Vec<usize>> = HashMap::new();
        let mut timed = Vec::new();
        for (place, live) in campaigns.iter().enumerate() {
            match &live.program.campaign.trigger {
                Trigger::Event(on) if !live.retired => by_event.entry(on.event.clone()).or_default().push(place),
                _ if live.is_timed() => timed.push(place),
                _ => {}
            }
        }
        let places = Places(campaigns.iter().map(|live| Arc::clone(&live.program.id)).collect());
        Self { workspace, campaigns, places, by_event, timed }
    }

    /// All campaigns of a workspace, running, in their first version: what a simulation decides by.
    #[must_use]
    pub fn of(definitions: Definitions) -> Self {
        let live =
            definitions.campaigns.into_values().map(|campaign| LiveCampaign::first(Arc::new(Program::new(campaign))));
        Self::new(Arc::new(definitions.workspace), live)
    }

    /// The campaign of that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&LiveCampaign> {
        self.campaigns.get(self.places.get(id)?)
    }

    /// All campaigns in order of id.
    pub fn campaigns(&self) -> impl Iterator<Item = (&Arc<str>, &LiveCampaign)> {
        self.campaigns.iter().map(|live| (&live.program.id, live))
    }

    /// The campaigns that an event of this type may enter, in order of id.
    pub fn entered_by(&self, event: &str) -> impl Iterator<Item = &LiveCampaign> {
        self.by_event.get(event).into_iter().flatten().filter_map(|place| self.campaigns.get(*place))
    }

    /// The campaigns whose trigger is a matter of time, in order of id.
    pub fn timed(&self) -> impl Iterator<Item = &LiveCampaign> {
        self.timed.iter().filter_map(|place| self.campaigns.get(*place))
    }
}
