//! Where the harness finds what it drives. The one place that reads the environment:
//! `GANGPLANK_BIN`, `CHROMEDRIVER`, `CHROMIUM`, `AXE`, `BUF` and `NODE` name files, `CONNECT_ES`, `GRPC_JS`, `SOCKET_JS` and
//! `OPENTELEMETRY_PY` folders; each has a default.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Below the target folder: what failed tests leave to look at.
const FAILURES: &str = "e2e";

/// The server's binary: `$GANGPLANK_BIN`, else the release build, else the debug build.
pub fn gangplank() -> Result<PathBuf> {
    let target = target();
    let built = ["release/gangplank", "debug/gangplank"].map(|path| target.join(path));
    first_file(env::var_os("GANGPLANK_BIN"), &built)
        .context("no server to test: run `cargo xtask build`, or name it in GANGPLANK_BIN")
}

/// `ChromeDriver`: `$CHROMEDRIVER`, else Debian's place.
pub fn chromedriver() -> Result<PathBuf> {
    first_file(
        env::var_os("CHROMEDRIVER"),
        &["/usr/bin/chromedriver".into()],
    )
    .context("no ChromeDriver: install it, or name it in CHROMEDRIVER")
}

/// Chromium: `$CHROMIUM`, else Debian's place.
pub fn chromium() -> Result<PathBuf> {
    first_file(env::var_os("CHROMIUM"), &["/usr/bin/chromium".into()])
        .context("no Chromium: install it, or name it in CHROMIUM")
}

/// axe-core's script: `$AXE`, else what xtask has put into the tool cache.
pub fn axe() -> Result<PathBuf> {
    first_file(
        env::var_os("AXE"),
        &cached("axe-core-", "node_modules/axe-core/axe.min.js"),
    )
    .context("no axe-core: `cargo xtask test` installs it; or name axe.min.js in AXE")
}

/// The `buf` command: `$BUF`, else what xtask has put into the tool cache.
pub fn buf() -> Result<PathBuf> {
    let cached = cached("buf-", "node_modules/.bin/buf");
    first_file(env::var_os("BUF"), &cached)
        .context("no buf: `cargo xtask test` installs it; or name it in BUF")
}

/// Node.js: `$NODE`, else the first one in `PATH`.
pub fn node() -> Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found: Vec<PathBuf> = env::split_paths(&path)
        .map(|folder| folder.join("node"))
        .collect();
    first_file(env::var_os("NODE"), &found).context("no Node.js: install it, or name it in NODE")
}

/// dnsmasq: `$DNSMASQ`, else the first one in `PATH`, or where Debian keeps it outside of a user's.
pub fn dnsmasq() -> Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    let found: Vec<PathBuf> = folders.map(|folder| folder.join("dnsmasq")).collect();
    first_file(env::var_os("DNSMASQ"), &found)
        .context("no dnsmasq: install it (Debian: dnsmasq-base), or name it in DNSMASQ")
}

/// The `node_modules` with Connect for ECMAScript: below `$CONNECT_ES`, else in the tool cache.
pub fn connect_es() -> Result<PathBuf> {
    const MODULES: &str = "node_modules";
    let named = env::var_os("CONNECT_ES").map(|folder| PathBuf::from(folder).join(MODULES));
    let mut candidates = named.map_or_else(|| cached("connect-es-", MODULES), |path| vec![path]);
    candidates.retain(|path| path.is_dir());
    candidates
        .pop()
        .context("no connect-es: `cargo xtask test` installs it; or name its folder in CONNECT_ES")
}

/// The `node_modules` with gRPC for Node.js and the `OpenAPI` validator: below `$GRPC_JS`, else in the tool cache.
pub fn grpc_js() -> Result<PathBuf> {
    const MODULES: &str = "node_modules";
    let named = env::var_os("GRPC_JS").map(|folder| PathBuf::from(folder).join(MODULES));
    let mut candidates = named.map_or_else(|| cached("grpc-js-", MODULES), |path| vec![path]);
    candidates.retain(|path| path.is_dir());
    candidates
        .pop()
        .context("no grpc-js: `cargo xtask test` installs it; or name its folder in GRPC_JS")
}

/// The `node_modules` with client libraries that call by WebSocket: below `$SOCKET_JS`, else in the tool cache.
pub fn socket_js() -> Result<PathBuf> {
    const MODULES: &str = "node_modules";
    let named = env::var_os("SOCKET_JS").map(|folder| PathBuf::from(folder).join(MODULES));
    let mut candidates = named.map_or_else(|| cached("socket-js-", MODULES), |path| vec![path]);
    candidates.retain(|path| path.is_dir());
    candidates
        .pop()
        .context("no socket-js: `cargo xtask test` installs it; or name its folder in SOCKET_JS")
}

/// Packages for Python, gRPC and OpenTelemetry among them: `$OPENTELEMETRY_PY`, else in the tool cache.
pub fn opentelemetry_py() -> Result<PathBuf> {
    let named = env::var_os("OPENTELEMETRY_PY").map(PathBuf::from);
    let mut candidates = named.map_or_else(|| cached("opentelemetry-py-", ""), |path| vec![path]);
    candidates.retain(|path| path.is_dir());
    candidates.pop().context(
        "no OpenTelemetry for Python: `cargo xtask test otlp` installs it; or name its folder in OPENTELEMETRY_PY",
    )
}

/// A folder of the repository, such as `examples/node`.
pub fn folder(path: &str) -> PathBuf {
    package().with_file_name(path)
}

/// Where failed tests leave screenshots.
pub fn failures() -> PathBuf {
    target().join(FAILURES)
}

/// The folder of `.proto` files.
pub fn schema() -> PathBuf {
    package().with_file_name("proto")
}

/// `PATH` with `folder` before all others.
pub fn path_with(folder: &Path) -> Result<OsString> {
    let inherited = env::var_os("PATH").unwrap_or_default();
    let folders = [folder.to_path_buf()].into_iter();
    Ok(env::join_paths(
        folders.chain(env::split_paths(&inherited)),
    )?)
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn target() -> PathBuf {
    let package = package();
    let default = || package.with_file_name("target");
    env::var_os("CARGO_TARGET_DIR").map_or_else(default, PathBuf::from)
}

/// A file of every tool in the cache whose folder begins with `prefix`; xtask alone pins versions.
fn cached(prefix: &str, file: &str) -> Vec<PathBuf> {
    let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let tools = home.join(".cache/gangplank/tools");
    let entries = std::fs::read_dir(tools).into_iter().flatten().flatten();
    let named = entries.filter(|entry| {
        let name = entry.file_name();
        name.as_encoded_bytes().starts_with(prefix.as_bytes())
    });
    named.map(|entry| entry.path().join(file)).collect()
}

/// The named file, which is then the only candidate, or the first default that exists.
fn first_file(named: Option<OsString>, defaults: &[PathBuf]) -> Option<PathBuf> {
    let candidates = named.map(|path| vec![PathBuf::from(path)]);
    let mut candidates = candidates.unwrap_or_else(|| defaults.to_vec()).into_iter();
    candidates.find(|path| path.is_file())
}
