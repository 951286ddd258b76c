//! What is kept, and where a watch can begin.

use std::time::Duration;

use super::*;

fn at(micros: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(micros)
}

fn greetings(count: usize) -> Greetings {
    let greetings = Greetings::new(at(1_000));
    let replica: Arc<str> = "replica-0".into();
    for number in 1..=count {
        greetings.add(number.to_string(), &replica, at(2_000));
    }
    greetings
}

#[track_caller]
fn begins(greetings: &Greetings, start: Start, expected: &[&str]) -> Watch {
    let watch = greetings.watch(start).unwrap();
    let past = watch.past.iter().map(|greeting| &*greeting.message);
    assert_eq!(past.collect::<Vec<_>>(), expected);
    watch
}

#[test]
fn versions_rise_even_within_a_microsecond_and_when_the_clock_goes_back() {
    let greetings = greetings(2);
    greetings.add("3".to_owned(), &"replica-1".into(), at(5));
    let watch = begins(&greetings, Start::Past(9), &["1", "2", "3"]);
    let versions = watch.past.iter().map(|greeting| greeting.version);
    assert_eq!(versions.collect::<Vec<_>>(), [2_000, 2_001, 2_002]);
    assert_eq!(watch.version, 2_002);
}

#[test]
fn a_watch_begins_with_the_latest() {
    let greetings = greetings(3);
    begins(&greetings, Start::Past(0), &[]);
    begins(&greetings, Start::Past(2), &["2", "3"]);
}

#[tokio::test]
async fn nothing_falls_between_what_is_kept_and_what_comes() {
    let greetings = greetings(1);
    let mut watch = begins(&greetings, Start::Past(1), &["1"]);
    greetings.add("2".to_owned(), &"replica-1".into(), at(3_000));
    assert_eq!(watch.live.recv().await.unwrap().message, "2");
}

#[test]
fn a_watch_resumes_behind_a_version() {
    let greetings = greetings(3);
    begins(&greetings, Start::Behind(2_000), &["2", "3"]);
    begins(&greetings, Start::Behind(2_002), &[]);
    // The version of a bookmark from before the first greeting.
    begins(&greetings, Start::Behind(1_000), &["1", "2", "3"]);
}

#[test]
fn what_is_not_kept_is_not_passed_over() {
    let greetings = greetings(KEPT + 2);
    let forgotten = |since_version| Some(GreetError::Forgotten { since_version });
    // The second is the newest that isn't kept.
    assert_eq!(
        greetings.watch(Start::Behind(2_000)).err(),
        forgotten(2_000)
    );
    let watch = greetings.watch(Start::Behind(2_001)).unwrap();
    assert_eq!(watch.past.len(), KEPT);
    // Of a former life, or of another replica's.
    assert_eq!(greetings.watch(Start::Behind(999)).err(), forgotten(999));
    let unknown = GreetError::Unknown {
        since_version: 9_999,
    };
    assert_eq!(greetings.watch(Start::Behind(9_999)).err(), Some(unknown));
}
