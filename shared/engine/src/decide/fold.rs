//! Folds an event into the profile (SPEC.md section 4, step 2, and section 11).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Decider;
use super::timers::Changed;
use crate::event::{Event, Malformed};
use crate::person::{Answer, Counter, Enrolment, MailFlags, Occasion, Person, Profile, bounds};
use crate::time::Instant;

/// Somebody who is known before any event: what a `detail.person` object says of them, counted as nothing.
///
/// # Errors
/// Where the object is malformed.
pub fn imported(fields: Map<String, Value>) -> Result<Person, Malformed> {
    let envelope = json!({ "id": "import", "detail-type": "import", "time": Instant::from_seconds(0), "detail": { "person": fields } });
    let event = Event::from_value(envelope)?;
    let mut person = Person::new(&event.person);
    fold_person(&mut person.profile, &event, &mut Changed::default());
    fold_consent(&mut person.profile, &event);
    Ok(person)
}

impl Decider<'_> {
    /// Folds the event at hand; tells what has changed.
    pub(super) fn fold(&mut self, event: &Event) -> Changed {
        let profile = &mut self.person.profile;
        let mut changed =
            Changed { counter: Some(Arc::clone(&event.kind)), history: event.history, ..Changed::default() };
        if profile.created_at.is_none() {
            profile.created_at = Some(event.time);
            changed.everything = true;
        }
        fold_person(profile, event, &mut changed);
        changed.moved = count(profile, event);
        fold_consent(profile, event);
        match &*event.kind {
            "order.completed" | "order.refunded" => {
                fold_order(profile, event);
                changed.orders = true;
            }
            "email.bounced" if event.text("bounce") == Some("hard") => {
                changed.suppressed = suppress(profile, event, self.now);
            }
            "email.complained" => changed.suppressed = suppress(profile, event, self.now),
            "survey.answered" => fold_answer(profile, event),
            "email.delivered" => self.flag_mail(event, |flags| flags.delivered = true),
            "email.opened" => self.flag_mail(event, |flags| flags.opened = true),
            "email.clicked" => self.flag_mail(event, |flags| flags.clicked = true),
            "offer.redeemed" => self.redeem(event),
            _ => {}
        }
        if changed.everything {
            self.zone = self.person.zone(&self.catalog.workspace.timezone);
        }
        changed
    }

    /// Marks a mail of the entry that the event names, else of the newest in which it was sent.
    fn flag_mail(&mut self, event: &Event, mark: impl FnOnce(&mut MailFlags)) {
        let (Some(campaign), Some(step)) = (event.text("campaign"), event.text("step")) else { return };
        let entry = event.detail.get("entry").and_then(Value::as_u64);
        let sent = |own: &Enrolment| own.mails.get(step).is_some_and(|flags| flags.sent);
        if let Some(flags) = self.newest(campaign, entry, sent).and_then(|own| own.mails.get_mut(step)) {
            mark(flags);
        }
    }

    pub(super) fn newest(
        &mut self,
        campaign: &str,
        entry: Option<u64>,
        holds: impl Fn(&Enrolment) -> bool,
    ) -> Option<&mut Enrolment> {
        let standing = self.person.standings.get_mut(campaign)?;
        let mut newest_first = standing.enrolments.iter_mut().rev();
        newest_first.find(|own| entry.is_none_or(|entry| u64::from(own.entry) == entry) && holds(own))
    }
}

fn fold_person(profile: &mut Profile, event: &Event, changed: &mut Changed) {
    if let Some(email) = event.text_change("email") {
        profile.set_email(email);
    }
    if let Some(locale) = event.text_change("locale") {
        profile.locale = locale;
    }
    if let Some(timezone) = event.text_change("timezone") {
        changed.everything |= profile.timezone != timezone;
        profile.timezone = timezone;
    }
    match event.person_fields().and_then(|person| person.get("attributes")) {
        Some(Value::Object(patch)) => {
            merge(&mut profile.attributes, patch);
            changed.attributes = true;
        }
        Some(_) => {
            profile.attributes.clear();
            changed.attributes = true;
        }
        None => {}
    }
}

/// Suppresses the address that a bounce or a complaint is about: the one that the event names, else that of the person.
/// True where it is the one that they have, and was not suppressed before they had it: a suppressed address that comes
/// (back) to somebody ends nothing.
fn suppress(profile: &mut Profile, event: &Event, now: Instant) -> bool {
    let own = profile.email.clone().unwrap_or_default();
    let named = event.text("address").filter(|address| !address.is_empty());
    profile.suppress(named.unwrap_or(&own), now) && !event.is_of_before()
}

fn fold_consent(profile: &mut Profile, event: &Event) {
    for (topic, yes) in &event.consent.topics {
        profile.consent.say_topic(topic, *yes, event.time);
    }
    if let Some(yes) = event.consent.marketing {
        profile.consent.say_marketing(yes, event.time);
    }
}

/// Counts the event, where its type still finds room; whether it is the latest of its type so far.
fn count(profile: &mut Profile, event: &Event) -> bool {
    if profile.events.len() >= bounds::EVENT_TYPES && !profile.events.contains_key(&event.kind) {
        return false;
    }
    let new = Counter { count: 0, first_at: event.time, last_at: event.time };
    let counter = profile.events.entry(Arc::clone(&event.kind)).or_insert(new);
    let moved = counter.count == 0 || counter.last_at < event.time;
    counter.count += 1;
    counter.first_at = counter.first_at.min(event.time);
    counter.last_at = counter.last_at.max(event.time);
    moved
}

fn fold_order(profile: &mut Profile, event: &Event) {
    let orders = &mut profile.orders;
    if *event.kind == *"order.refunded" {
        orders.count = orders.count.saturating_sub(1);
        orders.total -= event.order_total();
        return;
    }
    orders.count += 1;
    orders.total += event.order_total();
    orders.first_at = Some(orders.first_at.map_or(event.time, |first| first.min(event.time)));
    orders.last_at = Some(orders.last_at.map_or(event.time, |last| last.max(event.time)));
}

fn fold_answer(profile: &mut Profile, event: &Event) {
    let Some(survey) = event.text("survey") else { return };
    let field = |name: &str| event.detail.get(name).cloned().unwrap_or(Value::Null);
    let occasion = event.text("campaign").zip(event.detail.get("entry").and_then(Value::as_u64));
    let occasion = occasion.map(|(campaign, entry)| Occasion { campaign: campaign.to_owned(), entry });
    let answer = Answer { score: field("score"), comment: field("comment"), occasion };
    profile.answers.insert(survey.to_owned(), answer);
}

/// Merges a patch into an object as RFC 7396 says: null removes, objects merge, all else replaces.
pub(super) fn merge(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (name, change) in patch {
        match change {
            Value::Null => drop(target.remove(name)),
            Value::Object(inner) => {
                let known = target.entry(name.clone()).or_insert(Value::Null);
                if !known.is_object() {
                    *known = Value::Object(Map::new());
                }
                if let Value::Object(known) = known {
                    merge(known, inner);
                }
            }
            other => drop(target.insert(name.clone(), other.clone())),
        }
    }
}
