//! Single values.

use schemars::JsonSchema;

/// A duration: whole months, weeks, days, hours and minutes in that order. Months and days are those of the calendar in the
/// person's zone.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"^(?=.)(\d+mo)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?$", "examples" = ["3d", "12h", "90m", "2w", "1mo", "1d12h"]))]
pub struct Duration(String);

/// A duration, with a leading `-` for before.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"^-?(?=\d)(\d+mo)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?$", "examples" = ["-3d", "-1mo", "12h"]))]
pub struct Offset(String);

/// A local time of day.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"^([01]\d|2[0-3]):[0-5]\d$", "examples" = ["09:00"]))]
pub struct TimeOfDay(String);

/// A local time of day; `24:00` is the end of the day.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$", "examples" = ["21:00", "24:00"]))]
pub struct ClosingTime(String);

/// A date, with a time and an offset where wanted. Without an offset it is local to each person.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})?)?$", "examples" = ["2026-12-01T09:00"]))]
pub struct Moment(String);

/// An id: small letters, digits and `-`.
#[derive(JsonSchema)]
#[schemars(extend("type" = ["string", "integer"], "pattern" = "^[a-z0-9][a-z0-9-]{0,63}$", "minimum" = 0))]
pub struct Id(String);

/// A step's id: small letters, digits and `-`; `holdout` is taken.
#[derive(JsonSchema)]
#[schemars(extend("type" = ["string", "integer"], "pattern" = "^(?!holdout$)[a-z0-9][a-z0-9-]{0,63}$", "minimum" = 0))]
pub struct StepId(String);

/// A mail: the name of its file in the campaign's folder, without `.mjml`.
#[derive(JsonSchema)]
#[schemars(extend("type" = ["string", "integer"], "pattern" = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$", "minimum" = 0, "examples" = ["hello"]))]
pub struct MailName(String);

/// The type of an event: `detail-type` on the bus.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"\S", "maxLength" = 256, "examples" = ["order.completed", "customer.signed_up"]))]
pub struct EventType(String);

/// A text of one line.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"^(?=.*\S)\s*[^\x00-\x1f\x7f]*\s*$", "maxLength" = 256))]
pub struct Text(String);

/// A CEL expression about `person`, `event`, `entry`, `answers`, `offers`, `mails` and `now`.
#[derive(JsonSchema)]
#[schemars(extend("type" = ["string", "boolean", "number"], "pattern" = r"\S", "examples" = ["person.orders.count >= 2"]))]
pub struct Expression(String);

/// A weekday.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// At least one weekday.
#[derive(JsonSchema)]
#[schemars(extend("minItems" = 1))]
pub struct Weekdays(Vec<Weekday>);

/// A whole percentage.
#[derive(JsonSchema)]
#[schemars(extend("maximum" = 100))]
pub struct Percent(u8);

/// Local hours in which mails may go: from `from` until before `to`, over midnight where `from` is later.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Window {
    /// When it opens.
    from: TimeOfDay,
    /// When it closes; `24:00` is the end of the day.
    to: ClosingTime,
    /// The weekdays on which the window opens; default: all.
    on: Option<Weekdays>,
}
