//! The daily audit: whether anybody waits for longer than they should, and why.
//!
//! Each finding is logged with its reason and counted in the pass. What is safe is mended: a mail that nobody has tried to
//! make is queued again, a lease that has run out is called unknown, what is due is done. What only a person can know
//! stays as it is: an unknown send is shown (`rekindle unknown list`), never repeated.

use std::collections::BTreeMap;

use rekindle_engine::catalog::{Catalog, RunState};
use rekindle_engine::decide::Input;
use rekindle_engine::person::{Outgoing, Person, SendState};
use rekindle_engine::sends::{last_sign, mark_unknown, next_action, resend_at};
use rekindle_engine::time::Instant;
use rekindle_lambda::deciding::{Before, DecideError, Store};
use rekindle_lambda::findings::{ARMED, DUE, ERASING, PLANNED, RESEND, STRANDED, UNKNOWN, UNWRITABLE, WAITING};
use rekindle_lambda::logging::person_tag;
use rekindle_lambda::messages::PlannedSend;
use rekindle_lambda::recording::send_row;
use tracing::warn;

use super::visit::Visited;
use super::{Sweep, SweepError};

/// An answer that nobody gives leaves somebody as they are.
const REASON_OF_EXPIRY: &str = "the worker did not come back";

/// How many times longer an unknown send may wait for an operator than anything else for a machine.
const OPERATOR_GRACE_FACTOR: i64 = 24;

/// Something that waits for longer than it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    /// Why.
    pub reason: &'static str,
    /// Which send, or which campaign.
    pub what: String,
    /// Since when.
    pub since: Instant,
}

/// What waits for longer than it should: than `patience` seconds past the instant at which it should have been done.
pub(super) fn look(person: &Person, catalog: &Catalog, now: Instant, patience: i64) -> Vec<Finding> {
    let before = now.plus_seconds(-patience);
    let mut found = Vec::new();
    for (send_id, outgoing) in &person.outbox {
        let (reason, since) = match outgoing.state {
            SendState::Planned { .. } if runs_since(outgoing, catalog).is_some_and(|since| since < before) => {
                if last_sign(outgoing) >= before {
                    continue;
                }
                (PLANNED, outgoing.planned_at)
            }
            SendState::Armed { lease, .. } if lease < before => (ARMED, lease),
            SendState::Unknown { since, .. } => match resend_at(outgoing, person, catalog) {
                Some(at) if at < before => (RESEND, at),
                None if since < now.plus_seconds(-patience.saturating_mul(OPERATOR_GRACE_FACTOR)) => (UNKNOWN, since),
                _ => continue,
            },
            SendState::Planned { .. } | SendState::Armed { .. } => continue,
        };
        found.push(Finding { reason, what: send_id.clone(), since });
    }
    if let Some(due) = next_action(person, catalog).filter(|due| *due < before)
        && !found.iter().any(|finding| finding.reason == RESEND)
    {
        found.push(Finding { reason: DUE, what: String::new(), since: due });
    }
    for (campaign, standing) in person.standings.iter().filter(|(campaign, _)| catalog.get(campaign).is_none()) {
        found.extend(standing.enrolments.iter().filter(|own| own.is_active()).map(|own| Finding {
            reason: STRANDED,
            what: campaign.to_string(),
            since: own.started,
        }));
    }
    found
}

/// Since when a planned mail could have gone: its plan, or the end of a pause. `None` where its campaign is paused: whoever
/// waits for the end of that waits rightly.
fn runs_since(outgoing: &Outgoing, catalog: &Catalog) -> Option<Instant> {
    match catalog.get(&outgoing.campaign).map(|live| live.run) {
        Some(RunState::Paused) => None,
        Some(RunState::Running { resumed_at: Some(at) }) => Some(at.max(outgoing.planned_at)),
        _ => Some(outgoing.planned_at),
    }
}

