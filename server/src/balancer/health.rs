//! Asks a replica by `grpc.health.v1` whether it serves. A replica without that service serves whenever it is connected.
//! `Watch` follows the server as a whole (the empty name); it ends with the link. A stream that ends without the link is
//! taken up again after a pause: until then the last word counts. Source: gRPC proposal A17.

use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use hyper::body::Incoming;
use tokio::time::sleep;
use tonic::body::Body;
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tower::{Service, service_fn};

use super::link::Link;
use super::replica::Replica;

/// Before a watch that ended is taken up again.
const PAUSE: Duration = Duration::from_secs(5);

/// Calls once; any answer will do.
pub(super) async fn check(replica: &Replica, link: &Link) {
    let mut client = HealthClient::with_origin(on(link), origin(replica));
    let _ = client.check(HealthCheckRequest::default()).await;
}

/// Tells `replica` whether it serves, for as long as the link is there.
pub(super) async fn follow(replica: &Arc<Replica>, link: &Link, tell: impl Fn(bool)) {
    let mut client = HealthClient::with_origin(on(link), origin(replica));
    loop {
        match client.watch(HealthCheckRequest::default()).await {
            Ok(answer) => {
                let mut statuses = answer.into_inner();
                while let Ok(Some(answer)) = statuses.message().await {
                    tell(answer.status != ServingStatus::NotServing as i32);
                }
            }
            Err(status) if is_for_good(&status) => {
                // It was NOT_SERVING only if it has the service, so nothing is to be taken back.
                return std::future::pending().await;
            }
            Err(_) => {}
        }
        sleep(PAUSE).await;
    }
}

/// True if asking again is of no use.
fn is_for_good(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::Unimplemented | Code::PermissionDenied | Code::Unauthenticated
    )
}

/// The link as generated clients want it.
fn on(
    link: &Link,
) -> impl Service<
    http::Request<Body>,
    Response = http::Response<Incoming>,
    Error = hyper::Error,
    Future: Send,
> + Clone
+ use<> {
    let sender = link.sender();
    service_fn(move |request| sender.clone().send_request(request))
}

/// The replica is its own authority.
fn origin(replica: &Replica) -> Uri {
    let origin = Uri::builder()
        .scheme("http")
        .authority(replica.authority.clone())
        .path_and_query("/");
    // Can't fail: all three parts are there and valid.
    origin.build().unwrap_or_default()
}
