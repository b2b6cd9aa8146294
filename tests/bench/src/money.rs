//! What a journey costs: each item counted, times its price. Prices are those of us-east-1 in US dollars, on demand.

use crate::journey::Journey;

/// One write unit of DynamoDB.
pub const WRITE_UNIT: f64 = 0.625 / 1e6;
/// One read unit.
pub const READ_UNIT: f64 = 0.125 / 1e6;
/// One request of SQS.
pub const QUEUE_REQUEST: f64 = 0.40 / 1e6;
/// One event of the shop or of a campaign on the bus; those of AWS's own services cost nothing.
pub const BUS_EVENT: f64 = 1.00 / 1e6;
/// One call of a function.
pub const INVOCATION: f64 = 0.20 / 1e6;
/// One gigabyte of memory of a function on ARM, for a second.
pub const GB_SECOND: f64 = 0.000_013_333_4;
/// One gigabyte of logs.
pub const LOG_GB: f64 = 0.50;
/// One gigabyte into the archive, through Firehose and into S3 for a month.
pub const ARCHIVE_GB: f64 = 0.029 + 0.023;
/// Memory of a function, as `infra/template.yaml` says, in gigabytes.
const MEMORY: f64 = 0.25;
/// Lambda gives a whole processor at 1,769 MB: with less, the same work takes so many times as long.
const SLOWER: f64 = 1_769.0 / 256.0;
/// Seconds that a function waits for one answer of AWS within a region. Assumed.
const WAIT: f64 = 0.006;

/// One line of a bill.
pub struct Item {
    /// What.
    pub what: &'static str,
    /// How much of it for one mail.
    pub each: f64,
    /// Its price.
    pub price: f64,
    /// The price as it is listed.
    pub listed: &'static str,
}

/// Write units of the table for one mail. What people have that the ledger lacks when it ends counts as the share of a page
/// that it fills.
#[must_use]
pub fn write_units(journey: &Journey) -> f64 {
    units(journey, |operation| !is_read(operation)) + journey.pages / journey.mails as f64
}

/// Read units of the table for one mail.
#[must_use]
pub fn read_units(journey: &Journey) -> f64 {
    units(journey, is_read)
}

fn is_read(operation: &str) -> bool {
    matches!(operation, "GetItem" | "Query" | "Scan" | "BatchGetItem")
}

fn units(journey: &Journey, of: impl Fn(&str) -> bool) -> f64 {
    let all = journey.used.iter().filter(|(operation, _)| of(operation)).map(|(_, used)| used.units).sum::<f64>();
    all / journey.mails as f64
}

/// The bill of one mail, without SES's own.
#[must_use]
pub fn bill(journey: &Journey) -> Vec<Item> {
    let mails = journey.mails as f64;
    let calls = |names: &[&str]| -> f64 {
        names.iter().filter_map(|name| journey.used.get(*name)).map(|used| used.calls as f64).sum()
    };
    let invocations: f64 = journey.functions.values().map(|meter| meter.invocations as f64).sum();
    // Lambda receives and deletes a batch of ten by one request each; the stream costs nothing.
    let polled = ["intake", "advance", "send", "feedback"];
    let polls: f64 =
        polled.iter().filter_map(|name| journey.functions.get(name)).map(|meter| 2.0 * meter.invocations as f64).sum();
    // The bus puts each event into a queue of its own accord; that is a request to SQS too.
    let delivered = journey.events as f64 + 2.0 * mails;
    let own = calls(&["SendMessage", "SendMessageBatch"]);
    let waits =
        journey.used.iter().filter(|(operation, _)| *operation != "PutEvents").map(|(_, used)| used.calls as f64);
    let busy: f64 = journey.functions.values().map(|meter| meter.seconds * SLOWER).sum();
    let gb_seconds = (busy + waits.sum::<f64>() * WAIT) * MEMORY;
    let put = journey.used.get("PutEvents").map_or(0.0, |used| used.entries as f64);
    // Lambda's own lines about each call are switched off by the template.
    let logs = journey.logged as f64;
    vec![
        Item { what: "write units", each: write_units(journey), price: WRITE_UNIT, listed: "$0.625 a million" },
        Item { what: "read units", each: read_units(journey), price: READ_UNIT, listed: "$0.125 a million" },
        Item {
            what: "requests to queues",
            each: (polls + delivered + own) / mails,
            price: QUEUE_REQUEST,
            listed: "$0.40 a million",
        },
        Item { what: "events on the bus", each: put / mails, price: BUS_EVENT, listed: "$1.00 a million" },
        Item { what: "invocations", each: invocations / mails, price: INVOCATION, listed: "$0.20 a million" },
        Item { what: "GB-seconds", each: gb_seconds / mails, price: GB_SECOND, listed: "$13.33 a million" },
        Item { what: "KB of logs", each: logs / mails / 1e3, price: LOG_GB / 1e6, listed: "$0.50 a GB" },
        Item {
            what: "KB of the archive",
            each: journey.archived / mails,
            price: ARCHIVE_GB / 1024.0 / 1024.0,
            listed: "$0.052 a GB",
        },
    ]
}

/// Dollars for a million mails.
#[must_use]
pub fn per_million(bill: &[Item]) -> f64 {
    bill.iter().map(|item| item.each * item.price * 1e6).sum()
}
