//! From source to message, as the command line and the send function use the crate.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends where something unexpected happens"
)]

use rekindle_engine::lang::{Policy, Purpose, Sender};
use rekindle_mail::{
    Claim, CompiledMail, Envelope, Fault, Key, LayoutSource, LinkKind, Links, MailLinks, MailSource, Message, Part,
    PreparedMail, RenderError, compile,
};
use rstest::rstest;
use serde_json::{Value, json};

const LAYOUT: &str = r##"<mjml>
  <mj-head><mj-style>.footer a { color: #6b625a } @media (prefers-color-scheme: dark) { .footer a { color: #b3a99d } }</mj-style></mj-head>
  <mj-body>
    {% block content %}{% endblock %}
    <mj-section css-class="footer"><mj-column><mj-text>{{ sender.name }}, {{ sender.address }}{% if unsubscribe_url %} <a href="{{ unsubscribe_url }}">{{ "수신거부" if locale == "ko" else "Unsubscribe" }}</a>{% endif %}</mj-text></mj-column></mj-section>
  </mj-body>
</mjml>"##;

const KO: &str = r#"---
subject: "{{ person.attributes.name | default('고객') }}님, {{ offers['come-back'].percent_off }}% 할인"
preheader: "{{ offers['come-back'].expires_at | date }}까지 & 한 번만"
---
<mj-section><mj-column>
  <mj-text>안녕하세요, <b>{{ person.attributes.name | default("고객") }}</b>님. 지금까지 {{ person.orders.total | money }}어치를 주문하셨어요.</mj-text>
  {% if entry.items %}<mj-text>{% for item in entry.items %}<b>{{ item.name }}</b> × {{ item.quantity }}<br />{% endfor %}</mj-text>{% endif %}
  <mj-button href="https://shop.example.com/cart/{{ entry.cart_id }}?code={{ offers['come-back'].code }}">장바구니 보기</mj-button>
</mj-column></mj-section>
"#;

const EN: &str = r#"---
subject: "{{ person.attributes.name | default('Hello') }}, {{ offers['come-back'].percent_off }}% off"
preheader: "Until {{ offers['come-back'].expires_at | date }}, & only once"
---
<mj-section><mj-column>
  <mj-text>Hello <b>{{ person.attributes.name | default("there") }}</b>, your orders so far: {{ person.orders.total | money }}.</mj-text>
  {% if entry.items %}<mj-text>{% for item in entry.items %}<b>{{ item.name }}</b> × {{ item.quantity }}<br />{% endfor %}</mj-text>{% endif %}
  <mj-button href="https://shop.example.com/cart/{{ entry.cart_id }}?code={{ offers['come-back'].code }}">See my cart</mj-button>
</mj-column></mj-section>
"#;

fn compiled(text: &str, locale: &str) -> CompiledMail {
    let layout = LayoutSource { name: "default", path: "layouts/default.mjml", text: LAYOUT };
    let source = MailSource { name: "come-back", locale, path: "come-back.mjml", text, layout: Some(&layout) };
    compile(&source).unwrap()
}

/// A prepared mail with one `mj-text`, without layout.
fn body(inside: &str) -> PreparedMail {
    let text = format!(
        "---\nsubject: Hello\n---\n<mjml><mj-body><mj-section><mj-column><mj-text>{inside}</mj-text></mj-column></mj-section></mj-body></mjml>"
    );
    let source = MailSource { name: "m", locale: "en", path: "m.mjml", text: &text, layout: None };
    PreparedMail::new(&compile(&source).unwrap()).unwrap()
}

/// A prepared mail with this subject.
fn subject(subject: &str) -> PreparedMail {
    let text = format!("---\nsubject: \"{subject}\"\n---\n<mjml><mj-body></mj-body></mjml>");
    let source = MailSource { name: "m", locale: "en", path: "m.mjml", text: &text, layout: None };
    PreparedMail::new(&compile(&source).unwrap()).unwrap()
}

fn sender() -> Sender {
    Sender {
        id: "shop".into(),
        name: "한강커피".into(),
        email: "hello@example.com".into(),
        reply_to: Some("help@example.com".into()),
        address: Some("서울시 강남구 테헤란로 1".into()),
        phone: Some("+82-2-555-0100".into()),
    }
}

fn links() -> MailLinks {
    let links = Links::new("https://mail.example.com", Key::new(1, vec![7; 32]).unwrap(), None).unwrap();
    let claim = Claim { person: "c-1".into(), campaign: "win-back".into(), topic: "offers".into(), ..Claim::default() };
    MailLinks {
        one_click: links.url(LinkKind::OneClick, &claim).unwrap(),
        unsubscribe: links.url(LinkKind::Unsubscribe, &claim).unwrap(),
    }
}

fn data() -> Value {
    json!({
        "person": {
            "id": "c-1",
            "attributes": { "name": "김<b>민수</b>" },
            "orders": { "count": 3, "total": 128000 },
        },
        "entry": { "cart_id": "a/b c&d", "items": [{ "name": "에티오피아 & 케냐", "quantity": 2 }, { "name": "Drip", "quantity": 1 }] },
        "offers": { "come-back": { "code": "BACK-7Q", "percent_off": 15, "expires_at": "2026-03-14T15:00:00Z" } },
        "workspace": { "name": "한강커피", "currency": "KRW" },
        "sender": { "name": "한강커피", "address": "서울시 강남구 테헤란로 1" },
        "timezone": "Asia/Seoul",
        "unsubscribe_url": links().unsubscribe,
    })
}

fn build(mail: &CompiledMail, purpose: Purpose, policy: Policy) -> Message {
    let mut data = data();
    if purpose == Purpose::Transactional {
        data["unsubscribe_url"] = json!("");
    }
    let rendered = PreparedMail::new(mail).unwrap().render(&data).unwrap();
    let envelope = Envelope { to: "kim@example.com", sender: &sender(), purpose, policy, links: Some(&links()) };
    Message::build(rendered, &envelope).unwrap()
}

fn show(message: &Message) -> String {
    let headers: String = message.headers.iter().map(|header| format!("{}: {}\n", header.name, header.value)).collect();
    format!(
        "From: {}\nTo: {}\nReply-To: {}\nSubject: {}\n{headers}\n{}\n---- text ----\n{}",
        message.from,
        message.to,
        message.reply_to.as_deref().unwrap_or_default(),
        message.subject,
        message.html.replace("><", ">\n<"),
        message.text,
    )
}

#[rstest]
#[case::korean("korean", KO, "ko", Purpose::Marketing, Policy::Kr)]
#[case::english("english", EN, "en", Purpose::Marketing, Policy::Default)]
#[case::transactional("transactional", EN, "en", Purpose::Transactional, Policy::Kr)]
fn a_message_reads_well(
    #[case] name: &str,
    #[case] source: &str,
    #[case] locale: &str,
    #[case] purpose: Purpose,
    #[case] policy: Policy,
) {
    insta::assert_snapshot!(name, show(&build(&compiled(source, locale), purpose, policy)));
}

#[test]
fn a_compiled_mail_survives_storage() {
    let mail = compiled(KO, "ko");
    let stored = serde_json::to_string(&mail).unwrap();
    assert_eq!(serde_json::from_str::<CompiledMail>(&stored).unwrap(), mail);
}

#[test]
fn values_are_text_and_never_markup_or_template() {
    let mail = body("<b title=\"{{ entry.a }}\">{{ entry.a }}</b>");
    let hostile = "\"'><script>{{ person.id }}{% if %}</script>&amp;";
    let rendered = mail.render(&json!({ "entry": { "a": hostile } })).unwrap();
    let escaped = "&quot;&#39;&gt;&lt;script&gt;{{ person.id }}{% if %}&lt;/script&gt;&amp;amp;";
    assert!(rendered.html.contains(&format!("<b title=\"{escaped}\">{escaped}</b>")), "{}", rendered.html);
    assert!(rendered.text.contains(hostile), "{}", rendered.text);
}

#[rstest]
#[case("Kim\r\nBcc: all@example.com")]
#[case("Kim\nX: y")]
#[case("Kim\0\u{1b}[2J")]
#[case("Kim\u{2028}x\u{2029}y\u{85}z")]
#[case("Kim\u{202e}moc.live")]
fn a_value_cannot_break_out_of_the_subject(#[case] name: &str) {
    let rendered = subject("Hi {{ entry.name }}!").render(&json!({ "entry": { "name": name } })).unwrap();
    assert!(rendered.subject.starts_with("Hi Kim") && rendered.subject.ends_with('!'));
    assert!(!rendered.subject.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202e}')));
}

#[rstest]
#[case(json!("https://shop.example.com/a?b=c&d=%20e"), Some("https://shop.example.com/a?b=c&amp;d=%20e"))]
#[case(json!("mailto:help@example.com"), Some("mailto:help@example.com"))]
#[case(json!("https://example.com/커피 1"), Some("https://example.com/커피%201"))]
#[case(json!("https://example.com/\" onmouseover=\"x"), Some("https://example.com/%22%20onmouseover=%22x"))]
#[case(json!("javascript:alert(1)"), None)]
#[case(json!(" JaVaScRiPt:alert(1)"), None)]
#[case(json!("data:text/html,<script>"), None)]
#[case(json!("http://127.0.0.1/"), None)]
#[case(json!("shop.example.com"), None)]
#[case(json!(["https://example.com/"]), None)]
#[case(json!(7), None)]
#[case(json!(null), None)]
fn a_link_from_data_is_judged_when_it_is_sent_and_left_out_alone(#[case] link: Value, #[case] stands: Option<&str>) {
    let inside = "a <a href=\"{{ entry.url }}\">words</a> <img alt=\"Bag\" src=\"{{ entry.url }}\" /> z";
    let rendered = body(inside).render(&json!({ "entry": { "url": link } })).unwrap();
    let (word, image) = match stands {
        Some(link) => (format!("a <a href=\"{link}\">words</a>"), format!("<img alt=\"Bag\" src=\"{link}\" style=")),
        None => ("a <a>words</a>".to_owned(), "<img alt=\"Bag\" style=".to_owned()),
    };
    assert!(rendered.html.contains(&word) && rendered.html.contains(&image), "{}", rendered.html);
    let text = rendered.text.trim();
    assert!(stands.is_some() || text == "a words Bag z", "{text}");
}

#[rstest]
#[case(json!({}))]
#[case(json!({ "a": { "b": 1 } }))]
#[case(json!({ "a": [] }))]
fn a_link_without_the_value_in_it_is_left_out(#[case] entry: Value) {
    let mail = body("<a href=\"https://shop.example.com/{{ entry.a }}?b=c\">words</a>");
    let rendered = mail.render(&json!({ "entry": entry })).unwrap();
    assert!(rendered.html.contains("<a>words</a>"), "{}", rendered.html);
    assert_eq!(rendered.text, "words\n");
}

#[test]
fn a_button_keeps_its_words_without_its_link() {
    let text = "---\nsubject: a\n---\n<mjml><mj-body><mj-section background-url=\"{{ entry.url }}\"><mj-column><mj-button href=\"{{ entry.url }}\">Go on</mj-button><mj-image alt=\"Bag\" src=\"{{ entry.url }}\" /></mj-column></mj-section></mj-body></mjml>";
    let source = MailSource { name: "m", locale: "en", path: "m.mjml", text, layout: None };
    let mail = PreparedMail::new(&compile(&source).unwrap()).unwrap();
    let rendered = mail.render(&json!({ "entry": { "url": "javascript:alert(1)" } })).unwrap();
    assert!(rendered.html.contains("Go on") && !rendered.html.contains("javascript"), "{}", rendered.html);
    assert!(!rendered.html.contains("href=\"about"), "{}", rendered.html);
    assert_eq!(rendered.text, "Go on\n\nBag\n");
}

#[test]
fn a_value_inside_a_link_is_encoded() {
    let rendered = body("<a href=\"https://example.com/?q={{ entry.q }}\">x</a>")
        .render(&json!({ "entry": { "q": "a&b=\"c\" ../한" } }));
    assert!(rendered.unwrap().html.contains("?q=a%26b%3D%22c%22%20../%ED%95%9C\""));
}

#[test]
fn our_own_links_may_lead_to_this_machine() {
    let mail = body("{% for a in survey.answers %}<a href=\"{{ a.url }}\">{{ a.value }}</a>{% endfor %}");
    let local = json!({ "survey": { "answers": [{ "value": 1, "url": "http://127.0.0.1:7070/a/x" }] } });
    assert!(mail.render(&local).unwrap().html.contains("href=\"http://127.0.0.1:7070/a/x\""));
    let foreign = json!({ "survey": { "answers": [{ "value": 1, "url": "http://evil.example/" }] } });
    assert!(!mail.render(&foreign).unwrap().html.contains("evil"));
}

#[rstest]
#[case::root("{{ entry }}", json!({}), "entry")]
#[case::deep("{{ entry.product.name }}", json!({}), "entry.product.name")]
#[case::null("{{ entry.a }}", json!({ "entry": { "a": null } }), "entry.a")]
#[case::filtered("{{ entry.a | upper }}", json!({ "entry": {} }), "entry.a | upper")]
fn a_missing_value_is_named_with_the_remedy(#[case] inside: &str, #[case] data: Value, #[case] path: &str) {
    let error = body(inside).render(&data).err().unwrap();
    assert_eq!(error, RenderError::Missing { part: Part::Html, path: path.into() });
    assert!(error.to_string().contains("| default("), "{error}");
}

#[rstest]
#[case("{{ entry.product.name | default('coffee') }}", "coffee")]
#[case("{{ person.attributes.name | default('friend') }}", "friend")]
#[case("{{ person.attributes.nothing | default('friend') }}", "friend")]
#[case("{% if entry.product.name %}a{% else %}b{% endif %}", "b")]
#[case("{% for i in entry.list %}a{% else %}none{% endfor %}", "none")]
#[case("{{ person.orders.total }} {{ person.ratio }} {{ person.yes }}", "12 0.5 true")]
#[case("{{ person.list | join(', ') }} {{ person.list | length }} {{ person.list | first }}", "a, b 2 a")]
#[case("{{ 'ab cd' | title }} {{ 'abc' | truncate(2) }} {{ 'a-b' | replace('-', '+') }}", "Ab Cd a… a+b")]
#[case("{{ (person.orders.total | float) * 2 + 1 }} {{ 2.345 | round(1) }} {{ '1234.5' | number }}", "25 2.3 1,234.5")]
#[case("{{ person.orders.total | money }} {{ 3 | money('EUR') }}", "£12.00 €3.00")]
#[case("{{ '2026-03-01' | date }} {{ locale }}", "1 March 2026 en")]
#[case("{{ person.list }}", "a, b")]
#[case("{{ '12,000원' | money }} {{ 'soon' | date }} {{ 'many' | number }}", "12,000원 soon many")]
#[case("{{ person.attributes | default('friend') }} {{ (person.attributes | default('friend')).given }}", "friend Kim")]
#[case(
    "{% if person.attributes | default('') %}a{% endif %}{% for k in person.deep | default('') %}{{ k.a }}{% endfor %}",
    "a1"
)]
#[case("{{ person.deep | default('friend') }} {{ person.empty | default('friend') }}", "friend friend")]
fn templates_say_what_their_authors_mean(#[case] inside: &str, #[case] expected: &str) {
    let data = json!({
        "person": { "deep": [{ "a": 1 }], "empty": [], "attributes": { "given": "Kim", "name": " ", "nothing": null }, "orders": { "total": 12.0 }, "ratio": 0.5, "yes": true, "list": ["a", "b"] },
        "workspace": { "currency": "GBP" },
    });
    assert_eq!(body(inside).render(&data).unwrap().text.trim(), expected);
}

