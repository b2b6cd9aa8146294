//! What was asked of the local AWS, as AWS would bill it: requests, capacity units of tables, entries of batches.
//!
//! Nothing is counted until somebody asks for it, as tables then have to say what each call consumed.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

/// What was asked of one operation.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Used {
    /// Requests.
    pub calls: u64,
    /// Entries of batches; requests, where there are none.
    pub entries: u64,
    /// Capacity units that tables and their indexes consumed.
    pub units: f64,
}

/// Counts, once it was begun.
#[derive(Debug, Default)]
pub(crate) struct Usage(Mutex<Option<BTreeMap<String, Used>>>);

impl Usage {
    /// Begins anew, and gives what was counted so far.
    pub(crate) fn begin(&self) -> BTreeMap<String, Used> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).replace(BTreeMap::new()).unwrap_or_default()
    }

    /// The request as it has to be asked for its capacity to be told; `None` where nothing is counted.
    pub(crate) fn asking(&self, body: &[u8]) -> Option<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?;
        let mut request: Value = serde_json::from_slice(body).ok()?;
        request.as_object_mut()?.insert("ReturnConsumedCapacity".to_owned(), "TOTAL".into());
        serde_json::to_vec(&request).ok()
    }

    /// Counts a request and what was answered.
    pub(crate) fn count(&self, operation: &str, request: &[u8], answer: &str) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(counted) = counted.as_mut() else { return };
        let used = counted.entry(operation.to_owned()).or_default();
        let request: Value = serde_json::from_slice(request).unwrap_or_default();
        let entries = request.get("Entries").and_then(Value::as_array).map_or(1, Vec::len);
        used.calls += 1;
        used.entries += entries as u64;
        let answer: Value = serde_json::from_str(answer).unwrap_or_default();
        used.units += answer.get("ConsumedCapacity").map_or(0.0, units);
    }
}

/// The units of one table, or of several.
fn units(consumed: &Value) -> f64 {
    match consumed {
        Value::Array(tables) => tables.iter().map(units).sum(),
        one => one.get("CapacityUnits").and_then(Value::as_f64).unwrap_or_default(),
    }
}