/// How many mails of a person have waited for longer than that and go by themselves, as those show who have them in hand.
fn waiting(person: &Person, catalog: &Catalog, now: Instant, patience: i64) -> u64 {
    let before = now.plus_seconds(-patience);
    let waits = |outgoing: &&Outgoing| {
        let is_planned = matches!(outgoing.state, SendState::Planned { .. });
        let is_old = runs_since(outgoing, catalog).is_some_and(|since| since < before);
        is_planned && is_old && last_sign(outgoing) >= before
    };
    person.outbox.values().filter(waits).count() as u64
}

impl<S: Store> Sweep<S> {
    /// Finishes an erasure that did not come to its end, as far as that can be done from here.
    pub(super) async fn pending_erasure(&self, id: &str) -> Result<Visited, SweepError> {
        let mut visited = Visited::default();
        let Some(erased) = self.deciding.store().pending_erasure(id).await? else { return Ok(visited) };
        let waited = self.now().seconds() - erased.at.seconds();
        if waited <= self.pace.patience.as_secs() {
            return Ok(visited);
        }
        warn!(person = person_tag(id), reason = ERASING, waited, "the audit found");
        visited.found.insert(ERASING.to_owned(), 1);
        self.eraser.finish(id, &erased).await?;
        visited.changed = 1;
        Ok(visited)
    }

    /// Looks at one person, and mends what is safe.
    pub(super) async fn audit(&self, person: &Person, catalog: &Catalog) -> Result<Visited, SweepError> {
        let now = self.now();
        let findings = look(person, catalog, now, self.pace.patience.as_secs());
        let mut visited = Visited::default();
        let waiting = waiting(person, catalog, now, self.pace.patience.as_secs());
        if waiting > 0 {
            visited.found.insert(WAITING.to_owned(), waiting);
        }
        for Finding { reason, what, since } in &findings {
            warn!(
                person = person_tag(&person.id),
                what,
                reason,
                waited = now.seconds() - since.seconds(),
                "the audit found"
            );
            *visited.found.entry((*reason).to_owned()).or_default() += 1;
        }
        let of = |wanted: &'static str| findings.iter().filter(move |finding| finding.reason == wanted);
        visited.planned = of(PLANNED).map(|finding| PlannedSend::new(&*person.id, finding.what.as_str())).collect();
        let expired: Vec<&String> = of(ARMED).map(|finding| &finding.what).collect();
        if expired.is_empty() && of(DUE).chain(of(RESEND)).next().is_none() {
            return Ok(visited);
        }
        let mended = self.deciding.decide_after(&person.id, now, |person, _| {
            let mut before = Before { input: Some(Input::Due), ..Before::default() };
            for send_id in &expired {
                if mark_unknown(person, send_id, now).is_some() {
                    let row = person.outbox.get(*send_id);
                    before.sends.extend(row.map(|row| send_row(person, send_id, row, now, Some(REASON_OF_EXPIRY))));
                }
            }
            before
        });
        let mended = mended.await;
        if matches!(&mended, Err(DecideError::Commit(error)) if error.is_of_the_person()) {
            visited.found.insert(UNWRITABLE.to_owned(), 1);
        }
        visited.changed = u64::from(self.skip_if_unwritable(&person.id, mended)?.committed);
        Ok(visited)
    }
}

