//! Finds the place of every tag in the MJML and puts a mark there that fits the place.
//!
//! A statement between elements becomes a comment inside `<mj-raw>`, which MJML, CSS and HTML tools leave where it is;
//! a statement in text becomes a comment; a value becomes its mark. Must never let a value stand where escaping for
//! HTML does not suffice: style sheets, attributes other than links and texts.

use std::collections::BTreeSet;
use std::ops::Range;

use htmlparser::{ElementEnd, Token, Tokenizer};

use super::document::Document;
use super::link::{self, Guard, Refusal};
use super::problem::{Code, Problems, suggest};
use super::tags::{self, Piece, Tag};

/// Elements that hold other elements and no text.
const CONTAINERS: [&str; 6] = ["mj-body", "mj-wrapper", "mj-section", "mj-group", "mj-column", "mj-hero"];
/// Elements that hold text.
const TEXTS: [&str; 10] = [
    "mj-text", "mj-button", "mj-table", "mj-raw", "mj-title", "mj-preview", "mj-accordion-text", "mj-accordion-title",
    "mj-navbar-link", "mj-social-element",
];
/// All further elements of MJML.
const OTHERS: [&str; 20] = [
    "mjml", "mj-head", "mj-attributes", "mj-all", "mj-class", "mj-breakpoint", "mj-font", "mj-style", "mj-image",
    "mj-divider", "mj-spacer", "mj-social", "mj-navbar", "mj-accordion", "mj-accordion-element", "mj-carousel",
    "mj-carousel-image", "mj-include", "mj-html-attributes", "mj-selector",
];
/// Attributes, apart from links, whose value a mail reader shows as text.
const TEXT_ATTRIBUTES: [&str; 4] = ["alt", "title", "lang", "aria-label"];

/// MJML without tags, and the tags that go back into it.
pub(super) struct Woven {
    /// The document with a mark for every tag.
    pub(super) text: String,
    /// The tags' sources, guarded where they stand in links.
    pub(super) tags: Vec<String>,
    /// Stands for a blank that MJML would drop: one between two elements or statements in text.
    pub(super) blank: String,
    /// Pairs of offsets, in `text` and in the document, where literal text begins.
    anchors: Vec<(usize, usize)>,
}

impl Woven {
    /// The document's offset of one in the woven text.
    pub(super) fn origin(&self, offset: usize) -> usize {
        let anchor = self.anchors.iter().rev().find(|(woven, _)| *woven <= offset);
        anchor.map_or(0, |(woven, document)| document + (offset - woven))
    }
}

/// What a tag's place asks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Plain,
    Comment,
    Raw,
    Guarded(Guard),
}

/// Marks the tags; `None` if the document cannot be read.
pub(super) fn weave(document: &Document<'_>, own_links: &BTreeSet<usize>, problems: &mut Problems) -> Option<Woven> {
    let Some(found) = tags::find(&document.text) else {
        document.report(problems, 0, Code::Syntax, "the tags cannot be told apart", "Close every `{{` and `{%`.");
        return None;
    };
    let bare = Bare::new(document, &found, problems);
    let mut walk = Walk {
        document,
        bare: &bare,
        problems,
        uses: vec![Use::Plain; found.len()],
        blanks: Vec::new(),
        open: Vec::new(),
        conditional: false,
    };
    if !walk.run() {
        return None;
    }
    let blank = tags::mark(found.len());
    let mut edits: Vec<Edit> = walk.blanks.into_iter().map(|range| Edit { range, text: blank.clone() }).collect();
    let mut sources = Vec::new();
    for (index, (tag, place)) in found.iter().zip(walk.uses).enumerate() {
        let source = document.text.get(tag.range.clone()).unwrap_or_default();
        let is_own = own_links.range(tag.range.clone()).next().is_some();
        edits.push(Edit { range: tag.range.clone(), text: place.text(index) });
        sources.push(place.source(source, is_own));
    }
    Some(apply(document, edits, sources, blank))
}

/// What replaces a range of the document.
struct Edit {
    range: Range<usize>,
    text: String,
}

fn apply(document: &Document<'_>, mut edits: Vec<Edit>, tags: Vec<String>, blank: String) -> Woven {
    edits.sort_by_key(|edit| edit.range.start);
    let mut woven = Woven { text: String::with_capacity(document.text.len() * 2), tags, blank, anchors: Vec::new() };
    let mut from = 0;
    for edit in edits {
        woven.anchors.push((woven.text.len(), from));
        woven.text.push_str(&without_comments(document.text.get(from..edit.range.start).unwrap_or_default()));
        woven.text.push_str(&edit.text);
        from = edit.range.end;
    }
    woven.anchors.push((woven.text.len(), from));
    woven.text.push_str(&without_comments(document.text.get(from..).unwrap_or_default()));
    woven
}

