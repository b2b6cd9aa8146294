//! Plans the notices about consent that the workspace's policy wants; see `crate::notices`.

use crate::event::Event;
use crate::ids;
use crate::lang::Policy;
use crate::notices::{CAMPAIGN, Notice, WITHIN, confirm_again_at, confirm_at};
use crate::person::{Consent, Outgoing, SendState};
use crate::time::Instant;

use super::Decider;

impl Decider<'_> {
    /// Tells the person what came of what an event said about consent. `before` is what held until then.
    pub(super) fn tell_of_consent(&mut self, event: &Event, before: &Consent) {
        if self.catalog.workspace.policy != Policy::Kr {
            return;
        }
        let after = &self.person.profile.consent;
        let agreed = [before, after].map(Consent::allows_marketing);
        let known = self.catalog.workspace.topics.iter().map(|topic| topic.id.as_str());
        let notice = Notice::of_change(before, after, known, event.time);
        match agreed {
            [_, false] => self.person.confirm_at = None,
            [false, true] => self.person.confirm_at = Some(confirm_at(event.time, &self.zone)),
            [true, true] => self.note_confirmation(),
        }
        if event.time.plus_seconds(WITHIN) > self.now
            && let Some(notice) = notice
        {
            self.notify(&notice);
        }
    }

    /// Reminds the person of a consent that has held for long, where its time has come.
    pub(super) fn remind_of_consent(&mut self) {
        if confirmation_due(self.person, self.catalog).is_none_or(|due| due > self.now) {
            return;
        }
        self.person.confirm_at = Some(confirm_again_at(self.now, &self.zone));
        if let Some(statement) = self.person.profile.consent.marketing {
            self.notify(&Notice::Reminder { since: statement.1 });
        }
    }

    /// Whose consent came before there was this policy is reminded from now on too.
    pub(super) fn note_confirmation(&mut self) {
        let consent = &self.person.profile.consent;
        if self.catalog.workspace.policy == Policy::Kr && self.person.confirm_at.is_none() && consent.allows_marketing()
        {
            let since = consent.marketing.map(|statement| statement.1);
            self.person.confirm_at = since.map(|since| confirm_at(since, &self.zone));
        }
    }

    /// Plans a notice, where there is an address to send it to.
    fn notify(&mut self, notice: &Notice) {
        let profile = &self.person.profile;
        if profile.suppressed_at.is_some() || profile.email.as_deref().is_none_or(str::is_empty) {
            return;
        }
        self.person.notices += 1;
        let (name, entry) = (notice.name(), self.person.notices);
        let outgoing = Outgoing {
            campaign: CAMPAIGN.into(),
            version: 0,
            step: name.into(),
            entry,
            mail: name.into(),
            planned_at: self.now,
            detail: notice.detail(),
            offers: std::collections::BTreeMap::new(),
            state: SendState::Planned { attempt: 0 },
        };
        self.decision.sends.push((ids::send_id(CAMPAIGN, name, &self.person.id, entry), outgoing));
    }
}

/// When a person's consent is to be confirmed, where the policy wants that.
pub(super) fn confirmation_due(person: &crate::person::Person, catalog: &crate::catalog::Catalog) -> Option<Instant> {
    person.confirm_at.filter(|_| catalog.workspace.policy == Policy::Kr && person.profile.consent.allows_marketing())
}
