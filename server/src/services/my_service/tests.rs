//! Claims about greetings.

use proto::myservice::v1::my_service_server::MyService as _;

use super::*;

/// A replica at five seconds past 1970, without trouble.
pub(super) fn config() -> Config {
    let now = || SystemTime::UNIX_EPOCH + Duration::from_secs(5);
    Config {
        replica: "replica-0".into(),
        greetings: Arc::new(Greetings::new(now())),
        trouble: Arc::default(),
        draining: signal::Sender::new(false).subscribe(),
        drained: Status::unavailable("the replica ends"),
        now,
        to_status: |error| Status::invalid_argument(error.to_string()),
    }
}

#[track_caller]
fn check(words: Words, name: &str, language: i32, expected: Result<&str, GreetError>) {
    assert_eq!(greeting(words, name, language), expected.map(str::to_owned));
}

#[test]
fn greetings_are_exactly_these() {
    for english in [Language::Unspecified as i32, Language::En as i32] {
        check(Words::Hello, "World", english, Ok("Hello, World!"));
        check(Words::Goodbye, "World", english, Ok("Goodbye, World!"));
    }
    check(
        Words::Hello,
        "World",
        Language::Zh as i32,
        Ok("你好，World！"),
    );
    check(
        Words::Goodbye,
        "World",
        Language::Zh as i32,
        Ok("再见，World！"),
    );
}

#[test]
fn the_name_is_trimmed_of_any_white_space() {
    check(Words::Hello, " \t\u{3000}世界\n", 1, Ok("Hello, 世界!"));
    check(Words::Hello, "a  b", 1, Ok("Hello, a  b!"));
}

#[test]
fn a_name_of_nothing_is_refused() {
    check(Words::Hello, "", 0, Err(GreetError::EmptyName));
    check(Words::Goodbye, " \u{3000} ", 0, Err(GreetError::EmptyName));
}

#[test]
fn the_limit_counts_characters_not_bytes() {
    let longest = "世".repeat(MAX_NAME_CHARS);
    check(Words::Hello, &longest, 0, Ok(&format!("Hello, {longest}!")));
    check(
        Words::Hello,
        &format!(" {longest} "),
        0,
        Ok(&format!("Hello, {longest}!")),
    );
    check(
        Words::Hello,
        &format!("{longest}世"),
        0,
        Err(GreetError::NameTooLong { chars: 257 }),
    );
}

#[test]
fn an_unknown_language_is_refused_not_guessed() {
    check(
        Words::Hello,
        "World",
        3,
        Err(GreetError::UnknownLanguage { number: 3 }),
    );
    check(
        Words::Hello,
        "World",
        -1,
        Err(GreetError::UnknownLanguage { number: -1 }),
    );
    assert_eq!(
        GreetError::UnknownLanguage { number: 3 }.field(),
        Some("language")
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_waits_and_says_who_and_when() {
    let service = MyService::new(Config {
        trouble: Arc::new(Trouble::slow(Duration::from_mins(1))),
        ..config()
    });
    let started = tokio::time::Instant::now();
    let request = SayHelloRequest {
        name: "World".to_owned(),
        language: 0,
    };
    let answer = service
        .say_hello(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(started.elapsed(), Duration::from_mins(1));
    assert_eq!(answer.replica, "replica-0");
    assert_eq!(answer.served_at.unwrap().seconds, 5);
}
