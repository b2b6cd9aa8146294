//! What was noted about one person, put together from the ledger and from what only their item has yet.
//!
//! The ledger is written by pages, each of which several decisions filled. The same page may come twice: from the ledger,
//! and from the person whose next commit has not left it behind yet.

use std::collections::BTreeMap;

use rekindle_engine::person::ConsentEntry;

use crate::ports::{LedgerPage, SendRow};

/// What a page is known by: the same decisions always fill the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PageAt {
    /// The number of its first line.
    Line(u64),
    /// Where it has no lines, the version of the person by which it was noted.
    Version(u64),
}

impl PageAt {
    pub(crate) fn of(noted: &LedgerPage) -> Self {
        if noted.what.lines.is_empty() { Self::Version(noted.version) } else { Self::Line(noted.first) }
    }
}

/// The pages of one person.
#[derive(Debug, Default)]
pub(crate) struct Pages(BTreeMap<PageAt, LedgerPage>);

impl Pages {
    /// Adds one; of two that are the same, the first stays.
    pub(crate) fn add(&mut self, noted: LedgerPage) {
        if !noted.what.is_empty() {
            self.0.entry(PageAt::of(&noted)).or_insert(noted);
        }
    }

    /// The journal.
    pub(crate) fn lines(self) -> Vec<String> {
        // A page that was written while it was still being filled is a part of the whole one.
        let numbered = self.0.into_values().flat_map(|noted| (noted.first..).zip(noted.what.lines));
        numbered.collect::<BTreeMap<u64, String>>().into_values().collect()
    }

    /// Every send, by `send_id`, where `rows` are those that have one of their own: of each the furthest stage.
    pub(crate) fn sends(self, rows: Vec<SendRow>) -> Vec<SendRow> {
        let mut furthest: BTreeMap<String, SendRow> = BTreeMap::new();
        let plain = self.0.into_values().flat_map(|noted| noted.what.sends);
        for row in plain.chain(rows) {
            let known = furthest.get(&row.send_id).map(|known| known.stage.rank());
            if known.is_none_or(|known| known <= row.stage.rank()) {
                furthest.insert(row.send_id.clone(), row);
            }
        }
        furthest.into_values().collect()
    }

    /// What was counted of the sends that have no row of their own.
    pub(crate) fn marks(self) -> impl Iterator<Item = (SendRow, String)> {
        let plain = self.0.into_values().flat_map(|noted| noted.what.sends);
        plain.filter_map(|row| row.stage.mark().map(|mark| (row.clone(), mark.to_owned())))
    }

    /// Everything that was said about consent, in the order in which it was recorded.
    pub(crate) fn consents(self) -> Vec<ConsentEntry> {
        let mut pages: Vec<LedgerPage> = self.0.into_values().collect();
        pages.sort_by_key(|noted| noted.version);
        pages.into_iter().flat_map(|noted| noted.what.consents).collect()
    }
}
