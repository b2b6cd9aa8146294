//! Links in the source: written-out ones are judged here, the values inside them are prepared for sending time.

use super::tags::{Piece, split};
use crate::url;

/// Attributes whose value is a link.
const LINKS: [&str; 10] =
    ["href", "src", "background-url", "background", "action", "formaction", "poster", "base-url", "icon-src", "cite"];

/// What a value inside a link has to pass when the mail is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// It begins the link and so decides the scheme.
    Whole,
    /// It stands behind a scheme and host that the author wrote.
    Part,
}

/// Why a link is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Neither https, mailto nor tel.
    Scheme,
    /// A value where it could change the host.
    Host,
}

/// Whether an attribute holds a link; `background` may hold a colour as well.
pub(super) fn is_link(attribute: &str, value: &str) -> bool {
    LINKS.contains(&attribute) && (attribute != "background" || value.contains("//"))
}

/// The marks of a link's values with what each has to pass.
pub(super) fn guards(value: &str) -> Result<Vec<(usize, Guard)>, Refusal> {
    let pieces = split(value.trim());
    let marks = |rest: &[Piece<'_>]| -> Vec<(usize, Guard)> {
        rest.iter()
            .filter_map(|piece| if let Piece::Mark(mark) = piece { Some((*mark, Guard::Part)) } else { None })
            .collect()
    };
    match pieces.as_slice() {
        [] => Err(Refusal::Scheme),
        [Piece::Mark(first)] => Ok(vec![(*first, Guard::Whole)]),
        [Piece::Mark(first), rest @ ..] => {
            let ends_host =
                matches!(rest.first(), Some(Piece::Literal(literal)) if literal.starts_with(['/', '?', '#']));
            if !ends_host {
                return Err(Refusal::Host);
            }
            let mut guards = marks(rest);
            guards.push((*first, Guard::Whole));
            Ok(guards)
        }
        [Piece::Literal(literal)] => {
            if url::is_safe_literal(&unescape(literal)) {
                Ok(Vec::new())
            } else {
                Err(Refusal::Scheme)
            }
        }
        [Piece::Literal(beginning), rest @ ..] => {
            fixed_beginning(&unescape(beginning))?;
            Ok(marks(rest))
        }
    }
}

/// Whether a link's written-out beginning fixes its scheme and host.
fn fixed_beginning(beginning: &str) -> Result<(), Refusal> {
    let Some((scheme, rest)) = beginning.split_once(':') else {
        return Err(Refusal::Scheme);
    };
    match scheme.to_ascii_lowercase().as_str() {
        "mailto" | "tel" => Ok(()),
        "https" if rest.strip_prefix("//").is_some_and(|rest| rest.contains(['/', '?', '#'])) => {
            if url::is_safe(beginning) { Ok(()) } else { Err(Refusal::Scheme) }
        }
        "https" => Err(Refusal::Host),
        _ => Err(Refusal::Scheme),
    }
}

/// The entities that stand in links.
fn unescape(literal: &str) -> String {
    literal.replace("&amp;", "&")
}
