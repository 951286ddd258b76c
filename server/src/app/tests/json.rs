//! Claims about JSON calls through the whole stack, in front of a component that is a function of the test.

use std::sync::Mutex;

use futures_util::stream::{self, Stream, StreamExt as _};
use prost_reflect::DescriptorPool;
use serde_json::Value;
use tokio::time::Instant;
use tonic::codegen::tokio_stream;

use super::*;
use crate::balancer::CallError;
use crate::gateway::forward::{AnsweredBy, Replicas};
use crate::gateway::table::Table;
use crate::schema::{Schema, Source, Version as SchemaVersion};

type Piece = Result<http_body::Frame<Bytes>, Status>;

/// An API server whose component `shop` has MyService and health, and answers its only call with these pieces.
fn shop(pieces: Vec<Piece>) -> Local {
    shop_of(tokio_stream::iter(pieces))
}

/// The same, of pieces that may be long in coming.
fn shop_of(pieces: impl Stream<Item = Piece> + Send + 'static) -> Local {
    let mut app = app(Config::default());
    let mut pool = DescriptorPool::decode(proto::FILE_DESCRIPTOR_SET).unwrap();
    pool.decode_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .unwrap();
    let services = ["myservice.v1.MyService", "grpc.health.v1.Health"];
    let source = Source {
        component: "shop".into(),
        versions: vec![SchemaVersion {
            pool,
            services: services.map(str::to_owned).to_vec(),
            replicas: None,
        }],
    };
    let schema = Schema::new(vec![source]).unwrap();
    app.rooms.tables.replace(Table::new(schema).unwrap());
    let pieces = Mutex::new(Some(pieces));
    let replicas: Replicas = Arc::new(move |_, _| {
        let pieces = pieces.lock().unwrap().take().expect("one call");
        let body = Body::new(StreamBody::new(pieces));
        let mut response = Response::new(body);
        let content_type = Dialect::Grpc.content_type().parse().unwrap();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, content_type);
        response.extensions_mut().insert(AnsweredBy {
            replica: "shop-1".into(),
            picked_at: Instant::now(),
        });
        Box::pin(async { Ok(response) })
    });
    app.rooms.forward = Some(Forward::new(
        replicas,
        Arc::default(),
        Duration::from_mins(1),
        respond::gateway,
    ));
    app
}

#[expect(clippy::unnecessary_wraps, reason = "a piece among failing ones")]
fn data(bytes: impl Into<Bytes>) -> Piece {
    Ok(http_body::Frame::data(bytes.into()))
}

#[expect(clippy::unnecessary_wraps, reason = "a piece among failing ones")]
fn trailers(code: &str) -> Piece {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", code.parse().unwrap());
    Ok(http_body::Frame::trailers(trailers))
}

fn greeting(text: &str) -> Vec<u8> {
    frame(&SayHelloResponse {
        message: text.to_owned(),
        ..SayHelloResponse::default()
    })
}

/// A greeting that is whole but for its flags.
fn flagged(flags: u8) -> Vec<u8> {
    let mut bytes = greeting("World");
    bytes[0] = flags;
    bytes
}

fn serving() -> Vec<u8> {
    frame(&tonic_health::pb::HealthCheckResponse { status: 1 })
}

fn reset() -> Status {
    respond::replica(&CallError::Reset {
        component: "shop".into(),
        replica: "shop-1".into(),
        reason: h2::Reason::INTERNAL_ERROR,
    })
}

fn json(path: &str, body: &'static str) -> Request {
    http::Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ORIGIN, PAGE)
        .body(Body::new(Full::from(body)))
        .unwrap()
}

/// The HTTP status and the error of a call that fails before anything was said.
async fn failure(app: &Local, request: Request) -> (u16, Value) {
    let (head, body) = ask(app, request).await.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let mut value: Value = serde_json::from_slice(&body).unwrap();
    let error = value["error"].take();
    assert_eq!(error["code"], head.status.as_u16(), "{error}");
    (head.status.as_u16(), error)
}

#[track_caller]
fn check_blamed(error: &Value, status: &str, words: &str) {
    assert_eq!(error["status"], status, "{error}");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains(words), "{message:?} doesn't say {words:?}");
    let detail = &error["details"][0];
    assert_eq!(detail["metadata"]["component"], "shop", "{error}");
}

