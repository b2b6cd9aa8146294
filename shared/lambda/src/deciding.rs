//! Load, decide, commit: the three things that every function does to a person.
//!
//! What a decision makes goes into the person and into the record that the stream hands on, in the one write.

use std::collections::BTreeSet;
use std::sync::Arc;

use rekindle_engine::catalog::Catalog;
use rekindle_engine::decide::{self, Decision, Input, Refused, decide};
use rekindle_engine::journal::Line;
use rekindle_engine::person::Person;
use rekindle_engine::sends::{next_action, release_due};
use rekindle_engine::time::Instant;
use rekindle_store::{
    AddressNote, Addresses, Change, CommitError, Due, Erasure, Ledger, Notes, Offers, Passes, People, Publications,
    Record, SendRow, Statistics, SuppressedAddress, update_seen,
};
use thiserror::Error;
use tracing::{info, warn};

use crate::addresses::{address_of, has_moved, hash_of, learnt, told_about};
use crate::campaigns::{Campaigns, CampaignsError, Version};
use crate::clock::Clock;
use crate::leaving::Leaving;
use crate::logging::person_tag;
use crate::recording::{is_applied, record, send_row};
use crate::seen::Seen;

/// How often what is live is read anew because it was read too long ago, before it is taken as it is: where a day passes
/// within a second, everything always was.
const LOOKS: u32 = 3;

/// Everything that the functions ask of a store.
pub trait Store:
    People + Addresses + Due + Erasure + Ledger + Notes + Offers + Publications + Passes + Statistics
{
}

impl<S: People + Addresses + Due + Erasure + Ledger + Notes + Offers + Publications + Passes + Statistics> Store for S {}

/// Why nothing was decided. Nothing was changed then, but for what was due or done to sends before an event that was
/// refused.
#[derive(Debug, Error)]
pub enum DecideError {
    /// The live campaigns are not known.
    #[error(transparent)]
    Campaigns(#[from] CampaignsError),
    /// The person could not be read or written.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The event was refused whole.
    #[error(transparent)]
    Refused(Refused),
}

impl DecideError {
    /// Whether the same record may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            // Whatever is wrong with a publication, the next one may mend it; the event must not be lost for it.
            Self::Campaigns(_) => true,
            Self::Commit(error) => error.is_retryable(),
            Self::Refused(_) => false,
        }
    }

    /// Whether it is refused for what the person had or holds already (SPEC.md section 11, **Bounds**): nothing is wrong with
    /// the request, nor with the system, and asking the same again does not help.
    #[must_use]
    pub fn is_beyond_bounds(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Commit(CommitError::OverBounds(_) | CommitError::TooLarge { .. }))
    }
}

/// What came of a decision.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Decided {
    /// The journal lines that were written: what was due by then, and what the input led to.
    pub lines: Vec<Line>,
    /// Mails that were planned.
    pub planned: usize,
    /// Whether a send moved on.
    pub settled: bool,
    /// Whether the input was an event that was dropped, as a duplicate or as older than an erasure.
    pub dropped: bool,
    /// Whether the person was written at all.
    pub committed: bool,
}

/// Decides about people in a store, by the live campaigns.
pub struct Deciding<S> {
    store: S,
    campaigns: Arc<Campaigns<S>>,
    clock: Arc<dyn Clock>,
    seen: Arc<Seen>,
}

impl<S: Clone> Clone for Deciding<S> {
    fn clone(&self) -> Self {
        Self {
            store: self.store.clone(),
            campaigns: Arc::clone(&self.campaigns),
            clock: Arc::clone(&self.clock),
            seen: Arc::clone(&self.seen),
        }
    }
}

impl<S: Store> Deciding<S> {
    /// Decides by what is live in `store`.
    pub fn new(store: S, campaigns: Arc<Campaigns<S>>, clock: Arc<dyn Clock>) -> Self {
        Self { store, campaigns, clock, seen: Arc::default() }
    }

    /// The same, having looked at the people of a batch by one request. Whom that shows is not loaded before the first
    /// decision about them; where it fails, everybody is.
    pub async fn prefetching(&self, people: impl IntoIterator<Item = String> + Send) -> Self {
        Self { seen: Arc::new(self.see(people).await), ..self.clone() }
    }

    /// People as one request shows them; nobody, where it fails.
    pub async fn see(&self, people: impl IntoIterator<Item = String> + Send) -> Seen {
        let people: BTreeSet<String> = people.into_iter().collect();
        match self.store.look(&Vec::from_iter(people)).await {
            Ok(looked) => Seen::new(looked),
            Err(error) => {
                info!(%error, "a batch of people could not be looked at: each is loaded");
                Seen::default()
            }
        }
    }

