//! What the names of an expression stand for at one moment.
//!
//! It reads a person and never changes them.

use cel::Value as Cel;
use cel::common::types::{CelBool, CelDouble, CelInt, CelNull, CelString};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use serde_json::{Map, Value};

use super::slot::{Asks, Root, Slot, slot_of};
use super::value::{from_double, from_json, map, timestamp};
use crate::person::{Answer, Consent, Counter, Enrolment, IssuedOffer, MailFlags, Orders, Person, Statement};
use crate::time::Instant;

/// Elements in all named lists together, beyond which nested macros are refused.
const LARGE: usize = 2_000;

/// The moment that an expression is looked at.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// The person at hand.
    pub person: &'a Person,
    /// The detail of the event at hand.
    pub event: Option<&'a Map<String, Value>>,
    /// The detail of the event that entered them.
    pub entry: Option<&'a Map<String, Value>>,
    /// The enrolment whose mails and offers are meant.
    pub enrolment: Option<&'a Enrolment>,
    /// The ids of the campaign's mail steps.
    pub mail_steps: &'a [std::sync::Arc<str>],
    /// The instant of the decision.
    pub now: Instant,
}

/// What lies at a path.
enum Found<'a> {
    Json(&'a Value),
    Fields(&'a Map<String, Value>),
    Made(Cel),
    Absent,
    /// A field of something that has none: an error.
    NoFields,
}

impl Found<'_> {
    fn exists(&self) -> bool {
        !matches!(self, Self::Absent | Self::NoFields)
    }
}

/// Answers the variables of one expression.
pub(super) struct Names<'a> {
    pub slots: &'a [Slot],
    pub scope: &'a Scope<'a>,
}

impl Names<'_> {
    /// Whether the named lists are too long for macros inside macros.
    pub fn is_large(&self) -> bool {
        let sizes = self.slots.iter().map(|slot| match self.scope.find(slot.root, &slot.path) {
            Found::Json(value) => elements(value),
            Found::Fields(fields) => fields.values().map(elements).sum(),
            Found::Made(_) | Found::Absent | Found::NoFields => 0,
        });
        sizes.sum::<usize>() > LARGE
    }
}

fn elements(value: &Value) -> usize {
    match value {
        Value::Array(values) => values.len() + values.iter().map(elements).sum::<usize>(),
        Value::Object(fields) => fields.len() + fields.values().map(elements).sum::<usize>(),
        _ => 0,
    }
}

impl VariableResolver for Names<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let slot = self.slots.get(slot_of(variable)?)?;
        match slot.asks {
            Asks::Value => cow(self.scope.find(slot.root, &slot.path)),
            Asks::Guarded => match self.scope.find(slot.root, &slot.path) {
                // Not there: an error, which `Expr` puts into words.
                Found::Absent => None,
                found => cow(found),
            },
            Asks::Presence => self.scope.has(slot.root, &slot.path).map(|there| CowVal::owned(CelBool::from(there))),
        }
    }
}

fn cow<'b>(found: Found<'b>) -> Option<CowVal<'b, 'b>> {
    Some(match found {
        Found::Json(Value::String(text)) => CowVal::owned(CelString::from(text.as_str())),
        Found::Json(value) => own(from_json(value)),
        Found::Fields(fields) => own(map(fields.iter().map(|(name, value)| (name.clone(), from_json(value))))),
        Found::Made(value) => own(value),
        Found::Absent => CowVal::owned(CelNull),
        Found::NoFields => return None,
    })
}

fn own<'b>(value: Cel) -> CowVal<'b, 'b> {
    match value {
        Cel::Int(number) => CowVal::owned(CelInt::from(number)),
        Cel::Float(number) => CowVal::owned(CelDouble::from(number)),
        Cel::Bool(answer) => CowVal::owned(CelBool::from(answer)),
        other => Box::<dyn Val>::try_from(other).map_or_else(|_| CowVal::owned(CelNull), CowVal::Owned),
    }
}

fn text<'a>(value: Option<&str>) -> Found<'a> {
    Found::Made(Cel::String(std::sync::Arc::new(value.unwrap_or_default().to_owned())))
}

fn maybe<'a>(at: Option<Instant>) -> Found<'a> {
    at.map_or(Found::Absent, |at| Found::Made(timestamp(at)))
}

fn nullable(at: Option<Instant>) -> Cel {
    at.map_or(Cel::Null, timestamp)
}

impl<'a> Scope<'a> {
    /// Whether a path is there; `None`, CEL's error, where what it would be a field of is not.
    fn has(&self, root: Root, path: &[String]) -> Option<bool> {
        let (_, parent) = path.split_last()?;
        let there = match (root, path) {
            // These read as "" where they are absent, as an unset text does; `has()` is false of such.
            (Root::Person, [field]) if field == "email" => self.person.profile.email.is_some(),
            (Root::Person, [field]) if field == "locale" => self.person.profile.locale.is_some(),
            (Root::Person, [field]) if field == "timezone" => self.person.profile.timezone.is_some(),
            _ => self.find(root, path).exists(),
        };
        let on_a_map = match self.find(root, parent) {
            Found::Json(value) => value.is_object(),
            Found::Fields(_) => true,
            Found::Made(value) => matches!(value, Cel::Map(_)),
            Found::Absent | Found::NoFields => false,
        };
        on_a_map.then_some(there)
    }