impl Use {
    /// What stands in the MJML for tag number `index`.
    fn text(self, index: usize) -> String {
        let mark = tags::mark(index);
        match self {
            Self::Raw => format!("<mj-raw><!--{mark}--></mj-raw>"),
            Self::Comment => format!("<!--{mark}-->"),
            Self::Plain | Self::Guarded(_) => mark,
        }
    }

    /// The tag as it goes back into the template.
    fn source(self, source: &str, is_own: bool) -> String {
        match self {
            Self::Guarded(guard) => guarded(source, guard, is_own),
            _ => source.to_owned(),
        }
    }
}

fn guarded(source: &str, guard: Guard, is_own: bool) -> String {
    let filter = match guard {
        Guard::Whole if is_own => "_own_link",
        Guard::Whole => "_link",
        Guard::Part => "_part",
    };
    format!("{{{{ ({}) | {filter} }}}}", tags::inner(source))
}

/// Text between tags without `{# … #}`; as many blanks stay, so that offsets do.
fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("{#") {
        kept.push_str(before);
        let end = comment.find("#}").map_or(comment.len(), |end| end + 2);
        kept.push_str(&" ".repeat(end + 2));
        rest = comment.get(end..).unwrap_or_default();
    }
    kept + rest
}

/// The document with a plain mark for every tag: what places are looked up in.
struct Bare<'d> {
    text: String,
    anchors: Vec<(usize, usize)>,
    found: &'d [Tag],
}

impl<'d> Bare<'d> {
    fn new(document: &Document<'_>, found: &'d [Tag], problems: &mut Problems) -> Self {
        let mut bare = Self { text: String::new(), anchors: Vec::new(), found };
        let mut from = 0;
        for (index, tag) in found.iter().enumerate() {
            bare.literal(document, from, tag.range.start, problems);
            bare.anchors.push((bare.text.len(), tag.range.start));
            bare.text.push_str(&tags::mark(index));
            from = tag.range.end;
        }
        bare.literal(document, from, document.text.len(), problems);
        bare
    }

    fn literal(&mut self, document: &Document<'_>, from: usize, to: usize, problems: &mut Problems) {
        let text = document.text.get(from..to).unwrap_or_default();
        if let Some(at) = text.find("{%") {
            document.report(problems, from + at, Code::NotAllowed, "`{% raw %}` cannot be used in a mail", "Write the text without it.");
        }
        self.anchors.push((self.text.len(), from));
        self.text.push_str(&without_comments(text));
    }

    fn origin(&self, offset: usize) -> usize {
        let anchor = self.anchors.iter().rev().find(|(bare, _)| *bare <= offset);
        anchor.map_or(0, |(bare, document)| document + (offset - bare))
    }
}

/// One pass over the document's elements.
struct Walk<'w, 'd> {
    document: &'w Document<'d>,
    bare: &'w Bare<'w>,
    problems: &'w mut Problems,
    uses: Vec<Use>,
    /// The MJML elements that are open, outermost first, and whether a `<style>` or `<script>` is.
    open: Vec<String>,
    /// Ranges of the document that are blanks worth keeping.
    blanks: Vec<Range<usize>>,
    /// Whether a conditional comment for Outlook is open.
    conditional: bool,
}

