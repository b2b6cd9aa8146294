//! What the daily audit finds, as the log, the pass and whoever reads it name it.

/// A mail that is planned and runs, of which nothing was heard for a long time: its message is lost, or among the dead
/// letters.
pub const PLANNED: &str = "planned for too long";
/// A worker has armed it and never came back, nor did its message.
pub const ARMED: &str = "armed past its lease";
/// Nobody has looked at it for a day.
pub const UNKNOWN: &str = "unknown for too long";
/// Its step says that it is sent again, and that time has passed.
pub const RESEND: &str = "not sent again when it was due";
/// Somebody should have moved on.
pub const DUE: &str = "due in the past";
/// Somebody was erased, and something of them is left: where that is in the archive, `rekindle erase` removes it.
pub const ERASING: &str = "erased, and not everywhere yet";
/// What was found cannot be mended, as the person's item would be too large.
pub const UNWRITABLE: &str = "cannot be written: remove attributes that no campaign uses, or end enrolments";
/// Somebody's item cannot be read, so that nobody can decide about them.
pub const UNREADABLE: &str = "cannot be read: deploy the release that wrote them, or restore them from a backup";
/// Nothing is wrong: so many mails come by again and again, and go when SES takes them.
pub const WAITING: &str = "mails wait until SES takes them, for its rate, its quota or a refusal; each goes by itself";
/// Somebody is in a campaign of which no version can be run.
pub const STRANDED: &str = "in a campaign that cannot be run";
/// Somebody has an address of which they do not know what is known.
pub const UNTOLD: &str = "not told what is known about their address";
/// Somebody is suppressed, and nobody else who has the address knows.
pub const UNKNOWN_OF_ADDRESS: &str = "suppressed, and not known of their address";
/// Nothing is wrong: so many people have an address that no mail goes to.
pub const SUPPRESSED: &str = "have an address that no mail goes to";
/// Nothing is wrong: so many people have an address at which marketing was refused by a link.
pub const REFUSED: &str = "have an address at which marketing was refused by a link";
/// Nothing is wrong: so many people of the two have an address that others have as well.
pub const SHARED: &str = "of them share it with other ids";

/// Whether what an audit counted is something that waits, and not how things are.
#[must_use]
pub fn is_finding(counted: &str) -> bool {
    ![SUPPRESSED, REFUSED, SHARED, WAITING].contains(&counted)
}
