//! Claims about the stack as a whole, by calls in process: no connection, but every layer.
//! MyService answers inside it, without a replica's connection, so that the clock can stand still.
//! `listener/tests.rs` makes the same server listen.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Once;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Version, header};
use http_body_util::{BodyExt as _, Full, StreamBody};
use prost::Message as _;
use proto::myservice::v1::{Language, SayHelloRequest, SayHelloResponse};
use tonic::Status;
use tonic_types::StatusExt as _;
use wire::content_type::Dialect;

use std::time::Duration;

use tonic::body::Body;
use tower::ServiceExt as _;

use super::*;
use crate::config::ReplicaConfig as Config;
use crate::gateway::GatewayError;
use crate::gateway::forward::Forward;
use crate::services::my_service;
use crate::telemetry::store::Store;
use crate::telemetry::tracer;

mod json;
mod protocol;
mod surface;
mod windows;

pub(super) const HELLO: &str = "/myservice.v1.MyService/SayHello";
const WATCH: &str = "/grpc.health.v1.Health/Watch";
const PAGE: &str = "http://localhost:8081";
const ALL: [Dialect; 3] = [Dialect::Grpc, Dialect::GrpcWeb, Dialect::GrpcWebText];

/// How a call ended, read as its dialect has it.
#[derive(Debug)]
struct Outcome {
    head: HeaderMap,
    messages: Vec<Bytes>,
    /// Trailers; of a trailers-only answer, the head.
    trailers: HeaderMap,
}

impl Outcome {
    fn code(&self) -> &str {
        self.trailers
            .get("grpc-status")
            .expect("a call has a status")
            .to_str()
            .unwrap()
    }

    fn message(&self) -> String {
        let text = self
            .trailers
            .get("grpc-message")
            .map_or("", |text| text.to_str().unwrap());
        wire::percent::decode(text)
    }
}

/// The API server's layers around MyService itself.
pub(super) struct Local {
    pub(super) rooms: Rooms,
    pub(super) limits: Limits,
    origins: AllowedOrigins,
}

impl Local {
    pub(super) fn stack(&self) -> Stack {
        stack(&self.rooms, &self.limits, &self.origins, Surface::ALL)
    }
}

pub(super) fn app(config: Config) -> Local {
    // One subscriber for the process: with one per test, tracing may take a log line for disabled
    // because another test came by it first.
    LOG.call_once(|| {
        let lines = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(|| ThreadLines);
        tracing::subscriber::set_global_default(lines.finish()).unwrap();
    });
    let mut rooms = replica::rooms(
        &config,
        &Arc::new(my_service::Trouble::slow(config.delay)),
        &Arc::new(my_service::Greetings::new(std::time::SystemTime::now())),
        tracer::Tracer::new(tracer::Config {
            source: "gangplank".into(),
            store: Some(Store::new(1024 * 1024)),
            exporter: None,
            ratio: 1.0,
            random: super::random,
            now: std::time::SystemTime::now,
        }),
    )
    .unwrap();
    let nobody: crate::gateway::forward::Replicas = Arc::new(|target, _| {
        Box::pin(async {
            Err(GatewayError::NoReplica {
                component: target.component,
                last_error: None,
            })
        })
    });
    rooms.forward = Some(Forward::new(
        nobody,
        Arc::default(),
        Duration::from_mins(1),
        respond::gateway,
    ));
    Local {
        rooms,
        limits: config.limits,
        origins: AllowedOrigins::new(&[]),
    }
}

pub(super) fn hello(name: &str) -> Vec<u8> {
    frame(&SayHelloRequest {
        name: name.to_owned(),
        language: Language::En as i32,
    })
}

fn frame(message: &impl prost::Message) -> Vec<u8> {
    let payload = Bytes::from(message.encode_to_vec());
    wire::frame::Frame { flags: 0, payload }.encode().into()
}

/// A call as a page on another port would make it.
fn call(dialect: Dialect, path: &str, frames: Vec<u8>) -> Request {
    let version = if dialect == Dialect::Grpc {
        Version::HTTP_2
    } else {
        Version::HTTP_11
    };
    let body = if dialect == Dialect::GrpcWebText {
        BASE64.encode(&frames).into_bytes()
    } else {
        frames
    };
    http::Request::post(path)
        .version(version)
        .header(header::CONTENT_TYPE, dialect.content_type())
        .header(header::ORIGIN, PAGE)
        .body(Body::new(Full::from(body)))
        .unwrap()
}