#[tokio::test]
async fn a_bad_answer_of_a_component_is_a_bad_gateway() {
    let ok = || trailers("0");
    let no_message = frame(&());
    let cases = [
        (vec![ok()], "UNIMPLEMENTED", "exactly one message"),
        (
            vec![data(greeting("a")), data(greeting("b")), ok()],
            "UNIMPLEMENTED",
            "exactly one message",
        ),
        (vec![data(greeting("a"))], "UNKNOWN", "without a status"),
        (
            vec![data(&b"\0\0\0\0\x01\xff"[..]), ok()],
            "INTERNAL",
            "the answer of",
        ),
        (
            vec![data(&b"\0\xff\xff\xff\xff"[..])],
            "INTERNAL",
            "--max-answer-bytes",
        ),
        (
            vec![data(&b"<html>"[..])],
            "INTERNAL",
            "isn't a stream of messages",
        ),
        (
            vec![data(flagged(0x01)), ok()],
            "INTERNAL",
            "compressed its answer",
        ),
        (
            vec![data(flagged(0x80)), ok()],
            "INTERNAL",
            "reserved frame flags 0x80",
        ),
        (
            vec![data(no_message), Err(reset())],
            "INTERNAL",
            "reset the call",
        ),
    ];
    for (pieces, status, words) in cases {
        let app = shop(pieces);
        let (http_status, error) = failure(&app, json(HELLO, r#"{"name":"x"}"#)).await;
        assert_eq!(http_status, 502, "{error}");
        check_blamed(&error, status, words);
        let log = log_lines();
        let told = log.lines().rfind(|line| line.contains(" answered "));
        let expected = format!("answered {status}");
        assert!(told.is_some_and(|line| line.contains(&expected)), "{log}");
    }
}

#[tokio::test]
async fn a_status_that_a_component_chose_keeps_its_http_status() {
    let app = shop(vec![data(greeting("a")), trailers("13")]);
    let (http_status, _) = failure(&app, json(HELLO, "{}")).await;
    assert_eq!(http_status, 500);
}

#[tokio::test]
async fn an_answer_that_breaks_off_within_a_message_is_no_success() {
    let message = greeting("World");
    for cut_at in 1..message.len() {
        let app = shop(vec![data(message[..cut_at].to_vec()), trailers("0")]);
        let (http_status, error) = failure(&app, json(HELLO, "{}")).await;
        assert_eq!(http_status, 502, "cut at {cut_at}");
        check_blamed(&error, "INTERNAL", "before the end of a frame");
        // The second message isn't there in full, so that it can't be told from one too many.
        let pieces = [&message[..], &message[..cut_at]].concat();
        let app = shop(vec![data(pieces), trailers("0")]);
        let (http_status, _) = failure(&app, json(HELLO, "{}")).await;
        assert_eq!(http_status, 502, "cut at {cut_at}");
    }
    let app = shop(vec![data(message[..7].to_vec()), trailers("9")]);
    let (http_status, error) = failure(&app, json(HELLO, "{}")).await;
    assert_eq!(
        (http_status, &error["status"]),
        (400, &"FAILED_PRECONDITION".into()),
        "the component's own word stands"
    );
}

/// The lines of a stream, and whether its body broke off.
async fn lines(app: &Local, path: &str) -> (Vec<Value>, bool) {
    let (text, is_broken) = streamed(app, json(path, "{}")).await;
    let lines = text.lines();
    let lines = lines.map(|line| serde_json::from_str(line).unwrap());
    (lines.collect(), is_broken)
}

/// What a stream's body holds, and whether it broke off.
async fn streamed(app: &Local, request: Request) -> (String, bool) {
    let mut body = ask(app, request).await.into_body();
    let mut text = Vec::new();
    let is_broken = loop {
        match body.frame().await {
            Some(Ok(frame)) => text.extend_from_slice(&frame.into_data().unwrap()),
            Some(Err(_)) => break true,
            None => break false,
        }
    };
    (String::from_utf8(text).unwrap(), is_broken)
}

#[tokio::test(start_paused = true)]
async fn a_stream_comes_in_the_form_that_is_asked_for() {
    let serving_json = r#"{"status":"SERVING"}"#;
    for (accept, ok, failed) in [
        (
            "application/json",
            format!("[{serving_json},\n{serving_json}]"),
            format!("[{serving_json},\n{{\"error\":"),
        ),
        (
            "text/event-stream",
            format!("data: {serving_json}\n\ndata: {serving_json}\n\nevent: end\ndata: {{}}\n\n"),
            format!("data: {serving_json}\n\nevent: error\ndata: {{\"error\":"),
        ),
        (
            "*/*",
            format!("{serving_json}\n{serving_json}\n"),
            format!("{serving_json}\n{{\"error\":"),
        ),
    ] {
        let asked = || with(json(WATCH, "{}"), "accept", accept);
        let app = shop(vec![data(serving()), data(serving()), trailers("0")]);
        assert_eq!(streamed(&app, asked()).await, (ok, false), "{accept}");
        let app = shop(vec![data(serving()), trailers("15")]);
        let (text, is_broken) = streamed(&app, asked()).await;
        assert!(text.starts_with(&failed), "{text}");
        assert!(text.contains("DATA_LOSS"), "{text}");
        assert!(
            is_broken,
            "{accept}: a stream that just ended would look whole"
        );
        // Nothing has been sent yet, so the status tells.
        let app = shop(vec![trailers("5")]);
        assert_eq!(ask(&app, asked()).await.status(), 404, "{accept}");
    }
}

#[tokio::test(start_paused = true)]
async fn events_have_comments_while_nothing_comes() {
    let silent = tokio_stream::iter([data(serving())]).chain(stream::pending());
    let app = shop_of(silent);
    let asked = with(json(WATCH, "{}"), "accept", "text/event-stream");
    let response = ask(&app, asked).await;
    assert_eq!(response.headers()["cache-control"], "no-store");
    let mut body = response.into_body();
    let mut next = async || body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(next().await.starts_with(b"data: "));
    let began = tokio::time::Instant::now();
    for _ in 0..2 {
        assert_eq!(&next().await[..], b": keep-alive\n\n");
    }
    assert_eq!(began.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn events_of_which_none_comes_begin_with_a_comment() {
    let began = tokio::time::Instant::now();
    let asked = || with(json(WATCH, "{}"), "accept", "text/event-stream");
    let late = stream::once(async {
        tokio::time::sleep(Duration::from_secs(20)).await;
        trailers("5")
    });
    let response = ask(&shop_of(late), asked()).await;
    assert_eq!(began.elapsed().as_secs(), 15);
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let mut body = response.into_body();
    let mut next = async || body.frame().await.unwrap().map(http_body::Frame::into_data);
    assert_eq!(&next().await.unwrap().unwrap()[..], b": keep-alive\n\n");
    let error = next().await.unwrap().unwrap();
    assert!(error.starts_with(b"event: error\ndata: {\"error\":{\"code\":404"));
    assert!(next().await.is_err(), "a late error breaks off");
    assert_eq!(began.elapsed().as_secs(), 20);

    // The other forms wait as long as it takes.
    let late = stream::once(async {
        tokio::time::sleep(Duration::from_secs(20)).await;
        trailers("5")
    });
    let status = ask(&shop_of(late), json(WATCH, "{}")).await.status();
    assert_eq!(status, 404);
}

#[tokio::test(start_paused = true)]
async fn events_begin_before_the_component_has_answered_at_all() {
    let mut app = shop(Vec::new());
    let replicas: Replicas = Arc::new(|_, _| Box::pin(std::future::pending()));
    app.rooms.forward = Some(Forward::new(
        replicas,
        Arc::default(),
        Duration::from_secs(40),
        respond::gateway,
    ));
    let asked = with(json(WATCH, "{}"), "accept", "text/event-stream");
    let (text, is_broken) = streamed(&app, asked).await;
    let comments = ": keep-alive\n\n".repeat(2);
    let expected = format!("{comments}event: error\ndata: {{\"error\":{{\"code\":504");
    assert!(text.starts_with(&expected) && is_broken, "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_goes_bad_ends_with_its_http_status_in_the_last_line() {
    for (last, status) in [
        (data(&b"\0\0\0\0\x01\xff"[..]), "INTERNAL"),
        (data(&b"\0\0\0\0\x02\x08"[..]), "INTERNAL"),
        (data(&b"\x01\0\0\0\x02\x08\x01"[..]), "INTERNAL"),
        (Err(reset()), "INTERNAL"),
    ] {
        let app = shop(vec![data(serving()), last, trailers("0")]);
        let (lines, is_broken) = lines(&app, WATCH).await;
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert_eq!(lines[0]["status"], "SERVING");
        assert_eq!(lines[1]["error"]["code"], 502, "{lines:?}");
        check_blamed(&lines[1]["error"], status, "");
        assert!(is_broken, "a stream that just ended would look whole");
    }
}

#[tokio::test]
async fn our_own_services_tell_what_is_wrong_with_a_body_like_any_other() {
    let mut app = app(Config::default());
    app.limits.bodies.max_body_bytes = 8;
    let body = r#"{"name": "too long"}"#;
    let (http_status, error) = failure(&app, json(HELLO, body)).await;
    assert_eq!(
        (http_status, &error["status"]),
        (413, &"RESOURCE_EXHAUSTED".into())
    );
}
