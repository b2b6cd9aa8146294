//! Looking: what a code is now. Two strongly consistent reads, and never a write.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;

use crate::answer::{CodeAnswer, Status};
use crate::code::Code;
use crate::{Offers, Refused, Store};

/// What is asked.
#[derive(Deserialize)]
pub struct Question {
    /// The code as somebody typed it.
    code: String,
    /// Who wants to use it, where the shop says so.
    person: Option<String>,
}

/// `GET /v1/codes?code=...&person=...`
pub async fn look<S: Store>(
    State(offers): State<Arc<Offers<S>>>,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<CodeAnswer, Refused> {
    let Query(question) = question.map_err(|_| Refused::Malformed("give the code as `?code=...`, once".to_owned()))?;
    let Some(row) = offers.deciding.store().whose(&question.code).await? else {
        return Ok(CodeAnswer { status: Status::Unknown, code: question.code, known: None });
    };
    let person = offers.deciding.store().load(&row.person).await?.person;
    let catalog = offers.deciding.catalog().await?;
    let code = Code::of(&row, &person);
    Ok(code.answer(code.status(question.person.as_deref(), offers.now()), &catalog.workspace.currency))
}
