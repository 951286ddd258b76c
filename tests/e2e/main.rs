//! The product from outside, end to end: one binary, so that the harness is linked once.
//! `page_*` drive the page in Chromium; the others meet the server on the wire and on the command line.

mod admin;
mod answers;
mod balancing;
mod chaos;
mod command_line;
mod components;
mod cross_origin;
mod discovery;
mod drain;
mod event_source;
mod examples;
mod files;
mod grpc;
mod grpc_web;
mod json;
mod json_streams;
mod limits;
mod links;
mod otlp;
mod page_accessibility;
mod page_balance;
mod page_calls;
mod page_compare;
mod page_components;
mod page_cuts;
mod page_decode;
mod page_faults;
mod page_first_paint;
mod page_json;
mod page_keyboard;
mod page_large;
mod page_log;
mod page_preferences;
mod page_servers;
mod page_share;
mod page_snippets;
mod page_soak;
mod page_socket;
mod page_stream_ends;
mod page_streams;
mod page_trace_context;
mod page_traces;
mod page_wire;
mod refusals;
mod socket;
mod traces;

/// Paths of the demo component's methods, as a stranger writes them.
const SAY_HELLO: &str = "/myservice.v1.MyService/SayHello";
const SAY_GOODBYE: &str = "/myservice.v1.MyService/SayGoodbye";

/// Long enough that no test sees the handler answer by itself.
const NEVER: &str = "--delay=30s";

/// A request to greet `name` in English.
fn hello(name: &str) -> proto::myservice::v1::SayHelloRequest {
    proto::myservice::v1::SayHelloRequest {
        name: name.to_owned(),
        language: 0,
    }
}
