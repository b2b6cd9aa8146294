//! Amounts, numbers and dates as readers of Korean and English write them.
//!
//! Must never depend on the machine's own locale or zone.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use minijinja::State;

use crate::Language;

/// The language the mail is written in.
pub(super) fn language(state: &State) -> Language {
    let locale = state.lookup("locale");
    Language::of(locale.as_ref().and_then(minijinja::Value::as_str).unwrap_or_default())
}

/// `12,000원` (Korean won in a Korean mail), `₩12,000`, `£12.30`, `CHF 12.30`.
pub(super) fn money(amount: f64, currency: &str, language: Language) -> String {
    let currency = currency.to_ascii_uppercase();
    let digits = grouped(&format!("{:.*}", minor_digits(&currency), amount.abs()));
    let sign = if amount < 0.0 && digits.contains(|c: char| ('1'..='9').contains(&c)) { "-" } else { "" };
    match (currency.as_str(), language) {
        ("KRW", Language::Ko) => format!("{sign}{digits}원"),
        ("KRW", Language::En) => format!("{sign}₩{digits}"),
        ("USD", _) => format!("{sign}${digits}"),
        ("GBP", _) => format!("{sign}£{digits}"),
        ("EUR", _) => format!("{sign}€{digits}"),
        ("JPY", _) => format!("{sign}¥{digits}"),
        (code, _) => format!("{sign}{code} {digits}"),
    }
}

/// ISO 4217: digits behind the point.
fn minor_digits(currency: &str) -> usize {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV"
        | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// `12,345.5`; with `digits`, rounded to that many behind the point.
pub(super) fn number(number: f64, digits: Option<u8>) -> String {
    let plain = match digits {
        Some(digits) => format!("{:.*}", usize::from(digits.min(9)), number),
        None => number.to_string(),
    };
    grouped(&plain)
}

/// Puts a comma between groups of three digits before the point, as both languages write it.
#[must_use]
pub fn grouped(plain: &str) -> String {
    let (whole, fraction) = plain.find('.').map_or((plain, ""), |point| plain.split_at(point));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
    let mut text = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + fraction
}

/// `2026년 3월 1일` or `1 March 2026`: an instant's day in `zone` (an IANA name; any other text is UTC), or a plain date.
/// `None` if `text` is no date.
pub(super) fn date(text: &str, zone: &str, language: Language) -> Option<String> {
    let date = parse_date(text.trim(), zone)?;
    Some(match language {
        Language::Ko => format!("{}년 {}월 {}일", date.year(), date.month(), date.day()),
        Language::En => date.strftime("%-d %B %Y").to_string(),
    })
}

fn parse_date(text: &str, zone: &str) -> Option<Date> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(Zoned::new(instant, TimeZone::get(zone).unwrap_or(TimeZone::UTC)).date());
    }
    text.parse::<DateTime>().map(DateTime::date).ok().or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(12_000.0, "KRW", Language::Ko, "12,000원")]
    #[case(12_000.0, "KRW", Language::En, "₩12,000")]
    #[case(12.3, "GBP", Language::En, "£12.30")]
    #[case(1_234_567.891, "usd", Language::Ko, "$1,234,567.89")]
    #[case(-5.5, "EUR", Language::En, "-€5.50")]
    #[case(-0.001, "EUR", Language::En, "€0.00")]
    #[case(-3_000.0, "KRW", Language::Ko, "-3,000원")]
    #[case(7.0, "CHF", Language::En, "CHF 7.00")]
    #[case(1.0, "KWD", Language::En, "KWD 1.000")]
    fn amounts_follow_currency_and_language(
        #[case] amount: f64,
        #[case] currency: &str,
        #[case] language: Language,
        #[case] expected: &str,
    ) {
        assert_eq!(money(amount, currency, language), expected);
    }

    #[rstest]
    #[case(0.0, None, "0")]
    #[case(999.0, None, "999")]
    #[case(-1_000.5, None, "-1,000.5")]
    #[case(1_234.567, Some(1), "1,234.6")]
    fn numbers_are_grouped(#[case] given: f64, #[case] digits: Option<u8>, #[case] expected: &str) {
        assert_eq!(number(given, digits), expected);
    }

    #[rstest]
    #[case::instant_in_zone("2026-02-28T15:30:00Z", "Asia/Seoul", "2026년 3월 1일", "1 March 2026")]
    #[case::unknown_zone_is_utc("2026-02-28T15:30:00Z", "Mars/Base", "2026년 2월 28일", "28 February 2026")]
    #[case::a_date_has_no_zone("2026-03-01", "America/New_York", "2026년 3월 1일", "1 March 2026")]
    #[case::nor_has_a_local_time("2026-03-01T23:00", "Asia/Seoul", "2026년 3월 1일", "1 March 2026")]
    fn dates_are_written_out(#[case] text: &str, #[case] zone: &str, #[case] ko: &str, #[case] en: &str) {
        assert_eq!(date(text, zone, Language::Ko).as_deref(), Some(ko));
        assert_eq!(date(text, zone, Language::En).as_deref(), Some(en));
    }

    #[rstest]
    #[case("soon")]
    #[case("2026-02-30")]
    #[case("")]
    fn what_is_no_date_is_refused(#[case] text: &str) {
        assert_eq!(date(text, "Asia/Seoul", Language::En), None);
    }
}
