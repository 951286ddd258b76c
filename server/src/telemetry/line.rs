//! The log's own span of a call, which gives every line about it the method and the trace.

use std::fmt::Display;

use tracing::{Span, field, info_span};

/// The span of one call; `method` is the full name or `names::UNKNOWN_METHOD`.
pub fn rpc(method: &str, dialect: &'static str, trace_id: &dyn Display) -> Span {
    info_span!(
        "rpc",
        rpc.system.name = "grpc",
        rpc.method = method,
        rpc.response.status_code = field::Empty,
        gangplank.dialect = dialect,
        trace_id = %trace_id,
    )
}

/// Notes how the call ended, by the code's name.
pub fn end(span: &Span, code: &'static str) {
    span.record(super::names::STATUS_CODE, code);
}
