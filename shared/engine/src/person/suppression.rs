//! Which addresses of a person no mail may go to (SPEC.md section 11, "Addresses").
//!
//! A hard bounce or a complaint is about an address, not about whoever has it now. So what a person remembers are addresses:
//! of the one that they have, since when it is suppressed; of others, a fingerprint of eight bytes. A fingerprint is enough
//! to recognise an address that comes back, costs the item little, and does not keep what the shop has taken away. It must
//! never be forgotten because an address was removed, given to them again, or erased with the person.

use super::bounds;
use super::profile::{Profile, Suppressed};
use crate::address::{self, normalised};
use crate::ids::fingerprint;
use crate::time::Instant;

impl Profile {
    /// Gives the person an address, or takes theirs away. One that differs only in letter case is the same.
    pub fn set_email(&mut self, email: Option<String>) {
        if !is_same(self.email.as_deref(), email.as_deref()) {
            self.put_suppression_aside();
            self.suppressed_at = None;
            let own = email.as_deref().filter(|address| !address.is_empty() && !self.suppressed.is_empty());
            let own = own.map(of).and_then(|own| self.suppressed.iter().position(|known| known.address == own));
            self.suppressed_at = own.map(|place| self.suppressed.remove(place).since);
        }
        self.email = email;
    }

    /// Suppresses an address, whether they have it or not; true where it is the one that they have.
    pub fn suppress(&mut self, address: &str, since: Instant) -> bool {
        if is_same(self.email.as_deref(), Some(address)) {
            self.suppressed_at.get_or_insert(since);
            return true;
        }
        let address = of(address);
        if self.suppressed.iter().all(|known| known.address != address) {
            self.suppressed.push(Suppressed { address, since });
            self.suppressed.drain(..self.suppressed.len().saturating_sub(bounds::SUPPRESSED));
        }
        false
    }

    /// Remembers the suppression of the address that they have by its fingerprint, as that of another one.
    pub(super) fn put_suppression_aside(&mut self) {
        // Without an address there was nothing to suppress, and nothing that could come back.
        let Some(email) = self.email.take().filter(|email| !email.is_empty()) else { return };
        if let Some(since) = self.suppressed_at.take() {
            self.suppress(&email, since);
        }
    }
}

fn of(address: &str) -> u64 {
    fingerprint(&normalised(address))
}

/// Whether two addresses are one; nothing is an address like others here.
fn is_same(one: Option<&str>, other: Option<&str>) -> bool {
    one == other || address::is_same(one.unwrap_or_default(), other.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Person;
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_seconds(seconds)
    }

    proptest! {
        /// Whatever happens to a person's address: it is suppressed exactly if that very address ever was.
        #[test]
        fn an_address_once_suppressed_always_is(
            happens in prop::collection::vec((0..4_usize, prop::option::of(0..6_usize), any::<bool>()), 1..60),
        ) {
            const ADDRESSES: [&str; 6] = ["a@b.c", "A@B.C", "b@b.c", "c@b.c", "é@b.c", "É@b.c"];
            let mut person = Person::new("ann");
            let mut suppressed = std::collections::BTreeSet::new();
            for (second, (what, address, named)) in (0..).zip(happens) {
                let address = address.map(|n| ADDRESSES[n]);
                match what {
                    0 | 1 => person.profile.set_email(address.map(str::to_owned)),
                    2 => {
                        let own = person.profile.email.clone().unwrap_or_default();
                        let meant = address.filter(|_| named).unwrap_or(&own);
                        let theirs = person.profile.suppress(meant, at(second));
                        prop_assert_eq!(theirs, meant.to_lowercase() == own.to_lowercase());
                        suppressed.extend(Some(meant.to_lowercase()).filter(|meant| !meant.is_empty()));
                    }
                    _ => person.erase(at(second)),
                }
                let own = person.profile.email.clone().unwrap_or_default().to_lowercase();
                if !own.is_empty() {
                    prop_assert_eq!(person.profile.suppressed_at.is_some(), suppressed.contains(&own));
                }
            }
        }
    }

    #[test]
    fn only_so_many_addresses_are_remembered_and_the_newest_are() {
        let mut profile = Profile::default();
        for n in 0..=bounds::SUPPRESSED {
            profile.set_email(Some(format!("{n}@example.com")));
            assert!(profile.suppress(&format!("{n}@EXAMPLE.com"), at(0)));
        }
        profile.set_email(None);
        assert_eq!((profile.suppressed.len(), profile.suppressed_at), (bounds::SUPPRESSED, None));
        profile.set_email(Some("1@example.com".to_owned()));
        assert_eq!(profile.suppressed_at, Some(at(0)));
    }
}
