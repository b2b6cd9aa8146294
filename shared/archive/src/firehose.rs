//! The archive behind a Data Firehose stream, which collects lines and writes them to S3 in large objects by day.
//!
//! Firehose rather than a `PutObject` for each batch: it bills by the begun 5 KB of a record, so a batch of one event
//! costs a thirtieth of an object of its own, and its client shares all that the other clients are made of. It may
//! deliver a record twice. `aws s3 sync` brings days into a folder that `rekindle simulate` reads.

use aws_sdk_firehose::Client;
use aws_sdk_firehose::primitives::Blob;
use aws_sdk_firehose::types::Record;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::{Archive, ArchiveError};

/// Bytes of a record at most: Firehose takes 1,000 KiB, and an event has at most 256.
const RECORD: usize = 700 * 1024;
/// Records of one request, so that it stays below Firehose's 4 MiB.
const RECORDS: usize = 4;

/// An archive behind a Firehose stream.
#[derive(Debug, Clone)]
pub struct Firehose {
    client: Client,
    stream: String,
}

impl Firehose {
    /// Behind the stream of that name.
    #[must_use]
    pub fn new(client: Client, stream: impl Into<String>) -> Self {
        Self { client, stream: stream.into() }
    }

    async fn put(&self, records: &[String]) -> Result<(), String> {
        let mut request = self.client.put_record_batch().delivery_stream_name(&self.stream);
        for text in records {
            let record = Record::builder().data(Blob::new(text.as_bytes())).build();
            request = request.records(record.map_err(|error| error.to_string())?);
        }
        let answer = request.send().await.map_err(|error| rekindle_lambda::queue::code(&error))?;
        match answer.failed_put_count() {
            0 => Ok(()),
            refused => Err(format!("{refused} records were refused")),
        }
    }
}

impl Archive for Firehose {
    fn put<'a>(&'a self, day: &'a str, lines: &'a [String]) -> BoxFuture<'a, Result<(), ArchiveError>> {
        async move {
            for records in records(lines).chunks(RECORDS) {
                let failed = |reason| ArchiveError { day: day.to_owned(), reason };
                self.put(records).await.map_err(failed)?;
            }
            Ok(())
        }
        .boxed()
    }
}

/// Lines put together as far as a record goes, each with its end.
fn records(lines: &[String]) -> Vec<String> {
    let mut records: Vec<String> = Vec::new();
    for line in lines {
        match records.last_mut() {
            Some(last) if last.len() + line.len() < RECORD => {
                last.push_str(line);
                last.push('\n');
            }
            _ => records.push(format!("{line}\n")),
        }
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_holds_whole_lines_and_no_more_than_firehose_takes() {
        let lines: Vec<String> = (0..20).map(|n: u32| n.to_string().repeat(100_000)).collect();
        let made = records(&lines);
        assert!(made.len() > 1 && made.iter().all(|record| record.len() <= 1_000 * 1024 && record.ends_with('\n')));
        assert_eq!(made.concat(), lines.join("\n") + "\n");
    }
}
