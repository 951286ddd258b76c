//! What a watch tells, and how it ends.

use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::time::Instant;

use super::super::tests::config;
use super::*;

type Told = Pin<Box<dyn Stream<Item = Result<pb::Greeting, Status>> + Send>>;

fn begin(config: &Config, start: Start) -> Told {
    let watch = config.greetings.watch(start).unwrap();
    Box::pin(tell(config.clone(), watch))
}

fn greet(config: &Config, message: &str) {
    config
        .greetings
        .add(message.to_owned(), &config.replica, (config.now)());
}

async fn hear(told: &mut Told) -> pb::Greeting {
    told.next().await.unwrap().unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_past_then_a_bookmark_then_what_comes() {
    let config = config();
    greet(&config, "1");
    let mut told = begin(&config, Start::Past(10));
    let first = hear(&mut told).await;
    assert_eq!((&*first.message, first.bookmark), ("1", false));
    let bookmark = hear(&mut told).await;
    assert_eq!((&*bookmark.message, bookmark.bookmark), ("", true));
    assert_eq!(bookmark.version, first.version);
    greet(&config, "2");
    let second = hear(&mut told).await;
    assert_eq!(second.message, "2");
    assert!(second.version > first.version);
    // And where a watch that broke here goes on.
    greet(&config, "3");
    let mut resumed = begin(&config, Start::Behind(second.version));
    assert_eq!(hear(&mut resumed).await.message, "3");
}

#[tokio::test(start_paused = true)]
async fn quiet_times_have_bookmarks() {
    let config = config();
    let mut told = begin(&config, Start::Past(0));
    assert!(hear(&mut told).await.bookmark);
    let began = Instant::now();
    assert!(hear(&mut told).await.bookmark);
    assert!(hear(&mut told).await.bookmark);
    assert_eq!(began.elapsed(), Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_is_told_what_it_missed_and_can_get_it_back() {
    let config = config();
    let mut told = begin(&config, Start::Past(0));
    let version = hear(&mut told).await.version;
    for number in 1..=3_000 {
        greet(&config, &number.to_string());
    }
    let next = hear(&mut told).await;
    assert!(next.missed > 0);
    assert_eq!(next.message, (next.missed + 1).to_string());
    assert_eq!(hear(&mut told).await.missed, 0);
    let mut resumed = begin(&config, Start::Behind(version));
    assert_eq!(hear(&mut resumed).await.message, "1");
}

#[tokio::test(start_paused = true)]
async fn it_ends_with_the_replica() {
    let draining = watch::Sender::new(false);
    let drained = Config {
        draining: draining.subscribe(),
        ..config()
    };
    let mut told = begin(&drained, Start::Past(0));
    hear(&mut told).await;
    draining.send_replace(true);
    let status = told.next().await.unwrap().unwrap_err();
    assert_eq!(status.message(), "the replica ends");
    assert!(told.next().await.is_none());

    let broken = config();
    let mut told = begin(&broken, Start::Past(0));
    hear(&mut told).await;
    broken.trouble.set(Duration::ZERO, true);
    greet(&broken, "1");
    let status = told.next().await.unwrap().unwrap_err();
    assert!(status.message().contains("broken"), "{status}");
    assert!(told.next().await.is_none());
}
