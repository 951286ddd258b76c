//! Running other programs: every one is shown before it runs, and its exit code decides.
//! A failure is one line for the developer; nothing here retries or guesses.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// Why a command can't go on, as one line that says what to do where that is known.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// An operation on a file or folder that the system refused: `what` reads like "reading".
    pub(crate) fn on_path(what: &str, path: &Path, error: &std::io::Error) -> Self {
        Self(format!("{what} {}: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Shows the command line, runs it on our terminal, and fails unless it succeeds.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    println!("$ {}", shown(command));
    let status = command
        .status()
        .map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(unsuccessful(command, status))
    }
}

/// Runs a question (`--version` and the like) and returns its standard output; errors still
/// reach the terminal.
pub(crate) fn read(command: &mut Command) -> Result<String, Failure> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| cannot_start(command, &error))?;
    if !output.status.success() {
        return Err(unsuccessful(command, output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| {
        Failure::new(format!(
            "`{}` printed text that isn't UTF-8",
            words(command)
        ))
    })
}

/// Whether a probe succeeds; what it prints is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The first file called `name` in the folders of `PATH`.
pub(crate) fn find_on_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(executable(name)))
        .find(|file| file.is_file())
}

/// `PATH` with more folders before those it has.
pub(crate) fn path_with(folders: &[&Path]) -> Result<OsString, Failure> {
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let folders = folders.iter().map(PathBuf::from);
    std::env::join_paths(folders.chain(std::env::split_paths(&inherited)))
        .map_err(|error| Failure::new(format!("the tools don't fit into PATH: {error}")))
}

/// `name` as this system spells the file of a program.
pub(crate) fn executable(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

/// The command as one could type it: variables set for it, the program, the arguments.
pub(crate) fn shown(command: &Command) -> String {
    // PATH only gains a folder of ours, and its value would hide the rest of the line.
    let variables = command
        .get_envs()
        .filter(|(name, _)| *name != "PATH")
        .filter_map(|(name, value)| Some(format!("{}={}", name.display(), quoted(value?))));
    variables
        .chain([words(command)])
        .collect::<Vec<_>>()
        .join(" ")
}

/// The program and its arguments.
fn words(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(quoted).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=+,@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn unsuccessful(command: &Command, status: ExitStatus) -> Failure {
    Failure::new(format!("`{}` failed ({status})", words(command)))
}

fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    Failure::new(format!(
        "cannot start `{}`: {error}",
        command.get_program().display()
    ))
}

#[cfg(test)]
mod tests;
