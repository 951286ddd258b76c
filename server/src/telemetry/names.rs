//! Names of attributes, events and sources, in one place since OpenTelemetry may still move them.
//! Those that begin with `gangplank.` are our own. docs/tracing.md lists them all.
//! Sources: OpenTelemetry semantic conventions, docs/rpc/rpc-spans.md and docs/rpc/grpc.md; for attempts gRPC proposal A72.

/// Stands in for a method that isn't served here: callers could make up any number of names.
pub const UNKNOWN_METHOD: &str = "_OTHER";

/// The source of what the API server does.
pub const API_SERVER: &str = "gangplank";
/// The source of what pages upload.
pub const PAGE: &str = "page";

/// Which RPC system; always `grpc`.
pub const SYSTEM: &str = "rpc.system.name";
/// The method's full name, or `UNKNOWN_METHOD`.
pub const METHOD: &str = "rpc.method";
/// What the caller called it, where it isn't served.
pub const METHOD_ORIGINAL: &str = "rpc.method_original";
/// The code's name.
pub const STATUS_CODE: &str = "rpc.response.status_code";
/// The code's name again, of what counts as an error.
pub const ERROR_TYPE: &str = "error.type";
/// Whom a call is for, whichever replica takes it: the component.
pub const SERVER_ADDRESS: &str = "server.address";
/// Where the replica listens.
pub const PEER_ADDRESS: &str = "network.peer.address";
/// The port of it.
pub const PEER_PORT: &str = "network.peer.port";
/// The verb of a JSON call.
pub const HTTP_METHOD: &str = "http.request.method";
/// The path template that a JSON call was routed by.
pub const HTTP_ROUTE: &str = "http.route";
/// What HTTP said to a JSON caller.
pub const HTTP_STATUS: &str = "http.response.status_code";

/// How many attempts were made before this one.
pub const PREVIOUS_ATTEMPTS: &str = "previous-rpc-attempts";
/// True if the attempt before never reached a replica's program, so that this one counts as the first.
pub const TRANSPARENT_RETRY: &str = "transparent-retry";

/// How the call is put on HTTP.
pub const DIALECT: &str = "gangplank.dialect";
/// Who serves the method.
pub const COMPONENT: &str = "gangplank.component";
/// Which of its copies.
pub const REPLICA: &str = "gangplank.replica";
/// Why it was picked.
pub const PICK_REASON: &str = "gangplank.pick.reason";
/// Why the call was made again: what the attempt before ended with.
pub const RETRY_REASON: &str = "gangplank.retry.reason";
/// How many attempts there were.
pub const ATTEMPTS: &str = "gangplank.attempts";
/// Messages of a request.
pub const MESSAGES_RECEIVED: &str = "gangplank.messages.received";
/// Messages of an answer.
pub const MESSAGES_SENT: &str = "gangplank.messages.sent";
/// True if the drain cut the call.
pub const CUT: &str = "gangplank.cut_by_drain";

/// Event: the call is handed to its service.
pub const ROUTED: &str = "gangplank.route";
/// Event: all of the request is here, or its head if there may be many messages.
pub const REQUESTED: &str = "gangplank.request";
/// Event: JSON became a message, or a message JSON.
pub const TRANSCODED: &str = "gangplank.transcode";
/// Event: the answer's head is here.
pub const ANSWERED: &str = "gangplank.answer";
/// Event: a replica was picked.
pub const PICKED: &str = "gangplank.pick";

/// Of a transcoding: what it came from or became.
pub const JSON_BYTES: &str = "gangplank.json.bytes";
/// The same of the message.
pub const MESSAGE_BYTES: &str = "gangplank.message.bytes";
/// Of a transcoding: how long it took, in nanoseconds.
pub const NANOS: &str = "gangplank.nanos";
/// Of a transcoding: `request` or `answer`.
pub const OF: &str = "gangplank.of";

#[cfg(test)]
mod tests;
