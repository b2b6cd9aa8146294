use proptest::prelude::*;
use rstest::rstest;

use super::*;

const ONE_CLICK: &str = "https://mail.example.com/o/token";
const UNSUBSCRIBE: &str = "https://mail.example.com/u/other";

fn sender() -> Sender {
    Sender {
        id: "shop".into(),
        name: "Han River Coffee".into(),
        email: "hello@example.com".into(),
        reply_to: None,
        address: Some("1 Teheran-ro, Seoul".into()),
        phone: Some("+82-2-555-0100".into()),
    }
}

fn rendered(subject: &str, locale: &str) -> Rendered {
    Rendered {
        subject: subject.into(),
        preheader: String::new(),
        html: "<html><body><p>Hello</p></body></html>".into(),
        text: "Hello\n".into(),
        locale: locale.into(),
    }
}

fn links() -> MailLinks {
    MailLinks { one_click: ONE_CLICK.into(), unsubscribe: UNSUBSCRIBE.into() }
}

fn build(mail: Rendered, sender: &Sender, purpose: Purpose, policy: Policy) -> Result<Message, MessageError> {
    let envelope = Envelope { to: "kim@example.com", sender, purpose, policy, links: Some(&links()) };
    Message::build(mail, &envelope)
}

fn marketing(mail: Rendered, policy: Policy) -> Message {
    build(mail, &sender(), Purpose::Marketing, policy).unwrap()
}

