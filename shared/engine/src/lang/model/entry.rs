//! Values that are a word or a mapping: how often people enter, when mails go, what becomes of stuck mails.

use jiff::civil::Time;

use super::object::{Facet, Said, object, phrase, words};
use super::value::{ClosingTime, Duration, TimeOfDay, Weekdays as WeekdaysFile};
use crate::lang::codes;
use crate::lang::read::Reader;
use crate::lang::yaml::Node;
use crate::time::{Span, Weekdays, Window};

/// Gives a model's type the schema of several types of which a value is one, in the order in which they are tried.
macro_rules! one_of_types {
    ($(#[doc = $doc:tt])* $(#[schemars($($schema:tt)*)])? $Name:ident = $($Type:ident),+) => {
        const _: () = {
            #[derive(schemars::JsonSchema)]
            $(#[doc = $doc])*
            #[schemars(untagged)]
            $(#[schemars($($schema)*)])?
            #[expect(dead_code, reason = "only its schema is used")]
            enum $Name { $( $Type($Type), )+ }
            object!(@delegate $Name);
        };
    };
}
pub(super) use one_of_types;

/// How often a person may enter a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryRule {
    /// One enrolment for ever.
    Once,
    /// Whenever none is active.
    Every,
    /// When this long has passed since the start of the last entry.
    AgainAfter(Span),
}

one_of_types! {
    /// How often a person may enter.
    #[schemars(rename = "Entry")]
    EntryRule = EntryWord, AgainAfter
}

words! {
    /// Once for ever, or whenever none is active.
    pub enum EntryWord = "an entry rule" {
        /// One enrolment for ever.
        Once = "once",
        /// Whenever none is active.
        Every = "every",
    }
}

object! {
    /// Again when this long has passed since the start of the last entry.
    #[derive(Debug, Clone, Copy)]
    pub struct AgainAfter = "an entry rule", "{ again_after: 180d }";
    read(reader, fields)
    keys {
        /// How long.
        again_after: Duration => Span, [needs "again_after: 180d"] |node| reader.span(node),
            |span| format!("again after {span}");
    }
}

impl EntryRule {
    /// How long after the start of an entry the next may begin, where that is the rule.
    pub(crate) fn again_after(self) -> Option<Span> {
        match self {
            Self::AgainAfter(span) => Some(span),
            Self::Once | Self::Every => None,
        }
    }

    pub(super) fn read<'a>(reader: &mut Reader<'a>, node: &'a Node) -> Option<Self> {
        if node.string().is_some() {
            return EntryWord::read(reader, node).map(|word| match word {
                EntryWord::Once => Self::Once,
                EntryWord::Every => Self::Every,
            });
        }
        AgainAfter::read(reader, node).map(|AgainAfter { again_after }| Self::AgainAfter(again_after))
    }
}

impl Said for EntryRule {
    fn said(&self, key: &str, facets: &mut Vec<Facet>) {
        match *self {
            Self::Once => EntryWord::Once.said(key, facets),
            Self::Every => EntryWord::Every.said(key, facets),
            Self::AgainAfter(again_after) => phrase(&AgainAfter { again_after }.facets()).said(key, facets),
        }
    }
}

/// What becomes of a send whose outcome stays unknown (SPEC.md section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnUnknown {
    /// It is held until an operator decides.
    Hold,
    /// It is sent again after this long.
    ResendAfter(Span),
}

one_of_types! {
    /// What becomes of a send whose outcome stays unknown.
    OnUnknown = Hold, ResendAfter
}

words! {
    /// An operator decides.
    pub enum Hold = "what becomes of an unknown outcome" {
        /// It is held until an operator decides.
        Hold = "hold",
    }
}

object! {
    /// It is sent again after this long, at the risk of sending twice.
    #[derive(Debug, Clone, Copy)]
    pub struct ResendAfter = "what becomes of an unknown outcome", "{ resend_after: 24h }";
    read(reader, fields)
    keys {
        /// How long.
        resend_after: Duration => Span, [needs "resend_after: 24h"]
            |node| reader.nonzero_span(node, "`resend_after`"), |span| format!("resend after {span}");
    }
}

impl OnUnknown {
    pub(super) fn read<'a>(reader: &mut Reader<'a>, node: &'a Node) -> Option<Self> {
        if node.string().is_some() {
            return Hold::read(reader, node).map(|Hold::Hold| Self::Hold);
        }
        ResendAfter::read(reader, node).map(|ResendAfter { resend_after }| Self::ResendAfter(resend_after))
    }
}

impl Said for OnUnknown {
    fn said(&self, key: &str, facets: &mut Vec<Facet>) {
        match *self {
            Self::Hold => Hold::Hold.said(key, facets),
            Self::ResendAfter(resend_after) => phrase(&ResendAfter { resend_after }.facets()).said(key, facets),
        }
    }
}

/// A campaign's hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowRule {
    /// The workspace's.
    Inherit,
    /// At any time.
    Lifted,
    /// Its own.
    Own(Window),
}

one_of_types! {
    /// Hours of the campaign's own, or none.
    WindowRule = Lifted, Hours
}

words! {
    /// At any time, whatever the workspace says.
    pub enum Lifted = "a window" {
        /// At any time.
        Lifted = "none",
    }
}

// In a plan, a window reads as `Window` writes itself.
object! {
    /// Local hours in which mails may go: from `from` until before `to`, over midnight where `from` is later.
    #[schemars(rename = "Window")]
    #[derive(Debug, Clone, Copy)]
    pub struct Hours = "a window", "{ from: \"08:00\", to: \"21:00\" }";
    read(reader, fields)
    keys {
        /// When it opens.
        from: TimeOfDay => Time, [needs "from: \"08:00\""] |node| reader.time(node), |_| ();
        /// When it closes; `24:00` is the end of the day.
        to: ClosingTime => Option<Time>, [needs "to: \"21:00\""] |node| closing_time(reader, node), |_| ();
        /// The weekdays on which the window opens; default: all.
        on: WeekdaysFile => Weekdays, [or Weekdays::ALL] |node| reader.weekdays(node),
            |_| ();
    }
}

/// `24:00` is the end of the day.
fn closing_time(reader: &mut Reader<'_>, node: &Node) -> Option<Option<Time>> {
    if node.string() == Some("24:00") { Some(None) } else { reader.time(node).map(Some) }
}

/// Reads `{ from, to, on }`.
pub(super) fn window<'a>(reader: &mut Reader<'a>, node: &'a Node) -> Option<Window> {
    let Hours { from, to, on } = Hours::read(reader, node)?;
    let window = Window::new(from, to, on);
    if window.is_none() {
        reader.report.error(
            node.at,
            codes::EMPTY_WINDOW,
            "`from` and `to` are the same time",
            "for the whole day, write `from: \"00:00\", to: \"24:00\"`",
        );
    }
    window
}

impl WindowRule {
    pub(super) fn read<'a>(reader: &mut Reader<'a>, node: &'a Node) -> Option<Self> {
        if node.string().is_some() {
            return Lifted::read(reader, node).map(|Lifted::Lifted| Self::Lifted);
        }
        window(reader, node).map(Self::Own)
    }
}

impl Said for WindowRule {
    fn said(&self, key: &str, facets: &mut Vec<Facet>) {
        match self {
            Self::Inherit => "the workspace's".said(key, facets),
            Self::Lifted => Lifted::Lifted.said(key, facets),
            Self::Own(window) => window.to_string().said(key, facets),
        }
    }
}
