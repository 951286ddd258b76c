//! What `test` runs, as one table and one function for each step.
//! Every step calls Cargo or a room of this package, and shows the command it runs.

use std::fs;
use std::process::Command;

use super::{Outcome, Step};
use crate::process::{self, Failure, executable};
use crate::product::{self, Lockfile};
use crate::server::Server;
use crate::tools::{self, browser, npm, pypi, rustup};
use crate::workspace::{self, Workspace};
use crate::{size, tidy};

/// Every check, in the order in which they run: the build first, because the server's own build
/// script embeds the page; then from the quickest to the slowest.
pub(super) const STEPS: &[Step] = &[
    Step {
        name: "build",
        about: "the page and the server as they ship, with Cargo.lock as it is",
        needs: &[
            rustup::wasm_target,
            need_trunk,
            need_wasm_bindgen,
            need_wasm_split,
        ],
        needs_product: false,
        run: build,
    },
    Step {
        name: "fmt",
        about: "formatting of every package",
        needs: &[rustup::rustfmt],
        needs_product: false,
        run: fmt,
    },
    Step {
        name: "tidy",
        about: "floors, headers, file sizes, links, colors",
        needs: &[],
        needs_product: false,
        run: |_| passed(tidy::run(&workspace::root())),
    },
    Step {
        name: "proto-lint",
        about: "the schema, by the rules in proto/buf.yaml",
        needs: &[need_buf],
        needs_product: false,
        run: proto_lint,
    },
    Step {
        name: "clippy",
        about: "lints of everything native, warnings denied",
        needs: &[rustup::clippy],
        needs_product: false,
        run: clippy,
    },
    Step {
        name: "clippy-wasm",
        about: "lints of what runs in the browser, warnings denied",
        needs: &[rustup::clippy, rustup::wasm_target],
        needs_product: false,
        run: clippy_wasm,
    },
    Step {
        name: "docs",
        about: "documentation of every package, warnings denied",
        needs: &[],
        needs_product: false,
        run: docs,
    },
    Step {
        name: "unit",
        about: "unit tests, native",
        needs: &[],
        needs_product: false,
        run: unit,
    },
    Step {
        name: "conformance",
        about: "JSON and messages of the transcoder, by protobuf's own conformance suite",
        needs: &[need_conformance],
        needs_product: false,
        run: conformance,
    },
    Step {
        name: "browser",
        about: "unit tests of `wire` and `web` in headless Chromium, beside a built server",
        needs: &[rustup::wasm_target, need_wasm_bindgen, need_browser],
        needs_product: true,
        run: browser_unit,
    },
    Step {
        name: "size",
        about: "what the page's first load costs, against its limit",
        needs: &[],
        needs_product: true,
        run: |workspace| passed(size::run(workspace)),
    },
    Step {
        name: "e2e",
        about: "the built server driven from outside, by raw HTTP, clients and Chromium",
        needs: &[
            need_browser,
            need_axe,
            need_buf,
            need_connect_es,
            need_dnsmasq,
            need_grpc_js,
            need_socket_js,
        ],
        needs_product: true,
        run: end_to_end,
    },
    Step {
        name: "otlp",
        about: "spans of the built server sent to a collector, beside a component in Python",
        needs: &[need_opentelemetry],
        needs_product: true,
        run: otlp,
    },
    Step {
        name: "fuzz",
        about: "each fuzz target of `wire` for 20 seconds, where cargo-fuzz is installed",
        needs: &[],
        needs_product: false,
        run: fuzz,
    },
];

/// End-to-end cases that measure time; beside other cases they would measure those.
const MEASURED: [&str; 2] = ["page_large", "newcomers_have_their_fair_share"];

/// The case that wrecks replicas under load and prints what callers saw; beside others there would be no load.
const CHAOS: &str = "chaos_matrix";

/// The cases that need Python.
const OTLP: &str = "otlp::";

/// Longest run of one test binary in the browser; the runner's own 20 seconds are short for a
/// busy machine.
const BROWSER_TEST_LIMIT_SECS: &str = "120";

/// A look at each fuzz target on every run; longer hunts are started by hand.
/// Verbosity 0 still reports what it finds.
const FUZZ_ARGUMENTS: [&str; 2] = ["-max_total_time=20", "-verbosity=0"];
/// Packages of fuzz targets, each a workspace of its own.
const FUZZ_FOLDERS: [&str; 2] = ["wire/fuzz", "server/fuzz"];

