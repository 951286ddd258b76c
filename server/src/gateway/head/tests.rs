//! Claims about heads at their limits and one beyond.

use tonic::body::Body;
use tower::{ServiceExt as _, service_fn};

use super::*;

const LIMITS: HeadLimits = HeadLimits {
    max_uri_bytes: 10,
    max_header_bytes: 20,
    max_headers: 3,
};

async fn check(path: &str, headers: &[(&str, &str)], expected: Option<GatewayError>) {
    let mut request = http::Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let inner = service_fn(|_| async { Ok(Response::new(Body::empty())) });
    let request = request.body(Body::empty()).unwrap();
    let answer = LimitHead::new(LIMITS, inner).oneshot(request).await;
    assert_eq!(answer.err(), expected, "{path} {headers:?}");
}

#[tokio::test]
async fn a_target_is_measured_with_its_query() {
    check("/234567890", &[], None).await;
    check("/2345?7890", &[], None).await;
    let over = |bytes| Some(GatewayError::UriTooLong { bytes, limit: 10 });
    check("/2345678901", &[], over(11)).await;
    check("/2345?78901", &[], over(11)).await;
}

#[tokio::test]
async fn names_and_values_count_together() {
    check("/", &[("a", "345678901"), ("b", "345678901")], None).await;
    let over = GatewayError::HeadersTooLong {
        bytes: 21,
        limit: 20,
    };
    check("/", &[("a", "345678901"), ("bc", "345678901")], Some(over)).await;
}

#[tokio::test]
async fn each_value_of_a_repeated_name_counts() {
    check("/", &[("a", ""), ("b", ""), ("c", "")], None).await;
    check("/", &[("a", ""), ("a", ""), ("a", "")], None).await;
    let over = GatewayError::TooManyHeaders { count: 4, limit: 3 };
    check(
        "/",
        &[("a", ""), ("a", ""), ("a", ""), ("b", "")],
        Some(over),
    )
    .await;
}
