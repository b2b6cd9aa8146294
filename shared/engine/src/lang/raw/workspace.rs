//! `workspace.yaml`.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::value::{Duration, Id, Percent, Text, Window};

/// What all campaigns share.
#[derive(JsonSchema)]
#[schemars(title = "Rekindle workspace", deny_unknown_fields)]
pub struct WorkspaceFile {
    /// The shop's name.
    name: Text,
    /// The zone of people without a valid one of their own (IANA).
    #[schemars(extend("examples" = ["Asia/Seoul", "America/New_York"]))]
    timezone: Text,
    /// The languages of the mails; the first is the fallback. Default: `[en]`.
    locales: Option<Locales>,
    /// ISO 4217: three capital letters.
    #[schemars(regex(pattern = "^[A-Z]{3}$"), extend("examples" = ["KRW", "USD"]))]
    currency: String,
    /// Who mails come from; the first is the default.
    #[schemars(length(min = 1))]
    senders: Vec<Sender>,
    /// What people can leave alone.
    topics: Option<Vec<Topic>>,
    /// At most so many marketing mails per person in any period.
    cap: Option<Cap>,
    /// When marketing mails may go.
    window: Option<Window>,
    /// Percent of all people kept out of marketing campaigns; default 0.
    holdout: Option<Percent>,
    /// Whose rules are written into mails; default: `default`.
    policy: Option<Policy>,
    /// For the cost that `rekindle simulate` shows.
    prices: Option<Prices>,
}

/// Languages, each with a region where it matters.
#[derive(JsonSchema)]
#[schemars(extend("minItems" = 1, "uniqueItems" = true))]
pub struct Locales(Vec<Locale>);

/// A language such as `ko`, with a region where it matters: `pt-BR`.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"))]
pub struct Locale(String);

/// Who a mail comes from.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Sender {
    /// The id that campaigns name.
    id: Id,
    /// The name beside the address.
    name: Text,
    /// The address that mails come from.
    email: Address,
    /// Where answers go, if elsewhere.
    reply_to: Option<Address>,
    /// The postal address that advertising mail must show.
    address: Option<Text>,
    /// The telephone number that some countries ask for.
    phone: Option<Text>,
}

/// One plain e-mail address.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"^[^\s@<>,]+@[^\s@<>,]+$"))]
pub struct Address(String);

/// Something that people can leave alone.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Topic {
    /// The id that campaigns name.
    id: Id,
    /// Its name in each locale.
    name: Option<BTreeMap<String, Text>>,
}

/// At most `max` marketing mails per person in any `per`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Cap {
    /// How many mails.
    #[schemars(range(min = 1, max = 1000))]
    max: u32,
    /// The period.
    per: Duration,
}

/// Whose rules are written into mails: `kr` for Korea.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Policy {
    Default,
    Kr,
}

/// Prices in dollars.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Prices {
    /// Dollars for a thousand mails; default 0.10.
    #[schemars(range(min = 0))]
    ses_per_1000: Option<f64>,
}
