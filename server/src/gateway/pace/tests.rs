//! Claims about bodies that stand still, by a clock that stands still.

use std::convert::Infallible;
use std::sync::Arc;

use http_body_util::{BodyExt as _, StreamBody};
use prost_reflect::DescriptorPool;
use tonic::codegen::tokio_stream::{self, Stream, StreamExt as _};
use tower::{ServiceExt as _, service_fn};
use wire::content_type::Dialect;

use super::*;
use crate::schema::{Method, Schema, Source, Version};

const LIMIT: Duration = Duration::from_secs(30);
const LESS: Duration = Duration::from_secs(29);
const MORE: Duration = Duration::from_secs(31);

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
    let schema = Schema::new(vec![source]).unwrap();
    Arc::clone(schema.method(name).unwrap())
}

const ONE: &str = "grpc.health.v1.Health/Check";
const MANY: &str = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

/// The body of a call of that method, as whoever is inside gets it.
async fn paced(name: &str, pieces: impl Stream<Item = Piece> + Send + 'static) -> Body {
    let mut request = Request::new(Body::new(StreamBody::new(pieces)));
    let method = method(name);
    request.extensions_mut().insert(Call {
        dialect: Dialect::Grpc,
        name: Arc::clone(&method.name),
        method: Some(method),
    });
    let to_status: ToStatus = |error| Status::deadline_exceeded(error.to_string());
    let echo = service_fn(|request: Request| async {
        Ok::<_, Infallible>(Response::new(request.into_body()))
    });
    let answer = Pace::new(LIMIT, to_status, echo).oneshot(request).await;
    answer.unwrap().into_body()
}

#[expect(clippy::unnecessary_wraps, reason = "a piece among failing ones")]
fn data(_: usize) -> Piece {
    Ok(Frame::data(Bytes::from_static(b"a")))
}

/// That many pieces, each after a pause.
fn slow(pieces: usize, pause: Duration) -> impl Stream<Item = Piece> + Send + 'static {
    tokio_stream::iter(0..pieces).then(move |number| async move {
        sleep(pause).await;
        data(number)
    })
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stands_still_fails_with_the_limit() {
    for pieces in [0, 2] {
        let started = Instant::now();
        let pieces = tokio_stream::iter(0..pieces)
            .map(data)
            .chain(tokio_stream::pending());
        let body = paced(ONE, pieces).await;
        let error = body.collect().await.unwrap_err();
        assert_eq!(error.message(), "nothing of the request came for 30 s");
        assert_eq!(started.elapsed(), LIMIT);
    }
}

#[tokio::test(start_paused = true)]
async fn each_piece_starts_the_clock_anew() {
    let started = Instant::now();
    let body = paced(ONE, slow(5, LESS)).await;
    let bytes = body.collect().await.unwrap().to_bytes();
    assert_eq!(&bytes[..], b"aaaaa");
    assert!(started.elapsed() > LIMIT * 4, "all together took longer");

    let body = paced(ONE, slow(5, MORE)).await;
    body.collect().await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn the_clock_stands_while_nobody_waits_for_the_body() {
    let pause = LESS;
    let mut body = paced(ONE, slow(2, pause)).await;
    assert!(body.frame().await.unwrap().is_ok());
    // The component takes its time; that isn't the caller's fault.
    tokio::time::advance(LIMIT * 3).await;
    assert!(body.frame().await.unwrap().is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_messages_may_rest() {
    let body = paced(MANY, slow(2, LIMIT * 10)).await;
    let bytes = body.collect().await.unwrap().to_bytes();
    assert_eq!(&bytes[..], b"aa");
}
