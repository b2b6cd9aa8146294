use rstest::rstest;

use super::*;

fn findings(source: &str, site: Site) -> Findings {
    let names =
        Names { offers: vec!["gift"], mails: vec!["hello", "nps"], surveys: vec!["nps", "csat"], eventless: false };
    check(&Expr::compile(source, site).unwrap(), &names)
}

#[rstest]
#[case::text("person.orders.count >= 2 && person.locale.startsWith(\"ko\")")]
#[case::attributes("person.attributes.blocked != true && person.attributes.any.thing[0] > 3")]
#[case::nullable("person.orders.last_at == null || now - person.orders.last_at < duration(\"720h\")")]
#[case::consent("person.consent.marketing && person.consent.topics.offers != false")]
#[case::events("person.events[\"order.completed\"].count == 1 && person.events[\"a\"].first_at < now")]
#[case::numbers(
    "person.orders.total * 2 > 3.5 && person.orders.total == person.orders.count && person.orders.total + 1.5 > 2"
)]
#[case::mixed("person.orders.count * 1.5 > 3.0 && 2 / 3.0 + 1 < 4 && person.orders.total * 0.9 - 1 > event.x / 2.5")]
#[case::answers(
    "answers[\"nps\"].score >= 9 || answers.csat.comment.contains(\"slow\") || answers[\"nps\"].score == \"red\""
)]
#[case::offers("\"gift\" in offers && offers[\"gift\"].redeemed != true && offers.gift.code.size() > 3")]
#[case::mails("mails[\"hello\"].opened || mails[\"nps\"].clicked || size(mails) == 2")]
#[case::mails_by_variable("[\"hello\"].exists(m, mails[m].opened)")]
#[case::lists(
    "event.items.exists(i, has(i.n) && i.n == 2) && event.items.map(i, i.sku) == [\"a\"] && size(event.items.filter(i, i.n > 1)) == 1"
)]
#[case::maps("person.events.exists(name, name.startsWith(\"order\")) && offers.all(id, offers[id].redeemed)")]
#[case::dates(
    "now.getHours(\"Asia/Seoul\") == 10 && now.getFullYear() == 2026 && timestamp(person.attributes.t) < now"
)]
#[case::conversions(
    "int(\"3\") == 3 && string(person.orders.count) == \"3\" && double(person.orders.total) > 1.5 && type(event.x) == int"
)]
#[case::ternary("event.x ? true : event.y > 3")]
#[case::runtime("event.ten > \"9\" || event.ten / 0 == 1 || 7 / 2 == 3")]
#[case::membership("person.locale in [\"ko\", \"en\"] && \"vip\" in person.attributes.tags && \"email\" in person")]
#[case::durations("person.orders.first_at + duration(\"60m\") == now && duration(\"90m\") > duration(\"1h\")")]
#[case::patterns("person.email.matches(\"@example[.]com$\") && matches(event.x, \"a+\")")]
#[case::has("has(person.attributes.x) || !has(person.orders.last_at) || has(event.cart)")]
fn what_works_is_not_refused(#[case] source: &str) {
    assert_eq!(findings(source, Site::When).errors, [], "{source}");
}

