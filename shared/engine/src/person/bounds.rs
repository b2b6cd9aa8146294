//! How much one person may hold, so that their item stays far below DynamoDB's 400 KB and a decision stays cheap.
//!
//! What happens at a bound is written at each constant. Nothing is lost silently: either what is dropped can no longer
//! decide anything, or the decision is refused whole and the event goes to the dead-letter queue.

/// Event ids younger than 24 hours are all kept, so an event that finds this many is refused.
pub const APPLIED_IN_A_DAY: usize = 5_000;
/// Of ids older than 24 hours, the newest so many stay: more of them would bring a typical person to the next kilobyte, for
/// which each write is billed.
pub const APPLIED_BEYOND_A_DAY: usize = 8;
/// Active enrolments; one more is refused.
pub const ENROLMENTS: usize = 500;
/// Ended enrolments and holdouts whose goal window is open; one more is refused.
pub const WATCHED_GOALS: usize = 500;
/// Values of a campaign's `key` that are remembered for its entry rule; one more is refused.
pub const KEYS: usize = 1_000;
/// Values of `key` that are remembered although the entry rule is `every`; older ones are dropped.
pub const KEYS_WITHOUT_A_RULE: usize = 20;
/// Event types that are counted; one more is refused.
pub const EVENT_TYPES: usize = 200;
/// Bytes of a person's attributes as JSON; more are refused.
pub const ATTRIBUTE_BYTES: usize = 64 * 1024;
/// Mails that wait to be made; one more is refused.
pub const OUTBOX: usize = 500;
/// Codes that were issued and neither used nor ran out, or did so of late; one more is refused.
pub const CODES: usize = 500;
/// How often an `emit` may come back to the same person at one instant (SPEC.md section 11).
pub const EMITTED: u32 = 100;
