//! What a link says, and what it may be used for.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

/// What a link may be used for. A token is good for one purpose only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// Unsubscribes on POST (RFC 8058). In the `List-Unsubscribe` header only, never in a body.
    OneClick,
    /// The page that asks before it unsubscribes.
    Unsubscribe,
    /// The page with the person's topics.
    Preferences,
    /// One answer of a survey.
    Answer,
    /// A counted click; `value` is the target.
    Click,
    /// The mail in a browser.
    View,
}

impl LinkKind {
    /// Every purpose.
    pub const ALL: [Self; 6] =
        [Self::OneClick, Self::Unsubscribe, Self::Preferences, Self::Answer, Self::Click, Self::View];

    /// The path segment in front of the token.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::OneClick => "o",
            Self::Unsubscribe => "u",
            Self::Preferences => "p",
            Self::Answer => "a",
            Self::Click => "c",
            Self::View => "v",
        }
    }

    /// Its number in tokens; never reused.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::OneClick => 1,
            Self::Unsubscribe => 2,
            Self::Preferences => 3,
            Self::Answer => 4,
            Self::Click => 5,
            Self::View => 6,
        }
    }
}

/// Whom and what a link is about. What does not apply is empty. Signed, not encrypted: no address belongs in here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Claim {
    /// The person's id.
    pub person: String,
    /// The campaign that sent the mail.
    pub campaign: String,
    /// The step that sent it, or the survey.
    pub step: String,
    /// The enrolment's entry number; 0 if there is none.
    pub entry: u32,
    /// The topic that the mail belongs to.
    pub topic: String,
    /// The survey's answer, or the click's target.
    pub value: String,
    /// In seconds since 1970, exclusive: until when an answer is taken, 0 if for ever; of every other link until when it, or
    /// one that it leads to, may give consent that was not there, 0 if never. To leave there is no end. Whoever acts on it
    /// has the clock.
    pub until: u64,
    /// When the mail with the link was written, which is just before SES took it, in seconds since 1970; 0 where nobody asks.
    pub written: u64,
}

impl Claim {
    /// Eight fields behind their lengths; empty ones at the end are left out, as most links need only the first few.
    pub(super) fn encode(&self) -> Vec<u8> {
        let or_empty = |number: u64| if number == 0 { String::new() } else { number.to_string() };
        let (entry, until, written) = (or_empty(u64::from(self.entry)), or_empty(self.until), or_empty(self.written));
        let fields = [&self.person, &self.campaign, &self.step, &entry, &self.topic, &self.value, &until, &written];
        let used = fields.iter().rposition(|field| !field.is_empty()).map_or(0, |last| last + 1);
        let mut bytes = Vec::with_capacity(96);
        for field in fields.iter().take(used) {
            push_length(&mut bytes, field.len());
            bytes.extend_from_slice(field.as_bytes());
        }
        bytes
    }

    /// Reads what [`encode`](Self::encode) wrote; only ever called on verified bytes.
    pub(super) fn decode(mut bytes: &[u8]) -> Option<Self> {
        let mut fields = Vec::with_capacity(8);
        while !bytes.is_empty() {
            let length = take_length(&mut bytes)?;
            let (field, rest) = bytes.split_at_checked(length)?;
            fields.push(std::str::from_utf8(field).ok()?.to_owned());
            bytes = rest;
        }
        let mut fields = fields.into_iter();
        let mut next = || fields.next().unwrap_or_default();
        let (person, campaign, step, entry, topic, value) = (next(), next(), next(), next(), next(), next());
        let entry = if entry.is_empty() { 0 } else { entry.parse().ok()? };
        let mut instant = || {
            let text = next();
            if text.is_empty() { Some(0) } else { text.parse().ok() }
        };
        let (until, written) = (instant()?, instant()?);
        Some(Self { person, campaign, step, entry, topic, value, until, written })
    }
}

/// Seven bits a byte, the lowest first, the high bit set on all but the last.
fn push_length(bytes: &mut Vec<u8>, mut length: usize) {
    while let (low, rest @ 1..) = ((length & 0x7f) as u8, length >> 7) {
        bytes.push(low | 0x80);
        length = rest;
    }
    bytes.push((length & 0x7f) as u8);
}

fn take_length(bytes: &mut &[u8]) -> Option<usize> {
    let mut length = 0_usize;
    for shift in [0, 7, 14] {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(length);
        }
    }
    None
}

pub(super) fn to_text(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// Canonical only: two texts never mean the same bytes.
pub(super) fn from_text(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}
