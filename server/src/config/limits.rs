//! Every bound on what a caller may use, in one place, each with its unit and its reason.
//! The libraries underneath have other defaults, or none at all when asked through a wrapper.

use std::time::Duration;

use super::cli::LimitFlags;
use crate::balancer::Pulse;
use crate::gateway::discard::DiscardLimits;
use crate::gateway::head::HeadLimits;
use crate::gateway::json::BodyLimits;
use crate::gateway::message_limit::MessageLimits;
use crate::gateway::socket::SocketLimits;
use crate::gateway::transcoder::JsonLimits;

/// Open connections. Each costs a task, a socket and buffers; beyond this, newcomers wait in the kernel's backlog.
const MAX_CONNECTIONS: usize = 1024;
/// Requests served at once, over all connections. One connection's streams can't use up all of it.
const MAX_IN_FLIGHT: u32 = 1000;
/// From accepting a connection to its first request, since the library's version sniffing has no timer of its own;
/// and on HTTP/1 for each whole head, in which waiting for the next request counts too. Slower ones are slowloris.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// A connection without a request in flight is closed after this.
const IDLE_TIMEOUT: Duration = Duration::from_mins(5);
/// How long a connection that is being closed may take over its goodbye.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Path and query, in bytes; the length that proxies commonly pass.
const MAX_URI_BYTES: usize = 8 * 1024;
/// All headers of a request, in bytes; also what HTTP/2 announces as its header list limit.
const MAX_HEADER_BYTES: usize = 16 * 1024;
/// Header fields of a request; more than any browser or framework sends.
const MAX_HEADERS: usize = 100;
/// One message, in bytes; gRPC's usual limit.
const MAX_MESSAGE_BYTES: u32 = 4 * 1024 * 1024;
/// One message of an answer that is held to be turned into JSON, in bytes; gRPC and gRPC-Web answers pass unheld.
const MAX_ANSWER_BYTES: u32 = 32 * 1024 * 1024;
/// The longest pause in a request's body: longer than a phone takes to change networks.
const MAX_BODY_PAUSE: Duration = Duration::from_secs(30);
/// How much of a refused HTTP/1 body is read on, in bytes: enough that a client four times over the limit
/// still gets to read why, little enough to be no burden.
const MAX_DISCARDED_BYTES: u64 = 16 * 1024 * 1024;
/// How long such a client may pause: longer than a hiccup of the network, short for one that waits for the answer.
const MAX_DISCARD_PAUSE: Duration = Duration::from_secs(1);

/// A stream in which nothing moves in either direction: longer than any heartbeat, so that it finds only the forgotten.
const STREAM_IDLE_TIMEOUT: Duration = Duration::from_hours(1);

/// Open calls of one WebSocket: as many as a page with many watches has, few enough that their windows are 8 MiB.
const MAX_SOCKET_CALLS: u32 = 128;
/// A WebSocket whose peer says nothing is asked for a sign of life after this: proxies commonly cut after 60 s of silence.
const SOCKET_SILENCE: Duration = Duration::from_secs(15);

/// Finished spans that are kept, in bytes: some hundreds of calls, a small part of what the process takes anyway.
const MAX_TRACE_BYTES: usize = 1024 * 1024;
/// Calls whose traces are recorded in a second: `MAX_TRACE_BYTES` holds the last second of them, of some 1,500 bytes each, and
/// an exporter sends the spans of twice as many, at any rate of calls.
const MAX_TRACES_PER_SECOND: u32 = 500;

/// HTTP/1: header fields of one request. Above our own limit, so that that one speaks first.
pub const HTTP1_MAX_HEADERS: usize = 200;
/// HTTP/1: read buffer, in bytes. Above URI and header limits together, so that those speak first.
pub const HTTP1_MAX_BUFFER_BYTES: usize = 64 * 1024;

/// HTTP/2: open streams of one connection.
const HTTP2_MAX_CONCURRENT_STREAMS: u32 = 200;
/// HTTP/2: streams reset by the peer before we looked at them (rapid reset, CVE-2023-44487).
pub const HTTP2_MAX_PENDING_ACCEPT_RESETS: usize = 20;
/// HTTP/2: streams that we reset for the peer's errors (RUSTSEC-2024-0003, `MadeYouReset`).
pub const HTTP2_MAX_LOCAL_ERROR_RESETS: usize = 1024;
/// HTTP/2: header list of one request, in bytes.
pub const HTTP2_MAX_HEADER_LIST_BYTES: u32 = 16 * 1024;
/// HTTP/2: what a peer may send on one stream before we have read it, in bytes.
pub const HTTP2_STREAM_WINDOW_BYTES: u32 = 256 * 1024;
/// HTTP/2: the same for a whole connection, in bytes.
pub const HTTP2_CONNECTION_WINDOW_BYTES: u32 = 1024 * 1024;
/// HTTP/2: what we hold for a peer that reads slowly, in bytes per stream.
pub const HTTP2_MAX_SEND_BUFFER_BYTES: usize = 256 * 1024;
/// HTTP/2: a silent peer is pinged after this, so that half-open connections are found.
pub const HTTP2_KEEPALIVE_INTERVAL: Duration = Duration::from_secs(20);
/// HTTP/2: a peer that doesn't answer the ping in this time is gone.
pub const HTTP2_KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);

