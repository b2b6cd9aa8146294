//! Links that were left out, because what they are made of came without a value or with one that may not stand in a link.
//!
//! A value that cannot be used must not cost the reader the whole mail: its words stay, and lead nowhere.

/// Stands for a link that may not stand. What is not taken out loads nothing (CSS Values and Units 4, section 4.5.1), as
/// in the background of a section.
pub(super) const LEFT_OUT: &str = "about:invalid#left-out";

/// Attributes without which an element is what it is without its link.
const ATTRIBUTES: [&str; 5] = ["href", "src", "background", "poster", "cite"];

/// HTML without the attributes that hold [`LEFT_OUT`]. Values cannot make up an attribute: their quotes are escaped.
pub(super) fn without_attributes(html: String) -> String {
    without(html, |before, after| {
        let open = before.rfind('"')?;
        let name = before.get(..open)?.strip_suffix('=')?;
        let start = name.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == ':'))?;
        let is_link = ATTRIBUTES.contains(&name.get(start + 1..)?);
        Some((start, after.find('"')? + 1)).filter(|_| is_link)
    })
}

/// Text without the targets that hold [`LEFT_OUT`]: `See my cart <https://…>` becomes `See my cart`.
pub(super) fn without_targets(text: String) -> String {
    without(text, |before, after| {
        let open = before.rfind('<')?;
        Some((before.get(..open)?.trim_end_matches(' ').len(), after.find('>')? + 1))
    })
}

/// The text without the stretches around each [`LEFT_OUT`]: `around` is given what stands before it and what stands behind,
/// and tells where the stretch begins and how far it reaches behind.
fn without(text: String, around: fn(&str, &str) -> Option<(usize, usize)>) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once(LEFT_OUT) {
        let stretch = around(before, after).and_then(|(start, end)| Some((before.get(..start)?, after.get(end..)?)));
        if let Some((before, after)) = stretch {
            kept.push_str(before);
            rest = after;
        } else {
            kept.push_str(before);
            kept.push_str(LEFT_OUT);
            rest = after;
        }
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_stays_without_its_link() {
        let html = format!(
            "<p><a style=\"x\" href=\"{LEFT_OUT}/a\" target=\"_blank\">Cart</a> <img alt=\"Bag\" src=\"https://x.example/{LEFT_OUT}.png\" /></p>"
        );
        assert_eq!(without_attributes(html), "<p><a style=\"x\" target=\"_blank\">Cart</a> <img alt=\"Bag\" /></p>");
    }

    #[test]
    fn a_background_loads_nothing_and_keeps_its_other_styles() {
        let html = format!("<td style=\"color:red;background:url('{LEFT_OUT}')\">a</td>");
        assert_eq!(without_attributes(html.clone()), html);
    }

    #[test]
    fn words_stay_without_their_target() {
        let text = format!("See my cart <{LEFT_OUT}?a=b>\nBye <https://x.example/>");
        assert_eq!(without_targets(text), "See my cart\nBye <https://x.example/>");
    }
}
