//! One mailbox, checked before it can come near a header.
//!
//! Must never accept what a mail server could read as two recipients or as a second header line.

use std::fmt;

use email_address::{EmailAddress, Options};

/// Exactly one mailbox: ASCII dot-atom local part, domain in its ASCII (IDNA) form.
///
/// SES has no SMTPUTF8, so a local part beyond ASCII cannot be delivered to; quoted local parts are refused because
/// they may hold separators.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address(String);

/// Why an address was refused. Trying again does not help. Never holds the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not one plain `local@domain`.
    #[error("not one plain mail address")]
    Malformed,
    /// The part before the `@` is not plain ASCII.
    #[error("the part before the @ is not plain ASCII, which SES cannot deliver to")]
    LocalPart,
    /// The part after the `@` is not a host name.
    #[error("the part after the @ is not a host name")]
    Domain,
}

impl Address {
    /// Reads an address. Blanks around it are not forgiven: what arrives padded was not checked at its source.
    ///
    /// # Errors
    /// [`AddressError`], see there.
    pub fn parse(address: &str) -> Result<Self, AddressError> {
        let (local, domain) = address.rsplit_once('@').ok_or(AddressError::Malformed)?;
        if !local.is_ascii() {
            return Err(AddressError::LocalPart);
        }
        if !local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)) {
            return Err(AddressError::Malformed);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| AddressError::Domain)?;
        let whole = format!("{local}@{domain}");
        let options = Options::default().without_display_text().with_required_tld();
        EmailAddress::parse_with_options(&whole, options).map_err(|_| AddressError::Malformed)?;
        Ok(Self(whole))
    }

    /// The address as it goes into a request or a header: ASCII, no control characters, one `@`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Hides the address, so that none reaches a log by accident.
impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Address(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("kim@example.com", "kim@example.com")]
    #[case("kim.min-su+news@mail.example.co.kr", "kim.min-su+news@mail.example.co.kr")]
    #[case("Kim@EXAMPLE.com", "Kim@example.com")]
    #[case("kim@한국.kr", "kim@xn--3e0b707e.kr")]
    fn one_mailbox_is_accepted(#[case] given: &str, #[case] expected: &str) {
        assert_eq!(Address::parse(given).unwrap().as_str(), expected);
    }

    #[rstest]
    #[case::empty("")]
    #[case::no_at("kim.example.com")]
    #[case::two("a@example.com,b@example.com")]
    #[case::two_semicolon("a@example.com;b@example.com")]
    #[case::two_blank("a@example.com b@example.com")]
    #[case::display_name("Kim <kim@example.com>")]
    #[case::quoted("\"a,b\"@example.com")]
    #[case::header("kim@example.com\r\nBcc: all@example.com")]
    #[case::header_in_local("kim\nBcc:x@example.com")]
    #[case::nul("kim\0@example.com")]
    #[case::padded(" kim@example.com")]
    #[case::local_beyond_ascii("김@example.com")]
    #[case::domain_literal("kim@[127.0.0.1]")]
    #[case::no_dot("kim@localhost")]
    #[case::dots("kim..min@example.com")]
    #[case::empty_label("kim@example..com")]
    fn anything_else_is_refused(#[case] given: &str) {
        assert!(Address::parse(given).is_err());
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_one_ascii_mailbox(given in ".{0,40}@.{0,40}") {
            if let Ok(address) = Address::parse(&given) {
                let text = address.as_str();
                prop_assert!(text.bytes().all(|byte| byte.is_ascii_graphic()));
                prop_assert_eq!(text.matches('@').count(), 1);
                prop_assert!(!text.contains([',', ';', '<', '>', '"', '(', ':']));
            }
        }
    }
}