/// The bounds that a test may want to reach; the others are fixed.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Open connections.
    pub max_connections: usize,
    /// Open streams of one HTTP/2 connection.
    pub max_streams: u32,
    /// Requests served at once, over all connections.
    pub max_in_flight: u32,
    /// The longest pause in the body of a request that is one message.
    pub body_timeout: Duration,
    /// From accepting a connection to its first request; on HTTP/1, from each request to the next one's whole head.
    pub header_timeout: Duration,
    /// A connection without a request in flight is closed after this.
    pub idle_timeout: Duration,
    /// A stream in which nothing moves in either direction is ended after this.
    pub stream_idle_timeout: Duration,
    /// How replicas that are gone without a goodbye are found.
    pub pulse: Pulse,
    /// How long a connection that is being closed may take.
    pub close_timeout: Duration,
    /// A request's head.
    pub head: HeadLimits,
    /// A request's messages.
    pub messages: MessageLimits,
    /// The bodies of JSON calls.
    pub bodies: BodyLimits,
    /// What a refused request still sends.
    pub discard: DiscardLimits,
    /// Open calls of one WebSocket.
    pub max_socket_calls: u32,
    /// A WebSocket whose peer says nothing is asked for a sign of life after this.
    pub socket_silence: Duration,
    /// Finished spans that are kept, in bytes.
    pub max_trace_bytes: usize,
    /// Calls whose traces are recorded in a second: those that begin here, and as many that callers began.
    pub max_traces_per_second: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: MAX_CONNECTIONS,
            max_streams: HTTP2_MAX_CONCURRENT_STREAMS,
            max_in_flight: MAX_IN_FLIGHT,
            body_timeout: MAX_BODY_PAUSE,
            header_timeout: HEADER_TIMEOUT,
            idle_timeout: IDLE_TIMEOUT,
            stream_idle_timeout: STREAM_IDLE_TIMEOUT,
            pulse: Pulse::default(),
            close_timeout: CLOSE_TIMEOUT,
            head: HeadLimits {
                max_uri_bytes: MAX_URI_BYTES,
                max_header_bytes: MAX_HEADER_BYTES,
                max_headers: MAX_HEADERS,
            },
            messages: MessageLimits {
                max_message_bytes: MAX_MESSAGE_BYTES,
            },
            bodies: BodyLimits {
                max_body_bytes: MAX_MESSAGE_BYTES,
                max_answer_bytes: MAX_ANSWER_BYTES,
                json: JsonLimits::default(),
            },
            discard: DiscardLimits {
                max_bytes: MAX_DISCARDED_BYTES,
                max_pause: MAX_DISCARD_PAUSE,
            },
            max_socket_calls: MAX_SOCKET_CALLS,
            socket_silence: SOCKET_SILENCE,
            max_trace_bytes: MAX_TRACE_BYTES,
            max_traces_per_second: MAX_TRACES_PER_SECOND,
        }
    }
}

impl Limits {
    /// Those of one WebSocket.
    pub fn socket(&self) -> SocketLimits {
        SocketLimits {
            max_calls: self.max_socket_calls,
            silence: self.socket_silence,
            max_message_bytes: self.messages.max_message_bytes,
            max_header_bytes: self.head.max_header_bytes,
            idle_timeout: self.idle_timeout,
            close_timeout: self.close_timeout,
        }
    }

    /// Takes what is set.
    pub(super) fn apply(&mut self, flags: &LimitFlags) {
        set(
            &mut self.messages.max_message_bytes,
            flags.max_message_bytes,
        );
        set(&mut self.bodies.max_body_bytes, flags.max_message_bytes);
        set(&mut self.bodies.max_answer_bytes, flags.max_answer_bytes);
        set(&mut self.body_timeout, flags.body_timeout);
        set(&mut self.bodies.json.max_depth, flags.max_json_depth);
        set(&mut self.bodies.json.max_values, flags.max_json_values);
        set(
            &mut self.bodies.json.max_string_bytes,
            flags.max_json_string_bytes,
        );
        set(&mut self.head.max_header_bytes, flags.max_header_bytes);
        set(
            &mut self.bodies.json.max_number_bytes,
            flags.max_json_number_bytes,
        );
        set(&mut self.head.max_headers, flags.max_headers);
        set(&mut self.head.max_uri_bytes, flags.max_uri_bytes);
        set(&mut self.max_in_flight, flags.max_in_flight);
        set(&mut self.max_connections, flags.max_connections);
        set(&mut self.max_streams, flags.max_streams);
        set(&mut self.max_socket_calls, flags.max_socket_calls);
        set(&mut self.max_trace_bytes, flags.max_trace_bytes);
        set(&mut self.max_traces_per_second, flags.max_traces_per_second);
        set(&mut self.header_timeout, flags.header_timeout);
        set(&mut self.idle_timeout, flags.idle_timeout);
        set(&mut self.stream_idle_timeout, flags.stream_idle_timeout);
        set(&mut self.pulse.interval, flags.replica_silence);
        set(&mut self.pulse.timeout, flags.replica_timeout);
    }
}

fn set<T>(limit: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *limit = given;
    }
}
