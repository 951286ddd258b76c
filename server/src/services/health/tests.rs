//! Claims about watches and their end.

use std::future::poll_fn;

use health_server::Health as _;
use tonic::Code;

use super::*;

const NAMES: &[&str] = &["", "ship.v1.Deck"];

async fn health() -> Health {
    Health::new(NAMES, Status::unavailable("ends")).await
}

async fn watch(health: &Health, service: &str) -> Result<Watch, Status> {
    let service = service.to_owned();
    let request = Request::new(HealthCheckRequest { service });
    Ok(health.watch(request).await?.into_inner())
}

async fn check(health: &Health, service: &str) -> Told {
    let service = service.to_owned();
    let request = Request::new(HealthCheckRequest { service });
    health.check(request).await.unwrap().into_inner().status()
}

fn poll(watch: &mut Watch, cx: &mut Context<'_>) -> Poll<Option<Result<Told, Code>>> {
    let state = ready!(Pin::new(watch).poll_next(cx));
    Poll::Ready(state.map(|state| {
        state
            .map(|state| state.status())
            .map_err(|status| status.code())
    }))
}

async fn next(watch: &mut Watch) -> Option<Result<Told, Code>> {
    poll_fn(|cx| poll(watch, cx)).await
}

async fn is_silent(watch: &mut Watch) -> bool {
    poll_fn(|cx| Poll::Ready(poll(watch, cx).is_pending())).await
}

#[tokio::test]
async fn every_watch_is_told_of_the_drain_and_ends_unavailable() {
    let health = health().await;
    let mut watches = Vec::new();
    for service in NAMES {
        let mut watch = watch(&health, service).await.unwrap();
        assert_eq!(next(&mut watch).await, Some(Ok(Told::Serving)));
        assert!(is_silent(&mut watch).await);
        watches.push(watch);
    }
    health.drain().await;
    for watch in &mut watches {
        assert_eq!(next(watch).await, Some(Ok(Told::NotServing)));
        assert_eq!(next(watch).await, Some(Err(Code::Unavailable)));
        assert_eq!(next(watch).await, None);
    }
}

#[tokio::test]
async fn a_watch_that_begins_in_a_drain_tells_it_and_ends() {
    let health = health().await;
    health.drain().await;
    assert_eq!(check(&health, "").await, Told::NotServing);
    let mut watch = watch(&health, "").await.unwrap();
    assert_eq!(next(&mut watch).await, Some(Ok(Told::NotServing)));
    assert_eq!(next(&mut watch).await, Some(Err(Code::Unavailable)));
}

#[tokio::test]
async fn a_state_older_than_the_drain_is_not_the_last() {
    let health = health().await;
    let mut watch = watch(&health, "").await.unwrap();
    health.is_draining.store(true, Ordering::Relaxed);
    assert_eq!(next(&mut watch).await, Some(Ok(Told::Serving)));
    health.drain().await;
    assert_eq!(next(&mut watch).await, Some(Ok(Told::NotServing)));
    assert_eq!(next(&mut watch).await, Some(Err(Code::Unavailable)));
}

#[tokio::test]
async fn without_a_drain_a_watch_outlives_not_serving() {
    let health = health().await;
    let mut watch = watch(&health, "ship.v1.Deck").await.unwrap();
    assert_eq!(next(&mut watch).await, Some(Ok(Told::Serving)));
    health.set(ServingStatus::NotServing).await;
    assert_eq!(next(&mut watch).await, Some(Ok(Told::NotServing)));
    assert!(is_silent(&mut watch).await);
    health.set(ServingStatus::Serving).await;
    assert_eq!(next(&mut watch).await, Some(Ok(Told::Serving)));
}

#[tokio::test]
async fn an_unknown_service_is_not_found() {
    let refused = watch(&health().await, "no.Such").await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
}
