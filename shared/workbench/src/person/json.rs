//! One person as a JSON object, under the names that SPEC.md uses.

use rekindle_engine::person::{Counter, Enrolment, Person, Place, Profile, Statement};
use serde_json::{Map, Value, json};

use super::{Subject, zone_of};

/// The object. Instants are UTC; `timezone` is the zone that decisions about the person are made in.
/// `unread_dates` are values that `date` triggers cannot read, by campaign.
#[must_use]
pub fn json(subject: &Subject<'_>) -> Value {
    let Subject { person, address, sends, journal, notes, aside, unread, workspace_zone } = *subject;
    let zone = zone_of(person, workspace_zone);
    let journal: Vec<Value> =
        journal.iter().map(|line| serde_json::from_str(line).unwrap_or_else(|_| line.as_str().into())).collect();
    json!({
        "id": &*person.id,
        "known": person.is_known(),
        "erased_at": person.erased_at,
        "timezone": zone.iana_name().unwrap_or("UTC"),
        "profile": profile(&person.profile),
        "address": address.json(true),
        "set_aside": aside.map(|aside| json!({ "due_since": aside.since, "why": aside.why })),
        "standings": enrolments(person),
        "unread_dates": unread.iter().cloned().collect::<Map<_, _>>(),
        "sends": sends,
        "journal": journal,
        "acts": notes,
    })
}

/// Where they stand, by campaign.
#[must_use]
pub fn enrolments(person: &Person) -> Value {
    let standings = person.standings.iter().map(|(campaign, standing)| {
        let standing = json!({
            "entries": standing.entries,
            "trigger_due": standing.trigger_due,
            "enrolments": standing.enrolments.iter().map(enrolment).collect::<Vec<_>>(),
        });
        (campaign.to_string(), standing)
    });
    standings.collect::<Map<_, _>>().into()
}

/// What is known of them.
#[must_use]
pub fn profile(profile: &Profile) -> Value {
    let said = |statement: &Statement| json!({ "agreed": statement.agreed, "at": statement.at });
    let counted =
        |counter: &Counter| json!({ "count": counter.count, "first_at": counter.first_at, "last_at": counter.last_at });
    let orders = &profile.orders;
    json!({
        "created_at": profile.created_at,
        "email": profile.email,
        "locale": profile.locale,
        "timezone": profile.timezone,
        "suppressed_at": profile.suppressed_at,
        "attributes": profile.attributes,
        "consent": {
            "marketing": profile.consent.marketing.as_ref().map(said),
            "topics": profile.consent.topics.iter().map(|(topic, own)| (topic.clone(), said(own))).collect::<Map<_, _>>(),
        },
        "orders": { "count": orders.count, "total": orders.total, "first_at": orders.first_at, "last_at": orders.last_at },
        "events": profile.events.iter().map(|(event, own)| (event.to_string(), counted(own))).collect::<Map<_, _>>(),
        "answers": profile.answers.iter().map(|(survey, own)| {
            (survey.clone(), json!({ "score": own.score, "comment": own.comment }))
        }).collect::<Map<_, _>>(),
    })
}

fn enrolment(enrolment: &Enrolment) -> Value {
    json!({
        "entry": enrolment.entry,
        "version": enrolment.version,
        "key": enrolment.key,
        "started_at": enrolment.started,
        "active": enrolment.is_active(),
        "step": enrolment.place.as_ref().map(|place| place.step.to_string()),
        "until": enrolment.place.as_ref().map(|place| place.until),
        "delayed_since": enrolment.place.as_ref().and_then(Place::reached),
        "goal_until": enrolment.goal_until,
        "offers": enrolment.offers.iter().map(|(offer, own)| {
            (offer.to_string(), json!({ "code": own.code, "redeemed": own.redeemed, "expires_at": own.expires_at() }))
        }).collect::<Map<_, _>>(),
    })
}
