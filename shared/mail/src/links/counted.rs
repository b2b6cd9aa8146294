//! Leads the links of a mail through the page that counts who follows them.
//!
//! Only links that stand in the mail are signed, so the page can lead nowhere else. Must never change a link that it does
//! not fully understand, nor one of our own pages: a link that is not counted still works.

use super::{Claim, LinkKind, Links};
use crate::render::escape_html;
use crate::url;

const HREF: &str = " href=\"";

impl Links {
    /// `html` with every `https` link of an `<a>` leading through [`LinkKind::Click`] for `claim`.
    #[must_use]
    pub fn counted(&self, html: &str, claim: &Claim) -> String {
        let mut counted = String::with_capacity(html.len() * 2);
        let mut rest = html;
        while let Some(at) = rest.find("<a ") {
            let (before, tag) = rest.split_at(at);
            let (tag, after) = tag.split_at(tag.find('>').unwrap_or(tag.len()));
            counted.push_str(before);
            match self.counted_tag(tag, claim) {
                Some(changed) => counted.push_str(&changed),
                None => counted.push_str(tag),
            }
            rest = after;
        }
        counted + rest
    }

    fn counted_tag(&self, tag: &str, claim: &Claim) -> Option<String> {
        let (before, link) = tag.split_once(HREF)?;
        let (link, after) = link.split_once('"')?;
        let target = unescaped(link)?;
        if !target.starts_with("https://") || !url::is_safe(&target) || self.is_own(&target) {
            return None;
        }
        let through = self.url(LinkKind::Click, &Claim { value: target, ..claim.clone() }).ok()?;
        Some(format!("{before}{HREF}{}\"{after}", escape_html(&through)))
    }

    fn is_own(&self, link: &str) -> bool {
        link.strip_prefix(&*self.base_url).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// The value of an attribute; `None` where it holds a character reference that templates do not write.
fn unescaped(value: &str) -> Option<String> {
    let mut parts = value.split('&');
    let mut plain = parts.next()?.to_owned();
    for part in parts {
        let (name, rest) = part.split_once(';')?;
        plain.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#x27" | "#39" => '\'',
            "#x2f" | "#47" => '/',
            _ => return None,
        });
        plain.push_str(rest);
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::Key;
    use super::*;

    fn links() -> Links {
        Links::new("https://mail.example.com", Key::new(1, vec![1; 32]).unwrap(), None).unwrap()
    }

    fn claim() -> Claim {
        Claim { person: "ann".into(), campaign: "w".into(), step: "s".into(), entry: 1, ..Claim::default() }
    }

    #[test]
    fn a_link_leads_through_the_page_and_its_token_says_where_to() {
        let html =
            r#"<p><a class="b" href="https:&#x2f;&#x2f;shop.example.com/a?b=1&amp;c=2" target="_blank">Go</a></p>"#;
        let counted = links().counted(html, &claim());
        let (before, token) = counted.split_once("https://mail.example.com/c/").unwrap();
        let (token, after) = token.split_once('"').unwrap();
        assert_eq!((before, after), (r#"<p><a class="b" href=""#, r#" target="_blank">Go</a></p>"#));
        let value = "https://shop.example.com/a?b=1&c=2".to_owned();
        assert_eq!(links().verify(LinkKind::Click, token), Ok(Claim { value, ..claim() }));
    }

    #[rstest]
    #[case::own_page(r#"<a href="https://mail.example.com/u/token">x</a>"#)]
    #[case::mail(r#"<a href="mailto:help@example.com">x</a>"#)]
    #[case::telephone(r#"<a href="tel:+8225550100">x</a>"#)]
    #[case::unknown_reference(r#"<a href="https://example.com/?a=1&copy=2">x</a>"#)]
    #[case::unsafe_link(r#"<a href="https://bank.example@evil.example/">x</a>"#)]
    #[case::no_link(r#"<a name="top">x</a>"#)]
    #[case::single_quotes("<a href='https://example.com/'>x</a>")]
    #[case::unclosed(r#"<a href="https://example.com/"#)]
    #[case::other_element(r#"<link href="https://example.com/x.css"><area href="https://example.com/">"#)]
    #[case::text("https://example.com/ <a")]
    fn everything_else_stays_as_it_was(#[case] html: &str) {
        assert_eq!(links().counted(html, &claim()), html);
    }

    #[test]
    fn a_link_too_long_to_be_signed_stays_as_it_was() {
        let html = format!(r#"<a href="https://example.com/{}">x</a>"#, "y".repeat(900));
        assert_eq!(links().counted(&html, &claim()), html);
    }
}
