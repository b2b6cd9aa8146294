//! Which day the value of a `date` trigger is (SPEC.md section 11, Dates).

use serde_json::Value;

use super::Decider;
use super::occurrences::Day;
use crate::catalog::LiveCampaign;
use crate::expr::{Dated, Expr, Scope};
use crate::lang::{Again, DateTrigger, Trigger};
use crate::person::{OwnYear, Person};
use crate::time::{Instant, WrittenDate, local_of};

impl Decider<'_> {
    /// The day that a `date` trigger's expression gives. It is looked at whenever the profile changes and belongs to no
    /// entry, so a failing one is no date and writes no line, like a missing or unreadable one.
    pub(super) fn day_of(&mut self, live: &LiveCampaign, value: &Expr, again: Again) -> Option<Day> {
        let event = self.event.take();
        let dated = value.dated(&self.scope(&live.program, None)).ok();
        self.event = event;
        let read = dated.and_then(|dated| read(&dated, again));
        let own = match read {
            Some(WrittenDate::MonthDay { month, day }) => Some(self.own_year(live, month, day)),
            _ => None,
        };
        let standing = self.person.standings.get(&live.program.id);
        if own != standing.and_then(|standing| standing.own_year) {
            self.person.standings.change(&live.program.id, |standing| standing.own_year = own);
        }
        match read? {
            WrittenDate::Day(date) => Some(date.into()),
            WrittenDate::At(at) => Some(local_of(at, &self.zone).date().into()),
            WrittenDate::MonthDay { .. } => own.map(|OwnYear { year, month, day }| Day { year, month, day }),
        }
    }

    /// A day without a year has that in which it became known.
    fn own_year(&self, live: &LiveCampaign, month: i8, day: i8) -> OwnYear {
        let known = self.person.standings.get(&live.program.id).and_then(|standing| standing.own_year);
        known.filter(|own| (own.month, own.day) == (month, day)).unwrap_or_else(|| OwnYear {
            year: local_of(self.now, &self.zone).year(),
            month,
            day,
        })
    }
}

fn read(dated: &Dated, again: Again) -> Option<WrittenDate> {
    match dated {
        Dated::Instant(at) => Some(WrittenDate::At(*at)),
        Dated::Text(text) => WrittenDate::read(text, again == Again::Yearly),
        Dated::Number(number) => WrittenDate::of_number(*number),
        Dated::Nothing => None,
    }
}

/// The value that a person has for a campaign's `date` trigger, where it is there and does not read as a date: such a
/// trigger never fires for them. `None` also for other triggers.
#[must_use]
pub fn unreadable_date(person: &Person, live: &LiveCampaign, now: Instant) -> Option<Value> {
    let Trigger::Date(DateTrigger { date: value, again, .. }) = &live.program.campaign.trigger else { return None };
    let mail_steps = &live.program.mail_steps;
    let scope = Scope { person, event: None, entry: None, enrolment: None, mail_steps, now };
    let found = value.json(&scope).ok().filter(|found| match found {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        _ => true,
    })?;
    value.dated(&scope).ok().and_then(|dated| read(&dated, *again)).is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::decide::imported;
    use crate::lang::{Files, load};
    use crate::program::Program;

    #[test]
    fn a_value_that_is_there_and_does_not_read_is_told() {
        let workspace =
            "name: S\ntimezone: UTC\ncurrency: USD\nsenders: [ { id: s, name: S, email: s@example.com } ]\n";
        let live = |again: &str| {
            let campaign =
                format!("name: C\npurpose: marketing\ntrigger: {{ date: person.attributes.day{again} }}\nsteps: []\n");
            let files = [("workspace.yaml".to_owned(), workspace.to_owned()), ("c/campaign.yaml".to_owned(), campaign)];
            let mut definitions = load(&Files::from(files)).definitions.unwrap();
            LiveCampaign::first(Arc::new(Program::new(definitions.campaigns.remove("c").unwrap())))
        };
        let (once, yearly) = (live(""), live(", yearly: true"));
        let unread = |day: &Value, live: &LiveCampaign| {
            let person = json!({ "id": "ann", "attributes": { "day": day } }).as_object().unwrap().clone();
            unreadable_date(&imported(person).unwrap(), live, Instant::default())
        };
        for read in [json!(null), json!("  "), json!("1990. 7. 5."), json!(19_900_705), json!("1990-07-05T09:00Z")] {
            assert_eq!((unread(&read, &once), unread(&read, &yearly)), (None, None), "{read}");
        }
        for not in [json!("07/05/1990"), json!(648_000_000), json!(1.5), json!(true), json!(["1990-07-05"])] {
            assert_eq!((unread(&not, &once), unread(&not, &yearly)), (Some(not.clone()), Some(not.clone())), "{not}");
        }
        let day = json!("07-05");
        assert_eq!((unread(&day, &once), unread(&day, &yearly)), (Some(day.clone()), None));
        let absent = imported(json!({ "id": "ann" }).as_object().unwrap().clone()).unwrap();
        assert_eq!(unreadable_date(&absent, &once, Instant::default()), None);
    }
}
