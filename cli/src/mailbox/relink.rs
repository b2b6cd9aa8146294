//! Links of ours in mails that were signed while the pages answered on another port: they lead to the port of now.
//!
//! A demo signs links for the mailbox's usual port, a `dev` for the one that it was given. A token holds wherever it is, so
//! the port alone is changed, and only before a token that our key signed: a shop's own links to this machine stay.

use rekindle_mail::{LinkKind, Links};

const HOST: &str = "127.0.0.1:";
/// How a slash stands in a text, and in HTML as templates escape it.
const SLASHES: [&str; 2] = ["/", "&#x2f;"];

/// Where the pages answer.
pub struct Pages {
    links: Links,
    port: u16,
}

impl Pages {
    /// Pages on a port of this machine, behind links that `links` signed.
    pub fn new(links: Links, port: u16) -> Self {
        Self { links, port }
    }

    /// The text, with our links to another port of this machine led to the pages.
    pub fn relinked(&self, text: &str) -> String {
        let mut parts = text.split(HOST);
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            out.push_str(HOST);
            match part.split_at(part.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(part.len())) {
                (port, rest) if !port.is_empty() && self.is_ours(rest) => {
                    out.push_str(&self.port.to_string());
                    out.push_str(rest);
                }
                _ => out.push_str(part),
            }
        }
        out
    }

    /// Whether a path begins with the letter of a purpose, and a token that was signed for it.
    fn is_ours(&self, path: &str) -> bool {
        let after_slash = |text: &'_ str| SLASHES.iter().find_map(|slash| Some(text.strip_prefix(slash)?.to_owned()));
        let Some(path) = after_slash(path) else { return false };
        LinkKind::ALL.into_iter().any(|purpose| {
            let token = path.strip_prefix(purpose.path()).and_then(after_slash);
            token.is_some_and(|token| {
                let end = token.find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_".contains(letter)));
                let token = token.get(..end.unwrap_or(token.len())).unwrap_or_default();
                self.links.verify(purpose, token).is_ok()
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use rekindle_mail::{Claim, Key};

    use super::*;

    fn links(secret: u8) -> Links {
        Links::new("http://127.0.0.1:7070", Key::new(1, vec![secret; 32]).unwrap(), None).unwrap()
    }

    #[test]
    fn our_links_lead_to_the_port_of_now_and_all_else_stays() {
        let claim = Claim { person: "ann".to_owned(), ..Claim::default() };
        let ours = links(1).url(LinkKind::Unsubscribe, &claim).unwrap();
        let escaped = ours.replace('/', "&#x2f;");
        let here = ours.replace(":7070", ":17205");
        let pages = Pages::new(links(1), 17_205);
        assert_eq!(pages.relinked(&format!("<a href=\"{ours}\">x</a>")), format!("<a href=\"{here}\">x</a>"));
        assert_eq!(pages.relinked(&format!("<{escaped}>.")), format!("<{}>.", here.replace('/', "&#x2f;")));
        assert_eq!(pages.relinked(&format!("{ours} {ours}")), format!("{here} {here}"));
        // A link of the shop's own, one that another system signed, one for another purpose, one that was cut.
        let foreign = links(2).url(LinkKind::Unsubscribe, &claim).unwrap();
        let other = ours.replace("/u/", "/p/");
        let cut = &ours[..ours.len() - 1];
        for text in ["http://127.0.0.1:3000/u/cart", "127.0.0.1:", "127.0.0.1:7070/", &foreign, &other, cut, ""] {
            assert_eq!(pages.relinked(text), text);
        }
    }
}
