//! Problems as people see them.

use rekindle_mail::SHOWN;

use super::*;

#[test]
fn everything_that_is_wrong_is_found_in_one_run_in_order_of_place() {
    let layout = "<mjml><mj-body>{% block content %}{% endblock %}{{ person.nickname_ | shout }}</mj-body></mjml>\n";
    let mail = "---\nsubject: Hello {{ persn.id }}\n---\n<mj-section><mj-column><mj-text>Hi</mj-text></mj-column></mj-section>\n";
    let workspace = "name: Shop\ntimezone: Asia/Seoul\nlocales: [ko, en]\ncurrency: KRW\nsenders: [ { id: shop, name: Shop, email: a@example.com } ]\n";
    let campaign = "name: Hello\npurpose: transactional\ntrigger: { event: a.b, where: \"event.x >\" }\nsteps:\n  - send: hello\n    id: hello\n  - send: helo\n    id: helo\n";
    let files = [
        ("workspace.yaml", workspace),
        ("layouts/default.mjml", layout),
        ("layouts/unused.mjml", "<mjml><mj-body></mj-body></mjml>\n"),
        ("c/campaign.yaml", campaign),
        ("c/hello.mjml", mail),
        ("c/moves.yaml", "gone: nowhere to\n"),
    ];
    let files: Files = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
    let problems = check_files(Path::new("my/campaigns"), &files).problems;
    let shown: String = problems.iter().map(|problem| format!("{problem}\n")).collect();
    insta::assert_snapshot!(shown);
    assert!(problems.is_sorted());
}

const WORKSPACE: &str = "name: Shop\ntimezone: Asia/Seoul\nlocales: [en]\ncurrency: KRW\nsenders: [ { id: shop, name: Shop, email: a@example.com, address: 1 Road } ]\n";
const LAYOUT: &str = "<mjml><mj-body>{% block content %}{% endblock %}<mj-section><mj-column><mj-text>{{ sender.name }} {{ sender.address }} {% if unsubscribe_url | default(\"\") %}<a href=\"{{ unsubscribe_url }}\">stop</a>{% endif %}</mj-text></mj-column></mj-section></mj-body></mjml>\n";

/// A workspace of one campaign `c` with these lines, and the mail `hi` with this text.
fn one(campaign: &str, text: &str) -> Files {
    let mail = format!(
        "---\nsubject: Hi\n---\n<mj-section><mj-column>\n<mj-text>{text}</mj-text>\n</mj-column></mj-section>\n"
    );
    let campaign = format!("name: C\n{campaign}\n");
    let files = [
        ("workspace.yaml", WORKSPACE),
        ("layouts/default.mjml", LAYOUT),
        ("c/campaign.yaml", &campaign),
        ("c/hi.en.mjml", &mail),
    ];
    files.map(|(path, text)| (path.to_owned(), text.to_owned())).into()
}

fn shown(files: &Files) -> String {
    let problems = check_files(Path::new("campaigns"), files).problems;
    problems.iter().map(|problem| format!("{problem}\n")).collect()
}

const MARKETING: &str = "purpose: marketing\ntrigger: { event: customer.signed_up }";

