//! Claims about what is read of a request that nobody wants.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};

use http_body_util::StreamBody;
use tokio::time::Instant;
use tonic::codegen::tokio_stream::{self, StreamExt as _};
use tower::{ServiceExt as _, service_fn};

use super::*;

const LIMITS: DiscardLimits = DiscardLimits {
    max_bytes: 100,
    max_pause: Duration::from_secs(1),
};

/// Pieces of ten bytes, and how many of them were taken.
fn upload(pieces: usize) -> (Request, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    let stream = tokio_stream::iter(0..pieces).map(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        Ok::<_, Status>(Frame::data(Bytes::from_static(&[0; 10])))
    });
    (Request::new(Body::new(StreamBody::new(stream))), taken)
}

async fn refuse(request: Request) {
    let service = service_fn(|request: Request| {
        drop(request);
        async { Ok::<_, Infallible>(Response::new(Body::empty())) }
    });
    let answer = Discard::new(LIMITS, service).oneshot(request).await;
    answer.unwrap();
}

#[tokio::test]
async fn a_refused_body_is_read_to_its_end_or_to_the_limit() {
    for (pieces, expected) in [(0, 0), (3, 3), (10, 10), (50, 10)] {
        let (request, taken) = upload(pieces);
        refuse(request).await;
        assert_eq!(taken.load(Ordering::Relaxed), expected);
    }
}

#[tokio::test]
async fn http_2_and_who_waits_for_leave_are_answered_at_once() {
    let (mut http2, taken) = upload(3);
    *http2.version_mut() = Version::HTTP_2;
    refuse(http2).await;
    assert_eq!(taken.load(Ordering::Relaxed), 0);

    let (mut waiting, taken) = upload(3);
    let leave = http::HeaderValue::from_static("100-continue");
    waiting.headers_mut().insert(header::EXPECT, leave);
    refuse(waiting).await;
    assert_eq!(taken.load(Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_pauses_is_answered() {
    let started = Instant::now();
    let body = StreamBody::new(tokio_stream::pending::<Result<Frame<Bytes>, Status>>());
    refuse(Request::new(Body::new(body))).await;
    assert_eq!(started.elapsed(), LIMITS.max_pause);
}

#[tokio::test]
async fn a_body_that_is_still_read_is_not_touched() {
    let (request, taken) = upload(3);
    let echo = service_fn(|request: Request| async {
        Ok::<_, Infallible>(Response::new(request.into_body()))
    });
    let answer = Discard::new(LIMITS, echo).oneshot(request).await.unwrap();
    assert_eq!(taken.load(Ordering::Relaxed), 0);
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(bytes.len(), 30);
}
