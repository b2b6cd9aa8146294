//! How large and how many: the bounds of the services around the functions, and ours, in one place. Each was looked up on
//! 2026-11-30; what a service refuses here would be refused there too.

/// Bytes of one SQS message with its attributes, and of all messages of one request together: 1 MiB (Amazon SQS Developer
/// Guide, "Amazon SQS message quotas"; 256 KiB before August 2025).
pub const SQS_MESSAGE: usize = 1024 * 1024;
/// Messages of one SQS request (the same page).
pub const SQS_BATCH: usize = 10;
/// Seconds by which SQS delays a message at most: 15 minutes (the same page).
pub const SQS_DELAY: i64 = 900;
/// Entries of one `PutEvents` request (EventBridge API reference, "PutEvents").
pub const BUS_ENTRIES: usize = 10;
/// Bytes of all entries of one `PutEvents` request together: 1 MB (the same page; 256 KB before 2026). An entry counts with
/// its source, its type and its detail (EventBridge User Guide, "Calculating event entry size").
pub const BUS_REQUEST: usize = 1_000_000;
/// Bytes of one customer event, which is our own bound: an event lies in its person's item until it is handed on, and a
/// DynamoDB item has at most 400 KB (DynamoDB Developer Guide, "Service, account, and table quotas").
pub const EVENT: usize = 256 * 1024;