    fn find(&self, root: Root, path: &[String]) -> Found<'a> {
        match root {
            Root::Person => self.of_person(path),
            Root::Event => in_detail(self.event, path),
            Root::Entry => in_detail(self.entry, path),
            Root::Answers => self.of_answers(path),
            Root::Offers => self.of_offers(path),
            Root::Mails => self.of_mails(path),
            Root::Now if path.is_empty() => Found::Made(timestamp(self.now)),
            Root::Now => Found::Absent,
        }
    }

    fn of_person(&self, path: &[String]) -> Found<'a> {
        let person = self.person;
        let profile = &person.profile;
        let Some((field, rest)) = path.split_first() else { return Found::Made(whole(person)) };
        match (field.as_str(), rest) {
            ("id", []) => text(Some(&person.id)),
            ("email", []) => text(profile.email.as_deref()),
            ("locale", []) => text(profile.locale.as_deref()),
            ("timezone", []) => text(profile.timezone.as_deref()),
            ("created_at", []) => maybe(profile.created_at),
            ("attributes", rest) => in_detail(Some(&profile.attributes), rest),
            ("orders", rest) => of_orders(&profile.orders, rest),
            ("consent", rest) => of_consent(&profile.consent, rest),
            ("events", []) => Found::Made(counters(person)),
            ("events", [name, rest @ ..]) => of_counter(profile.events.get(name.as_str()), rest),
            _ => Found::Absent,
        }
    }

    fn of_answers(&self, path: &[String]) -> Found<'a> {
        let answers = &self.person.profile.answers;
        match path {
            [] => Found::Made(map(answers.iter().map(|(survey, answer)| (survey.clone(), answered(answer))))),
            [survey] => answers.get(survey).map_or(Found::Absent, |answer| Found::Made(answered(answer))),
            [survey, field, rest @ ..] => match (answers.get(survey), field.as_str()) {
                (Some(answer), "score") => in_value(&answer.score, rest),
                (Some(answer), "comment") => in_value(&answer.comment, rest),
                _ => Found::Absent,
            },
        }
    }

    fn of_offers(&self, path: &[String]) -> Found<'a> {
        let Some(enrolment) = self.enrolment else {
            return if path.is_empty() { Found::Made(map(std::iter::empty())) } else { Found::Absent };
        };
        let offers = &enrolment.offers;
        match path {
            [] => Found::Made(map(offers.iter().map(|(id, offer)| (id.to_string(), issued(offer))))),
            [id, rest @ ..] => match (offers.get(id.as_str()), rest) {
                (Some(offer), []) => Found::Made(issued(offer)),
                (Some(offer), [field]) if field == "code" => text(Some(&offer.code)),
                (Some(offer), [field]) if field == "redeemed" => Found::Made(Cel::Bool(offer.redeemed)),
                _ => Found::Absent,
            },
        }
    }

    fn of_mails(&self, path: &[String]) -> Found<'a> {
        let flags = |step: &str| self.enrolment.and_then(|own| own.mails.get(step)).copied().unwrap_or_default();
        match path {
            [] => Found::Made(map(self.mail_steps.iter().map(|step| (step.to_string(), flagged(flags(step)))))),
            [step, rest @ ..] if self.mail_steps.iter().any(|known| **known == **step) => {
                let flags = flags(step);
                match rest {
                    [] => Found::Made(flagged(flags)),
                    [field] => match field.as_str() {
                        "sent" => Found::Made(Cel::Bool(flags.sent)),
                        "delivered" => Found::Made(Cel::Bool(flags.delivered)),
                        "opened" => Found::Made(Cel::Bool(flags.opened)),
                        "clicked" => Found::Made(Cel::Bool(flags.clicked)),
                        _ => Found::Absent,
                    },
                    _ => Found::Absent,
                }
            }
            _ => Found::Absent,
        }
    }
}

fn in_detail<'a>(detail: Option<&'a Map<String, Value>>, path: &[String]) -> Found<'a> {
    let Some((first, rest)) = path.split_first() else {
        return detail.map_or_else(|| Found::Made(map(std::iter::empty())), Found::Fields);
    };
    detail.and_then(|fields| fields.get(first)).map_or(Found::Absent, |value| in_value(value, rest))
}

