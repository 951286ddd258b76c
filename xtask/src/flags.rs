//! The command line: words in, one `Command` out; no work is done here.
//! Everything after `serve --` belongs to `gangplank serve` and is passed on unread.

use std::ffi::OsString;
use std::fmt;

use crate::bench;

/// What `help` prints; `main` adds the list of steps, which `steps` knows.
pub(crate) const HELP: &str = "\
Gangplank's developer commands

Usage: cargo xtask COMMAND

  serve [-- ARGS]   build, then run `gangplank serve ARGS`; it prints its URL
  build             build the page and the server into one file, target/release/gangplank
  test [STEP...]    build and run every check, or only the named ones
  tidy              check floors, headers, file sizes, links and colors; changes nothing
  size              build and show what the page's first load costs, raw and brotli
  bench [--rounds N] [--seconds N]
                    build and measure the API server against a direct call to a replica,
                    with h2load and wrk; `cargo bench -p server` measures its parts
  help              this text

A missing tool (trunk, the wasm-bindgen CLI, buf, axe-core) is installed once into a cache
outside the checkout: $GANGPLANK_TOOLS, or gangplank/tools in your user's cache folder.
For work on the page alone: `trunk serve` on port 8081, with `cargo xtask serve` beside it.";

/// One command with its arguments.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    /// The arguments for `gangplank serve`.
    Serve(Vec<OsString>),
    Build,
    /// The names of the steps to run; empty means all of them.
    Test(Vec<String>),
    Tidy,
    Size,
    Bench(bench::Options),
}

/// Why a command line was refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FlagError {
    UnknownCommand(String),
    UnexpectedArgument { command: String, argument: String },
}

impl fmt::Display for FlagError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCommand(word) => write!(out, "there is no command `{word}`"),
            Self::UnexpectedArgument { command, argument } if command == "serve" => {
                write!(
                    out,
                    "put `--` before arguments for the server: cargo xtask serve -- {argument}"
                )
            }
            Self::UnexpectedArgument { command, argument } => {
                write!(out, "`{command}` takes no argument `{argument}`")
            }
        }
    }
}

/// Reads the words after `cargo xtask`. No words at all ask for help.
pub(crate) fn parse(words: impl Iterator<Item = OsString>) -> Result<Command, FlagError> {
    let mut words = words;
    let Some(first) = words.next() else {
        return Ok(Command::Help);
    };
    let rest: Vec<OsString> = words.collect();
    let name = first.to_string_lossy().into_owned();
    let asks_for_help = rest.iter().take_while(|word| *word != "--").any(is_help);
    if is_help(&first) || first == "help" || asks_for_help {
        return Ok(Command::Help);
    }
    match name.as_str() {
        "serve" => serve(rest),
        "test" => Ok(Command::Test(steps(&rest)?)),
        "build" => without_arguments(&name, &rest, Command::Build),
        "tidy" => without_arguments(&name, &rest, Command::Tidy),
        "bench" => Ok(Command::Bench(bench(&rest)?)),
        "size" => without_arguments(&name, &rest, Command::Size),
        _ => Err(FlagError::UnknownCommand(name)),
    }
}

fn is_help(word: &OsString) -> bool {
    word == "--help" || word == "-h"
}

fn serve(mut rest: Vec<OsString>) -> Result<Command, FlagError> {
    match rest.first() {
        Some(word) if word != "--" => Err(unexpected("serve", word)),
        None => Ok(Command::Serve(Vec::new())),
        Some(_) => Ok(Command::Serve(rest.split_off(1))),
    }
}

/// Pairs of a flag and a positive number.
fn bench(rest: &[OsString]) -> Result<bench::Options, FlagError> {
    let mut options = bench::Options::default();
    for pair in rest.chunks(2) {
        let number = pair
            .get(1)
            .and_then(|word| word.to_str()?.parse::<u32>().ok());
        match (pair[0].to_str(), number.filter(|number| *number > 0)) {
            (Some("--rounds"), Some(rounds)) => options.rounds = rounds,
            (Some("--seconds"), Some(seconds)) => options.seconds = seconds,
            _ => return Err(unexpected("bench", &pair[0])),
        }
    }
    Ok(options)
}

fn steps(rest: &[OsString]) -> Result<Vec<String>, FlagError> {
    match rest
        .iter()
        .find(|word| word.to_string_lossy().starts_with('-'))
    {
        Some(word) => Err(unexpected("test", word)),
        None => Ok(rest
            .iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect()),
    }
}

fn without_arguments(
    name: &str,
    rest: &[OsString],
    command: Command,
) -> Result<Command, FlagError> {
    rest.first()
        .map_or(Ok(command), |word| Err(unexpected(name, word)))
}

fn unexpected(command: &str, argument: &OsString) -> FlagError {
    FlagError::UnexpectedArgument {
        command: command.to_owned(),
        argument: argument.to_string_lossy().into_owned(),
    }
}

#[cfg(test)]
mod tests;
