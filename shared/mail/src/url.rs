//! Which links may stand in a mail. Autoescaping lets `javascript:` through, so the scheme is checked here.
//!
//! Must never be lenient: a link that a browser could read in two ways is refused.

use std::fmt::Write;

/// The longest link a mail may hold.
const MAX_LINK: usize = 2_048;

/// Whether `link` is an `https`, `mailto` or `tel` link without anything that would end it early.
pub(crate) fn is_safe(link: &str) -> bool {
    if link.len() > MAX_LINK || link.chars().any(breaks_out) {
        return false;
    }
    match link.split_once(':') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => has_host(rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto") => {
            // `?cc=` and `?bcc=` would add recipients to what the reader writes.
            !rest.is_empty() && !rest.contains(['?', '&', ','])
        }
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("tel") => {
            !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || "+-.()*#".contains(c))
        }
        _ => false,
    }
}

/// The link that a value means: as it came where that [is safe](is_safe), or with what may not stand behind a host
/// percent-encoded, as in `https://shop.example.com/커피 500 g`. `None` for what is no link that may stand in a mail.
pub(crate) fn mended(value: &str) -> Option<String> {
    let value = value.trim();
    if is_safe(value) {
        return Some(value.to_owned());
    }
    let behind = value.get(.."https://".len()).filter(|scheme| scheme.eq_ignore_ascii_case("https://"))?.len();
    let host_end = value.get(behind..)?.find(['/', '?', '#'])? + behind;
    let (host, rest) = value.split_at_checked(host_end)?;
    let mut link = host.to_owned();
    for c in rest.chars() {
        if breaks_out(c) {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                let _ = write!(link, "%{byte:02X}");
            }
        } else {
            link.push(c);
        }
    }
    is_safe(&link).then_some(link)
}

/// Whether `link` may be one of our own pages: `https`, or `http` on this very machine, where `rekindle dev` runs.
pub(crate) fn is_own(link: &str) -> bool {
    is_safe(link) || (is_loopback(link) && link.len() <= MAX_LINK && !link.chars().any(breaks_out))
}

/// Whether a link that the mail's author wrote out is safe: as [`is_safe`], and a `mailto:` may carry a subject.
#[cfg(feature = "compile")]
pub(crate) fn is_safe_literal(link: &str) -> bool {
    let without_query = match link.split_once('?') {
        Some((address, _)) if address.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:")) => address,
        _ => link,
    };
    is_safe(without_query) && link.len() <= MAX_LINK && !link.chars().any(breaks_out)
}

fn is_loopback(link: &str) -> bool {
    let Some(rest) = link.strip_prefix("http://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) { host } else { authority }
    });
    matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

fn has_host(after_scheme: &str) -> bool {
    after_scheme.strip_prefix("//").is_some_and(|rest| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // A name before `@` makes a link look like another site's.
        !authority.is_empty() && !authority.starts_with([':', '.']) && !authority.contains('@')
    })
}

/// Blanks, controls, quotes, angle brackets and backslashes, which browsers read as `/`.
fn breaks_out(c: char) -> bool {
    c.is_control() || c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '\\' | '`' | '{' | '}')
}

/// Percent-encodes a value for the inside of a link: unreserved characters, `/`, `@` and `+` stay.
pub(crate) fn encode_part(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/@+".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://example.com", true)]
    #[case("HTTPS://example.com/a?b=c#d", true)]
    #[case("mailto:help@example.com", true)]
    #[case("tel:+82-2-555-0100", true)]
    #[case("http://example.com", false)]
    #[case("javascript:alert(1)", false)]
    #[case("java\nscript:alert(1)", false)]
    #[case(" https://example.com", false)]
    #[case("data:text/html,x", false)]
    #[case("//example.com", false)]
    #[case("/cart", false)]
    #[case("https:example.com", false)]
    #[case("https:///cart", false)]
    #[case("https://bank.example@evil.example/", false)]
    #[case("https://example.com\\@evil.example", false)]
    #[case("https://example.com/\" onclick=", false)]
    #[case("mailto:a@example.com?bcc=b@example.com", false)]
    #[case("", false)]
    fn only_https_mailto_and_tel_are_safe(#[case] link: &str, #[case] expected: bool) {
        assert_eq!(is_safe(link), expected);
    }

    #[rstest]
    #[case("http://127.0.0.1:7070/u/token", true)]
    #[case("http://localhost/u/token", true)]
    #[case("http://127.0.0.1.evil.example/", false)]
    #[case("http://127.0.0.1:80@evil.example/", false)]
    #[case("https://mail.example.com/u/token", true)]
    fn our_own_pages_may_be_on_this_machine(#[case] link: &str, #[case] expected: bool) {
        assert_eq!(is_own(link), expected);
    }

    #[rstest]
    #[case(" https://shop.example.com/a ", Some("https://shop.example.com/a"))]
    #[case("https://shop.example.com/커피 500 g", Some("https://shop.example.com/커피%20500%20g"))]
    #[case("https://shop.example.com/a?b={c}\"'<", Some("https://shop.example.com/a?b=%7Bc%7D%22%27%3C"))]
    #[case("https://example.com/\\@evil.example", Some("https://example.com/%5C@evil.example"))]
    #[case("https://example.com\\@evil.example/a b", None)]
    #[case("https://a b.example.com/", None)]
    #[case("https://bank.example@evil.example/a b", None)]
    #[case("http://example.com/a b", None)]
    #[case("javascript:alert(1)", None)]
    #[case("shop.example.com/a", None)]
    #[case("", None)]
    fn what_may_be_encoded_is(#[case] value: &str, #[case] expected: Option<&str>) {
        assert_eq!(mended(value).as_deref(), expected);
    }

    #[test]
    fn a_value_inside_a_link_cannot_add_to_it() {
        assert_eq!(encode_part("a b&c=d?e#f\"<한"), "a%20b%26c%3Dd%3Fe%23f%22%3C%ED%95%9C");
    }
}
