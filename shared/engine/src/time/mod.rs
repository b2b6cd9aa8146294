//! Instants, durations and local calendars (SPEC.md section 3). Nothing here reads a clock.

mod date;
mod instant;
mod local;
mod span;
mod stretch;
mod window;

pub use date::WrittenDate;
pub use instant::Instant;
pub use local::{local_instant, local_of, read_local, read_time, zone_named};
pub use span::Span;
pub use window::{Weekdays, Window, weekday, weekday_name};