fn in_value<'a>(value: &'a Value, path: &[String]) -> Found<'a> {
    let mut value = value;
    for field in path {
        value = match value {
            Value::Object(fields) => match fields.get(field) {
                Some(value) => value,
                None => return Found::Absent,
            },
            // Null on the way counts as absent (SPEC.md section 11).
            Value::Null => return Found::Absent,
            _ => return Found::NoFields,
        };
    }
    Found::Json(value)
}

fn of_orders<'a>(orders: &Orders, path: &[String]) -> Found<'a> {
    match path {
        [] => Found::Made(ordered(orders)),
        [field] => match field.as_str() {
            "count" => Found::Made(int(orders.count)),
            "total" => Found::Made(from_double(orders.total)),
            "first_at" => maybe(orders.first_at),
            "last_at" => maybe(orders.last_at),
            _ => Found::Absent,
        },
        _ => Found::Absent,
    }
}

fn of_consent<'a>(consent: &Consent, path: &[String]) -> Found<'a> {
    let said = |statement: Option<&Statement>| {
        statement.map_or(Found::Absent, |statement| Found::Made(Cel::Bool(statement.agreed)))
    };
    match path {
        [] => Found::Made(consented(consent)),
        [field] if field == "marketing" => said(consent.marketing.as_ref()),
        [field] if field == "topics" => Found::Made(topics(consent)),
        [field, topic] if field == "topics" => said(consent.topics.get(topic)),
        _ => Found::Absent,
    }
}

fn of_counter<'a>(counter: Option<&Counter>, path: &[String]) -> Found<'a> {
    match path {
        // An event type that is named is there, with count 0 (SPEC.md section 11).
        [] => Found::Made(counted(counter)),
        [field] => match field.as_str() {
            "count" => Found::Made(int(counter.map_or(0, |counter| counter.count))),
            "first_at" => Found::Made(nullable(counter.map(|counter| counter.first_at))),
            "last_at" => Found::Made(nullable(counter.map(|counter| counter.last_at))),
            _ => Found::Absent,
        },
        _ => Found::Absent,
    }
}

fn int(number: u64) -> Cel {
    Cel::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn whole(person: &Person) -> Cel {
    let profile = &person.profile;
    let text = |text: &str| Cel::String(std::sync::Arc::new(text.to_owned()));
    let own = |value: &Option<String>| value.as_deref().map(text);
    let fields = [
        ("id", Some(text(&person.id))),
        // Only a path to them reads as "" where they are absent.
        ("email", own(&profile.email)),
        ("locale", own(&profile.locale)),
        ("timezone", own(&profile.timezone)),
        ("attributes", Some(map(profile.attributes.iter().map(|(name, value)| (name.clone(), from_json(value)))))),
        ("consent", Some(consented(&profile.consent))),
        ("orders", Some(ordered(&profile.orders))),
        ("events", Some(counters(person))),
        ("created_at", profile.created_at.map(timestamp)),
    ];
    map(fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))))
}

fn named<const N: usize>(fields: [(&str, Cel); N]) -> Cel {
    map(fields.into_iter().map(|(name, value)| (name.to_owned(), value)))
}

fn ordered(orders: &Orders) -> Cel {
    let instants = [("first_at", orders.first_at), ("last_at", orders.last_at)];
    let instants = instants.into_iter().filter_map(|(name, at)| Some((name, timestamp(at?))));
    let sums = [("count", int(orders.count)), ("total", from_double(orders.total))];
    map(sums.into_iter().chain(instants).map(|(name, value)| (name.to_owned(), value)))
}

fn consented(consent: &Consent) -> Cel {
    let marketing = consent.marketing.map(|statement| ("marketing".to_owned(), Cel::Bool(statement.agreed)));
    map(marketing.into_iter().chain([("topics".to_owned(), topics(consent))]))
}

fn topics(consent: &Consent) -> Cel {
    map(consent.topics.iter().map(|(topic, statement)| (topic.clone(), Cel::Bool(statement.agreed))))
}

fn counters(person: &Person) -> Cel {
    map(person.profile.events.iter().map(|(name, counter)| (name.to_string(), counted(Some(counter)))))
}

fn counted(counter: Option<&Counter>) -> Cel {
    named([
        ("count", int(counter.map_or(0, |counter| counter.count))),
        ("first_at", nullable(counter.map(|counter| counter.first_at))),
        ("last_at", nullable(counter.map(|counter| counter.last_at))),
    ])
}

fn answered(answer: &Answer) -> Cel {
    named([("score", from_json(&answer.score)), ("comment", from_json(&answer.comment))])
}

fn issued(offer: &IssuedOffer) -> Cel {
    named([("code", Cel::String(std::sync::Arc::new(offer.code.clone()))), ("redeemed", Cel::Bool(offer.redeemed))])
}

fn flagged(flags: MailFlags) -> Cel {
    named([
        ("sent", Cel::Bool(flags.sent)),
        ("delivered", Cel::Bool(flags.delivered)),
        ("opened", Cel::Bool(flags.opened)),
        ("clicked", Cel::Bool(flags.clicked)),
    ])
}
