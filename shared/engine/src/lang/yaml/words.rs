//! The parser's errors in the words of somebody who writes campaigns.

use granit_parser::{ErrorKind, ScanError};

/// What is wrong and how to mend it.
pub(super) fn explain(error: &ScanError) -> (String, &'static str) {
    let help = match error.kind() {
        ErrorKind::TabInIndentation
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabNotAllowed
        | ErrorKind::TabAtBlockScalarStart => "indent with spaces",
        ErrorKind::InvalidTrailingDoubleQuotedScalar | ErrorKind::InvalidTrailingSingleQuotedScalar => {
            "an expression that begins with a quotation mark stands in the other kind as a whole: '\"gift\" in offers'"
        }
        ErrorKind::UnclosedQuotedScalar => "close the quotation mark",
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::MismatchedFlowCollectionEnd { .. }
        | ErrorKind::MisplacedFlowCollectionEnd => "each `{` needs its `}` and each `[` its `]`",
        ErrorKind::UnknownAnchor => {
            "an alias needs an anchor before it; a text that begins with `*` needs quotation marks"
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey | ErrorKind::ExpectedBlockMappingKey => {
            "write `key: value` with a blank after the colon, and keys of one mapping in one column"
        }
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator => {
            "separate by commas; a text that holds `,`, `:`, `{` or `[` needs quotation marks"
        }
        ErrorKind::UnexpectedCharacter { .. } => "put the text into quotation marks",
        _ => "look at the indentation and the quotation marks of this line and the one before",
    };
    (format!("this is not YAML: {}", error.info()), help)
}
