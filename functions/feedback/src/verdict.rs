//! What a bounce or a complaint means: two tables (SES Developer Guide, "Contents of event data that SES publishes").
//!
//! What suppresses is decided here and nowhere else. Whatever SES may say that no table knows does not suppress: an address
//! that works is dearer than one more soft bounce.

/// What a bounce means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounce {
    /// The address takes no mail: it is suppressed.
    Hard,
    /// SES did not even try, because the address is on the account's own suppression list: it is suppressed, and the rate
    /// of bounces does not count it ("this does not count toward your bounce rate").
    Listed,
    /// A passing obstacle, or one that is nobody's address: nothing happens.
    Soft,
}

/// What a complaint means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Complaint {
    /// Somebody called it spam: the address is suppressed.
    Spam,
    /// SES did not even try, because somebody did so before: the address is suppressed, and the rate does not count it.
    Listed,
    /// No complaint of a reader: nothing happens.
    None,
}

/// Bounces that are more, or less, than their type says: type, sub-type, meaning.
const BOUNCES: [(&str, &str, Bounce); 7] = [
    ("Permanent", "General", Bounce::Hard),
    ("Permanent", "NoEmail", Bounce::Hard),
    // On the list that all of SES shares, after bounces of other senders.
    ("Permanent", "Suppressed", Bounce::Hard),
    ("Permanent", "OnAccountSuppressionList", Bounce::Listed),
    // Whoever left a list that SES keeps can still be reached by everything else.
    ("Permanent", "UnsubscribedRecipient", Bounce::Soft),
    // Refused for what it says, which is not the address's fault.
    ("Permanent", "ContentRejected", Bounce::Soft),
    ("Permanent", "AttachmentRejected", Bounce::Soft),
];

/// What a bounce of that type and sub-type means. `Transient` (general, full mailbox, too large, content or attachment
/// rejected, time-out) and `Undetermined` are soft, whatever their sub-type.
#[must_use]
pub fn bounce(kind: &str, sub_kind: &str) -> Bounce {
    let same = |(known, sub, _): &&(&str, &str, Bounce)| *known == kind && *sub == sub_kind;
    match BOUNCES.iter().find(same) {
        Some((_, _, meaning)) => *meaning,
        None if kind == "Permanent" => Bounce::Hard,
        None => Bounce::Soft,
    }
}

/// What a complaint means, by its sub-type and the type of the receiver's report (RFC 5965, RFC 6430, RFC 6591). A report
/// without a type is one.
#[must_use]
pub fn complaint(sub_kind: Option<&str>, feedback: Option<&str>) -> Complaint {
    match (sub_kind, feedback) {
        (Some("OnAccountSuppressionList"), _) => Complaint::Listed,
        // The reader says that it is no spam (RFC 6430); a server's report about failed authentication (RFC 6591).
        (_, Some("not-spam" | "auth-failure")) => Complaint::None,
        _ => Complaint::Spam,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Permanent", "General", Bounce::Hard)]
    #[case("Permanent", "NoEmail", Bounce::Hard)]
    #[case("Permanent", "Suppressed", Bounce::Hard)]
    #[case("Permanent", "OnAccountSuppressionList", Bounce::Listed)]
    #[case("Permanent", "UnsubscribedRecipient", Bounce::Soft)]
    #[case("Permanent", "ContentRejected", Bounce::Soft)]
    #[case("Permanent", "AttachmentRejected", Bounce::Soft)]
    #[case("Permanent", "SomethingNew", Bounce::Hard)]
    #[case("Transient", "General", Bounce::Soft)]
    #[case("Transient", "MailboxFull", Bounce::Soft)]
    #[case("Transient", "MessageTooLarge", Bounce::Soft)]
    #[case("Transient", "CustomTimeoutExceeded", Bounce::Soft)]
    #[case("Transient", "ContentRejected", Bounce::Soft)]
    #[case("Transient", "AttachmentRejected", Bounce::Soft)]
    #[case("Undetermined", "Undetermined", Bounce::Soft)]
    #[case("SomethingNew", "General", Bounce::Soft)]
    #[case("", "", Bounce::Soft)]
    fn each_bounce_has_a_meaning(#[case] kind: &str, #[case] sub_kind: &str, #[case] meaning: Bounce) {
        assert_eq!(bounce(kind, sub_kind), meaning);
    }

    #[rstest]
    #[case(None, Some("abuse"), Complaint::Spam)]
    #[case(None, Some("fraud"), Complaint::Spam)]
    #[case(None, Some("virus"), Complaint::Spam)]
    #[case(None, Some("other"), Complaint::Spam)]
    #[case(None, None, Complaint::Spam)]
    #[case(None, Some("not-spam"), Complaint::None)]
    #[case(None, Some("auth-failure"), Complaint::None)]
    #[case(Some("OnAccountSuppressionList"), None, Complaint::Listed)]
    #[case(Some("OnAccountSuppressionList"), Some("not-spam"), Complaint::Listed)]
    fn each_complaint_has_a_meaning(
        #[case] sub_kind: Option<&str>,
        #[case] feedback: Option<&str>,
        #[case] meaning: Complaint,
    ) {
        assert_eq!(complaint(sub_kind, feedback), meaning);
    }
}
