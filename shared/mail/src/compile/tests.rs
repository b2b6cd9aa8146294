use rstest::rstest;

use super::*;

const LAYOUT: &str = "<mjml><mj-head><mj-style>.a b { color: red }</mj-style></mj-head>\n<mj-body>\n  {% block content %}{% endblock %}\n  <mj-section><mj-column><mj-text>{{ sender.nam }}</mj-text></mj-column></mj-section></mj-body></mjml>";

fn layout(text: &str) -> LayoutSource<'_> {
    LayoutSource { name: "default", path: "layouts/default.mjml", text }
}

fn with_layout(text: &str, layout_text: Option<&str>) -> Result<CompiledMail, Vec<Problem>> {
    let layout = layout_text.map(layout);
    let source = MailSource { name: "hello", locale: "en", path: "hello.mjml", text, layout: layout.as_ref() };
    compile(&source)
}

/// Compiles what stands between `<mjml>` and `</mjml>`.
fn document(inside: &str) -> Result<CompiledMail, Vec<Problem>> {
    with_layout(&format!("---\nsubject: Hello\n---\n<mjml>{inside}</mjml>"), None)
}

/// Compiles one `mj-text`, which begins in line 4 at column 48.
fn text(inside: &str) -> Result<CompiledMail, Vec<Problem>> {
    document(&format!("<mj-body><mj-section><mj-column><mj-text>{inside}</mj-text></mj-column></mj-section></mj-body>"))
}

/// `line:column code` of every problem.
fn places(result: Result<CompiledMail, Vec<Problem>>) -> Vec<String> {
    let problems = result.err().unwrap_or_default();
    problems.iter().map(|p| format!("{}:{}:{} {}", p.path, p.line, p.column, p.code)).collect()
}

fn codes(result: Result<CompiledMail, Vec<Problem>>) -> Vec<&'static str> {
    result.err().unwrap_or_default().iter().map(|problem| problem.code).collect()
}

#[test]
fn all_problems_are_reported_in_one_run_with_their_places() {
    let mail = "---\nsubjct: x\nsubject: \"Hi {{ persn.id }}\"\npreheader: [1]\n---\n<mj-section><mj-column>\n  <mj-text>{{ person.id | uper }}</mj-text>\n  <mj-button href=\"http://example.com\">x</mj-button>\n</mj-column></mj-section>\n";
    let layout = LAYOUT.replace("sender.nam", "sendr.name");
    assert_eq!(
        places(with_layout(mail, Some(&layout))),
        [
            "hello.mjml:2:1 M003",
            "hello.mjml:3:17 M006",
            "hello.mjml:4:12 M004",
            "hello.mjml:7:27 M007",
            "hello.mjml:8:20 M012",
            "layouts/default.mjml:4:38 M006",
        ]
    );
}

#[test]
fn a_problem_says_how_to_mend_it() {
    let problems = text("{{ persom.id }}").unwrap_err();
    assert_eq!(problems[0].message, "unknown name `persom`");
    assert_eq!(problems[0].help, "Did you mean `person`?");
}

#[rstest]
#[case::none("Hello", "M001")]
#[case::not_closed("---\nsubject: x\n", "M001")]
#[case::not_quoted("---\nsubject: {{ person.id }}\n---\n<mjml></mjml>", "M002")]
#[case::not_yaml("---\nsubject: \"x\n---\n<mjml></mjml>", "M002")]
#[case::twice("---\nsubject: a\nsubject: b\n---\n<mjml></mjml>", "M002")]
#[case::no_subject("---\npreheader: x\n---\n<mjml></mjml>", "M004")]
#[case::empty("---\n---\n<mjml></mjml>", "M004")]
#[case::blank_subject("---\nsubject: \" \"\n---\n<mjml></mjml>", "M004")]
fn front_matter_is_checked(#[case] text: &str, #[case] code: &str) {
    assert!(codes(with_layout(text, Some(LAYOUT))).contains(&code), "{:?}", with_layout(text, Some(LAYOUT)));
}

#[rstest]
#[case::fragment("---\nsubject: x\n---\n<mj-section />", Some("default"))]
#[case::named("---\nsubject: x\nlayout: plain\n---\n<mj-section />", Some("plain"))]
#[case::whole("---\nsubject: x\n---\n<!-- a --> <mjml />", None)]
#[case::broken("no front matter", Some("default"))]
fn a_fragment_asks_for_a_layout(#[case] text: &str, #[case] expected: Option<&str>) {
    assert_eq!(layout_name(text).as_deref(), expected);
}