#[rstest]
#[case::root("persn.orders.count > 1", "0: there is no `persn` (did you mean `person`?)")]
#[case::bare_word(
    "person.locale == ko",
    "17: there is no `ko` (known here: `person`, `event`, `entry`, `answers`, `offers`, `mails`, `now`; a text needs quotation marks: \"ko\")"
)]
#[case::field("person.order.count > 1", "0: `person` has no field `order` (did you mean `orders`?)")]
#[case::attribute(
    "person.tier == 'gold'",
    "0: `person` has no field `tier` (known here: `id`, `email`, `locale`, `timezone`, `attributes`, `consent`, `orders`, `events`, `created_at`; your own fields are in `person.attributes.tier`)"
)]
#[case::field_of_counter(
    "person.events['a'].counts > 1",
    "0: `person.events[\"a\"]` has no field `counts` (did you mean `count`?)"
)]
#[case::field_of_text(
    "person.email.domain == 'x'",
    "0: `person.email` is a text and has no field `domain` (remove the field)"
)]
#[case::quoted_number(
    "person.orders.count == \"3\"",
    "0: `person.orders.count` is a whole number, which is never equal to a text (leave the quotation marks out: 3)"
)]
#[case::ordered_text(
    "person.orders.total > 'x'",
    "0: `person.orders.total` is a number, which cannot be compared with a text (compare values of one type)"
)]
#[case::timestamp(
    "person.created_at < '2026-01-01'",
    "0: `person.created_at` is a timestamp, which cannot be compared with a text (write timestamp(\"2026-01-31T00:00:00Z\"))"
)]
#[case::null("null > 3", "0: this is null, which cannot be compared with a whole number (compare values of one type)")]
#[case::method_of_int(
    "person.orders.count.startsWith('3')",
    "0: a whole number has no method `startsWith` (numbers, truth values and null have no methods)"
)]
#[case::method("person.locale.startswith('ko')", "0: a text has no method `startswith` (did you mean `startsWith`?)")]
#[case::method_of_any("event.x.startWith('ko')", "0: there is no method `startWith` (did you mean `startsWith`?)")]
#[case::function(
    "lenght(event.x) > 1",
    "0: there is no function `lenght` (known here: `bool`, `bytes`, `double`, `duration`, `dyn`, `has`, `int`, `matches`, `size`, `string`, `timestamp`, `uint`)"
)]
#[case::arguments(
    "size(event.x, 1) > 1",
    "0: `size` takes 1 in its brackets, not 2 (see https://cel.dev for what it takes)"
)]
#[case::days(
    "now - person.created_at > duration('3d')",
    "35: `3d` is no duration (CEL's units are h, m and s: write duration(\"72h\"))"
)]
#[case::date(
    "now > timestamp('2026-01-01')",
    "16: `2026-01-01` is no timestamp (write RFC 3339 with an offset: timestamp(\"2026-01-31T00:00:00Z\"))"
)]
#[case::zone(
    "now.getHours('Asia/Soul') > 9",
    "0: there is no time zone `Asia/Soul` (an IANA name such as \"Asia/Seoul\", or an offset such as \"+09:00\")"
)]
#[case(
    "now.getHours('+05:+30') > 9",
    "0: there is no time zone `+05:+30` (an IANA name such as \"Asia/Seoul\", or an offset such as \"+09:00\")"
)]
#[case::pattern("person.email.matches('(')", "21: `(` is no regular expression (the syntax is RE2's)")]
#[case::truth(
    "person.orders.count && true",
    "0: `person.orders.count` is a whole number, not true or false (compare it: == , != , < , >)"
)]
#[case::result(
    "person.orders.count",
    "0: true or false is asked for, this is a whole number (compare it: == , != , < , >)"
)]
#[case::offer("offers['gfit'].redeemed", "0: this campaign has no offer `gfit` (did you mean `gift`?)")]
#[case::mail("mails['helo'].opened", "0: this campaign has no mail step `helo` (did you mean `hello`?)")]
#[case::mail_field("mails['hello'].openned", "0: `mails[\"hello\"]` has no field `openned` (did you mean `opened`?)")]
#[case::text_in_text(
    "'@' in person.email",
    "7: `in` looks into lists and mappings, this is a text (write text.contains(\"part\"))"
)]
#[case::plus(
    "person.locale + 3 == 'ko3'",
    "0: `+` does not go between a text and a whole number (write string(…) around the other)"
)]
#[case::mixed(
    "person.orders.count % 1.5 > 3.0",
    "0: `%` does not go between a whole number and a number (write int(…) or double(…) around one of them)"
)]
#[case::inside_a_macro(
    "event.items.all(i, i.n > person.order)",
    "25: `person` has no field `order` (did you mean `orders`?)"
)]
#[case::macro_over_text("person.email.all(c, c == 'x')", "0: a text is no list (macros go through lists and mappings)")]
#[case::after_korean("event['이름'] == '한글' && persn.id == 'x'", "23: there is no `persn` (did you mean `person`?)")]
fn what_cannot_work_is_refused_with_help(#[case] source: &str, #[case] message: &str) {
    let found = findings(source, Site::When).errors;
    let shown: Vec<String> = found
        .iter()
        .map(|error| format!("{}: {} ({})", error.offset.unwrap_or(usize::MAX), error.message, error.help))
        .collect();
    assert_eq!(shown, [message], "{source}");
}

