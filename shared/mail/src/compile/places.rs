//! Finds the place of every tag in the MJML and judges it.
//!
//! Must never let a value stand where escaping for HTML does not suffice: style sheets, attributes other than links and
//! texts, names.

use std::ops::Range;

use htmlparser::{ElementEnd, Token, Tokenizer};

use super::bare::Bare;
use super::document::Document;
use super::elements::{CONTAINERS, FORBIDDEN, OTHERS, TEXT_ATTRIBUTES, TEXTS, VOID};
use super::link::{self, Guard, Refusal};
use super::problem::{Code, Problems, suggest};
use super::structure::{self, Fault};
use super::tags::{self, Piece, Tag};

/// How deep elements may nest.
const MAX_DEPTH: usize = 100;

/// What a tag's place asks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// A value in text.
    Plain,
    /// A statement in text.
    Comment,
    /// A statement between MJML elements.
    Raw,
    /// A value in a link.
    Guarded(Guard),
}

/// What was found out about a document; offsets are the document's.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// For every tag, in order.
    pub(super) uses: Vec<Use>,
    /// Blanks between elements or statements in text, which MJML would drop.
    pub(super) blanks: Vec<Range<usize>>,
    /// Markup to add.
    pub(super) added: Vec<(usize, &'static str)>,
}

/// Finds and judges the places of the tags `found`; `None` if the document cannot be read.
pub(super) fn find(document: &Document<'_>, found: &[Tag], problems: &mut Problems) -> Option<Places> {
    let bare = Bare::new(document, found, problems);
    let places = Places { uses: vec![Use::Plain; found.len()], ..Places::default() };
    let mut walk = Walk {
        document,
        bare: &bare,
        problems,
        places,
        open: Vec::new(),
        depth: 0,
        conditional: false,
        bodiless: false,
    };
    walk.run().then_some(walk.places)
}

/// One pass over the document's elements.
struct Walk<'w, 'd> {
    document: &'w Document<'d>,
    bare: &'w Bare<'w>,
    problems: &'w mut Problems,
    places: Places,
    /// The MJML elements that are open, outermost first, and whether a `<style>` or `<script>` is.
    open: Vec<String>,
    /// How many elements of any kind are open.
    depth: usize,
    /// Whether a conditional comment for Outlook is open.
    conditional: bool,
    /// Whether the open `<mj-table>` was given a `<tbody>`.
    bodiless: bool,
}

impl Walk<'_, '_> {
    fn run(&mut self) -> bool {
        let mut element = String::new();
        for token in Tokenizer::from(self.bare.text.as_str()) {
            match token {
                Err(error) => {
                    let at = error.pos();
                    let fault = structure::fault(&self.bare.text).unwrap_or_else(|| Fault {
                        offset: offset_of(&self.bare.text, at.row as usize, at.col as usize),
                        message: format!("the MJML cannot be read: {error}"),
                        help: "Write `&lt;` for `<` and `&amp;` for `&`, and close every element.".to_owned(),
                    });
                    self.report(fault.offset, Code::Mjml, fault.message, fault.help);
                    return false;
                }
                Ok(Token::ElementStart { local, .. }) => {
                    element = local.as_str().to_owned();
                    self.start(&element, local.start());
                }
                Ok(Token::Attribute { local, value, span, .. }) => match value {
                    Some(value) => self.attribute(&element, local.as_str(), value.as_str(), value.start()),
                    None => self.no_tags(span.as_str(), span.start(), "in an attribute's name"),
                },
                Ok(Token::ElementEnd { end, span }) => {
                    if self.nests_too_deep(&element, &end, span.start()) {
                        return false;
                    }
                    self.end(&element, &end, span.start(), span.end());
                }
                Ok(Token::Text { text }) => self.text(text.as_str(), text.start()),
                Ok(Token::Comment { text, .. }) => {
                    self.no_tags(text.as_str(), text.start(), "inside `<!-- -->`; use `{# #}` to leave something out")
                }
                Ok(Token::ConditionalCommentStart { .. }) => self.conditional = true,
                Ok(Token::ConditionalCommentEnd { .. }) => self.conditional = false,
                Ok(other) => {
                    let span = other.span();
                    self.no_tags(span.as_str(), span.start(), "here");
                }
            }
        }
        true
    }

    fn report(&mut self, offset: usize, code: Code, message: impl Into<String>, help: impl Into<String>) {
        self.document.report(self.problems, self.bare.origin(offset), code, message, help);
    }

