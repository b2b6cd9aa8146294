//! Steps.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use super::campaign::OnUnknown;
use super::value::{Duration, EventType, Expression, Id, MailName, Moment, Offset, StepId, Text, TimeOfDay, Weekdays};

/// One thing that happens: exactly one of `send`, `wait`, `wait_for`, `branch`, `split`, `offer`, `survey`, `set`,
/// `emit`, `exit`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, transform = one_kind)]
pub struct Step {
    /// What people stand on; `rekindle fmt` writes it where it is missing.
    id: Option<StepId>,
    /// Sends a mail of the campaign's folder.
    send: Option<MailName>,
    /// Waits a duration, or until a point in time.
    wait: Option<Wait>,
    /// Waits for an event, at most so long.
    wait_for: Option<WaitFor>,
    /// When the event came.
    then: Option<Vec<Step>>,
    /// At the time-out.
    r#else: Option<Vec<Step>>,
    /// The first arm that holds.
    branch: Option<Branch>,
    /// A fixed share of the people for each arm.
    split: Option<Split>,
    /// The arms of a split.
    arms: Option<SplitArms>,
    /// One code for each person.
    offer: Option<Offer>,
    /// A mail whose links carry the answers.
    survey: Option<Survey>,
    /// Changes the profile.
    set: Option<Set>,
    /// Puts an event on the bus.
    emit: Option<Emit>,
    /// Ends the enrolment, for this reason.
    exit: Option<Text>,
    /// How long the mail may be delayed before it is skipped.
    give_up_after: Option<Duration>,
    /// What becomes of a send whose outcome stays unknown.
    on_unknown: Option<OnUnknown>,
}

fn one_kind(schema: &mut Schema) {
    let kinds = ["send", "wait", "wait_for", "branch", "split", "offer", "survey", "set", "emit", "exit"];
    let only: Vec<Value> = kinds.iter().map(|kind| json!({ "required": [kind] })).collect();
    let mailed = json!({ "anyOf": [{ "required": ["send"] }, { "required": ["survey"] }] });
    schema.insert("oneOf".to_owned(), json!(only));
    schema.insert(
        "dependentRequired".to_owned(),
        json!({ "then": ["wait_for"], "else": ["wait_for"], "arms": ["split"], "split": ["arms"] }),
    );
    schema.insert("dependentSchemas".to_owned(), json!({ "give_up_after": mailed, "on_unknown": mailed }));
}

#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum Wait {
    Span(Duration),
    For(WaitSpan),
    Until(WaitUntil),
}

/// First `for`, then the first local `at` on an allowed weekday that is not earlier.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
pub struct WaitSpan {
    /// How long at first.
    r#for: Option<Duration>,
    /// The local time of day to wait for after that.
    at: Option<TimeOfDay>,
    /// The weekdays that are allowed.
    on: Option<Weekdays>,
}

/// Until a point in time; a past or missing one does not wait.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct WaitUntil {
    /// A date, or an expression that gives one.
    until: Until,
    /// Before or after it.
    offset: Option<Offset>,
    /// The local time of day to wait for after that.
    at: Option<TimeOfDay>,
    /// The weekdays that are allowed.
    on: Option<Weekdays>,
}

/// A date, or an expression that gives one.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum Until {
    Moment(Moment),
    Expression(UntilExpression),
}

/// An expression that gives a date.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"^(?!\s*\d{1,4}-\d{1,2}-\d)[\s\S]*\S"))]
pub struct UntilExpression(String);

/// Continues with `then` when the event comes, with `else` at the time-out.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct WaitFor {
    /// The type of the event.
    event: EventType,
    /// Which events; sees `event` and `entry`.
    r#where: Option<Expression>,
    /// How long to wait at most.
    timeout: Duration,
}

/// The first arm that holds; `otherwise` comes last.
#[derive(JsonSchema)]
#[schemars(extend("minItems" = 1))]
pub struct Branch(Vec<Arm>);

#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum Arm {
    When(When),
    Otherwise(Otherwise),
}

/// Steps for those whom the expression holds.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct When {
    /// Whom this arm is for.
    when: Expression,
    /// What happens to them.
    steps: Vec<Step>,
}

/// Steps for all others.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Otherwise {
    /// What happens to them.
    otherwise: Vec<Step>,
}

/// Nothing but an id, or nothing at all.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, transform = or_nothing)]
pub struct Split {
    /// The step's id.
    id: Option<StepId>,
}

/// `split:` with nothing behind it is a split too.
fn or_nothing(schema: &mut Schema) {
    let object = schema.clone().to_value();
    schema.ensure_object().clear();
    schema.insert("anyOf".to_owned(), json!([object, { "const": null }]));
}

/// At least one arm with a weight above 0.
#[derive(JsonSchema)]
#[schemars(extend("contains" = { "properties": { "weight": { "minimum": 1 } } }))]
pub struct SplitArms(Vec<SplitArm>);

/// A share of the people.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SplitArm {
    /// Its name in the journal.
    name: Text,
    /// Its share of the sum of all weights.
    #[schemars(range(max = 1_000_000_000))]
    weight: u32,
    /// What happens to them.
    steps: Vec<Step>,
}

/// One code for each person and enrolment.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("oneOf" = [{ "required": ["percent_off"] }, { "required": ["amount_off"] }]))]
pub struct Offer {
    /// The step's id.
    id: Option<StepId>,
    /// Percent off the price.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 100))]
    percent_off: Option<f64>,
    /// An amount off, in the workspace's currency.
    #[schemars(extend("exclusiveMinimum" = 0))]
    amount_off: Option<f64>,
    /// How long a code holds.
    expires: Option<Duration>,
    /// How many codes there are for ever.
    budget: Option<u64>,
    code: Option<Code>,
    /// What follows where no code is left; default: `continue`.
    on_unavailable: Option<OnUnavailable>,
}

/// What codes look like, or where they come from.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Code {
    /// Letters before each code.
    #[schemars(regex(pattern = "^[A-Za-z0-9_-]{1,20}$"))]
    prefix: Option<String>,
    /// An uploaded list of codes.
    pool: Option<Id>,
}

/// What follows where no code is left.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum OnUnavailable {
    Continue,
    Exit,
}

/// A mail whose links carry the answers, which come back as the event `survey.answered`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend(
    "if" = { "properties": { "kind": { "const": "choice" } } },
    "then" = { "required": ["choices"] },
    "else" = { "not": { "required": ["choices"] } },
))]
pub struct Survey {
    /// The step's id.
    id: Option<StepId>,
    kind: SurveyKind,
    /// The mail that asks.
    mail: MailName,
    /// How long an answer may be given.
    expires: Option<Duration>,
    /// The answers of `kind: choice`.
    choices: Option<Choices>,
}

/// From 2 to 20 answers.
#[derive(JsonSchema)]
#[schemars(extend("minItems" = 2, "maxItems" = 20, "uniqueItems" = true))]
pub struct Choices(Vec<Text>);

/// `nps` asks 0 to 10, `csat` 1 to 5, `ces` 1 to 7, `choice` for one of your own answers.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum SurveyKind {
    Nps,
    Csat,
    Ces,
    Choice,
}

/// Attributes to merge into the profile; `null` removes one.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Set {
    /// By name; `null` removes one.
    attributes: BTreeMap<String, Value>,
}

/// An event about the same person.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Emit {
    /// The type of the event.
    detail_type: EventType,
    /// The event's own fields; `person` is filled in.
    #[schemars(extend("propertyNames" = { "not": { "const": "person" } }))]
    detail: Option<BTreeMap<String, Value>>,
}
