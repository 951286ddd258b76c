//! Gangplank's developer commands: `cargo xtask help` lists them.
//! Cargo is the only prerequisite, so this package uses the standard library alone and builds
//! in seconds. Rooms: `flags` reads the command line; `steps` holds what `test` runs; `product`
//! and `page` build; `size`, `tidy` and `bench` judge; `server` runs what was built; `tools` brings what
//! Cargo doesn't; `workspace` and `process` lie under all. Nothing here is part of the product.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "talking to the developer's terminal is what this binary is for"
)]

mod bench;
mod flags;
mod page;
mod process;
mod product;
mod server;
mod size;
mod steps;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use flags::Command;
use process::Failure;
use product::Lockfile;
use workspace::Workspace;

fn main() -> ExitCode {
    let command = match flags::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(error) => {
            eprintln!("error: {error}; `cargo xtask help` lists the commands");
            return ExitCode::from(2);
        }
    };
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Help => println!("{}\n\n{}", flags::HELP, steps::list()),
        Command::Serve(arguments) => product::serve(&Workspace::open()?, &arguments)?,
        Command::Build => product::build(&Workspace::open()?, Lockfile::MayChange)?,
        Command::Test(names) => steps::run(&Workspace::open()?, &names)?,
        Command::Tidy => tidy::run(&workspace::root())?,
        Command::Bench(options) => bench::run(&Workspace::open()?, &options)?,
        Command::Size => size::build_and_run(&Workspace::open()?)?,
    }
    Ok(())
}
