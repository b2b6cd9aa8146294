//! Journal lines as bytes, which need about a tenth of the memory that the values would. Exactly what was packed comes back.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use rekindle_engine::journal::{By, Kind, Line};
use rekindle_engine::reason::Reason;
use rekindle_engine::time::Instant;

/// Every text that lines share, by number.
#[derive(Default)]
pub(super) struct StringTable {
    shared: Vec<Arc<str>>,
    /// Numbers by the address of the text, which lives as long as it stands in `shared`.
    by_address: HashMap<usize, u64, BuildHasherDefault<AddressHasher>>,
    by_text: HashMap<Arc<str>, u64>,
    fixed: Vec<&'static str>,
}

/// Addresses are spread well enough by one multiplication.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, address: usize) {
        self.0 = (self.0 ^ address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
}

impl StringTable {
    /// The number of a text that belongs to a campaign, and is shared by all lines.
    fn of_campaign(&mut self, text: &Arc<str>) -> u64 {
        let address = Arc::as_ptr(text).cast::<u8>().addr();
        if let Some(number) = self.by_address.get(&address) {
            return *number;
        }
        let number = self.shared.len() as u64;
        self.by_address.insert(address, number);
        self.shared.push(Arc::clone(text));
        number
    }

    /// The number of a text that may have been made for its line.
    fn of_line(&mut self, text: &Arc<str>) -> u64 {
        if let Some(number) = self.by_text.get(text) {
            return *number;
        }
        let number = self.shared.len() as u64;
        self.by_text.insert(Arc::clone(text), number);
        self.shared.push(Arc::clone(text));
        number
    }

    fn of_fixed(&mut self, text: &'static str) -> u64 {
        let place = self.fixed.iter().position(|known| *known == text).unwrap_or_else(|| {
            self.fixed.push(text);
            self.fixed.len() - 1
        });
        place as u64
    }
}

/// Packs one line.
pub(super) struct Packer<'w> {
    words: &'w mut StringTable,
    body: &'w mut Vec<u8>,
    at: i64,
}

impl<'w> Packer<'w> {
    /// Packs behind what `body` holds.
    pub(super) fn new(words: &'w mut StringTable, body: &'w mut Vec<u8>) -> Self {
        Self { words, body, at: 0 }
    }

    /// Packs all of a line but its instant, to which others in it are relative.
    pub(super) fn line(&mut self, line: &Line) {
        self.at = line.at.seconds();
        let campaign = self.words.of_campaign(&line.campaign);
        self.number(campaign);
        self.number(u64::from(line.entry));
        let step = line.step.as_ref().map_or(0, |step| 1 + self.words.of_campaign(step));
        self.number(step);
        self.kind(&line.kind);
    }

    fn kind(&mut self, kind: &Kind) {
        match kind {
            Kind::Entered => self.body.push(0),
            Kind::NotEntered { reason } => self.fixed(1, reason.as_str()),
            Kind::HeldOut => self.body.push(2),
            Kind::Sent { mail, send_id } => {
                self.shared(3, mail);
                self.text(send_id);
            }
            Kind::Skipped { reason } => self.fixed(4, reason.as_str()),
            Kind::Delayed { reason, until } => {
                self.fixed(5, reason.as_str());
                self.instant(*until);
            }
            Kind::Waiting { until } => {
                self.body.push(6);
                self.instant(*until);
            }
            Kind::Converted { value: None } => self.body.push(7),
            Kind::Converted { value: Some(value) } => {
                self.body.push(8);
                self.body.extend(value.to_le_bytes());
            }
            Kind::Resumed { by: By::Event } => self.body.push(9),
            Kind::Resumed { by: By::Timeout } => self.body.push(10),
            Kind::Branched { arm } => {
                self.body.push(11);
                self.number(arm.map_or(0, |arm| 1 + arm as u64));
            }
            Kind::Split { arm } => self.shared(12, arm),
            Kind::Offered { offer, code } => {
                self.shared(13, offer);
                self.text(code);
            }
            Kind::OfferUnavailable { offer } => self.shared(14, offer),
            Kind::Exited { reason } => {
                self.body.push(15);
                let reason = self.words.of_line(reason);
                self.number(reason);
            }
            Kind::Completed => self.body.push(16),
            Kind::ExpressionError { expression, error } => {
                self.body.push(17);
                self.text(expression);
                self.text(error);
            }
        }
    }

    fn shared(&mut self, tag: u8, text: &Arc<str>) {
        self.body.push(tag);
        let word = self.words.of_campaign(text);
        self.number(word);
    }

    fn fixed(&mut self, tag: u8, text: &'static str) {
        self.body.push(tag);
        let word = self.words.of_fixed(text);
        self.number(word);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.body.extend(text.as_bytes());
    }

    fn instant(&mut self, at: Instant) {
        self.number(zigzag(at.seconds() - self.at));
    }

    fn number(&mut self, number: u64) {
        push(self.body, number);
    }
}

