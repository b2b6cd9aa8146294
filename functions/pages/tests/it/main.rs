//! What the pages behind the links of mails do to a person, and to a token that is none. The pages in a whole system, with real
//! mails, are tested in `tests/it/pages`.

#![expect(clippy::unwrap_used, reason = "a test may end in a panic")]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode};
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_lambda::testing::{envelope, shop};
use rekindle_mail::{Claim, Key, LinkKind, Links};
use rekindle_pages::Pages;
use rekindle_store::{CampaignFiles, Keyed, Memory, People, Shards};
use serde_json::json;
use tower::ServiceExt;

const WAITING: &str =
    "name: W\npurpose: marketing\ntrigger: { event: customer.signed_up }\nsteps: [ { id: wait, wait: 1d } ]\n";

fn links(secret: u8) -> Links {
    Links::new("https://mail.example.com", Key::new(1, vec![secret; 32]).unwrap(), None).unwrap()
}

/// Ann, who agreed to marketing, and the pages.
struct World {
    store: Memory,
    router: Router,
}

impl World {
    async fn open() -> Self {
        let clock = Arc::new(ManualClock::new("2026-03-02T01:00:00Z".parse().unwrap()));
        let store = Memory::new(Keyed::new(b"a secret of the tests"), Shards::new(1));
        let files = CampaignFiles { yaml: WAITING.to_owned(), ..CampaignFiles::default() };
        let deciding = shop(&store, Arc::clone(&clock) as _, "waiting", files).await.unwrap();
        let person = json!({ "id": "ann", "email": "ann@example.com", "consent": { "marketing": true } });
        let event =
            Event::from_value(envelope(&*clock, "e1", "customer.signed_up", &json!({ "person": person }))).unwrap();
        deciding.decide("ann", &Input::Event(&event), Instant::from(clock.now()), None).await.unwrap();
        let router = Pages::new(deciding, links(7), Arc::clone(&clock) as _).router();
        Self { store, router }
    }

    /// What a page answers.
    async fn ask(&self, method: Method, path: &str) -> (StatusCode, String) {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 1_000_000).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn ann(&self) -> Person {
        self.store.load("ann").await.unwrap().person
    }
}

/// The path of one of Ann's links, as the holder of that secret signs it.
fn path(kind: LinkKind, secret: u8) -> String {
    let claim = Claim { person: "ann".to_owned(), campaign: "waiting".to_owned(), ..Claim::default() };
    format!("/{}/{}", kind.path(), links(secret).sign(kind, &claim))
}

#[tokio::test]
async fn only_a_post_lets_somebody_leave_since_scanners_follow_every_link() {
    for kind in [LinkKind::OneClick, LinkKind::Unsubscribe] {
        let world = World::open().await;
        let (status, page) = world.ask(Method::GET, &path(kind, 7)).await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("<form method=\"post\">"), "{page}");
        assert!(world.ann().await.profile.consent.allows_marketing(), "{kind:?}");
        for _ in 0..2 {
            assert_eq!(world.ask(Method::POST, &path(kind, 7)).await.0, StatusCode::OK);
            assert!(!world.ann().await.profile.consent.allows_marketing(), "{kind:?}");
        }
    }
}

#[tokio::test]
async fn a_token_of_another_purpose_or_key_is_the_same_as_none() {
    let world = World::open().await;
    let none = world.ask(Method::GET, "/u/none").await;
    assert_eq!(none.0, StatusCode::NOT_FOUND);
    let preferences = path(LinkKind::Preferences, 7);
    let of_another_purpose = preferences.replacen("/p/", "/u/", 1);
    for path in [of_another_purpose, path(LinkKind::Unsubscribe, 8), "/elsewhere".to_owned()] {
        assert_eq!(world.ask(Method::GET, &path).await, none, "{path}");
        assert_eq!(world.ask(Method::POST, &path).await, none, "{path}");
    }
    assert!(world.ann().await.profile.consent.allows_marketing());
}
