use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn key(id: u8) -> Key {
    Key::new(id, vec![id; 32]).unwrap()
}

fn links() -> Links {
    Links::new("https://mail.example.com/", key(2), Some(key(1))).unwrap()
}

fn claim() -> Claim {
    Claim { person: "c-10234".into(), campaign: "win-back".into(), topic: "offers".into(), ..Claim::default() }
}

fn claims() -> impl Strategy<Value = Claim> {
    let instants = (any::<u64>(), any::<u64>());
    (".{0,20}", "[a-z0-9-]{0,64}", "[a-z0-9-]{0,20}", any::<u32>(), "[a-z]{0,9}", ".{0,200}", instants).prop_map(
        |(person, campaign, step, entry, topic, value, (until, written))| Claim {
            person,
            campaign,
            step,
            entry,
            topic,
            value,
            until,
            written,
        },
    )
}

#[test]
fn a_link_is_short_and_says_what_it_is_for() {
    let url = links().url(LinkKind::Unsubscribe, &claim()).unwrap();
    assert!(url.starts_with("https://mail.example.com/u/"), "{url}");
    assert!(url.len() < 90, "{}", url.len());
}

#[test]
fn both_live_keys_are_accepted_and_others_are_not() {
    let old = Links::new("https://mail.example.com", key(1), None).unwrap();
    let retired = Links::new("https://mail.example.com", key(3), None).unwrap();
    assert_eq!(links().verify(LinkKind::View, &old.sign(LinkKind::View, &claim())), Ok(claim()));
    assert_eq!(links().verify(LinkKind::View, &retired.sign(LinkKind::View, &claim())), Err(LinkError::Invalid));
}

#[test]
fn a_key_is_read_as_a_secret_store_keeps_it() {
    let kept = format!(r#"{{"id": 2, "key": "{}"}}"#, "\u{2}".repeat(32).replace('\u{2}', "\\u0002"));
    let read = Links::new("https://mail.example.com", Key::read(&kept).unwrap(), None).unwrap();
    assert_eq!(links().verify(LinkKind::View, &read.sign(LinkKind::View, &claim())), Ok(claim()));
    assert_eq!(Key::read(r#"{"id": 1, "key": "short"}"#).err(), Some(LinkError::WeakKey));
    let error = Key::read(r#"{"id": 256, "key": "canary"}"#).err().unwrap();
    assert_eq!(error, LinkError::UnreadableKey);
    assert!(!error.to_string().contains("canary"));
}

#[test]
fn the_same_number_with_another_secret_is_refused() {
    let forger = Links::new("https://mail.example.com", Key::new(2, vec![9; 32]).unwrap(), None).unwrap();
    assert_eq!(links().verify(LinkKind::View, &forger.sign(LinkKind::View, &claim())), Err(LinkError::Invalid));
}

#[test]
fn a_token_is_good_for_its_own_purpose_only() {
    for signed in LinkKind::ALL {
        let token = links().sign(signed, &claim());
        for used in LinkKind::ALL {
            assert_eq!(links().verify(used, &token).is_ok(), signed == used, "{signed:?} as {used:?}");
        }
    }
}

#[test]
fn keys_are_long_and_never_printed() {
    assert_eq!(Key::new(1, vec![1; 31]).err(), Some(LinkError::WeakKey));
    assert!(!format!("{:?}", links()).contains("2, 2"));
}

#[rstest]
#[case("http://mail.example.com", false)]
#[case("https://mail.example.com/?x", false)]
#[case("mailto:a@example.com", false)]
#[case("https://mail.example.com/\r\nBcc: x", false)]
#[case("https://메일.example.com", false)]
#[case("http://127.0.0.1:7070", true)]
#[case("https://mail.example.com/pages/", true)]
fn pages_are_https_or_on_this_machine(#[case] base: &str, #[case] accepted: bool) {
    assert_eq!(Links::new(base, key(1), None).is_ok(), accepted);
}

#[test]
fn a_link_that_no_header_could_hold_is_refused() {
    let long = Claim { person: "x".repeat(900), ..claim() };
    assert_eq!(links().url(LinkKind::OneClick, &long), Err(LinkError::TooLong));
}

proptest! {
    #[test]
    fn what_was_signed_is_read_back(claim in claims()) {
        prop_assume!(links().url(LinkKind::Answer, &claim).is_ok());
        let token = links().sign(LinkKind::Answer, &claim);
        prop_assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        prop_assert_eq!(links().verify(LinkKind::Answer, &token), Ok(claim));
    }

    #[test]
    fn arbitrary_text_is_refused(token in ".{0,200}") {
        prop_assert_eq!(links().verify(LinkKind::Click, &token), Err(LinkError::Invalid));
    }

    #[test]
    fn a_shortened_or_lengthened_token_is_refused(cut in 1_usize..20, tail in "[A-Za-z0-9_-]{1,8}") {
        let token = links().sign(LinkKind::View, &claim());
        let short = &token[..token.len() - cut];
        prop_assert_eq!(links().verify(LinkKind::View, short), Err(LinkError::Invalid));
        prop_assert_eq!(links().verify(LinkKind::View, &format!("{token}{tail}")), Err(LinkError::Invalid));
    }
}

#[test]
fn every_single_byte_change_is_refused() {
    let token = links().sign(LinkKind::OneClick, &claim());
    for at in 0..token.len() {
        for byte in 0..=255_u8 {
            let mut changed = token.clone().into_bytes();
            if std::mem::replace(&mut changed[at], byte) == byte {
                continue;
            }
            let changed = String::from_utf8_lossy(&changed);
            assert_eq!(links().verify(LinkKind::OneClick, &changed), Err(LinkError::Invalid), "byte {at} to {byte}");
        }
    }
}
