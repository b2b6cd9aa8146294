//! Mail addresses as SES looks at them, and the mailbox simulator.

use crate::error::AwsError;

/// What becomes of a mail to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Delivered.
    Delivered,
    /// Bounced for good.
    Bounced,
    /// Delivered, and the recipient complained.
    Complained,
}

/// The address inside of `Name <address>`, or the whole.
pub(super) fn bare(mailbox: &str) -> &str {
    mailbox.rsplit_once('<').and_then(|(_, rest)| rest.strip_suffix('>')).unwrap_or(mailbox).trim()
}

/// Refuses what SES refuses: control characters, missing parts, a local part outside of ASCII.
pub(super) fn check(mailbox: &str) -> Result<(), AwsError> {
    let bad = |reason: &str| Err(AwsError::client("BadRequestException", reason));
    if mailbox.chars().any(char::is_control) {
        return bad("Local address contains control or whitespace");
    }
    let Some((local, domain)) = bare(mailbox).rsplit_once('@') else {
        return bad("Missing final '@domain'");
    };
    let plain = |c: char| c.is_ascii() && !c.is_whitespace() && !matches!(c, ',' | ';' | '<' | '>');
    if local.is_empty() || !local.chars().all(plain) || local.contains('@') {
        return bad("Local address contains control or whitespace");
    }
    let in_domain = |c: char| !c.is_whitespace() && !matches!(c, ',' | ';' | '<' | '>');
    if domain.is_empty() || !domain.chars().all(in_domain) {
        return bad("Domain contains illegal character");
    }
    Ok(())
}

/// The fate of a mail to this address (SES developer guide, "Using the mailbox simulator").
pub(super) fn fate(address: &str) -> Fate {
    let Some(local) = address.strip_suffix("@simulator.amazonses.com") else {
        return Fate::Delivered;
    };
    match local.split('+').next() {
        Some("bounce" | "suppressionlist") => Fate::Bounced,
        Some("complaint") => Fate::Complained,
        _ => Fate::Delivered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mailbox_with_or_without_a_name() {
        for good in ["a@example.com", "Kim <kim@example.com>", "\u{ae40} <kim+x@example.co.kr>"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "a",
            "@example.com",
            "a@",
            "a b@example.com",
            "a@b.c, d@e.f",
            "a@example.com\r\nBcc: b@example.com",
            "\u{ae40}@example.com",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_simulator_knows_labels() {
        assert_eq!(fate("bounce+17@simulator.amazonses.com"), Fate::Bounced);
        assert_eq!(fate("complaint@simulator.amazonses.com"), Fate::Complained);
        assert_eq!(fate("success@simulator.amazonses.com"), Fate::Delivered);
        assert_eq!(fate("bounce@example.com"), Fate::Delivered);
    }
}