    fn start(&mut self, element: &str, offset: usize) {
        self.no_tags(element, offset, "in an element's name");
        let is_known = [CONTAINERS.as_slice(), &TEXTS, &OTHERS].iter().any(|names| names.contains(&element));
        if element.starts_with("mj-") && !is_known {
            let known: Vec<&str> = CONTAINERS.iter().chain(&TEXTS).chain(&OTHERS).copied().collect();
            self.report(
                offset,
                Code::UnknownElement,
                format!("unknown element `<{element}>`"),
                suggest(element, &known),
            );
        }
        if element == "mj-include" {
            self.report(
                offset,
                Code::NotAllowed,
                "`<mj-include>` cannot be used in a mail",
                "Put what mails share into the layout.",
            );
        }
        if FORBIDDEN.contains(&element) {
            self.report(
                offset,
                Code::NotAllowed,
                format!("`<{element}>` cannot be used in a mail"),
                "Mail readers drop it; link to a page instead.",
            );
        }
    }

    /// The tools behind this one recurse, so a document that nests without end would exhaust the stack.
    fn nests_too_deep(&mut self, element: &str, end: &ElementEnd<'_>, offset: usize) -> bool {
        match end {
            ElementEnd::Open if !VOID.contains(&element) => self.depth += 1,
            ElementEnd::Close(..) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if self.depth > MAX_DEPTH {
            self.report(
                offset,
                Code::TooLarge,
                "the elements nest too deep",
                "Close each element before the next begins.",
            );
        }
        self.depth > MAX_DEPTH
    }

    fn end(&mut self, element: &str, end: &ElementEnd<'_>, start: usize, after: usize) {
        let tracked = |name: &str| name.starts_with("mj") || name == "style";
        match end {
            ElementEnd::Open if tracked(element) => {
                self.open.push(element.to_owned());
                if element == "mj-table" && self.lacks_body(after) {
                    self.bodiless = true;
                    self.places.added.push((self.bare.origin(after), "<tbody>"));
                }
            }
            ElementEnd::Close(_, local) if tracked(local.as_str()) => {
                if self.open.last().is_some_and(|open| open == local.as_str()) {
                    self.open.pop();
                }
                if local.as_str() == "mj-table" && std::mem::take(&mut self.bodiless) {
                    self.places.added.push((self.bare.origin(start), "</tbody>"));
                }
            }
            _ => {}
        }
    }

    /// HTML puts rows without `<tbody>` into one of its own, behind any statement that stands before the first row.
    fn lacks_body(&self, offset: usize) -> bool {
        let rest = self.bare.text.get(offset..).unwrap_or_default();
        let table = rest.split("</mj-table").next().unwrap_or_default();
        !["<tbody", "<thead", "<tfoot"].iter().any(|part| table.contains(part))
    }

    fn marks(&self, text: &str) -> Vec<(usize, bool)> {
        let is_statement = |index: usize| self.bare.found.get(index).is_some_and(|tag| tag.is_statement);
        let marks = tags::split(text).into_iter();
        marks
            .filter_map(|piece| if let Piece::Mark(index) = piece { Some((index, is_statement(index))) } else { None })
            .collect()
    }

    fn no_tags(&mut self, text: &str, offset: usize, place: &str) {
        if let Some(at) = tags::first_mark(text) {
            self.report(
                offset + at,
                Code::Place,
                format!("a tag cannot stand {place}"),
                "Tags go into text, and values into links and `alt`.",
            );
        }
    }

    fn assign(&mut self, index: usize, place: Use) {
        if let Some(slot) = self.places.uses.get_mut(index) {
            *slot = place;
        }
    }

    fn attribute(&mut self, element: &str, name: &str, value: &str, offset: usize) {
        if name.starts_with("on") {
            self.report(
                offset,
                Code::NotAllowed,
                format!("`{name}` cannot be used in a mail"),
                "Mail readers run no scripts.",
            );
        }
        if element == "meta" && name == "http-equiv" && value.trim().eq_ignore_ascii_case("refresh") {
            self.report(
                offset,
                Code::NotAllowed,
                "`<meta http-equiv=\"refresh\">` cannot be used in a mail",
                "A mail leads nowhere by itself; link to a page instead.",
            );
        }
        if format!("{value:?}").len() != value.len() + 2 {
            self.report(
                offset,
                Code::Mjml,
                format!("`{name}` holds a line break, a quote, a backslash or an invisible character"),
                "Write the value on one line, with plain characters.",
            );
        }
        let marks = self.marks(value);
        if marks.iter().any(|(_, is_statement)| *is_statement) {
            self.report(
                offset,
                Code::Place,
                "a statement cannot stand inside an attribute",
                "Choose the value inside one tag: `{{ a if condition else b }}`.",
            );
            return;
        }
        if link::is_link(name, value) {
            self.link(element, name, value, offset);
        } else if !marks.is_empty() && !TEXT_ATTRIBUTES.contains(&name) {
            self.report(
                offset,
                Code::Place,
                format!("a value cannot stand in `{name}`"),
                "Values go into text, links, `alt` and `title`; choose between two elements with `{% if … %}`.",
            );
        }
    }

    fn link(&mut self, element: &str, name: &str, value: &str, offset: usize) {
        match link::guards(value) {
            Ok(guards) => guards.into_iter().for_each(|(index, guard)| self.assign(index, Use::Guarded(guard))),
            Err(Refusal::Scheme) => {
                self.report(
                    offset,
                    Code::Link,
                    format!("`{name}` of `<{element}>` is not a link that may stand in a mail"),
                    "Links begin with https://, mailto: or tel:.",
                );
            }
            Err(Refusal::Host) => {
                self.report(
                    offset,
                    Code::Link,
                    "a value could change the host of this link",
                    "Put a `/` between the host and the value: `https://shop.example.com/{{ … }}`.",
                );
            }
        }
    }

    fn text(&mut self, text: &str, offset: usize) {
        let parent = self.open.last().cloned().unwrap_or_default();
        if matches!(parent.as_str(), "mj-style" | "style") {
            self.no_tags(text, offset, "in a style sheet");
            if let Some(at) = import_at(text) {
                self.report(
                    offset + at,
                    Code::NotAllowed,
                    "`@import` cannot be used in a mail",
                    "Write the rules into `<mj-style>`; mail readers load no further style sheets.",
                );
            }
            return;
        }
        if CONTAINERS.contains(&parent.as_str()) {
            self.between_elements(&parent, text, offset);
        } else if TEXTS.contains(&parent.as_str()) {
            let is_plain = matches!(parent.as_str(), "mj-title" | "mj-preview");
            for (index, is_statement) in self.marks(text) {
                if is_statement && (is_plain || self.conditional) {
                    self.no_tags(text, offset, "here");
                }
                self.assign(index, if is_statement { Use::Comment } else { Use::Plain });
            }
            self.keep_blanks(text, offset);
        } else {
            self.no_tags(text, offset, "between these elements");
        }
    }

    fn keep_blanks(&mut self, text: &str, offset: usize) {
        let mut at = offset;
        for piece in tags::split(text) {
            match piece {
                Piece::Mark(index) => at += tags::mark(index).len(),
                Piece::Literal(literal) => {
                    if literal.trim().is_empty() {
                        self.places.blanks.push(self.bare.origin(at)..self.bare.origin(at) + literal.len());
                    }
                    at += literal.len();
                }
            }
        }
    }

    fn between_elements(&mut self, parent: &str, text: &str, offset: usize) {
        let mut at = offset;
        for piece in tags::split(text) {
            match piece {
                Piece::Mark(index) if self.bare.found.get(index).is_some_and(|tag| tag.is_statement) => {
                    at += tags::mark(index).len();
                    self.assign(index, Use::Raw);
                }
                Piece::Literal(literal) if literal.trim().is_empty() => at += literal.len(),
                _ => {
                    let blanks = if let Piece::Literal(literal) = piece {
                        literal.len() - literal.trim_start().len()
                    } else {
                        0
                    };
                    self.report(
                        at + blanks,
                        Code::Mjml,
                        format!("text cannot stand directly in `<{parent}>`"),
                        "Put it into an `<mj-text>`.",
                    );
                    return;
                }
            }
        }
    }
}

/// Where a style sheet loads another one, escaped letters included: `@\\69mport` reads as `@import`.
fn import_at(styles: &str) -> Option<usize> {
    let styles = styles.to_ascii_lowercase();
    ["@import", "@\\", "@i\\"].iter().filter_map(|rule| styles.find(rule)).min()
}

/// The byte offset of a row and column, both from 1.
fn offset_of(text: &str, row: usize, column: usize) -> usize {
    let line_start: usize = text.split_inclusive('\n').take(row.saturating_sub(1)).map(str::len).sum();
    let line = text.get(line_start..).unwrap_or_default();
    line_start + line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at)
}