fn with(mut request: Request, name: &'static str, value: &str) -> Request {
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

async fn ask(app: &Local, request: Request) -> Response {
    let response = app.stack().oneshot(request).await.unwrap();
    assert_eq!(
        response.headers()["access-control-allow-origin"],
        PAGE,
        "CORS wraps every answer"
    );
    response
}

async fn ask_plain(
    app: &Local,
    verb: Method,
    path: &str,
    content_type: &str,
) -> (Response, String) {
    let request = http::Request::builder()
        .method(verb)
        .uri(path)
        .header(header::ORIGIN, PAGE);
    let request = request
        .header(header::CONTENT_TYPE, content_type)
        .body(Body::empty())
        .unwrap();
    let (head, body) = ask(app, request).await.into_parts();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().into()).unwrap();
    (Response::from_parts(head, Body::empty()), text)
}

async fn outcome(app: &Local, request: Request) -> Outcome {
    let (head, body) = ask(app, request).await.into_parts();
    assert_eq!(head.status, StatusCode::OK);
    let collected = body.collect().await.unwrap();
    let http_trailers = collected.trailers().cloned();
    let bytes = collected.to_bytes();
    let text = head.headers["content-type"].to_str().unwrap();
    match text {
        "application/grpc" => {
            let (messages, none) = split(&bytes);
            assert_eq!(none, HeaderMap::new());
            let trailers = http_trailers.unwrap_or_else(|| head.headers.clone());
            Outcome {
                head: head.headers,
                messages,
                trailers,
            }
        }
        "application/grpc-web+proto" | "application/grpc-web-text+proto" => {
            let is_text = text.contains("text");
            let bytes = if is_text {
                unbase64(&bytes)
            } else {
                bytes.into()
            };
            assert!(
                !head.headers.contains_key("grpc-status"),
                "the status is in the body"
            );
            let (messages, trailers) = split(&bytes);
            Outcome {
                head: head.headers,
                messages,
                trailers,
            }
        }
        other => panic!("content type {other}"),
    }
}

/// Messages and the trailer frame.
fn split(mut bytes: &[u8]) -> (Vec<Bytes>, HeaderMap) {
    let (mut messages, mut trailers) = (Vec::new(), HeaderMap::new());
    while let Some((prefix, rest)) = bytes.split_first_chunk::<5>() {
        let length = u32::from_be_bytes(prefix[1..].try_into().unwrap()) as usize;
        let (payload, rest) = rest.split_at(length);
        bytes = rest;
        if prefix[0] == 0 {
            messages.push(Bytes::copy_from_slice(payload));
            continue;
        }
        assert_eq!(prefix[0], wire::frame::FLAG_TRAILERS);
        assert!(rest.is_empty(), "the trailer frame is last");
        for line in str::from_utf8(payload).unwrap().split_terminator("\r\n") {
            let (name, value) = line.split_once(':').unwrap();
            let name: http::HeaderName = name.parse().unwrap();
            trailers.append(name, value.parse().unwrap());
        }
    }
    assert!(bytes.is_empty(), "bytes are left behind the last frame");
    (messages, trailers)
}

/// Each group by itself, since padding may stand between frames.
fn unbase64(text: &[u8]) -> Vec<u8> {
    text.chunks(4)
        .flat_map(|group| BASE64.decode(group).unwrap())
        .collect()
}

#[tokio::test]
async fn every_dialect_greets_and_mirrors_its_content_type() {
    let app = app(Config::default());
    for dialect in ALL {
        let outcome = outcome(&app, call(dialect, HELLO, hello("World"))).await;
        assert_eq!(outcome.head["content-type"], dialect.content_type());
        assert_eq!(outcome.code(), "0", "{dialect:?}");
        let answer = SayHelloResponse::decode(outcome.messages[0].clone()).unwrap();
        assert_eq!(answer.message, "Hello, World!");
        assert_eq!(answer.replica, "replica-0");
    }
}

