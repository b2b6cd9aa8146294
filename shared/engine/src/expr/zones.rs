//! Timestamps in a zone, as `now.getHours("Asia/Seoul")` asks for them, by the zone data that everything else here goes by.
//!
//! The `cel` crate has zone data of its own, of another year, which would be a quarter of a function's program: the build
//! leaves it out (`CHRONO_TZ_TIMEZONE_FILTER`), and an expression that names a zone is resolved to a call of ours.

use cel::common::ast::{CallExpr, Expr as Ast, IdedExpr};
use cel::common::types::{CelString, CelTimestamp, STRING_TYPE, TIMESTAMP_TYPE};
use cel::common::value::CowVal;
use cel::{Env, ExecutionError};
use chrono::{DateTime, FixedOffset};

use crate::time::{Instant, zone_named};

/// The call that brings a timestamp into a zone; no name of the language looks like it.
const IN_ZONE: &str = "@in_zone";
/// What is asked of a timestamp, in UTC or, with an argument, in a zone.
pub(super) const GETTERS: [&str; 10] = [
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getFullYear",
    "getHours",
    "getMilliseconds",
    "getMinutes",
    "getMonth",
    "getSeconds",
];

/// The standard environment, with the call.
pub(super) fn environment() -> Env {
    let mut standard = Env::stdlib();
    // It fails only where the name is taken, and then the call is an error where it is made.
    let _taken = standard.add_overload(IN_ZONE, "timestamp_in_zone", vec![TIMESTAMP_TYPE, STRING_TYPE], in_zone);
    standard
}

/// `t.getHours(zone)` becomes `@in_zone(t, zone).getHours()`.
pub(super) fn resolve(id: u64, call: &mut CallExpr) {
    if !GETTERS.contains(&&*call.func_name) || call.args.len() != 1 {
        return;
    }
    let (Some(timestamp), Some(zone)) = (call.target.take(), call.args.pop()) else { return };
    let args = vec![*timestamp, zone];
    let in_zone = CallExpr { func_name: IN_ZONE.to_owned(), target: None, args };
    call.target = Some(Box::new(IdedExpr { id, expr: Ast::Call(in_zone) }));
}

fn in_zone<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let [at, zone] = args.as_slice() else { return Err(error("two arguments are needed")) };
    let (Some(at), Some(zone)) = (at.downcast_ref::<CelTimestamp>(), zone.downcast_ref::<CelString<'_>>()) else {
        return Err(error("a timestamp and a zone are needed"));
    };
    let offset = offset(at.inner(), zone.inner()).ok_or_else(|| error("the time zone is unknown"))?;
    Ok(CowVal::owned(CelTimestamp::from(at.inner().with_timezone(&offset))))
}

/// An IANA name, `""` for UTC, or an offset (see [`fixed`]).
fn offset(at: &DateTime<FixedOffset>, zone: &str) -> Option<FixedOffset> {
    let seconds = match fixed(zone) {
        Some(seconds) => seconds,
        None if zone.is_empty() => 0,
        None => zone_named(zone)?.to_offset(Instant::from_seconds(at.timestamp()).timestamp()).seconds(),
    };
    FixedOffset::east_opt(seconds)
}

/// The seconds of an offset `[+-]HH:MM` (the CEL specification, "Timezones"), without a sign of one to the east: two
/// digits each, hours up to 23, minutes up to 59.
pub(super) fn fixed(zone: &str) -> Option<i32> {
    let two = |text: &str, most: i32| -> Option<i32> {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten().filter(|number| *number <= most)
    };
    let (hours, minutes) = zone.strip_prefix(['+', '-']).unwrap_or(zone).split_once(':')?;
    let seconds = (two(hours, 23)? * 60 + two(minutes, 59)?) * 60;
    Some(if zone.starts_with('-') { -seconds } else { seconds })
}

fn error(message: &str) -> ExecutionError {
    ExecutionError::function_error("timezone", message)
}
