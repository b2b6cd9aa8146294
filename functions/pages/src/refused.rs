//! The answers where there is no page. Each is the same bytes for everybody, in both languages, so that it tells nothing
//! about a token or a person.

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};
use rekindle_lambda::campaigns::CampaignsError;
use rekindle_lambda::deciding::DecideError;
use rekindle_store::StoreError;
use thiserror::Error;

use crate::frame;

/// Why there is no page.
#[derive(Debug, Error)]
pub enum Refused {
    /// Not a link of ours for this purpose. Says no more, whatever is wrong with it. A retry never helps.
    #[error("not a valid link")]
    NotALink,
    /// The table could not be asked, or was too busy. A retry helps; nothing was changed.
    #[error("the table could not be asked: {0}")]
    Unavailable(String),
    /// It was said so often today that it is not taken any more, or the person holds as much as one may. Nothing was
    /// changed; tomorrow it may be.
    #[error("said too often today")]
    TooOften,
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<CampaignsError> for Refused {
    fn from(error: CampaignsError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<DecideError> for Refused {
    fn from(error: DecideError) -> Self {
        if error.is_beyond_bounds() {
            tracing::warn!(%error, "what a page was told is beyond a bound of the person");
            return Self::TooOften;
        }
        Self::Unavailable(error.to_string())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::NotALink => (
                StatusCode::NOT_FOUND,
                both(
                    ["없는 주소입니다", "메일에 있는 링크를 그대로 다시 눌러 주세요. 주소를 복사하셨다면 끝까지 복사되었는지 확인해 주세요."],
                    ["There is nothing here", "Follow the link in the mail once more. If you copied the address, see that it is whole."],
                ),
            )
                .into_response(),
            Self::TooOften => (
                StatusCode::TOO_MANY_REQUESTS,
                both(
                    ["오늘은 더 바꾸실 수 없습니다", "하루에 바꾸실 수 있는 횟수를 넘었습니다. 내일 다시 해 주세요. 수신거부는 언제든지 하실 수 있습니다."],
                    ["No more changes today", "This was changed very often today. Please come back tomorrow. You can unsubscribe at any time."],
                ),
            )
                .into_response(),
            Self::Unavailable(reason) => {
                tracing::error!(reason, "a page could not be made");
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    [(RETRY_AFTER, "30")],
                    both(
                        ["잠시 후 다시 시도해 주세요", "지금은 처리하지 못했습니다. 변경된 내용은 없습니다."],
                        ["Please try again in a moment", "This could not be done just now. Nothing was changed."],
                    ),
                )
                    .into_response()
            }
        }
    }
}

fn both(korean: [&str; 2], english: [&str; 2]) -> Html<String> {
    let part = |lang: &str, [title, text]: [&str; 2]| -> Markup {
        html! { section lang=(lang) { h1 { (title) } p { (text) } } }
    };
    let title = format!("{} · {}", korean.first().unwrap_or(&""), english.first().unwrap_or(&""));
    let content = html! { (part("ko", korean)) (part("en", english)) };
    frame::document("ko", &title, None, &content)
}
