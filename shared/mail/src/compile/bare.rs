//! The document with a plain mark for every tag: what a tokenizer for markup can read.

use super::document::Document;
use super::problem::{Code, Problems};
use super::tags::{self, Tag};

/// Text between tags without `{# … #}`; as many blanks stay, so that offsets do.
pub(super) fn without_comments(text: &str) -> String {
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
pub(super) struct Bare<'d> {
    pub(super) text: String,
    anchors: Vec<(usize, usize)>,
    pub(super) found: &'d [Tag],
}

impl<'d> Bare<'d> {
    pub(super) fn new(document: &Document<'_>, found: &'d [Tag], problems: &mut Problems) -> Self {
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
        let text = without_comments(document.text.get(from..to).unwrap_or_default());
        if let Some(at) = text.find("{%") {
            document.report(
                problems,
                from + at,
                Code::NotAllowed,
                "`{% raw %}` cannot be used in a mail",
                "Write the text without it.",
            );
        }
        self.anchors.push((self.text.len(), from));
        self.text.push_str(&text);
    }

    pub(super) fn origin(&self, offset: usize) -> usize {
        tags::origin(&self.anchors, offset)
    }
}
