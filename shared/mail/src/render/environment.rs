//! The template engine with everything taken out that a mail does not need.
//!
//! Must never gain a filter that makes text without [`charge`](super::value::charge), nor a function: fuel counts
//! instructions and not memory, so one instruction that repeats or pads a string is a bomb.

use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use super::{filters, value};

/// Instructions one template may run. A long mail takes a few hundred; this many take about 2 ms.
const FUEL: u64 = 50_000;

/// The filters a mail may use.
#[cfg(feature = "compile")]
pub const FILTERS: [&str; 19] = [
    "abs",
    "capitalize",
    "date",
    "default",
    "first",
    "float",
    "int",
    "join",
    "last",
    "length",
    "lower",
    "money",
    "number",
    "replace",
    "round",
    "title",
    "trim",
    "truncate",
    "upper",
];

/// The tests a mail may use.
#[cfg(feature = "compile")]
pub const TESTS: [&str; 3] = ["defined", "none", "undefined"];

/// An environment without templates.
///
/// A missing path reads as undefined however deep it is, so that `| default` mends every one of them; printing an
/// undefined value, or passing it to a filter other than `default`, is an error.
pub(super) fn limited() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_fuel(Some(FUEL));
    environment.set_debug(false);
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_auto_escape_callback(|part| if part == "html" { AutoEscape::Html } else { AutoEscape::None });
    environment.set_formatter(value::print);
    add_filters(&mut environment);
    environment.add_test("defined", |value: minijinja::Value| !value::is_missing(&value));
    environment.add_test("undefined", |value: minijinja::Value| value::is_missing(&value));
    environment.add_test("none", |value: minijinja::Value| value::is_missing(&value));
    environment
}

fn add_filters(environment: &mut Environment<'static>) {
    environment.add_filter("abs", filters::abs);
    environment.add_filter("capitalize", filters::capitalize);
    environment.add_filter("date", filters::date);
    environment.add_filter("default", filters::default);
    environment.add_filter("first", filters::first);
    environment.add_filter("float", filters::float);
    environment.add_filter("int", filters::int);
    environment.add_filter("join", filters::join);
    environment.add_filter("last", filters::last);
    environment.add_filter("length", filters::length);
    environment.add_filter("lower", filters::lower);
    environment.add_filter("money", filters::money);
    environment.add_filter("number", filters::number_filter);
    environment.add_filter("replace", filters::replace);
    environment.add_filter("round", filters::round);
    environment.add_filter("title", filters::title);
    environment.add_filter("trim", filters::trim);
    environment.add_filter("truncate", filters::truncate);
    environment.add_filter("upper", filters::upper);
    // Compiling puts these where a value stands in a link; authors cannot name them.
    environment.add_filter("_link", filters::link);
    environment.add_filter("_own_link", filters::own_link);
    environment.add_filter("_part", filters::part);
}