#[rstest]
#[case(Site::Key, "person.id", true)]
#[case(Site::GoalValue, "event.order.total", true)]
#[case(Site::GoalValue, "person.orders.total", true)]
#[case(Site::GoalValue, "person.locale", false)]
#[case(Site::Date, "person.attributes.birthday", true)]
#[case(Site::Date, "person.orders.first_at", true)]
#[case(Site::Date, "person.orders.count", false)]
#[case(Site::Until, "now + duration('24h')", true)]
#[case(Site::Until, "person.consent.marketing", false)]
#[case(Site::Audience, "person.attributes.vip", true)]
#[case(Site::Audience, "person.email", false)]
fn each_place_asks_for_its_type(#[case] site: Site, #[case] source: &str, #[case] fits: bool) {
    assert_eq!(findings(source, site).errors.is_empty(), fits, "{source}");
}

#[rstest]
#[case::both_absent(
    "event.cart_id == entry.cart_id",
    Some("this also holds where both `event.cart_id` and `entry.cart_id` are absent")
)]
#[case::attribute(
    "event.city == person.attributes['city']",
    Some("this also holds where both `event.city` and `person.attributes[\"city\"]` are absent")
)]
#[case::guarded("has(event.cart_id) && event.cart_id == entry.cart_id", None)]
#[case::guarded_before("has(event.cart) && event.cart.id == entry.cart.id", None)]
#[case::not_null("entry.cart_id != null && event.cart_id == entry.cart_id", None)]
#[case::literal("event.survey == 'nps'", None)]
#[case::always_there("event.id == person.id", None)]
#[case::unequal("event.cart_id != entry.cart_id", None)]
#[case::amount_by_int(
    "event.order.total / 2 > 3",
    Some("`event.order.total` may be a whole number, and two whole numbers give one: 7 / 2 is 3")
)]
#[case::total_by_int(
    "person.orders.total / 100 > 3",
    Some("`person.orders.total` may be a whole number, and two whole numbers give one: 7 / 2 is 3")
)]
#[case::sum_by_int(
    "(event.a + event.b) / 2 > 3",
    Some("this may be a whole number, and two whole numbers give one: 7 / 2 is 3")
)]
#[case::amount_by_double("event.order.total / 2.0 > 3.0", None)]
#[case::count_by_int("person.orders.count / 2 > 3", None)]
#[case::no_such_survey("answers['ces'].score > 3", Some("no campaign has a survey `ces`"))]
#[case::no_such_offer("'gfit' in offers", Some("this campaign has no offer `gfit`, so this is always false"))]
fn what_is_hardly_meant_is_doubted(#[case] source: &str, #[case] message: Option<&str>) {
    let found = findings(source, Site::WaitForWhere);
    assert_eq!(found.errors, []);
    assert_eq!(found.doubts.first().map(|doubt| doubt.message.as_str()), message, "{source}");
}

#[test]
fn names_that_stand_for_nothing_are_doubted() {
    let doubts = |source: &str, site, eventless| {
        let names = Names { offers: vec!["gift"], eventless, ..Names::default() };
        check(&Expr::compile(source, site).unwrap(), &names).doubts.len()
    };
    assert_eq!(doubts("offers['gift'].redeemed", Site::Audience, false), 1);
    assert_eq!(doubts("offers['gift'].redeemed", Site::StayWhile, false), 0);
    assert_eq!(doubts("entry.x == 1", Site::When, true), 1);
    assert_eq!(doubts("event.x == 1", Site::Audience, true), 1);
    assert_eq!(doubts("event.x == 1", Site::When, true), 0);
    assert_eq!(doubts("event.x == 1 && entry.x == 1", Site::Audience, false), 0);
}