impl Walk<'_, '_> {
    fn run(&mut self) -> bool {
        let mut element = String::new();
        for token in Tokenizer::from(self.bare.text.as_str()) {
            match token {
                Err(error) => {
                    let at = error.pos();
                    let offset = offset_of(&self.bare.text, at.row as usize, at.col as usize);
                    self.report(offset, Code::Mjml, format!("the MJML cannot be read: {error}"), "Write `&lt;` for `<` and `&amp;` for `&`, and close every element.");
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
                Ok(Token::ElementEnd { end, .. }) => self.end(&element, &end),
                Ok(Token::Text { text }) => self.text(text.as_str(), text.start()),
                Ok(Token::Comment { text, .. }) => self.no_tags(text.as_str(), text.start(), "inside `<!-- -->`; use `{# #}` to leave something out"),
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
            self.report(offset, Code::UnknownElement, format!("unknown element `<{element}>`"), suggest(element, &known));
        }
        if element == "mj-include" {
            self.report(offset, Code::NotAllowed, "`<mj-include>` cannot be used in a mail", "Put what mails share into the layout.");
        }
        if matches!(element, "script" | "iframe" | "form" | "object" | "embed" | "base") {
            self.report(offset, Code::NotAllowed, format!("`<{element}>` cannot be used in a mail"), "Mail readers drop it; link to a page instead.");
        }
    }

    fn end(&mut self, element: &str, end: &ElementEnd<'_>) {
        let tracked = |name: &str| name.starts_with("mj") || name == "style";
        match end {
            ElementEnd::Open if tracked(element) => self.open.push(element.to_owned()),
            ElementEnd::Close(_, local) if tracked(local.as_str()) => {
                if self.open.last().is_some_and(|open| open == local.as_str()) {
                    self.open.pop();
                }
            }
            _ => {}
        }
    }

    fn marks(&self, text: &str) -> Vec<(usize, bool)> {
        let is_statement = |index: usize| self.bare.found.get(index).is_some_and(|tag| tag.is_statement);
        let marks = tags::split(text).into_iter();
        marks.filter_map(|piece| if let Piece::Mark(index) = piece { Some((index, is_statement(index))) } else { None }).collect()
    }

    fn no_tags(&mut self, text: &str, offset: usize, place: &str) {
        if let Some(at) = tags::first_mark(text) {
            self.report(offset + at, Code::Place, format!("a tag cannot stand {place}"), "Tags go into text, and values into links and `alt`.");
        }
    }

    fn assign(&mut self, index: usize, place: Use) {
        if let Some(slot) = self.uses.get_mut(index) {
            *slot = place;
        }
    }

    fn attribute(&mut self, element: &str, name: &str, value: &str, offset: usize) {
        if name.starts_with("on") {
            self.report(offset, Code::NotAllowed, format!("`{name}` cannot be used in a mail"), "Mail readers run no scripts.");
        }
        if format!("{value:?}").len() != value.len() + 2 {
            self.report(offset, Code::Mjml, format!("`{name}` holds a line break, a quote, a backslash or an invisible character"), "Write the value on one line, with plain characters.");
        }
        let marks = self.marks(value);
        if marks.iter().any(|(_, is_statement)| *is_statement) {
            self.report(offset, Code::Place, "a statement cannot stand inside an attribute", "Choose the value inside one tag: `{{ a if condition else b }}`.");
            return;
        }
        if link::is_link(name) && !(name == "background" && !value.contains("//")) {
            self.link(element, name, value, offset);
        } else if !marks.is_empty() && !TEXT_ATTRIBUTES.contains(&name) {
            self.report(offset, Code::Place, format!("a value cannot stand in `{name}`"), "Values go into text, links, `alt` and `title`; choose between two elements with `{% if … %}`.");
        }
    }

    fn link(&mut self, element: &str, name: &str, value: &str, offset: usize) {
        match link::guards(value) {
            Ok(guards) => guards.into_iter().for_each(|(index, guard)| self.assign(index, Use::Guarded(guard))),
            Err(Refusal::Scheme) => {
                self.report(offset, Code::Link, format!("`{name}` of `<{element}>` is not a link that may stand in a mail"), "Links begin with https://, mailto: or tel:.");
            }
            Err(Refusal::Host) => {
                self.report(offset, Code::Link, "a value could change the host of this link", "Put a `/` between the host and the value: `https://shop.example.com/{{ … }}`.");
            }
        }
    }

    fn text(&mut self, text: &str, offset: usize) {
        let parent = self.open.last().cloned().unwrap_or_default();
        if matches!(parent.as_str(), "mj-style" | "style") {
            self.no_tags(text, offset, "in a style sheet");
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
                        self.blanks.push(self.bare.origin(at)..self.bare.origin(at) + literal.len());
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
                    let blanks = if let Piece::Literal(literal) = piece { literal.len() - literal.trim_start().len() } else { 0 };
                    self.report(at + blanks, Code::Mjml, format!("text cannot stand directly in `<{parent}>`"), "Put it into an `<mj-text>`.");
                    return;
                }
            }
        }
    }
}

/// The byte offset of a row and column, both from 1.
fn offset_of(text: &str, row: usize, column: usize) -> usize {
    let line_start: usize = text.split_inclusive('\n').take(row.saturating_sub(1)).map(str::len).sum();
    let line = text.get(line_start..).unwrap_or_default();
    line_start + line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at)
}
