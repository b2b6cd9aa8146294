//! Why something was not decided as a campaign would have it: the closed lists of SPEC.md sections 4, 6 and 11.
//!
//! Whatever decides says one of these and never a text of its own: statistics, reports and marketers count by them.

use std::fmt;
use std::sync::Arc;

/// Declares an enum of words, and the list of all of them, in one place.
macro_rules! reasons {
    ($(#[$doc:meta])* pub enum $Name:ident { $( $(#[$vdoc:meta])* $Variant:ident = $word:literal, )+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $Name { $( $(#[$vdoc])* $Variant, )+ }

        impl $Name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$Variant),+];

            /// Its word in the journal.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$Variant => $word, )+ }
            }

            /// The one that a word stands for.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|own| own.as_str() == word)
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

reasons! {
    /// Why somebody did not enter, or a mail did not go or not yet.
    pub enum Reason {
        /// The campaign is paused.
        Paused = "paused",
        /// They are in it already.
        AlreadyIn = "already_in",
        /// The entry rule forbids another entry.
        EntryRule = "entry_rule",
        /// They are not in the audience.
        Audience = "audience",
        /// Their address bounced for good, or they complained.
        Suppressed = "suppressed",
        /// They have no address.
        NoAddress = "no_address",
        /// They have not agreed to marketing.
        NoConsent = "no_consent",
        /// They have left the campaign's topic.
        TopicLeft = "topic_left",
        /// They have so much that no more is kept.
        Bounds = "bounds",
        /// The cap is reached.
        Cap = "cap",
        /// The window is closed.
        Window = "window",
        /// An edit led them to the step again.
        AlreadySent = "already_sent",
        /// A planned mail waited longer than it may.
        TooLate = "too_late",
    }
}

reasons! {
    /// What ends an enrolment that no author wrote; others are the text of an `exit`, a type of `exit_on`, or an operator's.
    pub enum Ended {
        /// The goal was reached.
        Converted = "converted",
        /// They took their consent back.
        Unsubscribed = "unsubscribed",
        /// Their address bounced for good, or they complained.
        Suppressed = "suppressed",
        /// `stay_while` does not hold any more.
        NoLongerMatches = "no_longer_matches",
        /// No code was left.
        OfferUnavailable = "offer_unavailable",
        /// They were erased.
        Deleted = "customer.deleted",
        /// An edit removed the step on which they stood.
        StepRemoved = "step_removed",
        /// The campaign was removed.
        CampaignRemoved = "campaign_removed",
    }
}

impl From<Ended> for Arc<str> {
    fn from(ended: Ended) -> Self {
        ended.as_str().into()
    }
}

/// The reasons of `not_entered`, in the order of SPEC.md section 4.
pub const NOT_ENTERED: [Reason; 8] = [
    Reason::Paused,
    Reason::AlreadyIn,
    Reason::EntryRule,
    Reason::Audience,
    Reason::Suppressed,
    Reason::NoConsent,
    Reason::TopicLeft,
    Reason::Bounds,
];
/// The reasons of `skipped`: the gates of SPEC.md section 6 in their order, and what an edit leads to.
pub const SKIPPED: [Reason; 7] = [
    Reason::Suppressed,
    Reason::NoAddress,
    Reason::NoConsent,
    Reason::TopicLeft,
    Reason::Cap,
    Reason::Window,
    Reason::AlreadySent,
];
/// The reasons of `delayed`: the gates that open again.
pub const DELAYED: [Reason; 2] = [Reason::Cap, Reason::Window];