    /// The store.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// The live campaigns.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn catalog(&self) -> Result<Arc<Catalog>, CampaignsError> {
        self.campaigns.current(self.clock.now()).await
    }

    /// `catalog`, or the one that is live now, with every version that `person` stands in.
    ///
    /// # Errors
    /// Where one cannot be read.
    pub async fn complete(&self, catalog: Arc<Catalog>, person: &Person) -> Result<Arc<Catalog>, CampaignsError> {
        let mut catalog = catalog;
        for _ in 0..LOOKS {
            let lacking = self.campaigns.lacking(&catalog, person);
            if lacking.is_empty() {
                break;
            }
            self.campaigns.learn(lacking).await?;
            catalog = self.catalog().await?;
        }
        Ok(catalog)
    }

    /// The live campaigns and those that were taken out: for reports about all of them.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn whole_catalog(&self) -> Result<Arc<Catalog>, CampaignsError> {
        self.campaigns.whole(self.clock.now()).await
    }

    /// The live campaigns, and one version of a campaign, live or not: for a mail of which only the ledger knows.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn catalog_with(&self, campaign: &str, version: u32) -> Result<Arc<Catalog>, CampaignsError> {
        self.campaigns.with_version(campaign, version, self.clock.now()).await
    }

    /// The live campaigns, and one of them in all versions that it ever had: for whoever asks about an old one.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn catalog_with_history(&self, campaign: &str) -> Result<Arc<Catalog>, CampaignsError> {
        self.campaigns.with_history(campaign, self.clock.now()).await
    }

    /// The live campaigns, read just now: for what must not rest on an answer of some seconds ago.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn read_catalog(&self) -> Result<Arc<Catalog>, CampaignsError> {
        self.campaigns.read(self.clock.now()).await
    }

    /// Decides about `person`, whose input arrived at `now`. `envelope` is the event as it came, for the archive.
    ///
    /// # Errors
    /// Where the decision could not be made or written; nothing is changed then.
    pub async fn decide(
        &self,
        person: &str,
        input: &Input<'_>,
        now: Instant,
        envelope: Option<&str>,
    ) -> Result<Decided, DecideError> {
        // What is told about an address is for whoever has it when it comes.
        let about = envelope.and_then(told_about);
        let is_for = |person: &Person| about.is_none() || hash_of(&self.store, person) == about;
        let before = |person: &mut Person, _: &_| {
            let input = is_for(person).then(|| input.clone());
            Before { input, envelope, ..Before::default() }
        };
        self.decide_after(person, now, before).await
    }

    /// Does something to the sends of `person`, then decides about them, in one write. `before` may be called several
    /// times, each time on the person as loaded.
    ///
    /// # Errors
    /// Where the decision could not be made or written; nothing is changed then.
    pub async fn decide_after<'i>(
        &self,
        person: &str,
        now: Instant,
        mut before: impl FnMut(&mut Person, &Catalog) -> Before<'i> + Send,
    ) -> Result<Decided, DecideError> {
        let (mut look, mut leaving) = (1, Leaving::Whole);
        loop {
            let catalog = self.catalog().await?;
            match self.decide_by(&catalog, look < LOOKS, &mut leaving, person, now, &mut before).await {
                Ok(Outcome::Decided(decided)) => return decided.map_err(DecideError::Refused),
                Ok(Outcome::Stale) => look += 1,
                Ok(Outcome::Lacking(versions)) => self.campaigns.learn(versions).await?,
                Err(DecideError::Commit(CommitError::OverBounds(_) | CommitError::TooLarge { .. }))
                    if leaving == Leaving::MayBeReduced =>
                {
                    warn!(person = person_tag(person), "no room for an event about leaving: only that is decided");
                    leaving = Leaving::Reduced;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Decides by `catalog`. Nothing is written where that must be fresh and was read too long ago: a worker that was frozen
    /// across a pause would otherwise write down that nothing is due, when the pass of its end has been there. Nor where it
    /// lacks a version that the person stands in.
    #[expect(
        clippy::too_many_lines,
        reason = "what goes into one commit is gathered in one piece, in the order it is decided"
    )]
    async fn decide_by<'i>(
        &self,
        catalog: &Arc<Catalog>,
        fresh: bool,
        leaving: &mut Leaving,
        person: &str,
        now: Instant,
        before: &mut (impl FnMut(&mut Person, &Catalog) -> Before<'i> + Send),
    ) -> Result<Outcome, DecideError> {
        let seen = self.seen.take(person);
        let decided = update_seen(&self.store, person, seen, |person, answers| {
            if fresh && !self.campaigns.is_current(catalog, self.clock.now()) {
                return Change::Keep(Outcome::Stale);
            }
            let lacking = self.campaigns.lacking(catalog, person);
            if !lacking.is_empty() {
                return Change::Keep(Outcome::Lacking(lacking));
            }
            let due_before = next_action(person, catalog);
            let Before { mut sends, mut released, mut input, applied, mut envelope, mut addresses } =
                before(person, catalog);
            let small = leaving.reduced(input.as_ref(), envelope, catalog, now);
            if let Some((event, text)) = &small {
                (input, envelope) = (Some(Input::Event(event)), envelope.and(Some(text.as_str())));
            }
            let resent = release_due(person, catalog, now);
            sends.extend(resent.iter().filter_map(|(send_id, _)| {
                Some(send_row(person, send_id, person.outbox.get(send_id)?, now, Some(RESENT_BY_RULE)))
            }));
            released.extend(resent.into_iter().map(|(send_id, _)| send_id));
            let settled = !sends.is_empty();
            let address = address_of(person).map(str::to_owned);
            let hard = person.profile.suppressed_at.is_some();
            let decision = match input.as_ref().map(|input| decide(person, input, catalog, now, answers)) {
                Some(decide::Outcome::Ask(requests)) => return Change::Ask(requests),
                Some(decide::Outcome::Decided(decision)) => decision,
                None => Decision::default(),
            };
            let due = next_action(person, catalog);
            let idle = input
                .as_ref()
                .is_none_or(|input| is_idle(&decision, input) && due == due_before && !is_stale(input, due, now));
            let refused = decision.refused;
            let outcome = move |decided: Decided| Outcome::Decided(refused.map_or(Ok(decided), Err));
            if idle && !settled {
                return Change::Keep(outcome(Decided { dropped: decision.dropped, ..Decided::default() }));
            }
            if let Some(input) = input.as_ref().filter(|_| is_applied(&decision)) {
                sends.extend(applied);
                addresses.extend(learnt(&self.store, person, input, envelope).filter(|_| addresses.is_empty()));
            } else {
                addresses.clear();
            }
            let (planned, dropped) = (decision.sends.len(), decision.dropped);
            let (mut record, lines) = record(person, decision, envelope);
            let decided = Decided { lines, planned, settled, dropped, committed: true };
            record.addresses = addresses;
            record.new_address = has_moved(address.as_deref(), person);
            if person.is_erased() {
                // Of what erased them, only what is kept of their address is handed on.
                let left = address
                    .map(|address| Box::new(SuppressedAddress { hash: self.store.address_hash(&address), hard }));
                record = Record { event: None, left, ..record };
            }
            sends.append(&mut record.sends);
            Change::Commit {
                due,
                record: Record { sends, released, leaving: small.is_some(), ..record },
                outcome: outcome(decided),
            }
        });
        Ok(decided.await?)
    }
}

/// What came of a try to decide.
enum Outcome {
    /// It was decided, or the event was refused whole.
    Decided(Result<Decided, Refused>),
    /// What is live was read too long ago.
    Stale,
    /// These versions have to be known first.
    Lacking(Vec<Version>),
}

/// What is done to a person's sends in the same write as a decision, before it.
#[derive(Debug, Default)]
pub struct Before<'i> {
    /// The sends that moved, and how far.
    pub sends: Vec<SendRow>,
    /// Those of them that are to be queued again.
    pub released: Vec<String>,
    /// What is decided then.
    pub input: Option<Input<'i>>,
    /// How far a send is through the event in `input`: noted where that is applied, and not dropped as a duplicate.
    pub applied: Option<SendRow>,
    /// The event in `input` as it came, for the archive.
    pub envelope: Option<&'i str>,
    /// What the event in `input` makes known about addresses, where that is more or less than what it says to the person.
    pub addresses: Vec<AddressNote>,
}

/// Why a send was planned again without an operator.
const RESENT_BY_RULE: &str = "sent again by `on_unknown` of its step";

/// Whether there is nothing to write: a duplicate, a refused event, or nothing due after all.
fn is_idle(decision: &Decision, input: &Input<'_>) -> bool {
    let quiet = decision.lines.is_empty() && decision.sends.is_empty() && decision.emitted.is_empty();
    quiet && (!is_applied(decision) || matches!(input, Input::Due))
}

/// Whether the index still shows a person as due who is not, so that it must be written anew.
fn is_stale(input: &Input<'_>, due: Option<Instant>, now: Instant) -> bool {
    matches!(input, Input::Due) && due.is_none_or(|due| due > now)
}