#[rstest]
#[case::missing("---\nsubject: x\n---\n<mj-section />", None)]
#[case::another("---\nsubject: x\nlayout: plain\n---\n<mj-section />", Some(LAYOUT))]
#[case::whole_document("---\nsubject: x\nlayout: default\n---\n<mjml />", Some(LAYOUT))]
#[case::no_block("---\nsubject: x\n---\n<mj-section />", Some("<mjml />"))]
#[case::two_blocks(
    "---\nsubject: x\n---\n<mj-section />",
    Some("{% block content %}{% endblock %}{% block content %}{% endblock %}")
)]
fn a_mail_and_its_layout_must_fit(#[case] text: &str, #[case] layout: Option<&str>) {
    assert_eq!(codes(with_layout(text, layout)), ["M011"]);
}

#[rstest]
#[case::string_repetition("{{ 'x' * 100000000 }}", "M009")]
#[case::repeated_value("{{ person.id * 100000000 }}", "M009")]
#[case::list_repetition("{% for i in [1] * 100000000 %}x{% endfor %}", "M009")]
#[case::power("{{ 9 ** 9999999 }}", "M009")]
#[case::doubling("{% set a = person.id ~ person.id %}", "M009")]
#[case::adding("{% set a = person.id + person.id %}", "M009")]
#[case::nested_lists("{% set a = [1] %}{% set b = [a, a] %}", "M009")]
#[case::captures("{% set a %}x{% endset %}", "M009")]
#[case::slices("{{ person.id[1:] }}", "M009")]
#[case::calls("{{ range(9999999) }}", "M009")]
#[case::methods("{{ person.id.join() }}", "M009")]
#[case::recursion("{% for a in entry.a recursive %}{{ loop(a) }}{% endfor %}", "M009")]
#[case::escaping_off("{% autoescape false %}{{ person.id }}{% endautoescape %}", "M009")]
#[case::half_a_choice("{{ 'x' if person.id }}", "M009")]
#[case::padding("{{ person.id | indent(999999999) }}", "M007")]
#[case::formatting("{{ '%999999999d' | format(1) }}", "M007")]
#[case::marking_safe("{{ person.id | safe }}", "M007")]
#[case::guards_are_ours("{{ person.id | _own_link }}", "M007")]
#[case::tests("{% if person.id is odd %}{% endif %}", "M008")]
#[case::macros("{% macro a() %}{{ a() }}{% endmacro %}", "M005")]
#[case::includes("{% include 'other' %}", "M005")]
#[case::unclosed("{% if person.id %}", "M005")]
#[case::marks("⸨0⸩", "M005")]
fn what_could_blow_up_or_break_out_is_refused(#[case] inside: &str, #[case] code: &str) {
    assert!(codes(text(inside)).contains(&code), "{:?}", text(inside));
}

#[rstest]
#[case("{{ (entry.total | float) * 0.9 + 1 }}")]
#[case("{{ person.orders.count + 1 }}")]
#[case("{{ entry.total | default(0) | money }}")]
#[case(
    "{% if person.attributes.tier in ['gold', 'silver'] and not person.attributes.blocked %}a{% else %}b{% endif %}"
)]
#[case("{% for a in survey.answers if a.label %}{{ loop.index }}{{ a.label }}{% endfor %}")]
#[case("{% with n = person.attributes.name %}{{ n }}{% endwith %}")]
#[case("{{ offers['come-back'].code if offers['come-back'] is defined else '' }}")]
fn what_a_mail_needs_is_allowed(#[case] inside: &str) {
    assert_eq!(places(text(inside)), Vec::<String>::new());
}