#[rstest]
#[case("null", "there")]
#[case(" NULL ", "there")]
#[case("undefined", "there")]
#[case("NaN", "there")]
#[case("Null", "Null")]
#[case("None", "None")]
fn what_programs_write_for_nothing_takes_the_default(#[case] name: &str, #[case] printed: &str) {
    let data = json!({ "entry": { "name": name } });
    let mail = body("{% if entry.name | default('') %}{{ entry.name }}{% else %}there{% endif %}");
    assert_eq!(mail.render(&data).unwrap().text.trim(), printed);
    assert_eq!(body("{{ entry.name | default('there') }}").render(&data).unwrap().text.trim(), printed);
}

#[test]
fn a_long_value_shortens_the_subject_and_costs_nothing_else() {
    let data = json!({ "entry": { "name": "강".repeat(600) } });
    let subject = subject("{{ entry.name }}, hello").render(&data).unwrap().subject;
    assert!(subject.len() <= 900 && subject.starts_with("강강") && subject.ends_with("강…"), "{subject}");
}

#[rstest]
#[case("{{ person.objects }}", Fault::NotText)]
#[case("{{ person.objects[0] | date }}", Fault::NotText)]
#[case("{{ 'abc' | round }}", Fault::NotNumber)]
fn a_value_that_does_not_fit_is_named(#[case] inside: &str, #[case] expected: Fault) {
    match body(inside).render(&json!({ "person": { "objects": [{ "a": 1 }] } })) {
        Err(RenderError::Unfit { fault, .. }) => assert_eq!(fault, expected),
        other => panic!("{:?}", other.map(|rendered| rendered.text)),
    }
}

