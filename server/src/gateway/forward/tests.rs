//! Claims about one call on its way, in front of a replica that is a function of the test.

use std::error::Error as _;
use std::sync::Mutex;

use http::HeaderValue;
use http_body::Frame;
use http_body_util::{Full, StreamBody};
use prost_reflect::DescriptorPool;
use tokio::sync::oneshot;
use tonic::Status;
use tonic::codegen::tokio_stream::{self, Stream, StreamExt as _};

use super::*;
use crate::schema::{Schema, Source, Version};

type Piece = Result<Frame<Bytes>, Status>;

fn method(name: &str) -> Arc<Method> {
    let mut pool = DescriptorPool::decode(tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET).unwrap();
    pool.decode_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .unwrap();
    let services = [
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
    ];
    let source = Source {
        component: "orders".into(),
        versions: vec![Version {
            pool,
            services: services.map(str::to_owned).to_vec(),
            replicas: None,
        }],
    };
    Arc::clone(Schema::new(vec![source]).unwrap().method(name).unwrap())
}

const ONE: &str = "grpc.health.v1.Health/Check";
const MANY: &str = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

/// Longer than any test.
const MAX_IDLE: Duration = Duration::from_hours(1);

fn to_status(error: &GatewayError) -> Status {
    Status::aborted(error.to_string())
}

/// Forwards to a replica that answers `make(request)`.
fn forward(make: impl Fn(Request) -> Response + Send + Sync + 'static) -> Forward {
    let make = Arc::new(make);
    let replicas: Replicas = Arc::new(move |target, request| {
        assert_eq!(&*target.component, "orders");
        let request = match target.message {
            Some(message) => request.map(|_| Body::new(Full::from(message))),
            None => request,
        };
        let make = Arc::clone(&make);
        Box::pin(async move {
            let mut response = make(request);
            response.extensions_mut().insert(AnsweredBy {
                replica: "orders-1".into(),
                picked_at: Instant::now(),
            });
            Ok(response)
        })
    });
    Forward::new(replicas, Arc::default(), MAX_IDLE, to_status)
}

fn grpc(body: Body) -> Response {
    let mut response = Response::new(body);
    let content_type = HeaderValue::from_static("application/grpc");
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
    response
}

fn streamed(pieces: impl Stream<Item = Piece> + Send + 'static) -> Body {
    Body::new(StreamBody::new(pieces))
}

/// These pieces, and then nothing more, without an end.
fn endless(pieces: Vec<Piece>) -> Body {
    streamed(tokio_stream::iter(pieces).chain(tokio_stream::pending()))
}

#[expect(clippy::unnecessary_wraps, reason = "a piece among failing ones")]
fn data(bytes: &'static [u8]) -> Piece {
    Ok(Frame::data(Bytes::from_static(bytes)))
}

/// Reads a request in the background, as hyper does, and tells how it ended: its bytes, or the reset's reason.
fn drain(body: Body) -> oneshot::Receiver<Result<Bytes, h2::Reason>> {
    let (sender, ended) = oneshot::channel();
    tokio::spawn(async move {
        let ended = body
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes);
        let reason = |status: Status| {
            let h2 = status
                .source()
                .and_then(|source| source.downcast_ref::<h2::Error>());
            h2.and_then(h2::Error::reason).unwrap()
        };
        let _ = sender.send(ended.map_err(reason));
    });
    ended
}

/// Where a replica that is a plain function leaves what it is told later.
type Told<T> = Arc<Mutex<Option<T>>>;

#[tokio::test]
async fn a_message_goes_on_as_it_came_to_the_methods_own_path() {
    let forward = forward(|request| {
        assert_eq!(
            (request.method(), request.uri().path()),
            (&Verb::POST, "/grpc.health.v1.Health/Check")
        );
        assert_eq!(request.headers()[header::TE], "trailers");
        grpc(request.into_body())
    });
    let pieces = vec![data(b"\x01\0\0"), data(b"\0\x02"), data(b"ab")];
    let request = Request::new(streamed(tokio_stream::iter(pieces)));
    let response = forward.call(request, &method(ONE)).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(&body[..], b"\x01\0\0\0\x02ab", "the flag too");
}

