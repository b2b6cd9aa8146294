//! From the parser's events to nodes, within budgets.

use std::collections::{BTreeMap, BTreeSet};

use granit_parser::{ErrorKind, Event, Marker, Parser, ScalarStyle, Span, StructureStyle, Tag};

use super::measure::{height, repeated, size};
use super::node::{Node, Position, Style, Value};
use super::scalar::{Kind, resolve};
use super::words::explain;
use crate::lang::codes;
use crate::lang::report::Report;
use crate::suggest::quote;

/// The longest file that is read.
const MAX_BYTES: usize = 1_000_000;
/// The most values in a file, those that aliases repeat included.
const MAX_NODES: usize = 60_000;
/// The most text in a file, that which aliases repeat included.
const MAX_TEXT: usize = 4 * MAX_BYTES;
/// The deepest nesting; each branch within a branch takes four.
const MAX_DEPTH: usize = 64;

/// Reads one file; problems go to `report`. `None` where nothing of it can be used.
pub(crate) fn read(report: &mut Report<'_>) -> Option<Node> {
    let source = report.source();
    if source.len() > MAX_BYTES {
        report.error(
            Position::START,
            codes::TOO_LARGE,
            format!("the file has {} bytes; at most {MAX_BYTES} are read", source.len()),
            "split the campaign",
        );
        return None;
    }
    let mut options = granit_parser::options! { flow_nesting_limit: MAX_DEPTH, block_nesting_limit: MAX_DEPTH };
    options.set_emit_comments(false);
    let mut builder = Builder { report, stack: Vec::new(), anchors: BTreeMap::new(), nodes: 0, text: 0, root: None };
    for next in Parser::new_from_str_with_options(source, options) {
        match next {
            Ok((Event::DocumentStart(..), span)) if builder.root.is_some() => {
                builder.report.error(
                    position(&span.start),
                    codes::SEVERAL_DOCUMENTS,
                    "a second document begins here",
                    "one file is one document: remove the `---`",
                );
                break;
            }
            Ok((event, span)) => builder.take(event, &span)?,
            Err(error) => {
                let at = position(error.marker());
                if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
                    builder.too_deep(at);
                } else {
                    let (message, help) = explain(&error);
                    builder.report.error(at, codes::SYNTAX, message, help);
                }
                return None;
            }
        }
    }
    Some(builder.root.unwrap_or_else(|| Node {
        value: Value::Scalar(String::new(), Kind::Null),
        at: Position::START,
        bytes: 0..0,
        style: Style::Plain,
        aliased: false,
    }))
}

struct Builder<'r, 's> {
    report: &'r mut Report<'s>,
    stack: Vec<Open>,
    /// By the parser's number; `None` while the node is still open.
    anchors: BTreeMap<usize, Option<Node>>,
    nodes: usize,
    text: usize,
    root: Option<Node>,
}

/// A collection whose end has not come.
struct Open {
    node: Node,
    anchor: usize,
    /// The key that waits for its value, `Err` where it was refused and the value is dropped.
    key: Option<Result<Node, ()>>,
    keys: BTreeSet<String>,
}