#[rstest]
#[case::literal("<a href='https://example.com/a?b=c&amp;d'>x</a>", None)]
#[case::mail_with_subject("<a href='mailto:a@example.com?subject=Hi'>x</a>", None)]
#[case::whole_value("<a href='{{ entry.url }}'>x</a>", None)]
#[case::in_path("<a href='https://example.com/{{ entry.id }}'>x</a>", None)]
#[case::behind_base("<a href='{{ entry.base }}/{{ entry.id }}'>x</a>", None)]
#[case::script("<a href='javascript:alert(1)'>x</a>", Some("M012"))]
#[case::script_with_value("<a href='javascript:{{ entry.id }}'>x</a>", Some("M012"))]
#[case::plain_http("<img src='http://example.com/a.png' alt='' />", Some("M012"))]
#[case::relative("<a href='/{{ entry.id }}'>x</a>", Some("M012"))]
#[case::empty("<a href=''>x</a>", Some("M012"))]
#[case::host("<a href='https://{{ entry.host }}/'>x</a>", Some("M012"))]
#[case::host_tail("<a href='https://example.com{{ entry.path }}'>x</a>", Some("M012"))]
#[case::two_values("<a href='{{ entry.a }}{{ entry.b }}'>x</a>", Some("M012"))]
#[case::statement("<a href='{% if entry.a %}https://a.example/{% endif %}'>x</a>", Some("M013"))]
#[case::style("<b style='color:{{ entry.c }}'>x</b>", Some("M013"))]
#[case::handler("<b onclick='x'>x</b>", Some("M009"))]
#[case::scripted("<script>x</script>", Some("M009"))]
#[case::attribute_name("<b {{ entry.c }}>x</b>", Some("M013"))]
#[case::comment("<!-- {{ entry.c }} -->", Some("M013"))]
#[case::broken_line("<b title='a\nb'>x</b>", Some("M010"))]
fn links_and_places_are_checked(#[case] inside: &str, #[case] code: Option<&str>) {
    let found = codes(text(inside));
    match code {
        None => assert_eq!(found, Vec::<&str>::new()),
        Some(code) => assert!(found.contains(&code), "{:?}", text(inside)),
    }
}

#[rstest]
#[case::style_sheet("<mj-head><mj-style>a { color: {{ entry.c }} }</mj-style></mj-head><mj-body />", "M013")]
#[case::head("<mj-head>{% if entry.a %}{% endif %}</mj-head><mj-body />", "M013")]
#[case::include("<mj-body><mj-include path='a' /></mj-body>", "M009")]
#[case::misspelt("<mj-body><mj-secton /></mj-body>", "M015")]
#[case::bare_text("<mj-body><mj-section>Hello</mj-section></mj-body>", "M010")]
#[case::bare_value("<mj-body><mj-section>{{ entry.a }}</mj-section></mj-body>", "M010")]
#[case::not_closed("<mj-body><mj-section></mj-body>", "M010")]
#[case::raw("<mj-body>{% raw %}{% endraw %}</mj-body>", "M009")]
fn the_document_is_checked(#[case] inside: &str, #[case] code: &str) {
    assert!(codes(document(inside)).contains(&code), "{:?}", document(inside));
}

#[test]
fn statements_keep_their_places_around_sections_columns_and_contents() {
    let compiled = document(
        "<mj-body>{% if entry.a %}<mj-section>{% if entry.b %}<mj-column>{% for i in entry.c %}<mj-text>{{ i }}</mj-text>{% endfor %}</mj-column>{% endif %}</mj-section>{% endif %}</mj-body>",
    )
    .unwrap();
    for body in [&compiled.html, &compiled.text] {
        let tags = [
            "{% if entry.a %}",
            "{% if entry.b %}",
            "{% for i in entry.c %}",
            "{{ i }}",
            "{% endfor %}",
            "{% endif %}",
        ];
        let places: Vec<_> = tags.iter().map(|tag| body.find(tag)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}\n{body}");
    }
    assert!(compiled.html.find("{% endfor %}") < compiled.html.find("</tbody>"), "{}", compiled.html);
}

#[test]
fn statements_stay_between_the_rows_of_a_table() {
    let compiled = document("<mj-body><mj-section><mj-column><mj-table>{% for i in entry.c %} <tr><td>{{ i.name }}</td> <td>{{ i.n }}</td></tr>{% endfor %}</mj-table></mj-column></mj-section></mj-body>").unwrap();
    let after_table = compiled.html.split_once("{% for i in entry.c %}").unwrap().1;
    assert!(after_table.trim_start().starts_with("<tr"), "{after_table}");
    assert!(compiled.text.contains("{{ i.name }} {{ i.n }}"), "{}", compiled.text);
}

#[test]
fn blanks_between_elements_and_tags_stay() {
    let compiled = text("<b>{{ person.id }}</b> <b>b</b> {% if entry.a %} <i>c</i>{% endif %}").unwrap();
    assert!(compiled.html.contains("</b> <b>b</b> {% if entry.a %} <i>"), "{}", compiled.html);
}