#[tokio::test]
async fn accept_chooses_the_dialect_of_the_answer() {
    let app = app(Config::default());
    let check = async |accept: &str, expected: &str| {
        let request = call(Dialect::GrpcWebText, HELLO, hello("World"));
        let outcome = outcome(&app, with(request, "accept", accept)).await;
        assert_eq!(outcome.head["content-type"], expected, "for {accept:?}");
    };
    check("*/*", "application/grpc-web-text+proto").await;
    check("application/json", "application/grpc-web-text+proto").await;
    check("application/grpc-web", "application/grpc-web+proto").await;
    check(
        "text/html, Application/gRPC-Web+Proto;q=1",
        "application/grpc-web+proto",
    )
    .await;
}

#[tokio::test]
async fn a_charset_and_capitals_are_ignored() {
    let app = app(Config::default());
    let request = call(Dialect::GrpcWeb, HELLO, hello("World"));
    let request = with(
        request,
        "content-type",
        "Application/gRPC-Web; charset=UTF-8",
    );
    assert_eq!(outcome(&app, request).await.code(), "0");
}

#[tokio::test]
async fn early_errors_have_their_status_in_the_body_of_grpc_web() {
    let app = app(Config::default());
    for dialect in ALL {
        let outcome = outcome(&app, call(dialect, HELLO, hello("  "))).await;
        assert_eq!(outcome.code(), "3");
        let status = Status::from_header_map(&outcome.trailers).unwrap();
        let violations = status.get_details_bad_request().unwrap().field_violations;
        assert_eq!(violations[0].field, "name");
        assert!(outcome.messages.is_empty());
    }
}

#[tokio::test]
async fn unknown_names_are_unimplemented_by_name() {
    let app = app(Config::default());
    for dialect in ALL {
        let nope = outcome(
            &app,
            call(dialect, "/myservice.v1.MyService/Nope", hello("x")),
        )
        .await;
        assert_eq!(nope.code(), "12");
        assert_eq!(nope.message(), "unknown method myservice.v1.MyService/Nope");
        let such = outcome(&app, call(dialect, "/no.Such/Nope", hello("x"))).await;
        assert_eq!(
            (such.code(), such.message().as_str()),
            ("12", "unknown service no.Such")
        );
        let codec = call(dialect, HELLO, hello("x"));
        let foo = dialect.content_type().trim_end_matches("+proto").to_owned() + "+foo";
        let codec = outcome(&app, with(codec, "content-type", &foo)).await;
        assert_eq!(codec.code(), "12");
        assert!(codec.message().contains(&foo), "{}", codec.message());
    }
}

#[tokio::test]
async fn what_is_no_call_is_answered_in_plain_http() {
    let app = app(Config::default());
    let (response, text) = ask_plain(&app, Method::POST, HELLO, "text/html").await;
    assert_eq!(response.status(), 415);
    assert!(text.contains("send JSON"), "{text}");
    assert!(!response.headers().contains_key("grpc-status"));

    let (response, _) = ask_plain(&app, Method::GET, HELLO, "application/grpc-web").await;
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "POST");

    let (response, _) = ask_plain(&app, Method::POST, HELLO, "application/grpc").await;
    assert_eq!(response.status(), 505);

    let (response, _) = ask_plain(&app, Method::GET, "/nothing.js", "text/plain").await;
    assert_eq!(response.status(), 404);
}

#[tokio::test]
async fn heads_over_the_limit_are_refused_with_the_limit() {
    let app = app(Config::default());
    let long = format!("/{}", "x".repeat(9000));
    let (response, text) = ask_plain(&app, Method::GET, &long, "text/plain").await;
    assert_eq!(response.status(), 414);
    assert!(text.contains("8192"), "{text}");

    let request = with(
        call(Dialect::GrpcWeb, HELLO, hello("x")),
        "x-long",
        &"x".repeat(17_000),
    );
    let outcome = outcome(&app, request).await;
    assert_eq!(outcome.code(), "8");
    assert!(
        outcome.message().contains("limit of 16384"),
        "{}",
        outcome.message()
    );
}

#[tokio::test]
async fn an_oversize_message_is_refused_by_its_prefix() {
    let app = app(Config::default());
    for dialect in ALL {
        // The payload never comes, so an answer proves that it wasn't waited for.
        let prefix = wire::frame::prefix(0, 4 * 1024 * 1024 + 1).to_vec();
        let outcome = outcome(&app, call(dialect, HELLO, [&prefix[..], &[0]].concat())).await;
        assert_eq!(outcome.code(), "8", "{dialect:?}");
        let expected =
            "message of 4194305 bytes exceeds the limit of 4194304 bytes (--max-message-bytes)";
        assert_eq!(outcome.message(), expected);
    }
}

