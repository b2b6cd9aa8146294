//! Message attributes and the checksum that SQS clients compare.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::AwsError;

/// Attributes of one message by name; ordered, because the checksum is.
pub(crate) type Attributes = BTreeMap<String, Attribute>;

/// One typed attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Attribute {
    /// `String`, `Number` or `Binary`, with an optional label after a dot.
    pub data_type: String,
    /// Value of strings and numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string_value: Option<String>,
    /// Value of binaries, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binary_value: Option<String>,
}

impl Attribute {
    /// A string attribute.
    pub(crate) fn string(value: impl Into<String>) -> Self {
        Self { data_type: "String".to_owned(), string_value: Some(value.into()), binary_value: None }
    }

    /// The value's bytes and the code of its transport, or why there is none.
    fn value(&self) -> Result<(u8, Vec<u8>), AwsError> {
        let bad = || {
            AwsError::client("InvalidParameterValueException", "A message attribute has no value that fits its type.")
        };
        let kind = self.data_type.split('.').next().unwrap_or_default();
        match (kind, &self.string_value, &self.binary_value) {
            ("String" | "Number", Some(text), None) if !text.is_empty() => Ok((1, text.as_bytes().to_vec())),
            ("Binary", None, Some(base64)) => {
                let bytes = data_encoding::BASE64.decode(base64.as_bytes()).map_err(|_| bad())?;
                Ok((2, bytes))
            }
            _ => Err(bad()),
        }
    }
}

/// Bytes that attributes count for in the size of a message.
pub(crate) fn size(attributes: &Attributes) -> Result<usize, AwsError> {
    let mut total = 0;
    for (name, attribute) in attributes {
        total += name.len() + attribute.data_type.len() + attribute.value()?.1.len();
    }
    Ok(total)
}

/// `MD5OfMessageAttributes`: each name, type and value with its length, in order of names (SQS
/// developer guide, "Calculating the MD5 message digest for message attributes").
pub(crate) fn checksum(attributes: &Attributes) -> Result<Option<String>, AwsError> {
    if attributes.is_empty() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    for (name, attribute) in attributes {
        let (transport, value) = attribute.value()?;
        push(&mut bytes, name.as_bytes());
        push(&mut bytes, attribute.data_type.as_bytes());
        bytes.push(transport);
        push(&mut bytes, &value);
    }
    Ok(Some(format!("{:x}", md5::compute(&bytes))))
}

fn push(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend_from_slice(part);
}
