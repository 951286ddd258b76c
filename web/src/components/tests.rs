//! Components in a real browser: what they draw, and which events they emit.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::wasm_bindgen_test as test;
use web_sys::{Element, HtmlElement, HtmlInputElement};
use wire::code::Code;

use super::answer::AnswerPanel;
use super::call_log::CallLog;
use super::request_form::RequestForm;
use crate::i18n::Locale;
use crate::model::call::{Call, Outcome};
use crate::model::greeting::{Answer, Language, Method, Request};
use crate::model::server::Reachability;
use crate::model::status::Failure;

/// Mounts a view below a fresh element, with English as the page's language.
fn mount<V: IntoView + 'static>(view: impl FnOnce() -> V + 'static) -> Element {
    let place = document()
        .create_element("div")
        .expect("div is a legal name");
    document()
        .body()
        .expect("a body")
        .append_child(&place)
        .expect("a body takes children");
    let with_locale = move || {
        provide_context(RwSignal::new(Locale::En).read_only());
        view()
    };
    leptos::mount::mount_to(place.clone().unchecked_into(), with_locale).forget();
    place
}

fn by_hook(place: &Element, hook: &str) -> HtmlElement {
    let found = place
        .query_selector(&format!("[data-test={hook}]"))
        .expect("a legal selector");
    found.expect("the hook is on the page").unchecked_into()
}

fn text_of(place: &Element, hook: &str) -> String {
    by_hook(place, hook).text_content().unwrap_or_default()
}

fn type_into(place: &Element, hook: &str, text: &str) {
    let input: HtmlInputElement = by_hook(place, hook).unchecked_into();
    input.set_value(text);
    let event = web_sys::Event::new("input").expect("a legal event");
    input
        .dispatch_event(&event)
        .expect("an event can be dispatched");
}

fn ended(result: Result<Answer, Failure>) -> Call {
    let path = "/myservice.v1.MyService/SayHello".to_owned();
    let outcome = Outcome::Ended {
        result,
        elapsed_millis: 3.84,
    };
    Call {
        number: 7,
        method: Method::SayHello,
        path,
        outcome,
    }
}

fn answered() -> Call {
    let (message, replica) = ("Hello, World!".to_owned(), "replica-1".to_owned());
    ended(Ok(Answer {
        message,
        replica,
        served_at: Some((0, 0)),
    }))
}

fn panel(call: Call) -> Element {
    let server = "http://server.test";
    mount(
        move || view! { <AnswerPanel call=Signal::stored(Some(call)) server reachability=Signal::stored(Reachability::Gone) /> },
    )
}

#[test]
fn answer_shows_greeting_replica_status_and_time() {
    let place = panel(answered());
    assert_eq!(text_of(&place, "greeting"), "Hello, World!");
    assert_eq!(text_of(&place, "replica"), "replica-1");
    assert_eq!(text_of(&place, "status"), "OK 0");
    assert_eq!(text_of(&place, "round-trip"), "3.8 ms");
}

#[test]
fn failure_shows_its_code_and_the_servers_words() {
    let place = panel(ended(Err(Failure::local(Code::NotFound, "no such ship"))));
    assert_eq!(text_of(&place, "status"), "NOT_FOUND 5");
    assert_eq!(text_of(&place, "server-message"), "no such ship");
}

#[test]
fn unreached_server_is_named_with_what_to_do() {
    let failure = Failure::local(Code::Unavailable, "Failed to fetch");
    let place = panel(ended(Err(Failure {
        answered: false,
        ..failure
    })));
    assert!(text_of(&place, "server-gone").contains("http://server.test"));
}

#[test]
fn log_has_a_row_for_each_call() {
    let calls = Signal::stored(vec![answered(), answered()]);
    let place = mount(move || view! { <CallLog calls /> });
    let rows = by_hook(&place, "calls").get_elements_by_tag_name("td");
    assert_eq!(rows.length(), 2 * 5);
    assert!(text_of(&place, "calls").contains("MyService/SayHello"));
}

#[test]
async fn buttons_emit_what_the_form_holds() {
    let sent = RwSignal::new(Vec::<Request>::new());
    let place = mount(move || form(sent, Signal::stored(None)));
    type_into(&place, "name", "Ada");
    type_into(&place, "deadline", "250");
    by_hook(&place, "say-goodbye").click();
    let expected = Request {
        method: Method::SayGoodbye,
        name: "Ada".to_owned(),
        language: Language::English,
        deadline: Some(Duration::from_millis(250)),
    };
    assert_eq!(sent.get_untracked(), [expected]);
}

#[test]
async fn illegal_deadline_is_named_and_nothing_is_sent() {
    let sent = RwSignal::new(Vec::<Request>::new());
    let place = mount(move || form(sent, Signal::stored(None)));
    type_into(&place, "deadline", "soon");
    by_hook(&place, "say-hello").click();
    leptos::task::tick().await;
    assert_eq!(sent.get_untracked(), []);
    assert!(!text_of(&place, "deadline-error").is_empty());
}

#[test]
fn rejected_name_is_marked_with_the_servers_words() {
    let sent = RwSignal::new(Vec::<Request>::new());
    let place = mount(move || form(sent, Signal::stored(Some("must not be empty".to_owned()))));
    assert!(text_of(&place, "name-error").contains("must not be empty"));
    let invalid = by_hook(&place, "name").get_attribute("aria-invalid");
    assert_eq!(invalid.as_deref(), Some("true"));
}

fn form(sent: RwSignal<Vec<Request>>, name_violation: Signal<Option<String>>) -> impl IntoView {
    let on_send = move |request| sent.update(|sent| sent.push(request));
    view! { <RequestForm is_pending=Signal::stored(false) name_violation on_send on_cancel=|()| () /> }
}