#[test]
fn braces_that_are_no_tags_stay_braces() {
    let compiled = text("&#123;&#123; person.id }} and &#123;% if %} and &#123;# x #}").unwrap();
    assert_eq!(compiled.names, Vec::<String>::new());
    let rendered = PreparedMail::new(&compiled).unwrap().render(&serde_json::json!({})).unwrap();
    assert!(rendered.html.contains("{{ person.id }} and {% if %} and {# x #}"), "{}", rendered.html);
    assert!(rendered.text.contains("{{ person.id }} and {% if %} and {# x #}"), "{}", rendered.text);
}

#[test]
fn comments_of_the_template_leave_no_trace() {
    let compiled = text("a{# {{ unknown }} <b> #}b").unwrap();
    assert!(!compiled.html.contains("unknown") && !compiled.text.contains("unknown"));
}

#[test]
fn the_names_a_mail_uses_are_listed() {
    let compiled = text("{% for a in survey.answers %}{{ a.url }}{% endfor %}{% set n = person.attributes.name %}{{ n | default('x') }}{{ offers['come-back'].code }}{% if entry %}{% endif %}").unwrap();
    assert_eq!(
        compiled.names,
        ["entry", "offers.come-back.code", "person.attributes.name", "survey.answers", "survey.answers[].url"]
    );
    assert!(compiled.uses("survey") && compiled.uses("offers.come-back"));
    assert!(!compiled.uses("surve") && !compiled.uses("answers"));
}

#[test]
fn styles_are_inlined_and_rules_for_dark_mode_stay() {
    let compiled = document("<mj-head><mj-style>.card b { color: #123456 } @media (prefers-color-scheme: dark) { .card b { color: #abcdef } }</mj-style></mj-head><mj-body><mj-section css-class='card'><mj-column><mj-text><b>x</b></mj-text></mj-column></mj-section></mj-body>").unwrap();
    assert!(compiled.html.contains("<b style=\"color: #123456;\">"), "{}", compiled.html);
    assert!(compiled.html.contains("#abcdef"));
    assert!(!compiled.html.contains("fonts.googleapis.com"));
}

#[test]
fn a_source_that_is_too_long_is_refused_at_once() {
    assert_eq!(codes(text(&"x".repeat(300_000))), ["M014"]);
}

#[rstest]
#[case::elements(&"<b>".repeat(50_000), "M014")]
#[case::parentheses(&format!("{{{{ {}1 }}}}", "(".repeat(100_000)), "M014")]
#[case::negations(&format!("{{{{ {}1 }}}}", "not ".repeat(50_000)), "M014")]
#[case::brackets(&format!("{{{{ {}1 }}}}", "(".repeat(200)), "M005")]
#[case::conditions(&"{% if person.id %}".repeat(10_000), "M005")]
#[case::problems(&"{{ a }}".repeat(30_000), "M006")]
#[case::braces(&"{{".repeat(100_000), "M014")]
fn what_nests_or_repeats_without_end_is_refused(#[case] inside: &str, #[case] code: &str) {
    let problems = codes(text(inside));
    assert!(problems.contains(&code) && problems.len() <= 100, "{problems:?}");
}

#[rstest]
#[case::operators(" + 1")]
#[case::paths(".a")]
#[case::items("['a']")]
#[case::filters(" | upper")]
#[case::choices(" if 1 else 1")]
#[case::comparisons(" < 1")]
fn long_chains_are_refused_before_they_are_parsed(#[case] link: &str) {
    for end in [" }}", ""] {
        assert_eq!(codes(text(&format!("{{{{ entry{}{end}", link.repeat(20_000)))), ["M014"]);
    }
    assert!(!codes(text(&format!("{{{{ entry{} }}}}", link.repeat(40)))).contains(&"M014"));
}

#[test]
fn long_rows_of_conditions_are_refused_before_they_are_parsed() {
    let conditions = "{% elif person.id %}".repeat(10_000);
    assert_eq!(codes(text(&format!("{{% if person.id %}}{conditions}{{% endif %}}"))), ["M014"]);
}

#[test]
fn rules_times_elements_are_bounded() {
    let rules = ".a b { color: red } ".repeat(5_000);
    let many = "<i>x</i>".repeat(10_000);
    let result = document(&format!(
        "<mj-head><mj-style>{rules}</mj-style></mj-head><mj-body><mj-section><mj-column><mj-text>{many}</mj-text></mj-column></mj-section></mj-body>"
    ));
    assert_eq!(codes(result), ["M014"]);
}

