//! What a simulation came to. It counts journal lines as they come and keeps none.

use std::collections::HashMap;
use std::sync::Arc;

use rekindle_engine::catalog::Catalog;
use rekindle_engine::journal::{Kind, Line};
use serde_json::Value;

use super::overall::Overall;
use super::walk::{Tally, Walks};

/// Counts of everything.
pub struct Summary<'c> {
    /// The campaigns that were lived in.
    pub catalog: &'c Catalog,
    /// By campaign.
    pub campaigns: HashMap<&'c str, Tally>,
    /// All together.
    pub overall: Overall,
}

impl<'c> Summary<'c> {
    /// Nothing yet.
    #[must_use]
    pub fn new(catalog: &'c Catalog) -> Self {
        let campaigns = catalog.campaigns().map(|(id, _)| (&**id, Tally::default())).collect();
        Self { catalog, campaigns, overall: Overall::default() }
    }

    /// Counts the lines of a person, which are in order.
    pub fn add(&mut self, id: &str, lines: &[Line]) {
        let mut walks = Walks::default();
        let mut most = 0;
        for line in lines {
            self.overall.line(&self.catalog.workspace, id, line);
            let Some(live) = self.catalog.get(&line.campaign) else { continue };
            let Some(tally) = self.campaigns.get_mut(&*line.campaign) else { continue };
            tally.people += u64::from(line.entry == 1 && matches!(line.kind, Kind::Entered));
            walks.line(&live.program, tally, line);
            most = most.max(walks.campaigns());
        }
        self.overall.person(most);
        for (campaign, place) in walks.standing() {
            let (Some(live), Some(tally)) = (self.catalog.get(campaign), self.campaigns.get_mut(campaign)) else {
                continue;
            };
            tally.active += 1;
            if let Some(node) = place.and_then(|place| live.program.node(place)) {
                tally.steps.entry(Arc::clone(&node.id)).or_default().waiting += 1;
            }
        }
    }

    /// Counts a value that the campaign's `date` trigger cannot read.
    pub fn add_unread(&mut self, campaign: &str, value: &Value) {
        if let Some(tally) = self.campaigns.get_mut(campaign) {
            tally.unread.add(value);
        }
    }
}
