//! The codes that a shop brings along, as they stand in a file.

use anyhow::{Result, bail};

/// Letters of a code: what people can type and an address can hold.
const LONGEST: usize = 64;
/// Problems that are shown of a file.
const SHOWN: usize = 10;

/// The codes of a text with one a line; blank lines say nothing.
///
/// # Errors
/// Says what is wrong with which line.
pub fn codes(text: &str) -> Result<Vec<String>> {
    let lines = (1..).zip(text.trim_start_matches('\u{feff}').lines().map(str::trim));
    let (mut codes, mut problems) = (Vec::new(), Vec::new());
    for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
        if line.chars().any(|c| c.is_whitespace() || c.is_control() || c == ',' || c == ';') {
            problems.push(format!("  line {number}: a code has no blanks, commas or semicolons; give one code a line"));
        } else if line.chars().count() > LONGEST {
            problems.push(format!("  line {number}: a code has at most {LONGEST} letters"));
        } else {
            codes.push(line.to_owned());
        }
    }
    if problems.is_empty() {
        return Ok(codes);
    }
    let more = problems.len().saturating_sub(SHOWN);
    problems.truncate(SHOWN);
    if more > 0 {
        problems.push(format!("  and {more} more"));
    }
    bail!("{}", problems.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_codes_has_one_a_line_and_every_line_that_is_none_is_named() {
        assert_eq!(codes("\u{feff}SPRING-1\r\n\n  SPRING-2  \n").unwrap(), ["SPRING-1", "SPRING-2"]);
        let long = "x".repeat(65);
        let wrong = codes(&format!("A,B\nfine\nA B\n{long}\n")).unwrap_err().to_string();
        assert_eq!(wrong.lines().count(), 3, "{wrong}");
        let told = ["line 1:", "line 3:", "line 4: a code has at most 64"];
        assert!(told.iter().all(|told| wrong.contains(told)), "{wrong}");
    }
}