/// Seven bits a byte, the lowest first.
pub(super) fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// Small numbers of either sign become small ones without.
pub(super) fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

/// Reads what was packed, one thing after another; `None` at the end.
pub(super) struct Reader<'j> {
    words: &'j StringTable,
    bytes: &'j [u8],
    at: i64,
}

impl<'j> Reader<'j> {
    /// Reads these bytes.
    pub(super) fn new(words: &'j StringTable, bytes: &'j [u8]) -> Self {
        Self { words, bytes, at: 0 }
    }

    /// Bytes that are left.
    pub(super) fn left(&self) -> usize {
        self.bytes.len()
    }

    /// The next bytes, as many as the number before them says.
    pub(super) fn bytes(&mut self) -> Option<&'j [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (own, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(own)
    }

    /// The line of that second whose packed rest comes next.
    pub(super) fn line(&mut self, at: i64) -> Option<Line> {
        self.at = at;
        let campaign = self.shared()?;
        let entry = u32::try_from(self.number()?).ok()?;
        let step = match self.number()? {
            0 => None,
            step => Some(self.word(step - 1)?),
        };
        Some(Line { at: Instant::from_seconds(self.at), campaign, entry, step, kind: self.kind()? })
    }

    fn kind(&mut self) -> Option<Kind> {
        let (tag, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(match tag {
            0 => Kind::Entered,
            1 => Kind::NotEntered { reason: Reason::of(self.fixed()?)? },
            2 => Kind::HeldOut,
            3 => Kind::Sent { mail: self.shared()?, send_id: self.text()? },
            4 => Kind::Skipped { reason: Reason::of(self.fixed()?)? },
            5 => Kind::Delayed { reason: Reason::of(self.fixed()?)?, until: self.instant()? },
            6 => Kind::Waiting { until: self.instant()? },
            7 => Kind::Converted { value: None },
            8 => {
                let (value, rest) = self.bytes.split_first_chunk()?;
                self.bytes = rest;
                Kind::Converted { value: Some(f64::from_le_bytes(*value)) }
            }
            9 => Kind::Resumed { by: By::Event },
            10 => Kind::Resumed { by: By::Timeout },
            11 => Kind::Branched { arm: usize::try_from(self.number()?).ok()?.checked_sub(1) },
            12 => Kind::Split { arm: self.shared()? },
            13 => Kind::Offered { offer: self.shared()?, code: self.text()? },
            14 => Kind::OfferUnavailable { offer: self.shared()? },
            15 => Kind::Exited { reason: self.shared()? },
            16 => Kind::Completed,
            _ => Kind::ExpressionError { expression: self.text()?, error: self.text()? },
        })
    }

    fn shared(&mut self) -> Option<Arc<str>> {
        let number = self.number()?;
        self.word(number)
    }

    fn word(&self, number: u64) -> Option<Arc<str>> {
        self.words.shared.get(usize::try_from(number).ok()?).cloned()
    }

    fn fixed(&mut self) -> Option<&'static str> {
        let number = self.number()?;
        self.words.fixed.get(usize::try_from(number).ok()?).copied()
    }

    fn text(&mut self) -> Option<String> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    fn instant(&mut self) -> Option<Instant> {
        Some(Instant::from_seconds(self.at + self.signed()?))
    }

    pub(super) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if *byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

/// A line of every kind, for tests.
#[cfg(test)]
pub(super) fn lines() -> Vec<Line> {
    let text = |text: &str| Arc::<str>::from(text);
    let until = Instant::from_seconds(1_800_000_000);
    let kinds = [
        Kind::Entered,
        Kind::NotEntered { reason: Reason::Audience },
        Kind::HeldOut,
        Kind::Sent { mail: text("hello"), send_id: "zynxgscg".to_owned() },
        Kind::Skipped { reason: Reason::Cap },
        Kind::Delayed { reason: Reason::Window, until },
        Kind::Waiting { until: Instant::from_seconds(-5) },
        Kind::Converted { value: None },
        Kind::Converted { value: Some(-0.1) },
        Kind::Resumed { by: By::Event },
        Kind::Resumed { by: By::Timeout },
        Kind::Branched { arm: Some(0) },
        Kind::Branched { arm: None },
        Kind::Split { arm: text("half") },
        Kind::Offered { offer: text("ten"), code: "쿠폰-1".to_owned() },
        Kind::OfferUnavailable { offer: text("ten") },
        Kind::Exited { reason: text("bought") },
        Kind::Completed,
        Kind::ExpressionError { expression: "1 / 0".to_owned(), error: "\"".to_owned() },
    ];
    let step = |place: usize| place.is_multiple_of(2).then(|| text("step"));
    let line = |(place, kind)| Line {
        at: Instant::from_seconds(1_000 + 70 * place as i64),
        campaign: text("c"),
        entry: 1 + 200 * place as u32,
        step: step(place),
        kind,
    };
    kinds.into_iter().enumerate().map(line).collect()
}
