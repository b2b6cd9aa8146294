//! How large a node is, and what becomes of it where an alias repeats it.

use super::node::{Node, Position, Value};

/// How many nodes and how much text.
pub(super) fn size(node: &Node) -> (usize, usize) {
    let sum = |(nodes, text), (more, letters): (usize, usize)| (nodes + more, text + letters);
    match &node.value {
        Value::Scalar(text, _) => (1, text.len()),
        Value::List(items) => items.iter().map(size).fold((1, 0), sum),
        Value::Map(entries) => entries.iter().flat_map(|(key, value)| [size(key), size(value)]).fold((1, 0), sum),
    }
}

/// How many levels a node is deep.
pub(super) fn height(node: &Node) -> usize {
    match &node.value {
        Value::Scalar(..) => 0,
        Value::List(items) => 1 + items.iter().map(height).max().unwrap_or(0),
        Value::Map(entries) => 1 + entries.iter().map(|(_, value)| height(value)).max().unwrap_or(0),
    }
}

/// Marks a copy: problems in it are reported where the alias stands.
pub(super) fn repeated(node: &mut Node, at: Position) {
    (node.aliased, node.at) = (true, at);
    match &mut node.value {
        Value::Scalar(..) => {}
        Value::List(items) => items.iter_mut().for_each(|item| repeated(item, at)),
        Value::Map(entries) => entries.iter_mut().for_each(|(key, value)| {
            repeated(key, at);
            repeated(value, at);
        }),
    }
}
