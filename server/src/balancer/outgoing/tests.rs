//! Claims about requests that may be needed again.

use http_body::Body as _;
use http_body_util::BodyExt as _;

use super::*;

fn request() -> http::Request<Body> {
    let mut request = http::Request::new(Body::empty());
    let value = HeaderValue::from_static("a");
    request.headers_mut().insert("x-user", value);
    request
}

#[tokio::test]
async fn a_known_message_can_be_sent_again_and_again() {
    let mut outgoing = Outgoing::new(request(), Some(Bytes::from_static(b"hello")));
    for _ in 0..3 {
        let request = outgoing.next().unwrap();
        assert_eq!(request.headers()["x-user"], "a");
        let body = request.into_body();
        let hint = body.size_hint().exact();
        assert_eq!(hint, None, "hyper would add content-length");
        assert_eq!(body.collect().await.unwrap().to_bytes(), "hello");
    }
    assert!(outgoing.has_next());
}

#[test]
fn a_stream_goes_once_unless_it_never_left() {
    let mut outgoing = Outgoing::new(request(), None);
    let sent = outgoing.next().unwrap();
    assert!(!outgoing.has_next() && outgoing.next().is_none());
    outgoing.put_back(sent);
    assert!(outgoing.has_next() && outgoing.next().is_some());
}

#[test]
fn only_a_ring_goes_by_a_header() {
    let headers = request().headers().clone();
    let header = HeaderName::from_static("x-user");
    let ring = Policy::RingHash { header };
    assert_eq!(key(&ring, Some(&headers)), Some(policy::hash(b"a")));
    assert_eq!(key(&ring, Some(&HeaderMap::new())), None);
    assert_eq!(key(&Policy::P2c, Some(&headers)), None);
}

#[test]
fn a_replica_is_told_what_is_left_of_the_deadline() {
    let mut headers = HeaderMap::new();
    headers.insert(GRPC_TIMEOUT, HeaderValue::from_static("5S"));
    set_timeout(&mut headers, Duration::from_millis(1_500));
    let told = wire::timeout::parse(headers[GRPC_TIMEOUT].to_str().unwrap());
    assert_eq!(told, Ok(Duration::from_millis(1_500)));
    assert_eq!(headers.len(), 1);
}
