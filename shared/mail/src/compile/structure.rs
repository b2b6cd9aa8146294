//! Which element of a document that MJML refuses is not closed, or ends without having begun.
//!
//! A mail stands inside a layout, and an element that one file leaves open is missed where the other goes on: the parser
//! names that place. This looks for the element itself, so that its own file is blamed. Must never judge what MJML accepts.

use htmlparser::{ElementEnd, Token, Tokenizer};

use super::elements::VOID;

/// What does not fit.
pub(super) struct Fault {
    /// Where it begins, in bytes.
    pub(super) offset: usize,
    pub(super) message: String,
    pub(super) help: String,
}

/// The first element that is not closed, or that ends without having begun.
pub(super) fn fault(document: &str) -> Option<Fault> {
    let mut open: Vec<(&str, usize)> = Vec::new();
    let (mut element, mut for_outlook) = (("", 0), false);
    for token in Tokenizer::from(document) {
        match token.ok()? {
            // What only Outlook reads opens in one comment and closes in another.
            Token::ConditionalCommentStart { .. } => for_outlook = true,
            Token::ConditionalCommentEnd { .. } => for_outlook = false,
            _ if for_outlook => {}
            Token::ElementStart { local, .. } => {
                element = (local.as_str(), local.start().saturating_sub(1));
            }
            Token::ElementEnd { end: ElementEnd::Open, .. } if !VOID.contains(&element.0) => open.push(element),
            Token::ElementEnd { end: ElementEnd::Close(_, local), span } => match open.pop() {
                Some((name, _)) if name == local.as_str() => {}
                last => return Some(unbalanced(&open, last, local.as_str(), span.start())),
            },
            _ => {}
        }
    }
    open.pop().map(unclosed)
}

/// An element ends that is not the one opened last.
fn unbalanced(open: &[(&str, usize)], last: Option<(&str, usize)>, name: &str, at: usize) -> Fault {
    match last {
        // It ends one further out, so the inner one was left open.
        Some(inner) if open.iter().any(|(outer, _)| *outer == name) => unclosed(inner),
        _ => Fault {
            offset: at,
            message: format!("`</{name}>` ends an element that was not begun"),
            help: format!("Take it out, or write `<{name}>` before it."),
        },
    }
}

fn unclosed((name, offset): (&str, usize)) -> Fault {
    Fault { offset, message: format!("`<{name}>` is not closed"), help: format!("Write `</{name}>` where it ends.") }
}
