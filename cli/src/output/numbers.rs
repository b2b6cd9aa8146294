//! Numbers as people read them, the same in Korean and in English and on every machine.

/// `1,234,567`.
pub fn thousands(number: u64) -> String {
    rekindle_mail::grouped(&number.to_string())
}

/// `1 mail`, `1,234 mails`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// A share of a hundred with one digit, in integers so that it is rounded alike everywhere; `–` of nothing.
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let per_mille = (u128::from(part) * 2000 + u128::from(whole)) / (u128::from(whole) * 2);
    format!("{}.{} %", per_mille / 10, per_mille % 10)
}

/// A sum of millionths: with two digits after the point, or with none where all of it is integral.
pub fn sum(millionths: i128) -> String {
    let hundredths = (millionths.unsigned_abs() + 5_000) / 10_000;
    let sign = if millionths < 0 && hundredths > 0 { "-" } else { "" };
    let whole = thousands(u64::try_from(hundredths / 100).unwrap_or(u64::MAX));
    if millionths % 1_000_000 == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{:02}", hundredths % 100)
    }
}

/// An amount with thousands apart, and with two decimals where it has any.
#[expect(clippy::cast_possible_truncation, reason = "a float beyond i128 is shown as the largest")]
pub fn amount(amount: f64) -> String {
    sum((amount * 100.0).round() as i128 * 10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable_and_rounded_to_the_nearest() {
        assert_eq!([0, 999, 1_000, 12_345_678].map(thousands), ["0", "999", "1,000", "12,345,678"]);
        assert_eq!([amount(0.126), amount(-1234.5), amount(42_000.0)], ["0.13", "-1,234.50", "42,000"]);
        assert_eq!([share(1, 3), share(0, 0), share(5, 5)], ["33.3 %", "–", "100.0 %"]);
        assert_eq!([counted(1, "mail", "mails"), counted(1_234, "mail", "mails")], ["1 mail", "1,234 mails"]);
    }
}
