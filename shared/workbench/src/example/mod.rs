//! A few lines of a workspace's files that stand for the whole of it.
//!
//! Each file is its path in backquotes on a line of its own, then its text between fences; a path without text is a file
//! that there is not. `«1001 × text»` stands for a text that is repeated so often.

pub mod workspace;

use anyhow::{Context, Result};

/// The files of an example, in order.
pub struct Example(pub Vec<Part>);

/// One file of an example.
pub struct Part {
    /// Its path in the workspace.
    pub path: String,
    /// Its lines, or the top-level keys that matter of it; `None`: there is no such file.
    pub text: Option<String>,
}

impl Example {
    /// Reads an example.
    ///
    /// # Errors
    /// Where there is no file in it, or a line that belongs to none.
    pub fn read(text: &str) -> Result<Self> {
        let mut parts: Vec<Part> = Vec::new();
        let mut lines = text.lines().filter(|line| !line.starts_with("<!--"));
        while let Some(line) = lines.next() {
            if let Some(path) = line.strip_prefix('`').and_then(|line| line.strip_suffix('`')) {
                parts.push(Part { path: path.to_owned(), text: None });
            } else if line.starts_with("```") {
                let part = parts.last_mut().context("a text without a path")?;
                let text = lines
                    .by_ref()
                    .take_while(|line| *line != "```")
                    .fold(String::new(), |text, line| text + line + "\n");
                part.text = Some(text);
            } else {
                anyhow::ensure!(line.is_empty(), "{line:?} belongs to no file");
            }
        }
        anyhow::ensure!(!parts.is_empty(), "there is no file");
        Ok(Self(parts))
    }
}
