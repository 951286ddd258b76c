//! Names of the RPC span and its fields, in one place since OpenTelemetry may still move them.
//! Source: OpenTelemetry semantic conventions, `docs/rpc/grpc.md`; `http.dialect` is our own.

use std::fmt::Display;

use tracing::{Span, field, info_span};

/// Stands in for a method that isn't served here: callers could make up any number of names.
pub const UNKNOWN_METHOD: &str = "_OTHER";

/// The span of one call; `method` is the full name or `UNKNOWN_METHOD`.
pub fn rpc(method: &str, dialect: &'static str, trace_id: &dyn Display) -> Span {
    info_span!(
        "rpc",
        rpc.system.name = "grpc",
        rpc.method = method,
        rpc.status_code = field::Empty,
        http.dialect = dialect,
        trace_id = %trace_id,
    )
}

/// Notes how the call ended, by the code's name.
pub fn end(span: &Span, code: &'static str) {
    span.record("rpc.status_code", code);
}
