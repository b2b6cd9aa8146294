//! What an unquoted text means: the core schema of YAML 1.2, in which `on`, `yes` and `12:30` are texts.

/// The meaning of a scalar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text,
}

/// What a plain scalar means (YAML 1.2.2, section 10.3.2).
pub(super) fn resolve(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Kind::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Kind::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => Kind::Float(f64::NAN),
        _ => number(text).unwrap_or(Kind::Text),
    }
}

fn number(text: &str) -> Option<Kind> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            return plain.then(|| i64::from_str_radix(digits, radix).ok().map(Kind::Int))?;
        }
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !unsigned.is_empty() && digits(unsigned) {
        // Beyond 64 bits it is a double, as in JSON.
        return Some(text.parse().map_or_else(|_| text.parse().map_or(Kind::Text, Kind::Float), Kind::Int));
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let shaped = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let exponent = exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent));
    (shaped && exponent).then(|| text.parse().ok().map(Kind::Float))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_clock_times_are_text_and_only_core_numbers_are_numbers() {
        for text in [
            "on",
            "off",
            "yes",
            "no",
            "12:30",
            "0b1",
            "1_000",
            "1.2.3",
            ".",
            "-",
            "+",
            "e5",
            "2026-01-01",
            "0x",
            "mon",
            "1e",
            "0xg",
        ] {
            assert_eq!(resolve(text), Kind::Text, "{text}");
        }
        assert_eq!(resolve("010"), Kind::Int(10));
        assert_eq!(resolve("0o17"), Kind::Int(15));
        assert_eq!(resolve("0x1F"), Kind::Int(31));
        assert_eq!(resolve("-5"), Kind::Int(-5));
        assert_eq!(resolve("1."), Kind::Float(1.0));
        assert_eq!(resolve(".5e-1"), Kind::Float(0.05));
        assert_eq!(resolve("99999999999999999999"), Kind::Float(1e20));
        assert_eq!(resolve("~"), Kind::Null);
        assert_eq!(resolve("False"), Kind::Bool(false));
    }
}
