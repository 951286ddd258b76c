//! Traces in a real browser against a fake fetch and a fake socket: which calls have one, and what is uploaded when.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test as test;
use wire::code::Code;
use wire::socket::{ClientMessage, HeaderBlock, Subprotocol};
use wire::traceparent::TraceParent;

use super::{TRACEPARENT, Uploads, new_traceparent};
use crate::client::call::greet;
use crate::client::fake_fetch::{Answer, FakeFetch, header_of};
use crate::client::lent::{Asked, Lent, framed};
use crate::client::socket::{SocketTransport, Speech};
use crate::client::tap::Tap;
use crate::model::call::{Call, Outcome, Success};
use crate::model::greeting::{Language, Method, Request};
use crate::model::record::{JSON, Record};
use crate::model::status::Failure;
use crate::model::wire_format::WireFormat;

/// Nothing listens there, and nothing is asked of it.
const SERVER: &str = "http://127.0.0.1:9";
const PATH: &str = "/myservice.v1.MyService/SayHello";

type Requests = Rc<RefCell<Vec<web_sys::Request>>>;

/// Keeps each request, and answers all with an HTTP status.
fn listen(http_status: u16) -> (FakeFetch, Requests) {
    let requests = Requests::default();
    let kept = Rc::clone(&requests);
    let fetch = FakeFetch::new(move |request| {
        // A look at what is wrong with a server is a plain URL.
        if let Ok(request) = request.dyn_into() {
            kept.borrow_mut().push(request);
        }
        let answer = Answer {
            status: http_status,
            ..Answer::new(JSON, b"{}".to_vec())
        };
        Promise::resolve(&answer.response())
    });
    (fetch, requests)
}

/// The headers of the requests that carry one.
fn traceparents(requests: &Requests) -> Vec<String> {
    let requests = requests.borrow();
    let headers = requests
        .iter()
        .map(|request| header_of(request, TRACEPARENT));
    headers.flatten().collect()
}

async fn call(format: WireFormat, metadata: Vec<(String, String)>) -> Record {
    let request = Request {
        method: Method::SayHello,
        name: "World".to_owned(),
        language: Language::English,
        deadline: None,
        metadata,
        format,
    };
    let tap = Tap::new(|_| {});
    // What comes of it doesn't matter here.
    let _ = greet(SERVER.to_owned(), request, tap.clone()).await;
    tap.record()
}

#[test]
async fn every_call_begins_a_trace_of_its_own() {
    let (_fetch, requests) = listen(200);
    let mut records = Vec::new();
    for format in [
        WireFormat::Binary,
        WireFormat::Text,
        WireFormat::Json,
        WireFormat::Json,
    ] {
        records.push(call(format, Vec::new()).await);
    }
    let mut seen = traceparents(&requests);
    let recorded = records
        .iter()
        .filter_map(|record| record.request_header(TRACEPARENT));
    assert_eq!(seen, recorded.collect::<Vec<_>>());
    for header in &seen {
        let parsed = TraceParent::parse(header.as_bytes()).expect("a traceparent");
        assert_eq!(parsed.to_string(), *header);
    }
    assert!(records.iter().all(|record| record.sent_millis.is_some()));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 4);
}

#[test]
async fn callers_own_trace_is_left_as_it_is() {
    let own = new_traceparent();
    for format in [WireFormat::Binary, WireFormat::Json] {
        let (_fetch, requests) = listen(200);
        let record = call(format, vec![own.clone()]).await;
        assert_eq!(traceparents(&requests), [&*own.1]);
        assert_eq!(record.sent_millis, None);
        assert_eq!(record.trace().map(|(trace, _)| trace), own.1.get(3..35));
    }
}

#[test]
async fn lent_calls_have_a_trace_if_they_are_logged() {
    let (_fetch, requests) = listen(200);
    let lent = Lent::new(SERVER.to_owned(), |_| {}, |_, _| {});
    for (is_noted, expected) in [(false, 0), (true, 1)] {
        let asked = Asked {
            path: PATH,
            frames: &framed([Bytes::new()]),
            is_noted,
            ..Asked::default()
        };
        let answered = lent.exchange(asked, None, |_| JsValue::TRUE).await;
        assert!(answered.is_err(), "JSON isn't gRPC-Web");
        assert_eq!(traceparents(&requests).len(), expected);
    }
    assert_eq!(requests.borrow().len(), 2);
}

/// A socket that opens, keeps what is sent and closes at the first message.
const SOCKET: &str = "return class {
  constructor() { setTimeout(() => this.onopen(new Event('open'))); }
  send(bytes) { sent.push(bytes.slice()); setTimeout(() => this.onclose?.(new Event('close'))); }
  close() {}
};";

/// The header blocks of the calls on sockets that are made meanwhile.
async fn blocks(asked: Asked<'_>, log: &Lent) -> Vec<HeaderBlock> {
    let (sent, name) = (Array::new(), JsValue::from_str("WebSocket"));
    let original = Reflect::get(&window(), &name).expect("a browser has sockets");
    let fake = Function::new_with_args("sent", SOCKET).call1(&JsValue::NULL, &sent);
    Reflect::set(&window(), &name, &fake.expect("a class")).expect("it can be replaced");
    let socket = SocketTransport::new(SERVER);
    let ended = socket
        .exchange(log, asked, Speech::said(), None, |_| JsValue::TRUE)
        .await;
    Reflect::set(&window(), &name, &original).expect("it can be restored");
    assert_eq!(
        ended.map_err(|refusal| refusal.code),
        Err(Code::Unavailable)
    );
    let messages = sent.iter().map(|bytes| Uint8Array::from(bytes).to_vec());
    let decoded = messages.map(|bytes| ClientMessage::decode(Subprotocol::Gangplank, bytes.into()));
    let blocks = decoded.filter_map(|message| match message {
        Ok(ClientMessage::Open { block, .. }) => HeaderBlock::parse(&block, 4096).ok(),
        _ => None,
    });
    blocks.collect()
}

