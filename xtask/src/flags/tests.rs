//! The command line, word by word.

use super::{Command, FlagError, parse};

#[track_caller]
fn check(line: &str, expected: Result<Command, FlagError>) {
    assert_eq!(
        parse(line.split_whitespace().map(Into::into)),
        expected,
        "{line}"
    );
}

#[test]
fn no_words_ask_for_help() {
    check("", Ok(Command::Help));
    check("help", Ok(Command::Help));
    check("test --help", Ok(Command::Help));
}

#[test]
fn words_after_the_dashes_belong_to_the_server() {
    check("serve", Ok(Command::Serve(Vec::new())));
    check(
        "serve -- --listen 127.0.0.1:0 --help",
        Ok(Command::Serve(vec![
            "--listen".into(),
            "127.0.0.1:0".into(),
            "--help".into(),
        ])),
    );
}

#[test]
fn serve_without_the_dashes_says_where_they_go() {
    let error = FlagError::UnexpectedArgument {
        command: "serve".into(),
        argument: "--listen".into(),
    };
    assert_eq!(
        error.to_string(),
        "put `--` before arguments for the server: cargo xtask serve -- --listen"
    );
    check("serve --listen", Err(error));
}

#[test]
fn test_takes_names_of_steps_and_no_flags() {
    check("test", Ok(Command::Test(Vec::new())));
    check(
        "test fmt tidy",
        Ok(Command::Test(vec!["fmt".into(), "tidy".into()])),
    );
    let error = FlagError::UnexpectedArgument {
        command: "test".into(),
        argument: "--fast".into(),
    };
    check("test --fast", Err(error));
}

#[test]
fn unknown_words_are_refused() {
    check("sevre", Err(FlagError::UnknownCommand("sevre".into())));
    let error = FlagError::UnexpectedArgument {
        command: "build".into(),
        argument: "now".into(),
    };
    check("build now", Err(error));
}