#[tokio::test]
async fn a_message_at_the_limit_is_read() {
    let app = app(Config::default());
    // The name's field takes a tag byte and a length of four bytes.
    let name = "x".repeat(4 * 1024 * 1024 - 5);
    let request = frame(&SayHelloRequest { name, language: 0 });
    let outcome = outcome(&app, call(Dialect::GrpcWeb, HELLO, request)).await;
    assert_eq!(outcome.code(), "3");
    assert!(
        outcome.message().contains("it is 4194299"),
        "{}",
        outcome.message()
    );
}

#[tokio::test(start_paused = true)]
async fn the_deadline_ends_a_slow_call() {
    let delay = Duration::from_hours(1);
    let app = app(Config {
        delay,
        ..Config::default()
    });
    for dialect in ALL {
        let started = tokio::time::Instant::now();
        let request = with(call(dialect, HELLO, hello("World")), "grpc-timeout", "250m");
        let outcome = outcome(&app, request).await;
        assert_eq!(outcome.code(), "4", "{dialect:?}");
        assert_eq!(outcome.message(), "the deadline of 250 ms passed");
        assert_eq!(started.elapsed().as_millis(), 250);
        assert_eq!(app.rooms.in_flight.count(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_ends_a_stream_between_messages() {
    let app = app(Config::default());
    for dialect in ALL {
        let started = tokio::time::Instant::now();
        let health = frame(&tonic_health::pb::HealthCheckRequest::default());
        let request = with(call(dialect, WATCH, health), "grpc-timeout", "2S");
        let outcome = outcome(&app, request).await;
        assert_eq!(
            outcome.messages.len(),
            1,
            "the first state came before the deadline"
        );
        assert_eq!(outcome.code(), "4", "{dialect:?}");
        assert_eq!(started.elapsed().as_millis(), 2000);
    }
}

#[tokio::test]
async fn an_unreadable_deadline_is_refused_by_name() {
    let app = app(Config::default());
    for value in ["100", "m", "1.5S", "123456789m", "-1S"] {
        let request = call(Dialect::GrpcWeb, HELLO, hello("World"));
        let outcome = outcome(&app, with(request, "grpc-timeout", value)).await;
        assert_eq!(outcome.code(), "3", "{value:?}");
        assert!(
            outcome.message().starts_with("grpc-timeout: "),
            "{}",
            outcome.message()
        );
    }
    let request = with(
        call(Dialect::GrpcWeb, HELLO, hello("World")),
        "grpc-timeout",
        "0n",
    );
    assert_eq!(outcome(&app, request).await.code(), "4");
}

#[tokio::test]
async fn a_stream_holds_its_place_until_its_body_ends() {
    let limits = Limits {
        max_in_flight: 1,
        ..Limits::default()
    };
    let app = app(Config {
        limits,
        ..Config::default()
    });
    let health = || frame(&tonic_health::pb::HealthCheckRequest::default());
    let stream = ask(&app, call(Dialect::Grpc, WATCH, health())).await;

    let refused = outcome(&app, call(Dialect::GrpcWeb, HELLO, hello("World"))).await;
    assert_eq!(refused.code(), "14");
    assert!(
        refused.message().contains("limit of 1 requests"),
        "{}",
        refused.message()
    );
    let (response, text) = ask_plain(&app, Method::GET, "/", "text/plain").await;
    assert_eq!(response.status(), 503);
    assert!(text.contains("limit of 1 requests"), "{text}");
    let (alive, _) = ask_plain(&app, Method::GET, "/livez", "text/plain").await;
    assert_eq!(alive.status(), 200, "a busy server is alive");

    drop(stream);
    assert_eq!(
        outcome(&app, call(Dialect::GrpcWeb, HELLO, hello("World")))
            .await
            .code(),
        "0"
    );
}

#[tokio::test]
async fn a_broken_body_still_ends_in_one_status() {
    let app = app(Config::default());
    for (frames, code) in [
        (&b""[..], "12"),
        (b"\0\0\0", "13"),
        (b"\0\0\0\0\x05\x0a\x05W", "13"),
    ] {
        for dialect in ALL {
            let outcome = outcome(&app, call(dialect, HELLO, frames.to_vec())).await;
            assert_eq!(outcome.code(), code, "{frames:?}");
        }
    }
}

#[tokio::test]
async fn a_body_that_fails_midway_gets_its_error_as_status() {
    let app = app(Config::default());
    let frames = [
        Ok(http_body::Frame::data(Bytes::from_static(
            b"\0\0\0\0\x07\x0a",
        ))),
        Err(Status::aborted("cut")),
    ];
    let mut frames = frames.into_iter();
    let stream = FramesOf(Box::new(move || frames.next()));
    let request =
        call(Dialect::Grpc, HELLO, Vec::new()).map(|_| Body::new(StreamBody::new(stream)));
    assert_eq!(outcome(&app, request).await.code(), "10");
}

#[tokio::test]
async fn cors_is_for_pages_only() {
    let app = app(Config::default());
    let hello = || frame(&SayHelloRequest::default());
    let cors = async |mut request: Request, origin: Option<&str>| {
        request.headers_mut().remove(header::ORIGIN);
        if let Some(origin) = origin {
            request = with(request, "origin", origin);
        }
        let response = app.stack().oneshot(request).await.unwrap();
        let names = [
            "vary",
            "access-control-expose-headers",
            "access-control-allow-origin",
        ];
        names.map(|name| response.headers().contains_key(name))
    };
    let grpc = call(Dialect::Grpc, HELLO, hello());
    assert_eq!(cors(grpc, None).await, [false, false, false]);
    let grpc = call(Dialect::Grpc, HELLO, hello());
    assert_eq!(cors(grpc, Some(PAGE)).await, [true, true, true]);
    // Its answer may be kept by a cache that serves pages too.
    let web = call(Dialect::GrpcWeb, HELLO, hello());
    assert_eq!(cors(web, None).await, [true, true, false]);
}

#[tokio::test]
async fn preflights_are_granted_to_allowed_pages_only() {
    let mut app = app(Config::default());
    app.origins = AllowedOrigins::new(&["https://app.example".parse().unwrap()]);
    let preflight = async |origin: &str| {
        let request = http::Request::options(HELLO)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "content-type,grpc-timeout,x-own-metadata",
            )
            .body(Body::empty());
        app.stack().oneshot(request.unwrap()).await.unwrap()
    };
    for origin in [PAGE, "https://app.example", "http://[::1]:3000"] {
        let headers = preflight(origin).await.headers().clone();
        assert_eq!(headers["access-control-allow-origin"], origin);
        assert_eq!(
            headers["access-control-allow-methods"],
            "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"
        );
        let allowed = "content-type,grpc-timeout,x-own-metadata";
        assert_eq!(headers["access-control-allow-headers"], allowed);
        assert_eq!(headers["access-control-max-age"], "7200");
        let varies = "origin, access-control-request-method, access-control-request-headers";
        assert_eq!(headers["vary"], varies);
        assert!(!headers.contains_key("access-control-allow-credentials"));
    }
    for origin in [
        "http://localhost.evil.example",
        "https://app.example.evil",
        "null",
    ] {
        let response = preflight(origin).await;
        assert!(
            !response
                .headers()
                .contains_key("access-control-allow-origin"),
            "{origin}"
        );
    }
}

#[tokio::test]
async fn answers_expose_what_a_page_needs() {
    let app = app(Config::default());
    let answer = ask(&app, call(Dialect::GrpcWeb, HELLO, hello("World"))).await;
    check_exposed(&answer);
    // It asks what the path takes; only with `access-control-request-method` it would be a preflight.
    let (options, _) = ask_plain(&app, Method::OPTIONS, HELLO, "").await;
    assert_eq!(options.headers()["allow"], "POST");
    check_exposed(&options);
    assert_eq!(options.headers()["vary"], answer.headers()["vary"]);
}

#[track_caller]
fn check_exposed(response: &Response) {
    let exposed = response.headers()["access-control-expose-headers"]
        .to_str()
        .unwrap();
    for name in [
        "grpc-status",
        "grpc-message",
        "grpc-status-details-bin",
        "server-timing",
        "allow",
        "retry-after",
    ] {
        assert!(
            exposed.split(',').any(|exposed| exposed.trim() == name),
            "{name} isn't in {exposed}"
        );
    }
    assert_eq!(response.headers()["timing-allow-origin"], PAGE);
}

#[tokio::test]
async fn draining_fails_readiness_and_health_and_takes_no_calls() {
    let app = app(Config::default());
    let health = || frame(&tonic_health::pb::HealthCheckRequest::default());
    let check = "/grpc.health.v1.Health/Check";
    let answer = outcome(&app, call(Dialect::Grpc, check, health())).await;
    let state = |bytes: &Bytes| {
        tonic_health::pb::HealthCheckResponse::decode(bytes.clone())
            .unwrap()
            .status()
            .as_str_name()
    };
    assert_eq!(state(&answer.messages[0]), "SERVING");
    assert_eq!(ask_plain(&app, Method::GET, "/readyz", "").await.1, "ok\n");

    let mut watch = ask(&app, call(Dialect::Grpc, WATCH, health()))
        .await
        .into_body();
    let first = watch.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(state(&first.slice(5..)), "SERVING");
    app.rooms.withdraw();
    app.rooms.refuse();
    let second = watch.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(state(&second.slice(5..)), "NOT_SERVING");
    let end = watch.frame().await.unwrap().unwrap();
    let end = end.into_trailers().unwrap();
    assert_eq!(end["grpc-status"], "14", "a watch mustn't hold the drain");

    let (response, text) = ask_plain(&app, Method::GET, "/readyz", "").await;
    assert_eq!(
        (response.status().as_u16(), text.as_str()),
        (503, "draining\n")
    );
    let (_, verbose) = ask_plain(&app, Method::GET, "/readyz?verbose", "").await;
    assert!(verbose.contains("[-]serving failed: draining"), "{verbose}");
    assert_eq!(
        ask_plain(&app, Method::GET, "/livez", "").await.0.status(),
        200
    );
    let refused = outcome(&app, call(Dialect::GrpcWeb, HELLO, hello("World"))).await;
    assert_eq!(refused.code(), "14");
}

/// A stream made of a function, since no stream library is among the dependencies.
struct FramesOf<T>(Box<dyn FnMut() -> Option<T> + Send>);

impl<T> tonic::codegen::tokio_stream::Stream for FramesOf<T> {
    type Item = T;

    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<T>> {
        std::task::Poll::Ready((self.0)())
    }
}

#[tokio::test]
async fn reflection_lists_every_service_and_finds_myservice() {
    use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
    use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
    use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};
    let app = app(Config::default());
    for version in ["v1", "v1alpha"] {
        let path = format!("/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo");
        let ask = async |message_request: MessageRequest| {
            let request = ServerReflectionRequest {
                host: String::new(),
                message_request: Some(message_request),
            };
            let outcome = outcome(&app, call(Dialect::GrpcWeb, &path, frame(&request))).await;
            assert_eq!(outcome.code(), "0");
            let answer = ServerReflectionResponse::decode(outcome.messages[0].clone()).unwrap();
            answer.message_response.unwrap()
        };
        let MessageResponse::ListServicesResponse(list) =
            ask(MessageRequest::ListServices(String::new())).await
        else {
            panic!("no list");
        };
        let names: Vec<&str> = list
            .service
            .iter()
            .map(|service| service.name.as_str())
            .collect();
        let tables = app.rooms.tables.load();
        let expected: Vec<&str> = tables.schema().services().map(|(name, _)| name).collect();
        assert_eq!(expected.len(), 4);
        assert!(
            expected.iter().all(|name| names.contains(name)),
            "{names:?}"
        );
        let symbol = MessageRequest::FileContainingSymbol("myservice.v1.MyService".to_owned());
        let MessageResponse::FileDescriptorResponse(_) = ask(symbol).await else {
            panic!("MyService isn't found");
        };
    }
}

static LOG: Once = Once::new();

thread_local! {
    /// Log lines of this thread, which are those of one test: its runtime has no other thread.
    static LINES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What this test's server has logged so far.
pub(super) fn log_lines() -> String {
    LINES.with_borrow(|lines| String::from_utf8_lossy(lines).into_owned())
}

struct ThreadLines;

impl io::Write for ThreadLines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.with_borrow_mut(|lines| lines.extend(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Lets other tasks of this runtime go on until `condition` holds.
pub(super) async fn until(mut condition: impl FnMut() -> bool) {
    poll_fn(|cx| {
        if condition() {
            return std::task::Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}
