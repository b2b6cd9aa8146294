//! The answers: what a code is now, and the problems (RFC 9457) where there is no such answer.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use rekindle_engine::time::Instant;
use rekindle_lambda::campaigns::CampaignsError;
use rekindle_lambda::deciding::DecideError;
use rekindle_store::StoreError;
use serde::Serialize;
use serde_json::json;
use thiserror::Error;

/// What a code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It may be used.
    Valid,
    /// Its time is over.
    Expired,
    /// It was used: of a redemption, for this very order.
    Redeemed,
    /// It was used before, for another order.
    AlreadyRedeemed,
    /// It is another person's.
    NotTheirs,
    /// No such code was issued.
    Unknown,
}

/// What is known of a code.
#[derive(Debug, Serialize)]
pub struct CodeAnswer {
    /// What it is now.
    pub status: Status,
    /// As it was issued; of an unknown one, as it was asked.
    pub code: String,
    /// Whose it is, and what it gives; nothing of an unknown one.
    #[serde(flatten)]
    pub known: Option<Known>,
}

/// What is known of a code that was issued.
#[derive(Debug, Serialize)]
pub struct Known {
    /// The shop's own id of the person.
    pub person: String,
    /// The campaign.
    pub campaign: String,
    /// The offer.
    pub offer: String,
    /// What it takes off as a share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent_off: Option<f64>,
    /// What it takes off as an amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_off: Option<f64>,
    /// The currency of amounts.
    pub currency: String,
    /// The last second at which it may be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Instant>,
    /// When it was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redeemed_at: Option<Instant>,
    /// The order that it was used for, where the shop said which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
}

impl IntoResponse for CodeAnswer {
    fn into_response(self) -> Response {
        let status = if self.status == Status::Unknown { StatusCode::NOT_FOUND } else { StatusCode::OK };
        (status, Json(self)).into_response()
    }
}

/// Why there is no answer about a code.
#[derive(Debug, Error)]
pub enum Refused {
    /// No key, or a wrong one. Says no more.
    #[error("present the key as `Authorization: Bearer ...`")]
    NoKey,
    /// Not an address of this API, or not with this method.
    #[error("there are GET /v1/codes?code=... and POST /v1/redemptions")]
    NoSuchAddress,
    /// The request does not say what it must.
    #[error("{0}")]
    Malformed(String),
    /// It cannot be written about the person to whom the code belongs, however often it is asked: they have had too many
    /// events, or hold too much. Nothing was changed.
    #[error("{0}")]
    BeyondBounds(String),
    /// The table could not be asked, or was too busy. A retry helps; nothing was changed, or the same request will find
    /// it done.
    #[error("this could not be done just now; ask the same again")]
    Unavailable(String),
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
            Self::BeyondBounds(error.to_string())
        } else {
            Self::Unavailable(error.to_string())
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, title) = match &self {
            Self::NoKey => (StatusCode::UNAUTHORIZED, "no valid key"),
            Self::NoSuchAddress => (StatusCode::NOT_FOUND, "no such address"),
            Self::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed request"),
            Self::BeyondBounds(reason) => {
                tracing::warn!(reason, "a redemption is beyond a bound of the person");
                (StatusCode::UNPROCESSABLE_ENTITY, "beyond a bound of the person")
            }
            Self::Unavailable(reason) => {
                tracing::error!(reason, "a question about a code could not be answered");
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
            }
        };
        let problem = json!({ "title": title, "status": status.as_u16(), "detail": self.to_string() });
        let mut response = (status, [(CONTENT_TYPE, "application/problem+json")], problem.to_string()).into_response();
        let header = match self {
            Self::NoKey => Some((WWW_AUTHENTICATE, "Bearer")),
            Self::Unavailable(_) => Some((RETRY_AFTER, "5")),
            _ => None,
        };
        response.headers_mut().extend(header.map(|(name, value)| (name, axum::http::HeaderValue::from_static(value))));
        response
    }
}
