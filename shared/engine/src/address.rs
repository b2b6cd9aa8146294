//! When two addresses are one: the only rule for comparing and for hashing them.
//!
//! What is shown and what a mail is sent to is always the address as the shop gave it.

/// The form of an address in which equal ones are equal letter for letter: SPEC.md section 11, **Addresses**, lets letter
/// case make no difference. Giving it its own result changes nothing.
#[must_use]
pub fn normalised(address: &str) -> String {
    address.to_lowercase()
}

/// Whether two addresses are one.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    normalised(one) == normalised(other)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Ann@Example.COM", "ann@example.com", true)]
    #[case("ANN@EXAMPLE.COM", "aNN@example.com", true)]
    #[case("ann@example.com", "anna@example.com", false)]
    // Further marks are the mailbox's own: nobody but its host knows which of them make no difference.
    #[case("a.nn@example.com", "ann@example.com", false)]
    #[case("ann+shop@example.com", "ann@example.com", false)]
    #[case("Élan@example.com", "élan@example.com", true)]
    #[case("", "", true)]
    fn only_letter_case_makes_no_difference(#[case] one: &str, #[case] other: &str, #[case] same: bool) {
        assert_eq!((is_same(one, other), is_same(other, one)), (same, same));
        for address in [one, other] {
            let once = normalised(address);
            assert_eq!(normalised(&once), once);
        }
    }
}
