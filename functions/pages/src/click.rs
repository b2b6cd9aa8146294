//! Following a link of a mail that counts who follows it.
//!
//! GET changes nothing, so counting is a POST: a page whose form a browser sends by itself, and without JavaScript a button.
//! Programs that only fetch addresses never get that far, and those that run pages are told by the rules for SES's own
//! reports, so they count for nothing. Where the link leads stands in the
//! token, which only the sending of a mail signs: nobody can make this a redirect to anywhere else.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, LOCATION, USER_AGENT};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use maud::{PreEscaped, html};
use rekindle_engine::person::TRACKING;
use rekindle_engine::time::Instant;
use rekindle_lambda::deciding::Store;
use rekindle_lambda::machine::{self, Visitor};
use rekindle_mail::{Claim, LinkKind};
use serde_json::Map;

use crate::guard::policy;
use crate::visit::Visit;
use crate::{Pages, Refused};

/// What sends the form.
const SCRIPT: &str = "document.forms[0].submit()";

/// The page that leads on.
pub async fn pass<S: Store>(
    State(pages): State<Arc<Pages<S>>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let visit = pages.visit(LinkKind::Click, &uri, &headers).await?;
    let target = target(&visit.claim)?;
    if is_uncounted(&visit) {
        return Ok(lead(&visit.claim.value));
    }
    let words = visit.words();
    let content = html! {
        h1 { (words.leads_to) " " bdi { (target.host().unwrap_or_default()) } }
        p { (words.leads_explained(visit.shop())) }
        form method="post" { button { (words.lead_on) } }
        script { (PreEscaped(SCRIPT)) }
    };
    let origin = format!("https://{}", target.authority().map_or("", |authority| authority.as_str()));
    let page = visit.document(words.leads_to, &content);
    Ok(([(CONTENT_SECURITY_POLICY, policy(SCRIPT, &origin))], page).into_response())
}

/// Counts, and leads on.
pub async fn count<S: Store>(
    State(pages): State<Arc<Pages<S>>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let visit = pages.visit(LinkKind::Click, &uri, &headers).await?;
    target(&visit.claim)?;
    if !is_uncounted(&visit) && is_by_a_person(&visit.claim, &headers, pages.now()) {
        let claim = &visit.claim;
        let mut detail = Map::new();
        detail.insert("campaign".to_owned(), claim.campaign.as_str().into());
        detail.insert("step".to_owned(), claim.step.as_str().into());
        detail.insert("entry".to_owned(), claim.entry.into());
        detail.insert("url".to_owned(), claim.value.as_str().into());
        // A link of a mail is followed or not; following it again says nothing new.
        let Claim { person, campaign, step, entry, value, .. } = claim;
        let occasion = format!("{person}/{campaign}/{step}/{entry}/{value}");
        // A count that fails must not keep anybody from where they want to go.
        if let Err(error) = pages.apply(person, "email.clicked", &detail, &occasion, pages.now()).await {
            tracing::warn!(%error, "a click was not counted");
        }
    }
    Ok(lead(&visit.claim.value))
}

/// The link's target. It was checked when it was signed; this is the last look before a browser is sent there.
fn target(claim: &Claim) -> Result<Uri, Refused> {
    let target = claim.value.parse::<Uri>().ok().filter(|target| target.scheme_str() == Some("https"));
    target.filter(|target| target.host().is_some()).ok_or(Refused::NotALink)
}

/// Whether the person does not want to be counted, or is nobody any more.
fn is_uncounted(visit: &Visit) -> bool {
    !visit.person.is_known() || visit.person.profile.consent.has_left(TRACKING)
}

/// Whether nothing says that a program sent the form: what it calls itself, how soon it came after the mail, or that it
/// says itself to be ahead of its user. The rules are those for clicks that SES reports.
///
/// When the mail was written stands in the link, so nothing has to be read that could fail, and nothing that came of the
/// mail since, such as an open, counts as its beginning.
fn is_by_a_person(claim: &Claim, headers: &HeaderMap, now: Instant) -> bool {
    let says = |name: &str, word: &str| {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split([',', ';'])).any(|part| part.trim().eq_ignore_ascii_case(word))
    };
    let user_agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default().to_owned();
    let written = Instant::from_seconds(i64::try_from(claim.written).unwrap_or_default());
    !says("sec-purpose", "prefetch") && !machine::clicked(&Visitor { at: now, user_agent }, written)
}

fn lead(target: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, target)]).into_response()
}
