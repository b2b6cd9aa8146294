//! What single values look like in a file, for the schemas; [`crate::lang::read`] reads them.
#![expect(dead_code, reason = "only the schemas of these types are used")]

use schemars::JsonSchema;

/// A duration: whole months, weeks, days, hours and minutes in that order. Months and days are those of the calendar in the
/// person's zone.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"^(?=.)(\d+mo)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?$", "examples" = ["3d", "12h", "90m", "2w", "1mo", "1d12h"]))]
pub(in crate::lang) struct Duration(String);

/// A duration, with a leading `-` for before.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"^-?(?=\d)(\d+mo)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?$", "examples" = ["-3d", "-1mo", "12h"]))]
pub(in crate::lang) struct Offset(String);

/// A local time of day.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"^([01]\d|2[0-3]):[0-5]\d$", "examples" = ["09:00"]))]
pub(in crate::lang) struct TimeOfDay(String);

/// A local time of day; `24:00` is the end of the day.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$", "examples" = ["21:00", "24:00"]))]
pub(in crate::lang) struct ClosingTime(String);

/// A date, with a time and an offset where wanted. Without an offset it is local to each person.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})?)?$", "examples" = ["2026-12-01T09:00"]))]
pub(in crate::lang) struct Moment(String);

/// An id: small letters, digits and `-`.
#[derive(JsonSchema)]
#[schemars(extend("type" = ["string", "integer"], "pattern" = "^[a-z0-9][a-z0-9-]{0,63}$", "minimum" = 0))]
pub(in crate::lang) struct Id(String);

/// A step's id: small letters, digits and `-`; `holdout` is taken.
#[derive(JsonSchema)]
#[schemars(extend("type" = ["string", "integer"], "pattern" = "^(?!holdout$)[a-z0-9][a-z0-9-]{0,63}$", "minimum" = 0))]
pub(in crate::lang) struct StepId(String);

/// A mail: the name of its file in the campaign's folder, without `.mjml`.
#[derive(JsonSchema)]
#[schemars(extend("type" = ["string", "integer"], "pattern" = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$", "minimum" = 0, "examples" = ["hello"]))]
pub(in crate::lang) struct MailName(String);

/// The type of an event: `detail-type` on the bus.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"\S", "maxLength" = 256, "examples" = ["order.completed", "customer.signed_up"]))]
pub(in crate::lang) struct EventType(String);

/// A text of one line.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"^(?=.*\S)\s*[^\x00-\x1f\x7f]*\s*$", "maxLength" = 256))]
pub(in crate::lang) struct Text(String);

/// A CEL expression about `person`, `event`, `entry`, `answers`, `offers`, `mails` and `now`.
#[derive(JsonSchema)]
#[schemars(extend("type" = ["string", "boolean", "number"], "pattern" = r"\S", "examples" = ["person.orders.count >= 2"]))]
pub(in crate::lang) struct Expression(String);

/// An expression that gives a date.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"^(?!\s*\d{1,4}-\d{1,2}-\d)[\s\S]*\S"))]
pub(in crate::lang) struct UntilExpression(String);

/// A weekday.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub(in crate::lang) enum Weekday {
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
pub(in crate::lang) struct Weekdays(Vec<Weekday>);

/// A whole percentage.
#[derive(JsonSchema)]
#[schemars(extend("maximum" = 100))]
pub(in crate::lang) struct Percent(u8);

/// Languages, each with a region where it matters.
#[derive(JsonSchema)]
#[schemars(extend("minItems" = 1, "uniqueItems" = true))]
pub(in crate::lang) struct Locales(Vec<Locale>);

/// A language such as `ko`, with a region where it matters: `pt-BR`.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"))]
pub(in crate::lang) struct Locale(String);

/// One plain e-mail address.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"^[^\s@<>,]+@[^\s@<>,]+$"))]
pub(in crate::lang) struct Address(String);
