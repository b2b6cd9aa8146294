//! Values of people that a `date` trigger cannot read as dates (SPEC.md section 11, Dates): for those people it never
//! comes, so whoever looks at the campaign is told how many there are, with samples.

use rekindle_engine::catalog::Catalog;
use rekindle_engine::decide::unreadable_date;
use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;
use serde::Serialize;
use serde_json::Value;

/// Values that are shown; the rest is counted.
const SAMPLES: usize = 3;
/// Letters of a value that are shown.
const LETTERS: usize = 40;

/// How many people's values do not read, with some of them.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// How many people have such a value.
    pub people: u64,
    /// A few of the values, each as JSON.
    pub samples: Vec<String>,
}

impl Unread {
    /// Counts one person's value.
    pub fn add(&mut self, value: &Value) {
        self.people += 1;
        if self.samples.len() < SAMPLES {
            let sample = sample(value);
            if !self.samples.contains(&sample) {
                self.samples.push(sample);
            }
        }
    }
}

/// A value as it is shown: what cannot steer a terminal, and no more than a line has room for.
#[must_use]
pub fn sample(value: &Value) -> String {
    let text = crate::plain::plain(&value.to_string());
    if text.chars().count() <= LETTERS {
        return text;
    }
    text.chars().take(LETTERS).chain(['…']).collect()
}

/// The campaigns whose `date` trigger cannot read this person's value, with the value.
pub fn of<'c>(person: &Person, catalog: &'c Catalog, now: Instant) -> impl Iterator<Item = (&'c str, Value)> {
    catalog.timed().filter_map(move |live| Some((&*live.program.id, unreadable_date(person, live, now)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_counted_and_a_few_different_ones_shown() {
        let mut unread = Unread::default();
        for value in [json!("07/15/1990"), json!("07/15/1990"), json!(648_000_000), json!("\u{1b}[2J"), json!("x")] {
            unread.add(&value);
        }
        let shown = ["\"07/15/1990\"", "648000000", "\"\\u001b[2J\""].map(str::to_owned);
        assert_eq!((unread.people, unread.samples), (5, shown.to_vec()));
        assert_eq!(sample(&json!("y".repeat(100))).chars().count(), LETTERS + 1);
    }
}
