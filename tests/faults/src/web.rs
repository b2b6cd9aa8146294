//! What readers' mail clients post to the pages, which they do again where they get no answer.

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use rekindle_lambda::batch::each_record;
use rekindle_mail::{Claim, LinkKind};
use tower::ServiceExt;

use crate::workers::links;

/// The path of the one-click address in a mail to somebody.
#[must_use]
pub fn one_click(person: &str) -> String {
    let claim = Claim {
        person: person.to_owned(),
        campaign: "welcome".to_owned(),
        step: "hello".to_owned(),
        entry: 1,
        ..Claim::default()
    };
    format!("/{}/{}", LinkKind::OneClick.path(), links().sign(LinkKind::OneClick, &claim))
}

/// Posts each record's path; what the pages could not do comes again.
pub async fn post(router: Router, event: SqsEvent) -> SqsBatchResponse {
    let alone = |record: &SqsMessage| record.message_id.clone().unwrap_or_default();
    let each = |record: SqsMessage| {
        let router = router.clone();
        async move {
            let request = Request::post(record.body.unwrap_or_default())
                .body(Body::empty())
                .map_err(|error| error.to_string())?;
            let status = match router.oneshot(request).await {
                Ok(answer) => answer.status(),
                Err(never) => match never {},
            };
            if status.is_success() { Ok(()) } else { Err(format!("the page answered {status}")) }
        }
    };
    each_record(event.records, alone, each).await
}
