//! What a pass does to one person.

use std::collections::{BTreeMap, BTreeSet};

use rekindle_engine::catalog::Catalog;
use rekindle_engine::decide::{Input, decide};
use rekindle_engine::person::{Person, SendState};
use rekindle_engine::time::Instant;
use rekindle_lambda::deciding::{DecideError, Decided, Store};
use rekindle_lambda::findings::UNREADABLE;
use rekindle_lambda::logging::person_tag;
use rekindle_lambda::messages::PlannedSend;
use rekindle_store::{Answers, CommitError};
use tracing::warn;

use super::{Kind, Sweep, SweepError, SweepRequest};

/// What came of visits.
#[derive(Debug, Default)]
pub(super) struct Visited {
    /// People who were written.
    pub changed: u64,
    /// Mails that have to be queued again.
    pub planned: Vec<PlannedSend>,
    /// What was found, by reason.
    pub found: BTreeMap<String, u64>,
}

impl<S: Store> Sweep<S> {
    pub(super) async fn visit(&self, request: &SweepRequest, id: String) -> Result<Visited, SweepError> {
        let id = id.as_str();
        let catalog = self.deciding.catalog().await?;
        let mut visited = Visited::default();
        let mut person = match self.deciding.store().load(id).await {
            Ok(loaded) => loaded.person,
            Err(error) => {
                skip_if_permanent(id, error.into())?;
                if request.kind == Kind::Audit {
                    visited.found.insert(UNREADABLE.to_owned(), 1);
                }
                return Ok(visited);
            }
        };
        let catalog = self.deciding.complete(catalog, &person).await?;
        if request.kind == Kind::Audit && person.is_erased() {
            return self.pending_erasure(id).await;
        }
        if request.kind == Kind::Audit {
            let mut visited = self.audit(&person, &catalog).await?;
            self.look_at_address(&person, &mut visited).await?;
            return Ok(visited);
        }
        for exit in request.exits(&person) {
            self.settled(id, &exit).await?;
            visited.changed = 1;
        }
        if visited.changed > 0 {
            person = self.deciding.store().load(id).await?.person;
        }
        let input = request.look();
        if stands_in(&person, &request.campaigns) || changes(&person, &input, &catalog, self.now()) {
            self.settled(id, &input).await?;
            visited.changed = 1;
        }
        if request.kind == Kind::Resume {
            visited.planned = held_back(&person, &request.campaigns);
        }
        Ok(visited)
    }

    async fn settled(&self, id: &str, input: &Input<'_>) -> Result<(), DecideError> {
        self.skip_if_unwritable(id, self.deciding.decide(id, input, self.now(), None).await).map(|_| ())
    }

    /// What came of a decision, where it could be written or never can be.
    pub(super) fn skip_if_unwritable(
        &self,
        id: &str,
        outcome: Result<Decided, DecideError>,
    ) -> Result<Decided, DecideError> {
        match outcome {
            Err(DecideError::Commit(error)) => skip_if_permanent(id, error).map(|()| Decided::default()),
            outcome => outcome,
        }
    }
}

/// Somebody who cannot be read, or never written, stays as they are, so that the pass comes to its end.
fn skip_if_permanent(id: &str, error: CommitError) -> Result<(), DecideError> {
    if !error.is_of_the_person() {
        return Err(error.into());
    }
    warn!(person = person_tag(id), %error, "a pass could not change somebody");
    Ok(())
}

/// Whether something of the person's own may be due in one of the campaigns.
fn stands_in(person: &Person, campaigns: &BTreeSet<String>) -> bool {
    let stands = |campaign| {
        let standing = person.standings.get(campaign);
        standing.is_some_and(|own| own.trigger_due.is_some() || own.enrolments.iter().any(|own| own.is_active()))
    };
    campaigns.iter().any(|campaign| stands(campaign.as_str()))
}

/// Whether a decision would change more of the person than the instant of the last one.
fn changes(person: &Person, input: &Input<'_>, catalog: &Catalog, now: Instant) -> bool {
    let mut after = person.clone();
    // Without answers, whoever asks for a code has something to decide.
    let decision = decide(&mut after, input, catalog, now, &mut Answers::default()).decided();
    after.clock = person.clock;
    decision.is_none_or(|decision| !decision.lines.is_empty()) || after != *person
}

/// The person's mails of these campaigns whose messages the pause may have dropped: those that nobody has tried to make,
/// and those that somebody armed who had stood still since before the pause, and may not be there any more.
fn held_back(person: &Person, campaigns: &BTreeSet<String>) -> Vec<PlannedSend> {
    let waiting = person.outbox.iter().filter(|(_, outgoing)| {
        let open = matches!(outgoing.state, SendState::Planned { .. } | SendState::Armed { .. });
        open && campaigns.contains(&*outgoing.campaign)
    });
    waiting.map(|(send_id, _)| PlannedSend::new(&*person.id, send_id.as_str())).collect()
}
