//! What is wrong with an expression that does not parse, in the words of somebody who has never seen a grammar.

use crate::expr::ExprError;
use crate::suggest::quote;

/// The parser's error, made plain where it is one of grammar.
pub(super) fn explain(text: &str, error: ExprError) -> (String, String) {
    let (Some(offset), true) = (error.offset, error.message.contains("Syntax error")) else {
        return (error.message, error.help);
    };
    let rest: String = text.chars().skip(offset).collect();
    let before: String = text.chars().take(offset).collect();
    if rest.is_empty() {
        let help = match ['(', '[', '{'].into_iter().rfind(|open| unclosed(text, *open)) {
            Some(open) => format!("a `{open}` is not closed"),
            None => "something is missing behind its last word".to_owned(),
        };
        return ("the expression ends too early".to_owned(), help);
    }
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let shown = if word.is_empty() { rest.chars().take(1).collect() } else { word.clone() };
    (format!("the expression cannot be read from {} on", quote(&shown)), help(&before, &rest, &word))
}

fn help(before: &str, rest: &str, word: &str) -> String {
    let last_word = before.split_whitespace().next_back().unwrap_or_default().to_lowercase();
    let help = match (word.to_lowercase().as_str(), rest.chars().next()) {
        ("and", _) => "write `&&` for \"and\"",
        ("or", _) => "write `||` for \"or\"",
        ("is", _) => "write `==` for \"is\"",
        _ if last_word == "not" => "write `!` for \"not\": !(…)",
        _ if last_word == "if" => "write `condition ? this : that`",
        (_, Some('=')) if rest.starts_with("=>") => "write `>=`",
        (_, Some('>')) if before.ends_with('<') => "write `!=`",
        (_, Some('=')) => "two values are compared with `==`",
        (_, Some('&')) => "write `&&`",
        (_, Some('|')) => "write `||`",
        (_, Some('“' | '”' | '‘' | '’' | '「' | '」')) => "write straight quotation marks: \"ko\" or 'ko'",
        (_, Some('\'' | '"')) => "close the quotation mark",
        (_, Some(')' | ']' | '}')) => "this bracket was never opened",
        (_, Some(letter)) if !letter.is_ascii() => {
            "names have letters from a to z; others stand in brackets: event[\"이름\"]"
        }
        _ if before.trim_end().ends_with(['\'', '"']) => {
            "a quotation mark within a text needs the other kind around it: \"it's\""
        }
        _ => "something is missing before it: `==`, `&&`, `||`, a comma, a quotation mark",
    };
    help.to_owned()
}

/// Whether more of `open` are opened than closed; texts are not looked at.
fn unclosed(text: &str, open: char) -> bool {
    let close = match open {
        '(' => ')',
        '[' => ']',
        _ => '}',
    };
    text.matches(open).count() > text.matches(close).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Expr, Site};

    #[rstest::rstest]
    #[case("person.locale = 'ko'", "two values are compared with `==`")]
    #[case("event.a and event.b", "write `&&` for \"and\"")]
    #[case("event.a OR event.b", "write `||` for \"or\"")]
    #[case("not event.x", "write `!` for \"not\": !(…)")]
    #[case("event.x => 3", "write `>=`")]
    #[case("event.x <> 3", "write `!=`")]
    #[case("event.x & event.y", "write `&&`")]
    #[case("(event.x", "a `(` is not closed")]
    #[case("event['a' == 3", "a `[` is not closed")]
    #[case("event.x)", "this bracket was never opened")]
    #[case("event.x >=", "something is missing behind its last word")]
    #[case("event.x == 'abc", "close the quotation mark")]
    #[case("“a” == event.x", "write straight quotation marks: \"ko\" or 'ko'")]
    #[case("event.이름 == 1", "names have letters from a to z; others stand in brackets: event[\"이름\"]")]
    #[case("event.x == 'it's'", "a quotation mark within a text needs the other kind around it: \"it's\"")]
    #[case("event.x event.y", "something is missing before it: `==`, `&&`, `||`, a comma, a quotation mark")]
    fn a_mistake_is_named_with_its_cure(#[case] text: &str, #[case] help: &str) {
        let error = Expr::compile(text, Site::When).unwrap_err();
        assert_eq!(explain(text, error).1, help, "{text}");
    }
}
