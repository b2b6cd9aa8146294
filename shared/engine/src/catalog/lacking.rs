//! What a catalogue lacks to decide about somebody: few people stand in anything but what is live, so a catalogue need not
//! hold everything that ever was.

use std::sync::Arc;

use super::{Catalog, LiveCampaign};
use crate::lang::Choice;
use crate::person::{Enrolment, Person};

/// Something that a person stands in and a catalogue does not have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lacking {
    /// A campaign that is not live.
    Campaign(Arc<str>),
    /// A version of a campaign that is.
    Version(Arc<str>, u32),
}

impl Catalog {
    /// What this catalogue must have for every decision about `person` and does not, in no order. Without it, such a
    /// decision would leave somebody without a next action, or a mail without its step.
    #[must_use]
    pub fn lacks(&self, person: &Person) -> Vec<Lacking> {
        let mut lacking = Vec::new();
        for (campaign, standing) in person.standings.iter() {
            match self.get(campaign) {
                None => lacking.push(Lacking::Campaign(Arc::clone(campaign))),
                Some(live) => {
                    let missing = standing.enrolments.iter().filter(|own| stands_on_a_step_of_another(live, own));
                    let missing = missing.filter(|own| live.version(own.version).is_none());
                    lacking.extend(missing.map(|own| Lacking::Version(Arc::clone(campaign), own.version)));
                }
            }
        }
        for outgoing in person.outbox.values() {
            match self.get(&outgoing.campaign) {
                None => lacking.push(Lacking::Campaign(Arc::clone(&outgoing.campaign))),
                Some(live) if live.version(outgoing.version).is_none() => {
                    lacking.push(Lacking::Version(Arc::clone(&outgoing.campaign), outgoing.version));
                }
                Some(_) => {}
            }
        }
        lacking
    }
}

/// Whether an enrolment waits on a step that the live version lacks, and is to finish on its own version.
fn stands_on_a_step_of_another(live: &LiveCampaign, own: &Enrolment) -> bool {
    let Some(place) = &own.place else { return false };
    live.program.place_of(&place.step).is_none()
        && matches!(live.choices.get(&*place.step), None | Some(Choice::FinishOnOld))
}
