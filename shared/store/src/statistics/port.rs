//! The port through which statistics are kept.

use std::future::Future;

use super::{Day, Sheet, Totals};
use crate::error::StoreError;

/// Keeps sheets by day, and the totals of days that are over.
pub trait Statistics: Clone + Send + Sync + 'static {
    /// Makes a day known; it stays as it is where it was.
    fn open_day(&self, day: Day) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Keeps a sheet of a day that was opened; an empty one is passed over. Doing it again changes nothing.
    fn put_sheet(&self, day: Day, sheet: &Sheet) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Every day that is known, in order, with its totals where it is folded.
    fn days(&self) -> impl Future<Output = Result<Vec<(Day, Option<Totals>)>, StoreError>> + Send;

    /// The sheets of a day, for at least a week after it.
    fn sheets(&self, day: Day) -> impl Future<Output = Result<Vec<Sheet>, StoreError>> + Send;

    /// Keeps the totals of a day that is over; of several the first stay.
    fn fold(&self, day: Day, totals: &Totals) -> impl Future<Output = Result<(), StoreError>> + Send;
}
