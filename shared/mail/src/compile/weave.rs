//! Puts a mark for every tag into the MJML, in the form that its place asks for.
//!
//! A statement between elements becomes a comment inside `<mj-raw>`, which MJML, CSS and HTML tools leave where it is;
//! a statement in text becomes a comment; a value becomes its mark. Must never lose a tag or move one.

use std::collections::BTreeSet;
use std::ops::Range;

use super::bare::without_comments;
use super::document::Document;
use super::link::Guard;
use super::places::{self, Use};
use super::problem::{Code, Problems};
use super::tags;

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
        tags::origin(&self.anchors, offset)
    }
}

/// Marks the tags; `None` if the document cannot be read.
pub(super) fn weave(document: &Document<'_>, own_links: &BTreeSet<usize>, problems: &mut Problems) -> Option<Woven> {
    let Some(found) = tags::find(&document.text) else {
        document.report(problems, 0, Code::Syntax, "the tags cannot be told apart", "Close every `{{` and `{%`.");
        return None;
    };
    let places = places::find(document, &found, problems)?;
    let blank = tags::mark(found.len());
    let added = places.added.into_iter().map(|(at, text)| Edit { range: at..at, text: text.to_owned() });
    let blanks = places.blanks.into_iter().map(|range| Edit { range, text: blank.clone() });
    let mut edits: Vec<Edit> = added.chain(blanks).collect();
    let mut sources = Vec::new();
    for (index, (tag, place)) in found.iter().zip(places.uses).enumerate() {
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