#[test]
fn line_ends_and_byte_order_marks_do_not_matter() {
    let source = "\u{feff}---\r\nsubject: Hello\r\n---\r\n<mjml>\r\n<mj-body></mj-body></mjml>";
    assert_eq!(with_layout(source, None).unwrap().subject, "Hello");
}

/// The first problem, with its place.
fn first(result: Result<CompiledMail, Vec<Problem>>) -> String {
    let problems = result.err().unwrap();
    problems.first().map(|p| format!("{}:{}:{} {} {} {}", p.path, p.line, p.column, p.code, p.message, p.help)).unwrap()
}

#[rstest]
#[case::text_left_open(
    "<mj-section>\n<mj-column>\n<mj-text>a\n<mj-text>b</mj-text>\n</mj-column>\n</mj-section>\n",
    "6:1 M010 `<mj-text>` is not closed Write `</mj-text>` where it ends."
)]
#[case::section_left_open(
    "<mj-section>\n<mj-column>\n<mj-text>a</mj-text>\n</mj-column>\n",
    "4:1 M010 `<mj-section>` is not closed Write `</mj-section>` where it ends."
)]
#[case::last_text_left_open(
    "<mj-section><mj-column>\n<mj-text>a</mj-column></mj-section>\n",
    "5:1 M010 `<mj-text>` is not closed Write `</mj-text>` where it ends."
)]
#[case::section_not_begun(
    "\n<mj-text>a</mj-text>\n</mj-column></mj-section>\n",
    "6:1 M010 `</mj-column>` ends an element that was not begun Take it out, or write `<mj-column>` before it."
)]
#[case::closed_twice(
    "<mj-section><mj-column><mj-text>a</mj-text>\n</mj-text></mj-column></mj-section>\n",
    "5:1 M010 `</mj-text>` ends an element that was not begun Take it out, or write `<mj-text>` before it."
)]
fn broken_mjml_is_blamed_on_the_mail_that_broke_it(#[case] inside: &str, #[case] expected: &str) {
    let layout = LAYOUT
        .replace("sender.nam ", "sender.name ")
        .replace("{% block content %}{% endblock %}", "<mj-wrapper>{% block content %}{% endblock %}</mj-wrapper>");
    let mail = format!("---\nsubject: a\n---\n{inside}");
    assert_eq!(first(with_layout(&mail, Some(&layout))), format!("hello.mjml:{expected}"));
}

#[rstest]
#[case::refresh(
    "<mj-body><mj-raw><meta http-equiv=\"Refresh\" content=\"0;url=https://example.com/\" /></mj-raw></mj-body>"
)]
#[case::style(
    "<mj-head><mj-style>a { color: red } @IMPORT url(https://example.com/a.css);</mj-style></mj-head><mj-body></mj-body>"
)]
#[case::escaped(
    "<mj-head><mj-style>@\\69mport url(https://example.com/a.css);</mj-style></mj-head><mj-body></mj-body>"
)]
#[case::raw_style("<mj-body><mj-raw><style>@import 'https://example.com/a.css';</style></mj-raw></mj-body>")]
#[case::link("<mj-body><mj-raw><link rel=\"stylesheet\" href=\"https://example.com/a.css\" /></mj-raw></mj-body>")]
fn nothing_of_a_mail_is_loaded_or_led_elsewhere_by_itself(#[case] inside: &str) {
    assert_eq!(codes(document(inside)), ["M009"]);
}

#[rstest]
#[case("subject: \"a\\r\\nb\"")]
#[case("subject: \"a\\eb\"")]
#[case("subject: \"a\\0b\"")]
#[case("subject: |\n  a\n  b")]
#[case("subject: a\npreheader: \"a\\tb\"")]
fn a_subject_holds_no_control_characters(#[case] front: &str) {
    let mail = format!("---\n{front}\n---\n<mjml><mj-body></mj-body></mjml>");
    let problems = with_layout(&mail, None).err().unwrap();
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["M004"]);
    let folded = "---\nsubject: >\n  a\n  b\n---\n<mjml><mj-body></mj-body></mjml>";
    assert_eq!(with_layout(folded, None).unwrap().subject, "a b");
}
