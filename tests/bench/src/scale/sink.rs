//! A stub of SES that takes every mail after a while, and keeps which and when: the truth about what was sent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::tags::MailTags;
use rekindle_send::{Account, Answer, Mailer, Quota, Request};

/// One request to SES.
pub struct Sent {
    /// Which mail.
    pub send_id: String,
    /// To whom, as only the store reads it.
    pub person: String,
    /// When SES was asked.
    pub at: Timestamp,
}

/// The stub.
pub struct Sink {
    clock: Arc<dyn Clock>,
    /// How long a request takes; zero where time does not pass by itself.
    takes: Duration,
    per_second: f64,
    sent: Mutex<Vec<Sent>>,
}

impl Sink {
    /// A stub that grants that rate.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, takes: Duration, per_second: f64) -> Self {
        Self { clock, takes, per_second, sent: Mutex::default() }
    }

    /// How many mails it took.
    #[must_use]
    pub fn count(&self) -> usize {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// All that it took.
    ///
    /// # Panics
    /// Where a mail came twice: then nothing else matters.
    #[must_use]
    pub fn take(&self) -> Vec<Sent> {
        let sent = std::mem::take(&mut *self.sent.lock().unwrap_or_else(PoisonError::into_inner));
        let mut times: HashMap<(&str, &str), u32> = HashMap::new();
        sent.iter().for_each(|one| *times.entry((&one.person, &one.send_id)).or_default() += 1);
        assert!(times.values().all(|times| *times == 1), "no mail is sent twice");
        sent
    }
}

impl Sink {
    /// Keeps one request; gives its number.
    fn keep(&self, request: Request) -> usize {
        let MailTags { send_id, person, .. } = request.tags;
        let person = person.expect("ids are short");
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.push(Sent { send_id, person, at: self.clock.now() });
        sent.len()
    }
}

impl Mailer for Sink {
    fn send(&self, request: Request) -> BoxFuture<'_, Answer> {
        let number = self.keep(request);
        async move {
            if !self.takes.is_zero() {
                tokio::time::sleep(self.takes).await;
            }
            Answer::Accepted(format!("ses-{number}"))
        }
        .boxed()
    }
}

impl Account for Sink {
    fn quota(&self) -> BoxFuture<'_, Result<Quota, String>> {
        async { Ok(Quota { per_second: self.per_second, left: None }) }.boxed()
    }
}
