//! The mail put into its layout, with every byte's place in its file kept.

use super::MailSource;
use super::front::Front;
use super::problem::{Code, Problems, line_column};

/// One MJML document, made of pieces of one or two files.
pub(super) struct Document<'a> {
    pub(super) text: String,
    pieces: Vec<Piece<'a>>,
}

/// From `start` on, the text is the file's from `offset` on.
struct Piece<'a> {
    start: usize,
    path: &'a str,
    file: &'a str,
    offset: usize,
}

/// Whether a body is a whole document and not a fragment for a layout.
pub(super) fn is_whole(body: &str) -> bool {
    let mut rest = body.trim_start();
    while let Some((_, after)) = rest.strip_prefix("<!--").and_then(|comment| comment.split_once("-->")) {
        rest = after.trim_start();
    }
    rest.starts_with("<mjml")
}

impl<'a> Document<'a> {
    /// Puts the mail's body into its layout; `None` if that cannot be done.
    pub(super) fn assemble(
        source: &MailSource<'a>,
        front: &Front,
        body: usize,
        problems: &mut Problems,
    ) -> Option<Self> {
        let fragment = source.text.get(body..).unwrap_or_default();
        let place = line_column(source.text, body);
        let mut refuse = |message: String, help: &str| {
            problems.add(
                source.path,
                front.layout.as_ref().map_or(place, |line| line.place(0)),
                Code::Layout,
                message,
                help,
            );
        };
        let mut document = Self { text: String::new(), pieces: Vec::new() };
        match (is_whole(fragment), &front.layout, source.layout) {
            (true, Some(_), _) => {
                refuse(
                    "a whole `<mjml>` document cannot be put into a layout".to_owned(),
                    "Take `layout` out of the front matter, or leave only the `<mj-section>`s.",
                );
                return None;
            }
            (true, None, _) => document.push(source.path, source.text, body, source.text.len()),
            (false, named, None) => {
                let name = named.as_ref().map_or("default", |line| line.text.as_str());
                refuse(
                    format!("there is no layout `{name}`"),
                    "Add the layout under `layouts/`, or write a whole `<mjml>` document.",
                );
                return None;
            }
            (false, named, Some(layout)) => {
                if let Some(line) = named.as_ref().filter(|line| line.text != layout.name) {
                    refuse(
                        format!("there is no layout `{}`", line.text),
                        "Check the name against the files under `layouts/`.",
                    );
                    return None;
                }
                let Some((start, end)) = content_block(layout.text) else {
                    problems.add(
                        layout.path,
                        (1, 1),
                        Code::Layout,
                        "the layout has not exactly one place for the mail",
                        "Write `{% block content %}{% endblock %}` once, where the mail's sections go.",
                    );
                    return None;
                };
                document.push(layout.path, layout.text, 0, start);
                document.push(source.path, source.text, body, source.text.len());
                document.push(layout.path, layout.text, end, layout.text.len());
            }
        }
        Some(document)
    }

    fn push(&mut self, path: &'a str, file: &'a str, from: usize, to: usize) {
        self.pieces.push(Piece { start: self.text.len(), path, file, offset: from });
        self.text.push_str(file.get(from..to).unwrap_or_default());
    }

    /// The file, line and column of a byte offset.
    pub(super) fn place(&self, offset: usize) -> (String, (usize, usize)) {
        let piece = self.pieces.iter().rev().find(|piece| piece.start <= offset);
        piece.map_or_else(
            || (String::new(), (1, 1)),
            |piece| (piece.path.to_owned(), line_column(piece.file, piece.offset + offset - piece.start)),
        )
    }

    /// Reports a problem at a byte offset.
    pub(super) fn report(
        &self,
        problems: &mut Problems,
        offset: usize,
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        if problems.is_full() {
            return;
        }
        let (path, at) = self.place(offset);
        problems.add(&path, at, code, message, help);
    }
}

/// Where `{% block content %}{% endblock %}` begins and ends, if it stands there exactly once.
fn content_block(layout: &str) -> Option<(usize, usize)> {
    let mut tags = Vec::new();
    let mut from = 0;
    while let Some(start) = layout.get(from..).and_then(|rest| rest.find("{%")).map(|at| from + at) {
        let end = start + layout.get(start..)?.find("%}")? + 2;
        let inner = layout.get(start + 2..end - 2)?.trim_matches(['-', '+']);
        tags.push((start, end, inner.split_whitespace().collect::<Vec<_>>().join(" ")));
        from = end;
    }
    let is_end = |tag: &str| tag == "endblock" || tag == "endblock content";
    let blocks = tags.iter().filter(|(_, _, tag)| tag.starts_with("block ")).count();
    let pairs: Vec<_> = tags
        .windows(2)
        .filter_map(|pair| match pair {
            [(start, _, open), (_, end, close)] if open == "block content" && is_end(close) => Some((*start, *end)),
            _ => None,
        })
        .collect();
    match pairs.as_slice() {
        [pair] if blocks == 1 => Some(*pair),
        _ => None,
    }
}
