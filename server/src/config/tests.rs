//! Claims about flags.

use super::*;

fn read(arguments: &[&str]) -> Result<Settings, Stop> {
    parse(["gangplank"].iter().chain(arguments).map(OsString::from))
}

#[track_caller]
fn check_refused(arguments: &[&str], expected: &str) {
    let Err(Stop::Failure(line)) = read(arguments) else {
        panic!("{arguments:?} was taken");
    };
    assert_eq!(line.lines().count(), 1, "{line:?} is more than a line");
    assert!(line.contains(expected), "{line:?} doesn't say {expected:?}");
}

#[test]
fn serve_is_the_default_command() {
    for prefix in [&[][..], &["serve"]] {
        let flags = [
            "--listen",
            "[::1]:9",
            "--allow-origin",
            "https://a.example",
            "--delay",
            "2s",
        ];
        let more = [
            "--allow-origin",
            "https://b.example",
            "--name",
            "r",
            "--drain-timeout",
            "1m",
        ];
        let server = read(&[prefix, &flags, &more].concat()).unwrap().server;
        assert_eq!(server.listen.to_string(), "[::1]:9");
        assert_eq!(server.allow_origins.len(), 2);
        assert_eq!(server.replica, "r");
        assert_eq!(server.delay, Duration::from_secs(2));
        assert_eq!(server.drain_timeout, Duration::from_mins(1));
    }
}

#[test]
fn without_flags_it_listens_on_loopback() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.server.replica, "replica-0");
    assert_eq!(settings.server.delay, Duration::ZERO);
    assert_eq!(settings.server.drain_timeout, Duration::from_secs(10));
    assert_eq!(settings.log.to_string(), "info");
}

#[test]
fn a_bad_flag_is_told_in_one_line() {
    check_refused(
        &["--lisen", "x"],
        "unexpected argument '--lisen' found; a similar argument",
    );
    check_refused(&["--listen", "8080"], "such as 127.0.0.1:8080");
    check_refused(&["--listen"], "a value is required");
    check_refused(&["--allow-origin", "*"], "would let every web page");
    check_refused(&["--allow-origin", "http://a/"], "no path");
    check_refused(&["--delay", "5"], "such as 250ms");
    check_refused(&["--delay=-5s"], "such as 250ms");
    check_refused(&["--delay", "99999999999999999999s"], "such as 250ms");
    check_refused(&["--log", "server=loud"], "--log");
    check_refused(&["sail"], "unrecognized subcommand 'sail'");
}

#[test]
fn help_and_version_go_to_stdout() {
    let Err(Stop::Help(help)) = read(&["--help"]) else {
        panic!("no help")
    };
    assert!(help.contains("--allow-origin <ORIGIN>"), "{help}");
    assert!(!help.contains('`'), "{help}");
    let version = concat!("gangplank ", env!("CARGO_PKG_VERSION"), "\n").to_owned();
    assert_eq!(read(&["--version"]).unwrap_err(), Stop::Help(version));
}

#[test]
fn durations_have_a_unit() {
    assert_eq!(duration("0ms"), Ok(Duration::ZERO));
    assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
    assert_eq!(duration("2h"), Ok(Duration::from_hours(2)));
    for text in ["", "5", "ms", "1.5s", "1 s", "1S", "１s"] {
        assert!(duration(text).is_err(), "{text:?} was taken");
    }
}
