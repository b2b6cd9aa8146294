//! What SES says about the mails that it took: by events that may be lost, doubled, late and out of order.
//!
//! Reproduced: acceptance, delivery, hard bounces, complaints days later, foreign reports. Not reproduced: opens and
//! clicks, the second path by SNS (the same queue takes both), and SES's suppression list.

use crate::faults::Kind;
use crate::queue::QueueName;
use crate::truth::Accepted;
use crate::world::{HOUR, SECOND, World};

/// Milliseconds.
const MINUTE: i64 = 60 * SECOND;

impl World {
    /// SES takes a mail, and will say so, or not.
    pub fn took(&mut self, accepted: Accepted) {
        self.truth.took(accepted.clone());
        let rate = self.plan.rates().reports;
        let sent = self.report(&accepted, "Send", "", 0, rate);
        if self.dice.chance(500) && rate > 0 {
            self.count(Kind::ReportBounce);
            let bounce = format!(r#","bounce":{{"timestamp":"{}","bounceType":"Permanent"}}"#, self.time());
            self.report(&accepted, "Bounce", &bounce, MINUTE, 0);
            self.expect(&accepted, "email.bounced");
            return;
        }
        let delivery = format!(r#","delivery":{{"timestamp":"{}"}}"#, self.time());
        if let Some(delivered) = self.report(&accepted, "Delivery", &delivery, SECOND, rate) {
            self.expect(&accepted, "email.delivered");
            if sent.is_none_or(|sent| delivered < sent) {
                self.count(Kind::ReportDisordered);
            }
        }
        if self.dice.chance(200) && rate > 0 {
            self.count(Kind::ReportLate);
            // Three days later to the second, a step of theirs is due as well.
            let after = *self.dice.pick(&[70, 72]) * HOUR;
            let at = time(self.now + after);
            let complaint = format!(r#","complaint":{{"timestamp":"{at}","complaintFeedbackType":"abuse"}}"#);
            self.report(&accepted, "Complaint", &complaint, after, 0);
            self.expect(&accepted, "email.complained");
        }
        if self.dice.chance(rate / 4) {
            self.count(Kind::ReportForeign);
            let foreign = Accepted { tags: r#"{"send_id":["theirs"]}"#.to_owned(), ..accepted };
            let body = body(&foreign, "Delivery", &delivery, &self.time());
            self.enqueue(QueueName::Feedback, body, 0);
        }
    }

    /// Reports; gives how late, or nothing where the report is lost.
    fn report(&mut self, accepted: &Accepted, kind: &str, more: &str, after: i64, rate: u32) -> Option<i64> {
        if self.dice.chance(rate) {
            self.count(Kind::ReportLost);
            return None;
        }
        let late = if self.dice.chance(rate) { self.dice.between(SECOND, 5 * HOUR) } else { after };
        let body = body(accepted, kind, more, &self.time());
        if self.dice.chance(rate) {
            self.count(Kind::ReportTwice);
            let again = late + self.dice.between(0, HOUR);
            self.enqueue_at(QueueName::Feedback, body.clone(), self.now + again, 0);
        }
        self.enqueue_at(QueueName::Feedback, body, self.now + late, 0);
        if self.truth.erasing.life(&accepted.person) == accepted.life {
            self.truth.reported.insert(accepted.send_id.clone());
        }
        Some(late)
    }

    /// The report becomes an event of the person, unless they were erased: then it brings nobody back.
    fn expect(&mut self, accepted: &Accepted, kind: &str) {
        if self.truth.erasing.life(&accepted.person) != accepted.life {
            return;
        }
        let person = (accepted.person.clone(), kind.to_owned());
        self.truth.events.entry(person).or_default().insert(accepted.send_id.clone());
    }

    fn time(&self) -> String {
        time(self.now)
    }
}

fn time(at: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn body(accepted: &Accepted, kind: &str, more: &str, time: &str) -> String {
    let Accepted { tags, to, .. } = accepted;
    format!(
        r#"{{"source":"aws.ses","detail-type":"Email","detail":{{"eventType":"{kind}","mail":{{"timestamp":"{time}","messageId":"m","destination":["{to}"],"tags":{tags}}}{more}}}}}"#
    )
}