impl Builder<'_, '_> {
    /// Takes one event; `None` where reading has to end.
    fn take(&mut self, event: Event<'_>, span: &Span) -> Option<()> {
        let bytes = span.byte_range().unwrap_or_default();
        let at = position(&span.start);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let style = match style {
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::Lines,
                    ScalarStyle::Plain => Style::Plain,
                };
                let kind = if style == Style::Plain && tag.is_none() { resolve(&text) } else { Kind::Text };
                self.allow(tag.as_deref(), at, true);
                let node = Node { value: Value::Scalar(text.into_owned(), kind), at, bytes, style, aliased: false };
                self.charge(&node, at)?;
                self.close(node, anchor)
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.open(Value::List(Vec::new()), style, anchor, tag.as_deref(), at, bytes)
            }
            Event::MappingStart(style, anchor, tag) => {
                self.open(Value::Map(Vec::new()), style, anchor, tag.as_deref(), at, bytes)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let mut open = self.stack.pop()?;
                // A pair without braces, `[ a: b ]`, ends with its value; the parser says: with what follows.
                let bracket = self.report.source().as_bytes().get(open.node.bytes.start);
                if open.node.style == Style::Flow && matches!(bracket, Some(b'{' | b'[')) {
                    open.node.bytes.end = bytes.end;
                }
                self.close(open.node, open.anchor)
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(Some(node)) => {
                    let mut node = node.clone();
                    repeated(&mut node, at);
                    if self.stack.len() + height(&node) > MAX_DEPTH {
                        self.too_deep(at);
                        return None;
                    }
                    self.charge(&node, at)?;
                    self.close(node, 0)
                }
                _ => {
                    self.report.error(
                        at,
                        codes::YAML_FEATURE,
                        "an alias within what it repeats",
                        "write the value out",
                    );
                    None
                }
            },
            _ => Some(()),
        }
    }

    fn open(
        &mut self,
        value: Value,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&Tag>,
        at: Position,
        bytes: std::ops::Range<usize>,
    ) -> Option<()> {
        self.allow(tag, at, false);
        let style = if style == StructureStyle::Flow { Style::Flow } else { Style::Block };
        let node = Node { value, at, bytes, style, aliased: false };
        if self.stack.len() >= MAX_DEPTH {
            self.too_deep(at);
            return None;
        }
        self.charge(&node, at)?;
        if anchor != 0 {
            self.anchors.insert(anchor, None);
        }
        self.stack.push(Open { node, anchor, key: None, keys: BTreeSet::new() });
        Some(())
    }

    /// Puts a finished node where it belongs.
    fn close(&mut self, node: Node, anchor: usize) -> Option<()> {
        if anchor != 0 {
            // The copy that aliases are made from counts too, or nested anchors would be free.
            self.charge(&node, node.at)?;
            self.anchors.insert(anchor, Some(node.clone()));
        }
        let Some(open) = self.stack.last_mut() else {
            self.root = Some(node);
            return Some(());
        };
        if !node.aliased {
            open.node.bytes.end = open.node.bytes.end.max(node.bytes.end);
        }
        match (&mut open.node.value, open.key.take()) {
            (Value::List(items), _) => items.push(node),
            (Value::Map(entries), Some(Ok(key))) => entries.push((key, node)),
            (Value::Map(_), Some(Err(()))) | (Value::Scalar(..), _) => {}
            (Value::Map(_), None) => {
                let fresh = open.keys.insert(node.text().to_owned());
                let (at, text) = (node.at, node.text().to_owned());
                let scalar = matches!(node.value, Value::Scalar(..));
                open.key = Some(if fresh && scalar { Ok(node) } else { Err(()) });
                if !scalar {
                    self.report.error(
                        at,
                        codes::YAML_FEATURE,
                        "a list or a mapping as a key",
                        "a key is a word; a text that begins with `{` or `[` needs quotation marks",
                    );
                } else if !fresh {
                    self.report.error(
                        at,
                        codes::DUPLICATE_KEY,
                        format!("{} stands twice in one mapping", quote(&text)),
                        "keep one of them",
                    );
                }
            }
        }
        Some(())
    }

    /// Tags could only change the type of a value; `!!str` may, and the rest is most likely an unquoted expression.
    fn allow(&mut self, tag: Option<&Tag>, at: Position, scalar: bool) {
        let Some(tag) = tag else { return };
        let text = tag.is_yaml_core_schema_tag("str") || tag.original() == "!";
        if !(scalar && text) {
            self.report.error(
                at,
                codes::YAML_FEATURE,
                format!("{} is a YAML tag, which has no meaning here", quote(&tag.original())),
                "an expression that begins with `!` needs quotation marks: '!(…)'",
            );
        }
    }

    fn charge(&mut self, node: &Node, at: Position) -> Option<()> {
        let (nodes, text) = size(node);
        self.nodes += nodes;
        self.text += text;
        if self.nodes <= MAX_NODES && self.text <= MAX_TEXT {
            return Some(());
        }
        self.report.error(
            at,
            codes::TOO_LARGE,
            format!(
                "the file holds more than {MAX_NODES} values or {MAX_TEXT} letters, those that aliases repeat included"
            ),
            "split the campaign, and repeat less",
        );
        None
    }

    fn too_deep(&mut self, at: Position) {
        self.report.error(
            at,
            codes::TOO_LARGE,
            format!("nested more than {MAX_DEPTH} levels deep"),
            "let an `emit` start another campaign instead",
        );
    }
}

fn position(marker: &Marker) -> Position {
    Position { line: marker.line().max(1), column: marker.col() + 1 }
}
