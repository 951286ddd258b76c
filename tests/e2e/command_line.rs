//! The command line: one clear line and exit code 2 where it can't start, help and version where asked.

use anyhow::Result;
use tests::server::{Server, run};

#[tokio::test]
async fn wrong_flags_fail_in_one_line() -> Result<()> {
    for (args, named) in [
        (&["serve", "--no-such-flag"][..], "--no-such-flag"),
        (&["no-such-command"], "no-such-command"),
        (&["serve", "--listen", "nowhere"], "nowhere"),
        (&["serve", "--delay", "soon"], "soon"),
        (&["serve", "--drain-timeout", "-1s"], "-1"),
        (&["serve", "--allow-origin", "*"], "*"),
        (
            &["serve", "--allow-origin", "http://page.example/path"],
            "http://page.example/path",
        ),
        (&["serve", "--log", "server=loud"], "loud"),
    ] {
        check_failure(args, named).await?;
    }
    Ok(())
}

#[tokio::test]
async fn taken_port_fails_in_one_line() -> Result<()> {
    let server = Server::start(&[]).await?;
    let address = server.address().to_string();
    check_failure(&["serve", "--listen", &address], &address).await
}

#[tokio::test]
async fn help_and_version_read_well() -> Result<()> {
    for (args, words) in [
        (&["--help"][..], &["Usage: gangplank", "serve"][..]),
        (
            &["serve", "--help"],
            &[
                "--listen",
                "--allow-origin",
                "--delay",
                "--drain-timeout",
                "--log",
            ],
        ),
        (&["--version"], &["gangplank 0."]),
    ] {
        let output = run(args).await?;
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert_eq!(String::from_utf8(output.stderr)?, "", "{args:?}");
        let text = String::from_utf8(output.stdout)?;
        for word in words {
            assert!(text.contains(word), "{args:?} doesn't say {word}: {text}");
        }
    }
    Ok(())
}

async fn check_failure(args: &[&str], named: &str) -> Result<()> {
    let output = run(args).await?;
    let text = String::from_utf8(output.stderr)?;
    assert_eq!(output.status.code(), Some(2), "{args:?}: {text}");
    assert_eq!(text.lines().count(), 1, "{args:?}: {text}");
    assert!(text.contains(named), "{args:?} isn't named in {text}");
    assert_eq!(String::from_utf8(output.stdout)?, "", "{args:?}");
    Ok(())
}
