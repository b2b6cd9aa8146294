//! What a mail's template can see: the person, what entered them, their codes, and signed links.
//!
//! The names are the public contract of templates ([`ROOTS`](crate::ROOTS)); nothing else of a person leaks into a template.

use rekindle_engine::lang::{Purpose, SurveyKind, Workspace};
use rekindle_engine::person::{Outgoing, Person, TRACKING};
use rekindle_engine::program::Program;
use rekindle_engine::time::Instant;
use serde_json::{Value, json};

use crate::{Claim, LinkError, LinkKind, Links, MailLinks, Rendered};

/// The links of one mail.
pub struct Signed {
    /// For the header and the footer.
    pub mail: MailLinks,
    preferences: String,
    view: String,
    answers: Vec<Value>,
    claim: Claim,
}

impl Signed {
    /// The mail, which is written `now`, with its links leading through the page that counts them: those of marketing mails,
    /// unless the person does not want to be counted. Opens are never counted here.
    #[must_use]
    pub fn counted(
        &self,
        links: &Links,
        mut mail: Rendered,
        person: &Person,
        program: &Program,
        now: Instant,
    ) -> Rendered {
        if program.campaign.purpose == Purpose::Marketing && !person.profile.consent.has_left(TRACKING) {
            let written = u64::try_from(now.seconds()).unwrap_or_default();
            mail.html = links.counted(&mail.html, &Claim { written, ..self.claim.clone() });
        }
        mail
    }
}

/// For how long the links of a mail may give consent that was not there. Whoever has been forwarded a mail has its links as
/// well: they may always take consent back, and give it only while whoever the mail was for may want to undo a slip.
const JOINING_DAYS: i64 = 14;

/// Until when the links of a mail planned at that instant may give consent, in seconds since 1970.
#[must_use]
pub fn joining_until(planned_at: Instant) -> u64 {
    u64::try_from(planned_at.plus_seconds(JOINING_DAYS * 24 * 60 * 60).seconds()).unwrap_or_default()
}

/// Signs the links of one mail; `joining` is until when they may give consent ([`joining_until`]).
///
/// # Errors
/// Where a link would be longer than a header allows.
pub fn sign(
    links: &Links,
    person: &Person,
    outgoing: &Outgoing,
    program: &Program,
    workspace: &Workspace,
    joining: u64,
) -> Result<Signed, LinkError> {
    let zone = person.zone(&workspace.timezone);
    let claim = Claim {
        person: person.id.to_string(),
        campaign: outgoing.campaign.to_string(),
        step: outgoing.step.to_string(),
        entry: outgoing.entry,
        topic: program.campaign.topic.clone().unwrap_or_default(),
        ..Claim::default()
    };
    let answers = program.survey(&outgoing.step).map_or(Ok(Vec::new()), |survey| {
        let until = survey.expires.map(|span| span.runs_out(outgoing.planned_at, &zone).seconds());
        let until = until.and_then(|until| u64::try_from(until).ok()).unwrap_or_default();
        let signed = survey.scale().into_iter().map(|value| {
            let label = label(&value);
            let url = links.url(LinkKind::Answer, &Claim { value: label.clone(), until, ..claim.clone() })?;
            Ok(json!({ "value": value, "label": label, "url": url }))
        });
        signed.collect::<Result<Vec<_>, LinkError>>()
    })?;
    let leading = Claim { until: joining, ..claim.clone() };
    Ok(Signed {
        mail: MailLinks {
            one_click: links.url(LinkKind::OneClick, &leading)?,
            unsubscribe: links.url(LinkKind::Unsubscribe, &leading)?,
        },
        preferences: links.url(LinkKind::Preferences, &leading)?,
        view: links.url(LinkKind::View, &leading)?,
        answers,
        claim,
    })
}

/// Everything that a template can name.
#[must_use]
pub fn data(
    person: &Person,
    outgoing: &Outgoing,
    program: &Program,
    workspace: &Workspace,
    signed: &Signed,
    locale: &str,
) -> Value {
    let profile = &person.profile;
    let sender = workspace.senders.get(program.campaign.sender);
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut data = json!({
        "locale": locale,
        "person": {
            "id": &*person.id,
            "email": text(&profile.email),
            "locale": text(&profile.locale),
            "timezone": text(&profile.timezone),
            "attributes": profile.attributes,
            "orders": {
                "count": profile.orders.count,
                "total": profile.orders.total,
                "first_at": profile.orders.first_at,
                "last_at": profile.orders.last_at,
            },
            "created_at": profile.created_at,
        },
        "entry": *outgoing.detail,
        "offers": offers(outgoing),
        "answers": profile.answers.iter().map(|(survey, answer)| {
            (survey.clone(), json!({ "score": answer.score, "comment": answer.comment }))
        }).collect::<serde_json::Map<_, _>>(),
        "workspace": { "name": workspace.name, "currency": workspace.currency },
        "sender": sender.map_or(Value::Null, |sender| json!({
            "name": sender.name,
            "email": sender.email,
            "address": text(&sender.address),
            "phone": text(&sender.phone),
        })),
        "campaign": { "id": &*outgoing.campaign, "name": program.campaign.name },
        "timezone": timezone(person, workspace),
        "view_url": signed.view,
    });
    let Some(fields) = data.as_object_mut() else { return data };
    // A transactional mail goes to people who agreed to nothing, and there is no marketing in it to refuse.
    if program.campaign.purpose == Purpose::Marketing {
        fields.insert("unsubscribe_url".to_owned(), signed.mail.unsubscribe.as_str().into());
        fields.insert("preferences_url".to_owned(), signed.preferences.as_str().into());
    }
    if let Some(survey) = program.survey(&outgoing.step) {
        let survey = json!({
            "id": &*outgoing.step,
            "kind": kind(survey.kind),
            "url": signed.answers.first().and_then(|answer| answer.get("url")),
            "answers": signed.answers,
        });
        fields.insert("survey".to_owned(), survey);
    }
    data
}

fn offers(outgoing: &Outgoing) -> serde_json::Map<String, Value> {
    let shown = outgoing.offers.iter().map(|(id, offer)| {
        let offer = json!({
            "code": offer.code,
            "percent_off": offer.percent_off,
            "amount_off": offer.amount_off,
            "expires_at": offer.expires_at(),
        });
        (id.to_string(), offer)
    });
    shown.collect()
}

/// The zone in which the mail writes dates: SPEC.md section 3, by the engine's own rule.
fn timezone(person: &Person, workspace: &Workspace) -> String {
    person.zone(&workspace.timezone).iana_name().unwrap_or("UTC").to_owned()
}

fn kind(kind: SurveyKind) -> &'static str {
    match kind {
        SurveyKind::Nps => "nps",
        SurveyKind::Csat => "csat",
        SurveyKind::Ces => "ces",
        SurveyKind::Choice => "choice",
    }
}

/// What an answer is called in a mail, in a link and on the page.
#[must_use]
pub fn label(answer: &Value) -> String {
    answer.as_str().map_or_else(|| answer.to_string(), str::to_owned)
}
