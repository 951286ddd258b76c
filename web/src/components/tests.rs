//! Components in a real browser: what they draw, and which events they emit.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::wasm_bindgen_test as test;
use web_sys::{Element, HtmlElement, HtmlInputElement};
use wire::code::Code;

use super::answer::AnswerPanel;
use super::call_log::CallLog;
use super::request_form::{Draft, RequestForm};
use super::wire_columns::WireColumns;
use crate::i18n::Locale;
use crate::model::call::{Call, Outcome, Success};
use crate::model::fault::Fault;
use crate::model::greeting::{Answer, Language, Method, Request};
use crate::model::record::Record;
use crate::model::schema::Schema;
use crate::model::server::Reachability;
use crate::model::status::Failure;
use crate::model::wire_body::WireBody;
use crate::model::wire_format::WireFormat;
use crate::model::wire_view::Reading;

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

fn ended(result: Result<Success, Failure>) -> Arc<Call> {
    let path = "/myservice.v1.MyService/SayHello".to_owned();
    let outcome = Outcome::Ended {
        result,
        elapsed_millis: 3.84,
    };
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03";
    let record = Arc::new(Record {
        path,
        request_headers: vec![("traceparent".to_owned(), trace.to_owned())],
        ..Record::default()
    });
    Arc::new(Call {
        number: 7,
        record,
        outcome,
    })
}

fn answered() -> Arc<Call> {
    let (message, replica) = ("Hello, World!".to_owned(), "replica-1".to_owned());
    ended(Ok(Success::Greeting(Answer {
        message,
        replica,
        served_at: Some("1970-01-01T00:00:00Z".to_owned()),
    })))
}

fn panel(call: Arc<Call>) -> Element {
    let call = Signal::stored(Some(call));
    let (server, reachability) = ("http://server.test", Signal::stored(Reachability::Gone));
    mount(move || view! { <AnswerPanel call server reachability /> })
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
    let place = panel(ended(Err(Failure::from_fault(Fault::Unreachable))));
    assert!(text_of(&place, "server-gone").contains("http://server.test"));
    assert!(text_of(&place, "remedy").contains("gangplank serve"));
}

#[test]
fn log_has_a_row_for_each_call() {
    let calls = Signal::stored(vec![answered(), answered()]);
    let place = mount(move || {
        let selected = Signal::stored(Some(7));
        let is_paused = Signal::stored(false);
        view! {
            <CallLog
                calls
                selected
                is_paused
                on_select=|_| ()
                on_pause=|()| ()
                on_clear=|()| ()
                on_export=|()| ()
            />
        }
    });
    let columns = by_hook(&place, "calls").get_elements_by_tag_name("td");
    assert_eq!(columns.length(), 2 * 9);
    assert!(text_of(&place, "calls").contains("MyService/SayHello"));
    let link = by_hook(&place, "trace");
    assert_eq!(link.text_content().as_deref(), Some("Trace #7"));
    let address = link.get_attribute("href");
    let expected = "/traces#0af7651916cd43dd8448eb211c80319c";
    assert_eq!(address.as_deref(), Some(expected));
}

#[test]
fn wire_columns_light_the_same_part_everywhere() {
    let body = Bytes::from_static(b"\0\0\0\0\x07\x0a\x05World");
    let (format, reading) = (WireFormat::Binary, Reading::Frames);
    let body = Arc::new(WireBody::new(
        body,
        format,
        reading,
        &Schema::default(),
        None,
    ));
    let place = mount(move || {
        let pointed = Signal::stored(Some(5..12));
        view! { <WireColumns body=Signal::stored(Some(body)) pointed /> }
    });
    assert!(text_of(&place, "bytes-owned").contains("12 bytes"));
    assert_eq!(
        by_hook(&place, "parts")
            .get_elements_by_tag_name("li")
            .length(),
        2
    );
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
        metadata: Vec::new(),
        format: WireFormat::Binary,
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
    let draft = Draft::new(Locale::En);
    view! {
        <RequestForm draft is_pending=Signal::stored(false) name_violation on_send on_cancel=|()| () />
    }
}
