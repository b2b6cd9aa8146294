//! What Lambda writes to the destination of failed batches of a stream: where they are, never what they hold.
//!
//! Its form is in the AWS Lambda Developer Guide, "Retaining discarded records for a DynamoDB event source in Lambda"
//! (<https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html>, read 2026-11-30).

use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;

/// A batch of a table's stream.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pointer {
    /// The stream.
    pub stream_arn: String,
    /// Its shard.
    pub shard_id: String,
    /// The number of the first change.
    pub start_sequence_number: String,
    /// The number of the last one.
    pub end_sequence_number: String,
    /// When the first one came, where it is known.
    pub approximate_arrival_of_first_record: Option<Timestamp>,
}

impl Pointer {
    /// Reads a message; `None` where it is something else.
    pub fn read(body: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Letter {
            #[serde(rename = "DDBStreamBatchInfo")]
            batch: Pointer,
        }
        serde_json::from_str::<Letter>(body).ok().map(|letter| letter.batch)
    }

    /// Whether a change of that number comes after the last one. Numbers have up to 40 digits.
    pub fn ends_before(&self, number: &str) -> bool {
        order(number) > order(&self.end_sequence_number)
    }

    /// Whether it is the last one.
    pub fn ends_with(&self, number: &str) -> bool {
        order(number) == order(&self.end_sequence_number)
    }
}

fn order(number: &str) -> (usize, &str) {
    let number = number.trim_start_matches('0');
    (number.len(), number)
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shard_id, start_sequence_number, end_sequence_number, .. } = self;
        write!(f, "changes {start_sequence_number} to {end_sequence_number} of {shard_id}")?;
        match self.approximate_arrival_of_first_record {
            Some(came) => write!(f, ", the first of {came}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sample of the guide.
    const SAMPLE: &str = r#"{
        "requestContext": {
            "requestId": "316aa6d0-8154-xmpl-9af7-85d5f4a6bc81",
            "functionArn": "arn:aws:lambda:us-east-2:123456789012:function:myfunction",
            "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 1
        },
        "responseContext": { "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled" },
        "version": "1.0", "timestamp": "2019-11-14T00:13:49.717Z",
        "DDBStreamBatchInfo": {
            "shardId": "shardId-00000001573689847184-864758bb",
            "startSequenceNumber": "800000000003126276362", "endSequenceNumber": "800000000003126276362",
            "approximateArrivalOfFirstRecord": "2019-11-14T00:13:19Z",
            "approximateArrivalOfLastRecord": "2019-11-14T00:13:19Z", "batchSize": 1,
            "streamArn": "arn:aws:dynamodb:us-east-2:123456789012:table/mytable/stream/2019-11-14T00:04:06.388"
        }
    }"#;

    #[test]
    fn the_guides_sample_is_read() {
        let pointer = Pointer::read(SAMPLE).unwrap();
        assert_eq!(
            pointer.to_string(),
            "changes 800000000003126276362 to 800000000003126276362 of shardId-00000001573689847184-864758bb, the first of 2019-11-14T00:13:19Z"
        );
        assert!(pointer.ends_with("0800000000003126276362") && !pointer.ends_before("99"));
        assert!(pointer.ends_before("800000000003126276363") && pointer.ends_before("1800000000003126276362"));
        for other in ["{}", "", "tick", r#"{"DDBStreamBatchInfo":{}}"#] {
            assert_eq!(Pointer::read(other), None, "{other}");
        }
    }
}
