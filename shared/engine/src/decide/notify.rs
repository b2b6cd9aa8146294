//! Plans the notices about consent that the workspace's policy wants; see `crate::notices`.

use crate::event::Event;
use crate::ids;
use crate::lang::Policy;
use crate::notices::{CAMPAIGN, Notice, WITHIN, confirm_again_at, confirm_at};
use crate::person::{Consent, Outgoing, SendState};
use crate::time::{Instant, Span};

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
            [false, true] => {
                let due = confirm_at(event.time, &self.zone);
                // What a fact of the past makes due in the past does not come at once (SPEC.md section 11, History).
                let earliest = event.history.then(|| Span::days(1).after(self.now, &self.zone));
                self.person.confirm_at = Some(earliest.map_or(due, |earliest| due.max(earliest)));
            }
            [true, true] => self.note_confirmation(),
        }
        if !event.history
            && event.time.plus_seconds(WITHIN) > self.now
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
            self.notify(&Notice::Reminder { since: statement.at });
        }
    }

    /// Whose consent came before there was this policy is reminded from now on too.
    pub(super) fn note_confirmation(&mut self) {
        let consent = &self.person.profile.consent;
        if self.catalog.workspace.policy == Policy::Kr && self.person.confirm_at.is_none() && consent.allows_marketing()
        {
            let since = consent.marketing.map(|statement| statement.at);
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
            released: false,
            seen_at: None,
            chain: None,
            state: SendState::Planned { attempt: 0 },
        };
        self.decision.sends.push((ids::send_id(CAMPAIGN, name, &self.person.id, entry), outgoing));
    }
}

/// When a person's consent is to be confirmed, where the policy wants that.
pub(super) fn confirmation_due(person: &crate::person::Person, catalog: &crate::catalog::Catalog) -> Option<Instant> {
    person.confirm_at.filter(|_| catalog.workspace.policy == Policy::Kr && person.profile.consent.allows_marketing())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use crate::catalog::{Catalog, LiveCampaign};
    use crate::decide::{Claim, Claims, Input, Request, decide, next_due};
    use crate::event::Event;
    use crate::lang::{Files, load};
    use crate::person::Person;
    use crate::time::Instant;

    struct NoCodes;

    impl Claims for NoCodes {
        fn claim(&mut self, _: &Request) -> Claim {
            Claim::Unavailable
        }
    }

    fn catalog(policy: &str) -> Catalog {
        let yaml = format!(
            "name: S\ntimezone: UTC\ncurrency: USD\nsenders: [ {{ id: s, name: S, email: s@example.com }} ]\npolicy: {policy}\n"
        );
        let workspace = load(&Files::from([("workspace.yaml".to_owned(), yaml)])).definitions.unwrap().workspace;
        Catalog::new(Arc::new(workspace), std::iter::empty::<LiveCampaign>())
    }

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    /// Ann says yes to marketing on 1 March 2026 under a policy; gives her and how many mails were planned.
    fn consenting(policy: &str) -> (Person, usize) {
        let person = json!({ "id": "ann", "email": "ann@example.com", "consent": { "marketing": true } });
        let event = json!({
            "id": "e1", "detail-type": "customer.signed_up", "time": "2026-03-01T09:00:00Z", "detail": { "person": person },
        });
        let event = Event::from_value(event).unwrap();
        let mut ann = Person::new("ann");
        let decision =
            decide(&mut ann, &Input::Event(&event), &catalog(policy), event.time, &mut NoCodes).decided().unwrap();
        assert!(decision.lines.is_empty(), "a notice is in no journal");
        (ann, decision.sends.len())
    }

    #[test]
    fn only_under_kr_is_anything_planned() {
        let (ann, planned) = consenting("default");
        assert_eq!((planned, ann.confirm_at, next_due(&ann, &catalog("default"))), (0, None, None));
        let (ann, planned) = consenting("kr");
        let due = at("2028-01-31T10:00:00Z");
        assert_eq!((planned, ann.confirm_at, next_due(&ann, &catalog("kr"))), (1, Some(due), Some(due)));
        // Nobody is due for what a policy wanted that holds no more.
        assert_eq!(next_due(&ann, &catalog("default")), None);
    }

    #[test]
    fn of_a_consent_of_the_past_nobody_is_told_and_an_old_one_is_confirmed_a_day_later() {
        for (said, due) in
            [("2026-02-28T09:00:00Z", "2028-01-29T10:00:00Z"), ("2020-05-01T09:00:00Z", "2026-03-02T09:00:00Z")]
        {
            let person = json!({ "id": "ann", "email": "ann@example.com", "consent": { "marketing": true } });
            let detail = json!({ "person": person, "history": true });
            let event = json!({ "id": "e1", "detail-type": "customer.signed_up", "time": said, "detail": detail });
            let event = Event::from_value(event).unwrap();
            let mut ann = Person::new("ann");
            let now = at("2026-03-01T09:00:00Z");
            let decision =
                decide(&mut ann, &Input::Event(&event), &catalog("kr"), now, &mut NoCodes).decided().unwrap();
            assert_eq!((decision.sends.len(), decision.next_due), (0, Some(at(due))), "said at {said}");
        }
    }

    #[test]
    fn whoever_agreed_before_the_policy_is_found_by_the_pass_after_its_publication() {
        let (mut ann, _) = consenting("default");
        let now = at("2026-06-01T00:00:00Z");
        let kr = catalog("kr");
        let decision = decide(&mut ann, &Input::Sweep { since: now }, &kr, now, &mut NoCodes).decided().unwrap();
        assert_eq!(decision.next_due, Some(at("2028-01-31T10:00:00Z")));
        let late = at("2029-01-01T00:00:00Z");
        let decision = decide(&mut ann, &Input::Due, &kr, late, &mut NoCodes).decided().unwrap();
        let reminders: Vec<&str> = decision.sends.iter().map(|(_, send)| &*send.mail).collect();
        assert_eq!((reminders, decision.lines.len()), (vec!["consent-reminder"], 0));
        // However late the tick was, it is done at its own instant, and the next is two years from then.
        assert_eq!(decision.next_due, Some(at("2030-01-31T10:00:00Z")));
    }
}
