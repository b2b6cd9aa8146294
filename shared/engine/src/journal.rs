//! The ordered record of every decision about a person, negative ones included (SPEC.md sections 9 and 11).

use std::fmt::Write;
use std::sync::Arc;

use crate::reason::Reason;
use crate::time::Instant;

/// One decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// When it was decided.
    pub at: Instant,
    /// In which campaign.
    pub campaign: Arc<str>,
    /// The entry it belongs to, or would have had.
    pub entry: u32,
    /// The step it belongs to.
    pub step: Option<Arc<str>>,
    /// What was decided.
    pub kind: Kind,
}

/// What statistics need of a decision beside its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    /// The version of the campaign that decided.
    pub version: u32,
    /// Whether it is about a holdout.
    pub held_out: bool,
}

/// What was decided, with the kind's own fields.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are the table of SPEC.md section 9")]
pub enum Kind {
    Entered,
    NotEntered { reason: Reason },
    HeldOut,
    Sent { mail: Arc<str>, send_id: String },
    Skipped { reason: Reason },
    Delayed { reason: Reason, until: Instant },
    Waiting { until: Instant },
    Converted { value: Option<f64> },
    Resumed { by: By },
    Branched { arm: Option<usize> },
    Split { arm: Arc<str> },
    Offered { offer: Arc<str>, code: String },
    OfferUnavailable { offer: Arc<str> },
    Exited { reason: Arc<str> },
    Completed,
    ExpressionError { expression: String, error: String },
}

/// What ended a `wait_for`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The event came.
    Event,
    /// The time ran out.
    Timeout,
}

impl Kind {
    /// The kind's name in the journal.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::NotEntered { .. } => "not_entered",
            Self::HeldOut => "held_out",
            Self::Sent { .. } => "sent",
            Self::Skipped { .. } => "skipped",
            Self::Delayed { .. } => "delayed",
            Self::Waiting { .. } => "waiting",
            Self::Converted { .. } => "converted",
            Self::Resumed { .. } => "resumed",
            Self::Branched { .. } => "branched",
            Self::Split { .. } => "split",
            Self::Offered { .. } => "offered",
            Self::OfferUnavailable { .. } => "offer_unavailable",
            Self::Exited { .. } => "exited",
            Self::Completed => "completed",
            Self::ExpressionError { .. } => "expression_error",
        }
    }
}

impl Line {
    /// The line as JSON, keys in the order of SPEC.md section 11, without blanks and without a newline.
    #[must_use]
    pub fn to_json(&self, person: &str) -> String {
        let mut out = String::with_capacity(192);
        self.write_json(person, &mut out);
        out
    }

    /// Appends the line as JSON to `out`.
    pub fn write_json(&self, person: &str, out: &mut String) {
        let mut object = Object { out };
        object.out.push_str("{\"at\":\"");
        self.at.write(object.out);
        object.out.push('"');
        object.text(",\"person\":", person);
        object.text(",\"campaign\":", &self.campaign);
        object.integer(",\"entry\":", u64::from(self.entry));
        if let Some(step) = &self.step {
            object.text(",\"step\":", step);
        }
        object.text(",\"kind\":", self.kind.name());
        match &self.kind {
            Kind::Entered | Kind::HeldOut | Kind::Completed | Kind::Converted { value: None } => {}
            Kind::NotEntered { reason } | Kind::Skipped { reason } => object.text(REASON, reason.as_str()),
            Kind::Exited { reason } => object.text(REASON, reason),
            Kind::Sent { mail, send_id } => {
                object.text(",\"mail\":", mail);
                object.text(",\"send_id\":", send_id);
            }
            Kind::Delayed { reason, until } => {
                object.text(REASON, reason.as_str());
                object.until(*until);
            }
            Kind::Waiting { until } => object.until(*until),
            Kind::Converted { value: Some(value) } => {
                object.out.push_str(",\"value\":");
                object.out.push_str(&number_text(*value));
            }
            Kind::Resumed { by: By::Event } => object.text(",\"by\":", "event"),
            Kind::Resumed { by: By::Timeout } => object.text(",\"by\":", "timeout"),
            Kind::Branched { arm: Some(arm) } => object.integer(ARM, *arm as u64),
            Kind::Branched { arm: None } => object.text(ARM, "otherwise"),
            Kind::Split { arm } => object.text(ARM, arm),
            Kind::Offered { offer, code } => {
                object.text(OFFER, offer);
                object.text(",\"code\":", code);
            }
            Kind::OfferUnavailable { offer } => object.text(OFFER, offer),
            Kind::ExpressionError { expression, error } => {
                object.text(",\"expression\":", expression);
                object.text(",\"error\":", error);
            }
        }
        object.out.push('}');
    }
}

/// Keys that several kinds have, with what stands around them.
const REASON: &str = ",\"reason\":";
const ARM: &str = ",\"arm\":";
const OFFER: &str = ",\"offer\":";

/// Writes one flat JSON object: after a key with its punctuation, a value.
struct Object<'a> {
    out: &'a mut String,
}

impl Object<'_> {
    fn text(&mut self, key: &str, text: &str) {
        self.out.push_str(key);
        // Almost every text is an id, and nothing in it needs an escape.
        if text.bytes().fold(false, |found, byte| found | (byte < b' ') | (byte == b'"') | (byte == b'\\')) {
            self.out.push_str(&serde_json::Value::from(text).to_string());
        } else {
            self.out.push('"');
            self.out.push_str(text);
            self.out.push('"');
        }
    }

    fn until(&mut self, at: Instant) {
        self.out.push_str(",\"until\":\"");
        at.write(self.out);
        self.out.push('"');
    }

    fn integer(&mut self, key: &str, number: u64) {
        self.out.push_str(key);
        match char::from_digit(u32::try_from(number).unwrap_or(u32::MAX).min(10), 10) {
            // Most are entries and arms of one digit.
            Some(digit) => self.out.push(digit),
            None => {
                let _infallible = write!(self.out, "{number}");
            }
        }
    }
}

/// Integral numbers without fraction, others in the shortest form that reads back the same.
#[must_use]
pub fn number_text(number: f64) -> String {
    /// Up to here each integer is a double of its own, and its digits are its shortest form.
    const EXACT: f64 = (1_u64 << 53) as f64;
    if number == 0.0 {
        return "0".to_owned();
    }
    if number.fract() == 0.0 && number.abs() <= EXACT {
        return format!("{number:.0}");
    }
    serde_json::Value::from(number).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_specification_says() {
        for (number, text) in [
            (10.0, "10"),
            (0.5, "0.5"),
            (-0.0, "0"),
            (-3.0, "-3"),
            (0.1 + 0.2, "0.30000000000000004"),
            (77_183.6, "77183.6"),
            (1e15, "1000000000000000"),
            (9_007_199_254_740_992.0, "9007199254740992"),
            (-9_007_199_254_740_991.0, "-9007199254740991"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }

    #[test]
    fn a_line_has_its_keys_in_order_and_non_ascii_as_it_is() {
        let line = Line {
            at: Instant::parse("2026-03-01T09:00:00Z").unwrap(),
            campaign: "w".into(),
            entry: 2,
            step: Some("send-1".into()),
            kind: Kind::Sent { mail: "hi".into(), send_id: "x".into() },
        };
        assert_eq!(
            line.to_json("안"),
            r#"{"at":"2026-03-01T09:00:00Z","person":"안","campaign":"w","entry":2,"step":"send-1","kind":"sent","mail":"hi","send_id":"x"}"#
        );
    }
}
