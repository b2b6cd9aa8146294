//! What a code is at an instant, told from the directory and from its person, who knows more and earlier.

use rekindle_engine::ids::code_key;
use rekindle_engine::person::{HeldCode, IssuedOffer, Person, Used};
use rekindle_engine::time::Instant;
use rekindle_store::CodeRow;

use crate::answer::{CodeAnswer, Known, Status};

/// A code that was issued.
pub struct Code<'a> {
    row: &'a CodeRow,
    /// As the person holds it; nothing once it was used or ran out long ago.
    held: Option<&'a HeldCode>,
}

impl<'a> Code<'a> {
    /// The code of a row, whose person that is.
    pub fn of(row: &'a CodeRow, person: &'a Person) -> Self {
        let key = code_key(&row.code);
        let is_it = |held: &&HeldCode| {
            *held.campaign == *row.campaign && *held.offer == *row.offer && code_key(&held.issued.code) == key
        };
        Self { row, held: person.codes.iter().find(is_it) }
    }

    /// Its use, if there was one.
    pub fn used(&self) -> Option<Used> {
        let noted = || self.row.used_at.map(|at| Used { at, order: self.row.order.clone() });
        self.held.and_then(|held| held.used.clone()).or_else(noted)
    }

    /// What it is now. Without an order, that is; `whose` is the person who wants to use it, where the shop says so.
    pub fn status(&self, whose: Option<&str>, now: Instant) -> Status {
        if whose.is_some_and(|whose| whose != self.row.person) {
            Status::NotTheirs
        } else if self.used().is_some() {
            Status::Redeemed
        } else if self.held.is_none_or(|held| held.is_expired(now)) {
            Status::Expired
        } else {
            Status::Valid
        }
    }

    /// Everything that is known of it.
    pub fn answer(&self, status: Status, currency: &str) -> CodeAnswer {
        let issued = self.held.map(|held| &held.issued);
        let used = self.used();
        let known = Known {
            person: self.row.person.clone(),
            campaign: self.row.campaign.clone(),
            offer: self.row.offer.clone(),
            percent_off: issued.and_then(|issued| issued.percent_off),
            amount_off: issued.and_then(|issued| issued.amount_off),
            currency: currency.to_owned(),
            expires_at: issued.and_then(IssuedOffer::expires_at),
            redeemed_at: used.as_ref().map(|used| used.at),
            order: used.and_then(|used| used.order),
        };
        CodeAnswer { status, code: self.row.code.clone(), known: Some(known) }
    }
}