#[test]
fn what_shows_when_a_mail_is_written_is_reported_with_the_remedy() {
    let sends = |steps: &str| format!("{MARKETING}\nsteps:\n{steps}");
    let code = "Your code: {{ offers[\"gift\"].code }}";
    let long = "x".repeat(SHOWN + 1);
    let cases = [
        ("a survey without answers", one(&sends("- survey: { id: nps, kind: nps, mail: hi }"), "How was it?")),
        ("an offer after its mail", one(&sends("- { id: hi, send: hi }\n- offer: { id: gift, percent_off: 5 }"), code)),
        ("an offer of another campaign", one(&sends("- { id: hi, send: hi }"), code)),
        (
            "an offer on one way only",
            one(
                &sends(
                    "- split: { id: s }\n  arms:\n  - { name: a, weight: 1, steps: [ { offer: { id: gift, percent_off: 5 } } ] }\n  - { name: b, weight: 1, steps: [] }\n- { id: hi, send: hi }",
                ),
                code,
            ),
        ),
        (
            "an offer that may run out",
            one(&sends("- offer: { id: gift, percent_off: 5, budget: 9 }\n- { id: hi, send: hi }"), code),
        ),
        (
            "a long mail",
            one(&sends("- { id: hi, send: hi }"), &format!("<a href=\"{{{{ unsubscribe_url }}}}\">stop</a> {long}")),
        ),
        ("a long mail whose way out is at its end", one(&sends("- { id: hi, send: hi }"), &long)),
        (
            "a long transactional mail",
            one("purpose: transactional\ntrigger: { event: order.completed }\nsteps: [ { id: hi, send: hi } ]", &long),
        ),
    ];
    let all: String = cases.iter().map(|(name, files)| format!("{name}\n{}\n", shown(files))).collect();
    insta::assert_snapshot!(all);
}

#[test]
fn what_a_mail_says_without_a_code_is_its_authors_to_decide() {
    let steps = "- offer: { id: gift, percent_off: 5, budget: 9 }\n- { id: hi, send: hi }";
    let campaign = format!("{MARKETING}\nsteps:\n{steps}");
    for text in [
        "{% if offers[\"gift\"].code | default(\"\") %}{{ offers[\"gift\"].code }}{% endif %}",
        "{{ offers[\"gift\"].code | default(\"none left\") }}",
    ] {
        assert_eq!(shown(&one(&campaign, text)), "");
    }
    let exits = campaign.replace("budget: 9", "budget: 9, on_unavailable: exit");
    assert_eq!(shown(&one(&exits, "{{ offers[\"gift\"].code }}")), "");
}

#[test]
fn the_address_of_a_sender_is_one_from_which_mails_can_be_made() {
    for address in ["hello@localhost", "\\\"a b\\\"@example.com", "hello@exa_mple.com", "a@[127.0.0.1]"] {
        let mut files = one(&format!("{MARKETING}\nsteps: [ {{ id: hi, send: hi }} ]"), "Hi");
        let workspace = WORKSPACE.replace("a@example.com", &format!("\"{address}\""));
        files.insert("workspace.yaml".to_owned(), workspace);
        assert!(shown(&files).contains("error C029: no mail can come from"), "{address}: {}", shown(&files));
    }
}

/// The recipes are what people begin with.
#[test]
fn the_recipes_have_no_problems() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../campaigns");
    let problems = check(&Source::folder(&folder).unwrap()).problems;
    assert_eq!(problems, []);
}

/// A transactional mail goes to people who agreed to nothing; a marketing mail to nobody else.
#[test]
fn each_recipe_says_of_consent_what_its_purpose_is() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../campaigns");
    let checked = check(&Source::folder(&folder).unwrap());
    let catalog = checked.catalog().unwrap();
    let mut seen = BTreeSet::new();
    for (file, compiled) in &checked.mails {
        let sampled = crate::preview::Sampled::of(&catalog, file, compiled).unwrap();
        let message = sampled.message(&crate::preview::person(&compiled.locale)).unwrap();
        let is_marketing = sampled.program().campaign.purpose == rekindle_engine::lang::Purpose::Marketing;
        seen.insert((is_marketing, compiled.locale.clone()));
        let has = |text: &str| message.html.contains(text) || message.text.contains(text);
        let leaves = ["/u/", "/p/"].map(|page| has(&format!("{}{page}", crate::preview::BASE)));
        let claims = has("동의하신 분께") || has("you agreed to hear from");
        let concerns = has("수신 동의와 관계없이") || has("whether or not you agreed");
        let header = message.headers.iter().any(|header| header.name == "List-Unsubscribe");
        let view = has(&format!("{}/v/", crate::preview::BASE));
        assert_eq!(
            (leaves, claims, concerns, header, view),
            ([is_marketing; 2], is_marketing, !is_marketing, is_marketing, true),
            "{}",
            file.path
        );
    }
    assert_eq!(seen.len(), 4, "both purposes in both languages");
}