fn build(workspace: &Workspace) -> Result<Outcome, Failure> {
    passed(product::build(workspace, Lockfile::MustMatch))
}

fn fmt(workspace: &Workspace) -> Result<Outcome, Failure> {
    cargo(workspace.cargo(["fmt", "--all", "--check"]))
}

fn proto_lint(workspace: &Workspace) -> Result<Outcome, Failure> {
    let mut lint = workspace.program(npm::buf()?);
    passed(process::run(lint.args(["lint", "proto"])))
}

fn clippy(workspace: &Workspace) -> Result<Outcome, Failure> {
    let mut clippy =
        workspace.cargo(["clippy", "--workspace", "--exclude", "web", "--all-targets"]);
    clippy.args(["--", "-D", "warnings"]);
    cargo(clippy)
}

fn clippy_wasm(workspace: &Workspace) -> Result<Outcome, Failure> {
    let mut clippy = workspace.cargo(["clippy", "-p", "web", "-p", "wire", "-p", "proto"]);
    clippy.args([
        "--target",
        rustup::WASM,
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]);
    rustup::keep_wasm_flags(&mut clippy);
    cargo(clippy)
}

fn docs(workspace: &Workspace) -> Result<Outcome, Failure> {
    let mut doc = workspace.cargo(["doc", "--workspace", "--no-deps"]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    cargo(doc)
}

fn unit(workspace: &Workspace) -> Result<Outcome, Failure> {
    cargo(workspace.cargo(["test", "--workspace", "--exclude", "tests"]))
}

/// Cases that are only recommended count too; the file lists those that may fail, with reasons.
fn conformance(workspace: &Workspace) -> Result<Outcome, Failure> {
    let Some(mut suite) = tools::conformance::ensure()? else {
        return Ok(Outcome::Skipped(
            "the suite's runner is for Linux and macOS on x86-64, with glibc 2.38 or apt-get",
        ));
    };
    process::run(&mut workspace.cargo(["build", "-p", "server", "--example", "conformance"]))?;
    let testee = executable("conformance");
    let examples = workspace.root.join("server/examples");
    suite
        .runner
        .args(["--maximum_edition", "PROTO3", "--enforce_recommended"])
        .arg("--failure_list")
        .arg(examples.join("conformance-failures.txt"))
        .arg(workspace.target.join("debug/examples").join(testee))
        .arg(suite.schema);
    passed(process::run(&mut suite.runner))
}

fn browser_unit(workspace: &Workspace) -> Result<Outcome, Failure> {
    let runner = tools::wasm_bindgen(workspace)?.join(executable("wasm-bindgen-test-runner"));
    // Until the end of this step. Pages of this machine, as the runner's is, may call it.
    let server = Server::start(&workspace.binary())?;
    let mut test = workspace.cargo(["test", "-p", "wire", "-p", "web", "--lib"]);
    test.args(["--target", rustup::WASM]);
    rustup::keep_wasm_flags(&mut test);
    // The runner asks for these in a fixed order of browsers, and Chromium isn't its first
    // choice.
    for other in [
        "GECKODRIVER",
        "GECKODRIVER_REMOTE",
        "SAFARIDRIVER",
        "SAFARIDRIVER_REMOTE",
    ] {
        test.env_remove(other);
    }
    test.env_remove("CHROMEDRIVER_REMOTE")
        .env_remove("NO_HEADLESS")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("CHROMEDRIVER", browser::ensure()?.driver)
        .env("WASM_BINDGEN_TEST_TIMEOUT", BROWSER_TEST_LIMIT_SECS)
        .env(
            "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
            workspace.root.join("xtask/webdriver.json"),
        )
        .env("WASM_BINDGEN_USE_BROWSER", "1")
        // Read when the tests are compiled: a browser has no environment.
        .env("GANGPLANK_TEST_SERVER", server.url());
    cargo(test)
}

fn end_to_end(workspace: &Workspace) -> Result<Outcome, Failure> {
    let browser = browser::ensure()?;
    let (axe, buf, connect_es) = (npm::axe()?, npm::buf()?, npm::connect_es()?);
    let socket_js = npm::socket_js()?;
    let test = |arguments: &[&str]| {
        let mut test = workspace.cargo(["test", "-p", "tests"]);
        test.args(arguments)
            .env("AXE", &axe)
            .env("BUF", &buf)
            .env("CHROMEDRIVER", &browser.driver)
            .env("CHROMIUM", &browser.chromium)
            .env("CONNECT_ES", &connect_es)
            .env("SOCKET_JS", &socket_js)
            .env("GANGPLANK_BIN", workspace.binary());
        cargo(test)
    };
    let [page, balance] = MEASURED;
    let apart = [page, balance, CHAOS, OTLP].map(|case| ["--skip", case]);
    // First, while nothing else runs down: browsers take a while to end.
    test(&["--test", "e2e", balance])?;
    test(&["--test", "e2e", page])?;
    test(&[&["--"][..], apart.as_flattened()].concat())?;
    test(&["--test", "e2e", CHAOS, "--", "--nocapture"])
}

fn otlp(workspace: &Workspace) -> Result<Outcome, Failure> {
    let Some(packages) = pypi::opentelemetry()? else {
        return Ok(Outcome::Skipped("it needs Python 3.10 or newer, with pip"));
    };
    let mut test = workspace.cargo(["test", "-p", "tests", "--test", "e2e", OTLP]);
    test.env("OPENTELEMETRY_PY", packages)
        .env("GANGPLANK_BIN", workspace.binary());
    cargo(test)
}

fn fuzz(workspace: &Workspace) -> Result<Outcome, Failure> {
    if !process::succeeds(nightly(workspace).args(["fuzz", "--version"])) {
        return Ok(Outcome::Skipped(
            "it needs nightly Rust and `cargo install cargo-fuzz`",
        ));
    }
    for folder in FUZZ_FOLDERS {
        fuzz_folder(workspace, folder)?;
    }
    Ok(Outcome::Passed)
}

/// Runs every target of one package of targets.
fn fuzz_folder(workspace: &Workspace, folder: &str) -> Result<(), Failure> {
    let own = format!("--fuzz-dir={folder}");
    let targets = process::read(nightly(workspace).args(["fuzz", "list", &own]))?;
    let scratch = workspace.target.join("fuzz");
    for target in targets.lines() {
        // New finds go into the first folder; the second holds the cases that Git tracks.
        let found = scratch.join("corpus").join(target);
        fs::create_dir_all(&found).map_err(|error| Failure::on_path("creating", &found, &error))?;
        let tracked = workspace.root.join(folder).join("corpus").join(target);
        let mut run = nightly(workspace);
        run.args(["fuzz", "run", &own, "--target-dir"]);
        run.arg(&scratch).arg(target).arg(found);
        run.args(tracked.is_dir().then_some(tracked));
        process::run(run.arg("--").args(FUZZ_ARGUMENTS))?;
    }
    Ok(())
}

/// Cargo of the nightly toolchain, if it is there: rustup must not fetch a toolchain for an
/// optional check.
fn nightly(workspace: &Workspace) -> Command {
    let mut cargo = workspace.cargo(["+nightly"]);
    cargo.env("RUSTUP_AUTO_INSTALL", "0");
    cargo
}

fn cargo(mut command: Command) -> Result<Outcome, Failure> {
    passed(process::run(&mut command))
}

fn passed(result: Result<(), Failure>) -> Result<Outcome, Failure> {
    result.map(|()| Outcome::Passed)
}

fn need_trunk(workspace: &Workspace) -> Result<(), Failure> {
    tools::trunk(workspace).map(drop)
}

fn need_wasm_bindgen(workspace: &Workspace) -> Result<(), Failure> {
    tools::wasm_bindgen(workspace).map(drop)
}

fn need_wasm_split(workspace: &Workspace) -> Result<(), Failure> {
    tools::wasm_split(workspace).map(drop)
}

fn need_conformance(_: &Workspace) -> Result<(), Failure> {
    tools::conformance::ensure().map(drop)
}

fn need_browser(_: &Workspace) -> Result<(), Failure> {
    browser::ensure().map(drop)
}

fn need_axe(_: &Workspace) -> Result<(), Failure> {
    npm::axe().map(drop)
}

fn need_buf(_: &Workspace) -> Result<(), Failure> {
    npm::buf().map(drop)
}

fn need_opentelemetry(_: &Workspace) -> Result<(), Failure> {
    pypi::opentelemetry().map(drop)
}

fn need_dnsmasq(_: &Workspace) -> Result<(), Failure> {
    tools::dnsmasq()
}

fn need_grpc_js(_: &Workspace) -> Result<(), Failure> {
    npm::grpc_js().map(drop)
}

fn need_socket_js(_: &Workspace) -> Result<(), Failure> {
    npm::socket_js().map(drop)
}

fn need_connect_es(_: &Workspace) -> Result<(), Failure> {
    npm::connect_es().map(drop)
}
