//! A path that an expression names, and the variable that stands for it.

use std::fmt;

/// The names that an expression can begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// The person at hand.
    Person,
    /// The detail of the event at hand.
    Event,
    /// The detail of the event that entered them.
    Entry,
    /// Their latest answers, by survey.
    Answers,
    /// The codes of this enrolment, by offer.
    Offers,
    /// The mails of this enrolment, by step.
    Mails,
    /// The instant of the decision.
    Now,
}

impl Root {
    /// All of them by name.
    pub const NAMES: [(&'static str, Self); 7] = [
        ("person", Self::Person),
        ("event", Self::Event),
        ("entry", Self::Entry),
        ("answers", Self::Answers),
        ("offers", Self::Offers),
        ("mails", Self::Mails),
        ("now", Self::Now),
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(own, _)| *own == name).map(|(_, root)| *root)
    }
}

/// A path that an expression names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Its first name.
    pub root: Root,
    /// The names after it.
    pub path: Vec<String>,
    /// What is asked of it.
    pub asks: Asks,
}

impl fmt::Display for Slot {
    /// The path as one writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = Root::NAMES.iter().find(|(_, root)| *root == self.root);
        f.write_str(root.map_or("", |(name, _)| name))?;
        self.path.iter().try_for_each(|field| {
            let plain = field.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
            let plain = plain && !field.starts_with(|first: char| first.is_ascii_digit()) && !field.is_empty();
            if plain { write!(f, ".{field}") } else { write!(f, "[{field:?}]") }
        })
    }
}

/// What an expression asks of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// Its value, null where it is absent.
    Value,
    /// Its value, an error where it is absent: the same expression asks `has()` of it.
    Guarded,
    /// Whether it is there.
    Presence,
}

/// The variable that stands for slot `n`; no name of the language looks like it.
pub(super) fn variable(n: usize) -> String {
    format!("#{n}")
}

/// Which slot a variable stands for.
pub(super) fn slot_of(variable: &str) -> Option<usize> {
    variable.strip_prefix('#')?.parse().ok()
}
