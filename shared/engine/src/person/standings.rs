//! The standings of a person, by campaign id: a map that is one piece of memory.
//!
//! Every decision walks over all of them, and there are a dozen, so a sorted list is several times smaller and faster
//! than a tree. It must never hold a campaign twice.

use std::fmt;
use std::sync::Arc;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Standing;

/// Standings in order of campaign id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Standings(Vec<(Arc<str>, Standing)>);

impl Standings {
    /// Whether the person never stood anywhere.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The standing in a campaign.
    #[must_use]
    pub fn get(&self, campaign: &str) -> Option<&Standing> {
        let (_, standing) = self.0.get(self.place(campaign).ok()?)?;
        Some(standing)
    }

    /// The standing in a campaign, to change it.
    pub fn get_mut(&mut self, campaign: &str) -> Option<&mut Standing> {
        let place = self.place(campaign).ok()?;
        let (_, standing) = self.0.get_mut(place)?;
        Some(standing)
    }

    /// Changes the standing in a campaign, which is made where there is none.
    pub fn change<T>(&mut self, campaign: &Arc<str>, change: impl FnOnce(&mut Standing) -> T) -> T {
        match self.get_mut(campaign) {
            Some(standing) => change(standing),
            None => {
                let mut new = Standing::default();
                let changed = change(&mut new);
                let place = self.place(campaign).unwrap_or_else(|place| place);
                // People are many, so none of them keeps room that is not needed.
                self.0.reserve_exact(1);
                self.0.insert(place, (Arc::clone(campaign), new));
                changed
            }
        }
    }

    /// All of them in order of campaign id.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Standing)> {
        self.0.iter().map(|(campaign, standing)| (campaign, standing))
    }

    /// All of them in order of campaign id, to change them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&Arc<str>, &mut Standing)> {
        self.0.iter_mut().map(|(campaign, standing)| (&*campaign, standing))
    }

    /// All of them in order of campaign id, without the ids.
    pub fn values(&self) -> impl Iterator<Item = &Standing> {
        self.0.iter().map(|(_, standing)| standing)
    }

    fn place(&self, campaign: &str) -> Result<usize, usize> {
        // The id is mostly the very text that a campaign's lines and standings share.
        let same = self.0.iter().position(|(own, _)| std::ptr::eq::<str>(&**own, campaign));
        same.map_or_else(|| self.0.binary_search_by(|(own, _)| (**own).cmp(campaign)), Ok)
    }
}

impl Serialize for Standings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Standings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ById;
        impl<'de> Visitor<'de> for ById {
            type Value = Standings;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("standings by campaign id")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Standings, A::Error> {
                let mut standings = Standings::default();
                while let Some((campaign, standing)) = map.next_entry::<Arc<str>, Standing>()? {
                    standings.change(&campaign, |own| *own = standing);
                }
                Ok(standings)
            }
        }
        deserializer.deserialize_map(ById)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_and_read_as_a_map_in_order_of_id() {
        let mut standings = Standings::default();
        for (campaign, entries) in [("welcome", 1), ("birthday", 2), ("nps", 3), ("birthday", 4)] {
            standings.change(&campaign.into(), |standing| standing.entries = entries);
        }
        let text = serde_json::to_string(&standings).unwrap();
        assert_eq!(text, r#"{"birthday":{"n":4},"nps":{"n":3},"welcome":{"n":1}}"#);
        assert_eq!(serde_json::from_str::<Standings>(&text).unwrap(), standings);
        assert_eq!(standings.get("nps").map(|standing| standing.entries), Some(3));
        assert!(standings.get("vip").is_none());
    }
}
