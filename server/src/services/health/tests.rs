//! Claims about states, watches and their end.

use std::future::poll_fn;

use health_server::Health as _;
use tonic::Code;

use super::*;

const DECK: &str = "ship.v1.Deck";
const MAST: &str = "ship.v1.Mast";

fn health() -> Health {
    let health = Health::new(Status::unavailable("ends"));
    set(&health, &[(DECK, true)]);
    health
}

fn set(health: &Health, services: &[(&str, bool)]) {
    health.set(
        services
            .iter()
            .map(|&(name, serves)| (name.to_owned(), serves)),
    );
}

fn request(service: &str) -> Request<HealthCheckRequest> {
    let service = service.to_owned();
    Request::new(HealthCheckRequest { service })
}

async fn watch(health: &Health, service: &str) -> Watch {
    health.watch(request(service)).await.unwrap().into_inner()
}

async fn check(health: &Health, service: &str) -> Result<ServingStatus, Code> {
    match health.check(request(service)).await {
        Ok(answer) => Ok(answer.into_inner().status()),
        Err(status) => Err(status.code()),
    }
}

fn poll(watch: &mut Watch, cx: &mut Context<'_>) -> Poll<Option<Result<ServingStatus, Code>>> {
    let state = ready!(Pin::new(watch).poll_next(cx));
    Poll::Ready(state.map(|state| {
        state
            .map(|state| state.status())
            .map_err(|status| status.code())
    }))
}

async fn next(watch: &mut Watch) -> Option<Result<ServingStatus, Code>> {
    poll_fn(|cx| poll(watch, cx)).await
}

async fn is_silent(watch: &mut Watch) -> bool {
    poll_fn(|cx| Poll::Ready(poll(watch, cx).is_pending())).await
}

#[tokio::test]
async fn every_watch_is_told_of_the_drain_and_ends_unavailable() {
    let health = health();
    let mut watches = Vec::new();
    for service in [SERVER, DECK] {
        let mut watch = watch(&health, service).await;
        assert_eq!(next(&mut watch).await, Some(Ok(ServingStatus::Serving)));
        assert!(is_silent(&mut watch).await);
        watches.push(watch);
    }
    health.drain();
    for watch in &mut watches {
        assert_eq!(next(watch).await, Some(Ok(ServingStatus::NotServing)));
        assert_eq!(next(watch).await, Some(Err(Code::Unavailable)));
        assert_eq!(next(watch).await, None);
    }
}

#[tokio::test]
async fn a_watch_that_begins_in_a_drain_tells_it_and_ends() {
    let health = health();
    health.drain();
    assert_eq!(check(&health, SERVER).await, Ok(ServingStatus::NotServing));
    let mut watch = watch(&health, SERVER).await;
    assert_eq!(next(&mut watch).await, Some(Ok(ServingStatus::NotServing)));
    assert_eq!(next(&mut watch).await, Some(Err(Code::Unavailable)));
}

#[tokio::test]
async fn a_watch_with_nothing_new_to_tell_ends_in_a_drain_too() {
    let health = health();
    set(&health, &[(DECK, false)]);
    let mut known = watch(&health, DECK).await;
    let mut unknown = watch(&health, MAST).await;
    assert_eq!(next(&mut known).await, Some(Ok(ServingStatus::NotServing)));
    assert_eq!(
        next(&mut unknown).await,
        Some(Ok(ServingStatus::ServiceUnknown))
    );
    health.drain();
    assert_eq!(next(&mut known).await, Some(Err(Code::Unavailable)));
    assert_eq!(next(&mut unknown).await, Some(Err(Code::Unavailable)));
}

#[tokio::test]
async fn without_a_drain_a_watch_outlives_not_serving() {
    let health = health();
    let mut watch = watch(&health, DECK).await;
    assert_eq!(next(&mut watch).await, Some(Ok(ServingStatus::Serving)));
    set(&health, &[(DECK, false)]);
    assert_eq!(next(&mut watch).await, Some(Ok(ServingStatus::NotServing)));
    assert!(is_silent(&mut watch).await);
    set(&health, &[(DECK, true)]);
    assert_eq!(next(&mut watch).await, Some(Ok(ServingStatus::Serving)));
}

#[tokio::test]
async fn a_watch_hears_nothing_of_other_services() {
    let health = health();
    let mut watch = watch(&health, DECK).await;
    assert_eq!(next(&mut watch).await, Some(Ok(ServingStatus::Serving)));
    set(&health, &[(DECK, true), (MAST, false)]);
    assert!(is_silent(&mut watch).await);
}

#[tokio::test]
async fn a_watch_follows_a_service_that_comes_and_goes() {
    let health = health();
    let mut watch = watch(&health, MAST).await;
    assert_eq!(
        next(&mut watch).await,
        Some(Ok(ServingStatus::ServiceUnknown))
    );
    set(&health, &[(MAST, true)]);
    assert_eq!(next(&mut watch).await, Some(Ok(ServingStatus::Serving)));
    set(&health, &[]);
    assert_eq!(
        next(&mut watch).await,
        Some(Ok(ServingStatus::ServiceUnknown))
    );
}

#[tokio::test]
async fn a_check_knows_exactly_the_services_that_were_set() {
    let health = health();
    assert_eq!(check(&health, DECK).await, Ok(ServingStatus::Serving));
    assert_eq!(check(&health, MAST).await, Err(Code::NotFound));
    set(&health, &[(MAST, false)]);
    assert_eq!(check(&health, DECK).await, Err(Code::NotFound));
    assert_eq!(check(&health, MAST).await, Ok(ServingStatus::NotServing));
    assert_eq!(check(&health, SERVER).await, Ok(ServingStatus::Serving));
}