#[test]
fn errors_never_hold_values() {
    let canary = json!({ "entry": { "a": "canary-7f3", "b": "canary-7f3", "list": [["canary-7f3"]] } });
    for inside in [
        "{{ entry.a - entry.b }}",
        "{{ entry.a | round }}",
        "{{ entry.list }}",
        "{{ -entry.a }}",
        "{{ entry.a / 2 }}",
        "{{ entry.a | truncate(entry.b) }}",
    ] {
        let error = body(inside).render(&canary).err().unwrap();
        assert!(!format!("{error} {error:?}").contains("canary-7f3"), "{inside}: {error}");
    }
}

#[rstest]
#[case::nested_loops("{% for a in entry.l %}{% for b in entry.l %}{% for c in entry.l %}{% endfor %}{% endfor %}{% endfor %}", RenderError::TooMuchWork { part: Part::Html })]
#[case::much_text("{% for a in entry.l %}{{ entry.big }}{% endfor %}", RenderError::TooLarge { part: Part::Html, limit: 262_144 })]
#[case::kept_text("{% set a = entry.big | upper %}{% for x in entry.l %}{% set b = entry.big | upper %}{% endfor %}", RenderError::Unfit { part: Part::Html, path: "set b = entry.big | upper".into(), fault: Fault::TooLong })]
#[case::replaced_text("{{ entry.big | replace('x', entry.big) }}", RenderError::Unfit { part: Part::Html, path: "entry.big | replace('x', entry.big)".into(), fault: Fault::TooLong })]
#[case::joined_text("{{ entry.l | join(entry.big) }}", RenderError::Unfit { part: Part::Html, path: "entry.l | join(entry.big)".into(), fault: Fault::TooLong })]
fn a_bomb_ends_with_an_error(#[case] inside: &str, #[case] expected: RenderError) {
    let data = json!({ "entry": { "l": (0..200).collect::<Vec<_>>(), "big": "x".repeat(50_000) } });
    assert_eq!(body(inside).render(&data).err(), Some(expected));
}

#[test]
fn an_empty_subject_is_an_error() {
    assert_eq!(
        subject("{{ entry.a }}").render(&json!({ "entry": { "a": " \r\n " } })).err(),
        Some(RenderError::EmptySubject)
    );
}

#[test]
fn a_prepared_mail_is_shared_between_threads() {
    fn is_shared<T: Send + Sync>(_: &T) {}
    is_shared(&subject("Hello"));
}