#[test]
fn a_marketing_mail_can_be_left_with_one_click() {
    let message = marketing(rendered("Hi", "en"), Policy::Default);
    let headers: Vec<_> = message.headers.iter().map(|h| (h.name.as_str(), h.value.as_str())).collect();
    assert_eq!(
        headers,
        [
            ("List-Unsubscribe", "<https://mail.example.com/o/token>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
    );
    assert!(!message.html.contains(ONE_CLICK) && !message.text.contains(ONE_CLICK));
}

#[test]
fn the_way_out_stands_where_no_reader_cuts_the_mail_off() {
    let long = "x".repeat(SHOWN);
    let leave = format!("<a href=\"{UNSUBSCRIBE}\">stop</a> Han River Coffee, 1 Teheran-ro, Seoul");
    let html =
        |body: String| Rendered { html: format!("<html><body a='b'>{body}</body></html>"), ..rendered("Hi", "en") };
    let at = |message: &Message| message.html.find(UNSUBSCRIBE).unwrap();
    // At the end of a long mail, and in none that its layout says: it stands at the top as well.
    for body in [format!("{long}{leave}"), long.clone()] {
        let message = marketing(html(body), Policy::Default);
        assert!(at(&message) < 1_000 && message.html.starts_with("<html><body a='b'><div"), "{}", at(&message));
    }
    // Early in a long mail, or late in a short one: once.
    for body in [format!("{leave}{long}"), format!("{}{leave}", "x".repeat(50_000))] {
        let message = marketing(html(body), Policy::Default);
        assert_eq!(message.html.matches(UNSUBSCRIBE).count(), 1);
    }
}

#[test]
fn a_transactional_mail_has_neither_label_nor_list_header_nor_footer() {
    let message = build(rendered("Order", "ko"), &sender(), Purpose::Transactional, Policy::Kr).unwrap();
    assert_eq!(message.headers, []);
    assert_eq!(message.subject, "Order");
    assert_eq!(message.text, "Hello\n");
}

#[test]
fn what_a_layout_forgot_is_appended_before_the_end_of_the_body() {
    let message = marketing(rendered("Hi", "en"), Policy::Default);
    for part in ["Han River Coffee", "1 Teheran-ro, Seoul", UNSUBSCRIBE, "unsubscribe"] {
        assert!(message.html.contains(part) && message.text.contains(part), "{part}");
    }
    assert!(message.html.ends_with("</div></body></html>"));
}

#[test]
fn a_layout_that_says_it_all_is_left_alone() {
    let mut mail = rendered("Hi", "en");
    let said = format!("Han River Coffee, 1 Teheran-ro, Seoul, {UNSUBSCRIBE}");
    mail.html = format!("<body>{said}</body>");
    mail.text = said;
    let message = marketing(mail.clone(), Policy::Default);
    assert_eq!((&message.html, &message.text), (&mail.html, &mail.text));
    assert_ne!(marketing(mail, Policy::Kr).text, message.text);
}

#[rstest]
#[case::name("1 Teheran-ro, Seoul, https://mail.example.com/u/other")]
#[case::postal_address("Han River Coffee, https://mail.example.com/u/other")]
#[case::link("Han River Coffee, 1 Teheran-ro, Seoul")]
fn a_layout_that_forgets_any_part_gets_the_whole_footer(#[case] said: &str) {
    let mail = Rendered { html: format!("<body>{said}</body>"), text: said.to_owned(), ..rendered("Hi", "en") };
    let message = marketing(mail, Policy::Default);
    assert!(message.html.contains("</a>") && message.text.contains("\n-- \n"), "{}", message.text);
}

#[rstest]
#[case("ko")]
#[case("en")]
fn under_kr_the_footer_is_korean_and_english_with_a_contact(#[case] locale: &str) {
    let message = marketing(rendered("Hi", locale), Policy::Kr);
    for body in [&message.html, &message.text] {
        for part in ["무료 수신거부", "unsubscribe free of charge", "+82-2-555-0100", "hello@example.com"] {
            assert!(body.contains(part), "{part} in {body}");
        }
    }
}

#[rstest]
#[case::plain("새 원두", "(광고) 새 원두")]
#[case::not_doubled("(광고) 새 원두", "(광고) 새 원두")]
#[case::not_tripled("(광고)(광고) 새 원두", "(광고) 새 원두")]
#[case::other_brackets("［광고］새 원두", "(광고) 새 원두")]
#[case::blanks_inside("( 광고 ) 새 원두", "(광고) 새 원두")]
#[case::invisible("\u{200b}(광고) 새 원두", "(광고) 새 원두")]
#[case::later("새 원두 (광고)", "(광고) 새 원두 (광고)")]
#[case::leading_blanks("\u{3000} \u{a0}새 원두", "(광고) 새 원두")]
#[case::hidden_fillers("\u{3164}\u{115f}\u{ad}\u{fe0f}[광고]새 원두", "(광고) 새 원두")]
#[case::turned_around("\u{202e}두원 새\u{202c}", "(광고) 두원 새")]
#[case::turned_behind("새 \u{2067}원두\u{2069} \u{202e}(고광)", "(광고) 새 원두 (고광)")]
#[case::turned_label("\u{2068}\u{202b}(광고)\u{202c}\u{2069} 새 원두", "(광고) 새 원두")]
fn under_kr_the_subject_begins_with_the_label(#[case] subject: &str, #[case] expected: &str) {
    assert_eq!(marketing(rendered(subject, "ko"), Policy::Kr).subject, expected);
}

#[test]
fn a_subject_of_nothing_but_the_label_is_refused() {
    let result = build(rendered("(광고)", "ko"), &sender(), Purpose::Marketing, Policy::Kr);
    assert_eq!(result.err(), Some(MessageError::EmptySubject));
}

#[rstest]
#[case("Han River Coffee", "\"Han River Coffee\" <hello@example.com>")]
#[case("Han \"River\" \\", "\"Han \\\"River\\\" \\\\\" <hello@example.com>")]
#[case("a, b <c@d.e>", "\"a, b <c@d.e>\" <hello@example.com>")]
#[case("한강커피", "=?UTF-8?B?7ZWc6rCV7Luk7ZS8?= <hello@example.com>")]
fn the_display_name_is_quoted_or_encoded(#[case] name: &str, #[case] expected: &str) {
    let message =
        build(rendered("Hi", "en"), &Sender { name: name.into(), ..sender() }, Purpose::Transactional, Policy::Default);
    assert_eq!(message.unwrap().from, expected);
}

#[test]
fn long_names_become_several_encoded_words() {
    let message = build(
        rendered("Hi", "en"),
        &Sender { name: "커피".repeat(20), ..sender() },
        Purpose::Transactional,
        Policy::Default,
    )
    .unwrap();
    let words: Vec<_> = message.from.split(' ').filter(|word| word.starts_with("=?")).collect();
    assert!(words.len() == 3 && words.iter().all(|word| word.len() <= 75), "{words:?}");
}

#[rstest]
#[case::sender_name(Sender { name: "Shop\r\nBcc: all@example.com".into(), ..sender() }, MessageError::Control("sender's name"))]
#[case::no_name(Sender { name: " ".into(), ..sender() }, MessageError::NoSenderName)]
#[case::sender_address(Sender { email: "a@example.com\r\nBcc: b@example.com".into(), ..sender() }, MessageError::From(AddressError::Malformed))]
#[case::reply_to(Sender { reply_to: Some("a@example.com, b@example.com".into()), ..sender() }, MessageError::ReplyTo(AddressError::Malformed))]
#[case::no_postal_address(Sender { address: None, ..sender() }, MessageError::NoPostalAddress)]
#[case::blank_postal_address(Sender { address: Some(" ".into()), ..sender() }, MessageError::NoPostalAddress)]
fn a_sender_that_cannot_be_used_is_refused(#[case] sender: Sender, #[case] expected: MessageError) {
    assert_eq!(build(rendered("Hi", "en"), &sender, Purpose::Marketing, Policy::Default).err(), Some(expected));
}

#[rstest]
#[case("a@example.com\nBcc: b@example.com")]
#[case("a@example.com,b@example.com")]
#[case("")]
fn there_is_exactly_one_recipient(#[case] to: &str) {
    let envelope =
        Envelope { to, sender: &sender(), purpose: Purpose::Transactional, policy: Policy::Default, links: None };
    assert!(matches!(Message::build(rendered("Hi", "en"), &envelope), Err(MessageError::To(_))));
}

#[rstest]
#[case::missing(None, MessageError::NoUnsubscribe)]
#[case::not_https(Some("http://mail.example.com/o/x"), MessageError::UnsubscribeLink)]
#[case::not_a_page(Some("mailto:a@example.com"), MessageError::UnsubscribeLink)]
#[case::injection(Some("https://mail.example.com/o/x>\r\nBcc: a@example.com"), MessageError::UnsubscribeLink)]
#[case::second_uri(Some("https://mail.example.com/o/x>,<https://evil.example/"), MessageError::UnsubscribeLink)]
#[case::in_body(Some(UNSUBSCRIBE), MessageError::OneClickInBody)]
fn the_one_click_link_is_checked(#[case] one_click: Option<&str>, #[case] expected: MessageError) {
    let links = one_click.map(|one_click| MailLinks { one_click: one_click.into(), ..links() });
    let envelope = Envelope {
        to: "kim@example.com",
        sender: &sender(),
        purpose: Purpose::Marketing,
        policy: Policy::Default,
        links: links.as_ref(),
    };
    assert_eq!(Message::build(rendered("Hi", "en"), &envelope).err(), Some(expected));
}

#[test]
fn a_link_too_long_for_a_header_is_refused() {
    for (length, fits) in [(993, true), (994, false)] {
        let one_click = format!("https://mail.example.com/o/{}", "x".repeat(length - 27));
        assert_eq!(header::list_unsubscribe(&one_click).is_ok(), fits, "{length}");
    }
}

proptest! {
    #[test]
    fn no_header_ever_holds_a_line_break(name in any::<String>(), subject in any::<String>(), one_click in any::<String>()) {
        let sender = Sender { name, ..sender() };
        let links = MailLinks { one_click: format!("https://mail.example.com/{one_click}"), ..links() };
        for (purpose, links) in [(Purpose::Transactional, None), (Purpose::Marketing, Some(&links))] {
            let envelope = Envelope { to: "kim@example.com", sender: &sender, purpose, policy: Policy::Kr, links };
            if let Ok(message) = Message::build(rendered(&subject, "ko"), &envelope) {
                prop_assert!(message.from.is_ascii());
                prop_assert!(![&message.from, &message.subject].iter().any(|value| value.chars().any(char::is_control)));
                prop_assert!(message.headers.iter().all(|h| h.value.len() <= 995 && h.value.bytes().all(|b| (32..127).contains(&b))));
                prop_assert_eq!(message.subject.starts_with("(광고) "), purpose == Purpose::Marketing || subject.trim().starts_with("(광고) "));
            }
        }
    }
}