#[tokio::test]
async fn what_is_no_grpc_is_told_with_its_http_status() {
    for (http_status, content_type) in [
        (502, "text/html"),
        (302, "application/grpc"),
        (200, "text/plain"),
    ] {
        let forward = forward(move |_| {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::from_u16(http_status).unwrap();
            let content_type = HeaderValue::from_static(content_type);
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, content_type);
            response
        });
        let request = Request::new(Body::new(Full::from("x")));
        let error = forward.call(request, &method(ONE)).await.unwrap_err();
        let expected = GatewayError::NotGrpc {
            component: "orders".into(),
            replica: "orders-1".into(),
            http_status: StatusCode::from_u16(http_status).unwrap(),
            content_type: Some(content_type.to_owned()),
        };
        assert_eq!(error, expected);
    }
}

#[tokio::test]
async fn a_status_counts_whatever_the_head_says_else() {
    let forward = forward(|_| {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        response
            .headers_mut()
            .insert(GRPC_STATUS, HeaderValue::from_static("5"));
        response
    });
    let request = Request::new(Body::new(Full::from("x")));
    let response = forward.call(request, &method(ONE)).await.unwrap();
    assert_eq!(response.headers()[GRPC_STATUS], "5");
}

fn too_long() -> Status {
    let mut status = Status::resource_exhausted("too long");
    status.set_source(Arc::new(GatewayError::BodyTooLong { limit: 8 }));
    status
}

#[tokio::test]
async fn a_request_that_is_bad_at_once_reaches_no_replica() {
    let forward = forward(|_| panic!("a replica was asked"));
    let request = Request::new(streamed(tokio_stream::once(Err(too_long()))));
    let error = forward.call(request, &method(ONE)).await.unwrap_err();
    assert_eq!(error, GatewayError::BodyTooLong { limit: 8 });
}

#[tokio::test]
async fn a_request_that_turns_out_bad_ends_the_call_and_resets_the_replica() {
    let told = Told::default();
    let tell = Arc::clone(&told);
    let forward = forward(move |request| {
        *tell.lock().unwrap() = Some(drain(request.into_body()));
        grpc(endless(vec![data(b"first")]))
    });
    let request = Request::new(streamed(tokio_stream::iter([data(b"a"), Err(too_long())])));
    let response = forward.call(request, &method(MANY)).await.unwrap();
    let mut body = response.into_body();
    let mut last = body.frame().await.unwrap();
    while last.is_ok() {
        last = body.frame().await.expect("it ends with an error");
    }
    assert!(last.unwrap_err().message().contains("more than 8 bytes"));
    let ended = told.lock().unwrap().take().unwrap();
    assert_eq!(ended.await.unwrap(), Err(h2::Reason::CANCEL));
}

#[tokio::test]
async fn a_caller_that_leaves_resets_a_request_that_still_goes_on() {
    let told = Told::default();
    let tell = Arc::clone(&told);
    let forward = forward(move |request| {
        *tell.lock().unwrap() = Some(drain(request.into_body()));
        grpc(endless(Vec::new()))
    });
    let request = Request::new(endless(vec![data(b"a")]));
    let response = forward.call(request, &method(MANY)).await.unwrap();
    drop(response);
    let ended = told.lock().unwrap().take().unwrap();
    assert_eq!(ended.await.unwrap(), Err(h2::Reason::CANCEL));
}

#[tokio::test]
async fn the_end_of_a_request_passes_while_the_answer_goes_on() {
    let told = Told::default();
    let tell = Arc::clone(&told);
    let forward = forward(move |request| {
        *tell.lock().unwrap() = Some(drain(request.into_body()));
        grpc(endless(Vec::new()))
    });
    let request = Request::new(streamed(tokio_stream::iter([data(b"a"), data(b"b")])));
    let _response = forward.call(request, &method(MANY)).await.unwrap();
    let ended = told.lock().unwrap().take().unwrap();
    assert_eq!(ended.await.unwrap(), Ok(Bytes::from_static(b"ab")));
}