/// Adds what was found to what was found before.
pub(super) fn add(found: &mut BTreeMap<String, u64>, more: BTreeMap<String, u64>) {
    for (reason, count) in more {
        *found.entry(reason).or_default() += count;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rekindle_engine::catalog::LiveCampaign;
    use rekindle_engine::lang::{Files, load};
    use rekindle_engine::person::{Enrolment, Place};

    use super::*;

    const HOUR: i64 = 3_600;

    fn at(hours: i64) -> Instant {
        Instant::from_seconds(hours * HOUR)
    }

    fn catalog() -> Catalog {
        let campaign =
            |steps: &str| format!("name: w\npurpose: transactional\ntrigger: {{ event: x }}\nsteps: {steps}\n");
        let mail = "---\nsubject: m\npreheader: m\n---\n<mj-section></mj-section>".to_owned();
        let files = Files::from([
            (
                "workspace.yaml".to_owned(),
                "name: S\ntimezone: UTC\ncurrency: USD\nsenders: [ { id: s, name: S, email: s@example.com } ]\n"
                    .to_owned(),
            ),
            (
                "w/campaign.yaml".to_owned(),
                campaign(
                    "[ { id: a, send: m }, { id: b, send: m, on_unknown: { resend_after: 1h } }, { id: c, wait: 1d } ]",
                ),
            ),
            ("w/m.mjml".to_owned(), mail),
        ]);
        let loaded = load(&files);
        Catalog::of(loaded.definitions.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics)))
    }

    fn with_send(step: &str, state: SendState) -> Person {
        let mut person = Person::new("ann");
        let outgoing = Outgoing {
            campaign: "w".into(),
            version: 1,
            step: step.into(),
            entry: 1,
            mail: "m".into(),
            planned_at: at(0),
            detail: Arc::default(),
            offers: BTreeMap::new(),
            released: false,
            seen_at: None,
            chain: None,
            state,
        };
        person.outbox.insert("id".to_owned(), outgoing);
        person
    }

    /// The reasons at an hour, of what `person` waits for.
    fn reasons(person: &Person, hour: i64) -> Vec<&'static str> {
        look(person, &catalog(), at(hour), HOUR).into_iter().map(|finding| finding.reason).collect()
    }

    #[test]
    fn each_state_of_a_send_may_last_only_so_long() {
        let planned = with_send("a", SendState::Planned { attempt: 0 });
        let armed = with_send("a", SendState::Armed { attempt: 1, lease: at(1) });
        let held = with_send("a", SendState::Unknown { attempt: 1, since: at(1) });
        let again = with_send("b", SendState::Unknown { attempt: 1, since: at(1) });
        for (person, last_good, reason) in
            [(planned, 1, PLANNED), (armed, 2, ARMED), (held, 25, UNKNOWN), (again, 3, RESEND)]
        {
            assert_eq!(reasons(&person, last_good), [""; 0], "{reason}");
            assert_eq!(reasons(&person, last_good + 1), [reason]);
        }
    }

    #[test]
    fn a_pause_is_no_fault_nor_is_its_end() {
        let planned = with_send("a", SendState::Planned { attempt: 0 });
        let that_is = |run: RunState| {
            let campaigns =
                catalog().campaigns().map(|(_, live)| LiveCampaign { run, ..live.clone() }).collect::<Vec<_>>();
            Catalog::new(Arc::clone(&catalog().workspace), campaigns)
        };
        let paused = that_is(RunState::Paused);
        assert!(look(&planned, &paused, at(99), HOUR).is_empty() && waiting(&planned, &paused, at(99), HOUR) == 0);
        let resumed = that_is(RunState::Running { resumed_at: Some(at(99)) });
        assert_eq!(look(&planned, &resumed, at(100), HOUR), [], "its pass queues the mail");
        assert_eq!(look(&planned, &resumed, at(101), HOUR).len(), 1);
    }

    #[test]
    fn a_mail_that_only_waits_is_counted_and_neither_found_nor_queued_again() {
        let mut person = with_send("a", SendState::Planned { attempt: 0 });
        person.outbox.values_mut().for_each(|own| own.seen_at = Some(at(100)));
        let looked = |hour: i64| (reasons(&person, hour), waiting(&person, &catalog(), at(hour), HOUR));
        assert_eq!((looked(101), looked(102)), ((vec![], 1), (vec![], 1)));
        assert_eq!(looked(103), (vec![PLANNED], 0), "nobody has had it in hand for longer than a note holds");
    }

    #[test]
    fn nobody_waits_past_their_time_or_where_nothing_runs() {
        let mut person = Person::new("ann");
        let own: Enrolment = serde_json::from_value(serde_json::json!({ "n": 1, "s": at(0) })).unwrap();
        let own = Enrolment { place: Some(Place::waiting(&"c".into(), at(2))), ..own };
        person.standings.change(&"w".into(), |standing| standing.enrolments.push(own.clone()));
        assert_eq!((reasons(&person, 3), reasons(&person, 4)), (Vec::new(), vec![DUE]));
        person.standings.change(&"gone".into(), |standing| standing.enrolments.push(own.clone()));
        assert_eq!(reasons(&person, 2), [STRANDED]);
    }
}
