//! What SES answers, and how fast it may be asked.

#![expect(clippy::unwrap_used, reason = "a test may end in a panic")]

mod answers;
mod chain;
mod deadline;
mod pace;
mod shop;
mod turns;
mod unverified;
mod waits;

use rekindle_lambda::tags::MailTags;
use rekindle_mail::Message;
use rekindle_send::Request;

/// One mail.
fn request() -> Request {
    let text = str::to_owned;
    let message = Message {
        from: text("shop@example.com"),
        to: text("ann@example.com"),
        reply_to: None,
        subject: text("Hello"),
        html: text("<p>Hello</p>"),
        text: text("Hello"),
        headers: Vec::new(),
    };
    let tags = MailTags {
        send_id: text("zynx"),
        attempt: 1,
        campaign: text("welcome"),
        version: 1,
        step: text("hello"),
        entry: 1,
        mail: text("hello"),
        person: None,
    };
    Request { message, tags }
}