#[test]
async fn a_logged_call_on_a_socket_has_a_trace_in_its_header_block() {
    let noted = Rc::new(RefCell::new(None));
    let keep = Rc::clone(&noted);
    let note = move |record, _| *keep.borrow_mut() = Some(record);
    let lent = Lent::new(SERVER.to_owned(), |_| {}, note);
    let asked = Asked {
        path: PATH,
        is_noted: true,
        ..Asked::default()
    };
    let [block] = &blocks(asked, &lent).await[..] else {
        panic!("one call was made");
    };
    let (_, header) = block
        .headers
        .iter()
        .find(|(name, _)| name == TRACEPARENT)
        .expect("a trace");
    let parsed = TraceParent::parse(header).expect("a traceparent");
    let record = noted.take().expect("it was noted");
    let expected = (parsed.trace_id.to_string(), parsed.span_id.to_string());
    assert_eq!(record.trace(), Some((&*expected.0, &*expected.1)));
    assert!(record.sent_millis.is_some());

    let unlogged = Asked {
        is_noted: false,
        ..asked
    };
    let [block] = &blocks(unlogged, &lent).await[..] else {
        panic!("one call was made");
    };
    assert!(block.headers.iter().all(|(name, _)| name != TRACEPARENT));
}

fn ended() -> Arc<Call> {
    let record = Record {
        url: format!("{SERVER}{PATH}"),
        path: PATH.to_owned(),
        started_at_millis: 1_795_758_021_123.0,
        sent_millis: Some(1.0),
        request_headers: vec![new_traceparent()],
        ended_millis: Some(2.0),
        ..Record::default()
    };
    Arc::new(Call {
        number: 1,
        record: Arc::new(record),
        outcome: Outcome::Ended {
            result: Err(Failure::local(Code::Canceled, "canceled")) as Result<Success, Failure>,
            elapsed_millis: 2.0,
        },
    })
}

/// Lets tasks go on until so many requests were made.
async fn wait_for(requests: &Requests, count: usize) {
    while requests.borrow().len() < count {
        TimeoutFuture::new(0).await;
    }
}

#[test]
async fn spans_are_uploaded_a_task_later_and_outlive_the_page() {
    let (_fetch, requests) = listen(200);
    let call = ended();
    Uploads::for_life(SERVER.to_owned()).begin(Arc::clone(&call), 3.0);
    // Microtasks have their turn, as what draws the answer has.
    let _ = JsFuture::from(Promise::resolve(&JsValue::NULL)).await;
    assert_eq!(requests.borrow().len(), 0);
    wait_for(&requests, 1).await;
    // Not the browser's own `clone`, which reads the body.
    let request = Clone::clone(&requests.borrow()[0]);
    assert_eq!(
        request.url(),
        format!("{SERVER}/gangplank/v1/traces:upload")
    );
    assert_eq!(request.method(), "POST");
    assert_eq!(header_of(&request, "content-type").as_deref(), Some(JSON));
    assert_eq!(header_of(&request, TRACEPARENT), None);
    let keepalive = Reflect::get(&request, &"keepalive".into());
    assert_eq!(keepalive, Ok(JsValue::TRUE));

    let body = JsFuture::from(request.text().expect("a body")).await;
    let body = body.expect("a text").as_string().expect("a text");
    let body: serde_json::Value = serde_json::from_str(&body).expect("it's JSON");
    let [click, client] = [0, 1].map(|place| body["spans"][place].clone());
    let (trace, span) = call.record.trace().expect("it has one");
    assert_eq!([&click["traceId"], &client["traceId"]], [trace; 2]);
    assert_eq!(
        (&client["spanId"], &client["parentSpanId"]),
        (&span.into(), &click["spanId"])
    );
    let root = click["spanId"].as_str().expect("an id");
    assert!(
        TraceParent::parse(format!("00-{trace}-{root}-03").as_bytes()).is_some(),
        "{root}"
    );
}

#[test]
async fn nothing_is_uploaded_any_more_where_nobody_takes_it() {
    for (http_status, expected) in [(404, 1), (501, 1), (200, 2), (503, 2)] {
        let (_fetch, requests) = listen(http_status);
        let uploads = Uploads::for_life(SERVER.to_owned());
        uploads.begin(ended(), 3.0);
        wait_for(&requests, 1).await;
        // Whoever is refused notes it a few tasks later.
        let is_refused = expected == 1;
        while is_refused && !uploads.shared.is_refused.load(Ordering::Relaxed) {
            TimeoutFuture::new(0).await;
        }
        uploads.begin(ended(), 3.0);
        // Another page's comes behind it, so that it has had its turn.
        Uploads::for_life(SERVER.to_owned()).begin(ended(), 3.0);
        wait_for(&requests, expected + 1).await;
        assert_eq!(requests.borrow().len(), expected + 1, "{http_status}");
    }
}
