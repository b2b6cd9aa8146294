//! Where the template's tags stand in a text, and the marks that take their places while MJML, CSS and HTML are
//! worked on by tools that know nothing of templates.
//!
//! A mark is the tag's number between two characters that nobody writes: it survives parsers, attributes and style
//! sheets. The characters are printable ones, since MJML's renderer escapes others in attributes.

use std::ops::Range;

use minijinja::machinery::{Token, tokenize};

const OPEN: char = '⸨';
const CLOSE: char = '⸩';

/// One tag.
#[derive(Debug, Clone)]
pub(super) struct Tag {
    /// Its bytes in the text, braces included.
    pub(super) range: Range<usize>,
    /// Whether it is a statement, `{% … %}`, and not a value, `{{ … }}`.
    pub(super) is_statement: bool,
}

/// Tokens in one tag: dots, filters and operators in a row become a tree as deep as they are many.
const MAX_TOKENS: usize = 300;
/// `elif`s in one text, each of which nests into the one before.
const MAX_ELIFS: usize = 200;

/// The first tag that is too long to be parsed: parsing recurses and would exhaust the stack, so this must come first.
pub(super) fn oversized(text: &str) -> Option<usize> {
    let (mut start, mut tokens, mut elifs) = (0, 0, 0);
    for token in tokenize(text, false, minijinja::syntax::SyntaxConfig::default()) {
        let Ok((token, span)) = token else {
            break;
        };
        match token {
            Token::VariableStart | Token::BlockStart => (start, tokens) = (span.start_offset as usize, 0),
            Token::Ident("elif") => elifs += 1,
            _ => {}
        }
        tokens += 1;
        if tokens > MAX_TOKENS || elifs > MAX_ELIFS {
            return Some(start);
        }
    }
    None
}

/// The tags of a text whose syntax was found to be right; `None` for `{% raw %}`, which has none.
pub(super) fn find(text: &str) -> Option<Vec<Tag>> {
    let mut tags = Vec::new();
    let mut start = 0;
    for token in tokenize(text, false, minijinja::syntax::SyntaxConfig::default()) {
        let (token, span) = token.ok()?;
        let (from, to) = (span.start_offset as usize, span.end_offset as usize);
        match token {
            Token::VariableStart | Token::BlockStart => start = from,
            Token::VariableEnd => tags.push(Tag { range: start..to, is_statement: false }),
            Token::BlockEnd => tags.push(Tag { range: start..to, is_statement: true }),
            _ => {}
        }
    }
    Some(tags)
}

/// The expression inside a value's braces.
pub(super) fn inner(tag: &str) -> &str {
    let inner = tag.strip_prefix("{{").and_then(|tag| tag.strip_suffix("}}")).unwrap_or(tag);
    inner.trim_start_matches(['-', '+']).trim_end_matches(['-', '+']).trim()
}

/// The mark of tag number `index`.
pub(super) fn mark(index: usize) -> String {
    format!("{OPEN}{index}{CLOSE}")
}

/// Whether a text holds the characters that marks are made of.
pub(super) fn has_mark_characters(text: &str) -> bool {
    text.contains([OPEN, CLOSE])
}

/// A piece of a marked text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Literal(&'a str),
    Mark(usize),
}

/// Splits a marked text into what stands there and the marks between.
pub(super) fn split(marked: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for part in marked.split(OPEN) {
        let literal = match part.split_once(CLOSE) {
            Some((number, rest)) => {
                pieces.extend(number.parse().ok().map(Piece::Mark));
                rest
            }
            None => part,
        };
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
    }
    pieces
}

/// Puts the tags back. Braces that were there without being tags are printed by tags, so that they stay braces.
pub(super) fn restore(marked: &str, tags: &[String]) -> String {
    let mut text = String::with_capacity(marked.len() * 2);
    for piece in split(marked) {
        match piece {
            Piece::Literal(literal) => text.push_str(&literal_template(literal)),
            Piece::Mark(index) => text.push_str(tags.get(index).map(String::as_str).unwrap_or_default()),
        }
    }
    text
}

/// A template that prints `literal` as it is.
pub(super) fn literal_template(literal: &str) -> String {
    if !["{{", "{%", "{#"].iter().any(|open| literal.contains(open)) {
        return literal.to_owned();
    }
    literal.replace("{{", "{{'{'}}{{'{'}}").replace("{%", "{{'{'}}%").replace("{#", "{{'{'}}#")
}

/// Where the first mark of a text begins.
pub(super) fn first_mark(text: &str) -> Option<usize> {
    text.find(OPEN)
}

/// Whether a text is one mark and nothing else.
pub(super) fn is_mark(text: &str) -> bool {
    text.starts_with(OPEN) && text.ends_with(CLOSE)
}

/// Takes the comments off that statements were given for MJML.
pub(super) fn uncomment(html: &str) -> String {
    html.replace(&format!("<!--{OPEN}"), &OPEN.to_string()).replace(&format!("{CLOSE}-->"), &CLOSE.to_string())
}

/// The offset in the original of one in a marked text; `anchors` holds pairs of both, ascending.
pub(super) fn origin(anchors: &[(usize, usize)], offset: usize) -> usize {
    let next = anchors.partition_point(|(marked, _)| *marked <= offset);
    let anchor = next.checked_sub(1).and_then(|index| anchors.get(index));
    anchor.map_or(0, |(marked, original)| original + (offset - marked))
}
