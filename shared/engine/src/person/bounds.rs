//! How much one person may hold, so that their item stays far below DynamoDB's 400 KB and a decision stays cheap
//! (SPEC.md section 11, "Bounds").
//!
//! What happens at a bound is written at each constant. Nothing is lost silently, and no bound ever keeps out a statement
//! about leaving: an opt-out, a bounce, a complaint or a deletion.

/// Events in 24 hours by their instants of decision. A further one is refused whole, unless it is about leaving: that one
/// is applied without being noted.
pub const EVENTS_IN_A_DAY: usize = 5_000;
/// Of ids older than 24 hours, the newest so many stay: more of them would bring a typical person to the next kilobyte, for
/// which each write is billed.
pub const APPLIED_BEYOND_A_DAY: usize = 8;
/// Active enrolments; who has so many enters nothing more.
pub const ENROLMENTS: usize = 500;
/// Enrolments and holdouts, ended or not, that can still convert; who has so many enters no further campaign with a goal.
pub const CONVERTIBLE: usize = 500;
/// Values of a campaign's `key` that somebody ever entered with; with a further one they do not enter.
pub const KEYS: usize = 1_000;
/// Values of `key` whose last entry is remembered with its instant although the entry rule does not ask for it: a later
/// version of the campaign may. Of the others it is known that they were there.
pub const KEYS_WITHOUT_A_RULE: usize = 20;
/// Event types that are counted; one of a further type is applied and not counted.
pub const EVENT_TYPES: usize = 200;
/// Suppressed addresses beside the one that somebody has; of more, the newest are remembered.
pub const SUPPRESSED: usize = 100;
/// Bytes of a person's attributes as JSON; more are refused by the store.
pub const ATTRIBUTE_BYTES: usize = 64 * 1024;
/// Mails that wait to be made; one more is refused by the store.
pub const OUTBOX: usize = 500;
/// Codes that were issued and neither used nor ran out, or did so of late; one more is refused by the store.
pub const CODES: usize = 500;
/// How often an `emit` may come back to the same person at one instant (SPEC.md section 11).
pub const EMITTED: u32 = 100;
