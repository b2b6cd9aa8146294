//! Where a letter of a text stands in the file: exact for quotes, escapes, folds and block scalars alike.

use std::iter::Peekable;
use std::str::Chars;

use super::node::{Node, Position, Style};

/// The source from some place on, and the place.
struct Cursor<'a> {
    rest: Peekable<Chars<'a>>,
    at: Position,
}

impl Node {
    /// Where the character `offset` of this scalar's text stands in `source`.
    pub(crate) fn locate(&self, source: &str, offset: usize) -> Position {
        let rest = source.get(self.bytes.clone()).unwrap_or_default().chars().peekable();
        let mut cursor = Cursor { rest, at: self.at };
        if matches!(self.style, Style::Single | Style::Double) {
            cursor.step();
        }
        for wanted in self.text().chars().take(offset) {
            cursor.pass(wanted, self.style);
        }
        // The letter itself may stand after a fold or an indentation.
        if let Some(wanted) = self.text().chars().nth(offset).filter(|wanted| !wanted.is_whitespace()) {
            cursor.reach(wanted, self.style);
        }
        cursor.at
    }
}

impl Cursor<'_> {
    fn step(&mut self) {
        match self.rest.next() {
            Some('\n') => self.at = Position { line: self.at.line + 1, column: 1 },
            Some(_) => self.at.column += 1,
            None => {}
        }
    }

    fn skip_while(&mut self, skip: impl Fn(char) -> bool) {
        while self.rest.peek().is_some_and(|c| skip(*c)) {
            self.step();
        }
    }

    /// Goes behind what the source has for one character of the text.
    fn pass(&mut self, wanted: char, style: Style) {
        let escape = style == Style::Double && self.rest.peek() == Some(&'\\');
        if wanted.is_whitespace() && !escape {
            // A fold or an indented line: one blank of the text is many in the source.
            let blank = self.rest.clone().take_while(|c| c.is_whitespace());
            let (count, folded) = blank.fold((0, false), |(count, folded), c| (count + 1, folded || c == '\n'));
            (0..if folded { count } else { count.min(1) }).for_each(|_| self.step());
            return;
        }
        self.reach(wanted, style);
        let more = match (style, self.rest.peek()) {
            (Style::Double, Some('\\')) => match self.rest.clone().nth(1) {
                Some('x') => 3,
                Some('u') => 5,
                Some('U') => 9,
                _ => 1,
            },
            (Style::Single, Some('\'')) => 1,
            _ => 0,
        };
        (0..=more).for_each(|_| self.step());
    }

    /// Skips what means nothing before a character of the text: indentation, and lines that end in `\`.
    fn reach(&mut self, wanted: char, style: Style) {
        if wanted.is_whitespace() {
            return;
        }
        self.skip_while(char::is_whitespace);
        while style == Style::Double
            && self.rest.peek() == Some(&'\\')
            && self.rest.clone().nth(1).is_some_and(char::is_whitespace)
        {
            self.step();
            self.skip_while(char::is_whitespace);
        }
    }
}
