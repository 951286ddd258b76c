//! The table of faults: what the faulty server says, and what the page has to say about it.

use bytes::Bytes;
use tests::faulty::{End, Script};
use wire::frame::{FLAG_COMPRESSED, prefix};

use crate::answers::{GREETING, OK, frame, message, trailers, whole};

const HTML: &str = "text/html; charset=utf-8";
const GRPC_WEB: &str = "application/grpc-web+proto";
const GRPC_WEB_TEXT: &str = "application/grpc-web-text+proto";

/// A fault, and what the page has to say about it.
pub(super) struct Row {
    pub(super) fault: &'static str,
    pub(super) script: Script,
    pub(super) status: &'static str,
    /// A part of the remedy; none where the status is the server's own word.
    pub(super) remedy: Option<&'static str>,
}

/// Every fault: what comes instead of frames, broken frames, broken trailers; and what is no fault.
pub(super) fn table() -> Vec<Row> {
    let mut rows = proxies_of_their_own_mind();
    rows.extend(other_pages());
    rows.extend(cut_frames());
    rows.extend(foreign_frames());
    rows.extend(faults_in_trailers());
    rows.extend(words_of_the_server());
    rows
}

fn page(http_status: u16, text: &'static str) -> Script {
    Script::body(http_status, HTML, [text.into()])
}

/// A proxy answers by itself.
fn proxies_of_their_own_mind() -> Vec<Row> {
    vec![
        row(
            "415 by a server without gRPC-Web",
            page(415, "no"),
            "UNKNOWN 2",
            "gateway",
        ),
        row(
            "404 by a proxy",
            page(404, "<h1>Not Found</h1>"),
            "UNIMPLEMENTED 12",
            "proxy",
        ),
        row(
            "401 by a proxy",
            page(401, ""),
            "UNAUTHENTICATED 16",
            "credentials",
        ),
        row(
            "403 by a proxy",
            page(403, ""),
            "PERMISSION_DENIED 7",
            "credentials",
        ),
        row(
            "429 by a proxy",
            page(429, ""),
            "UNAVAILABLE 14",
            "HTTP 429",
        ),
        row(
            "502 by a proxy",
            page(502, "bad gateway"),
            "UNAVAILABLE 14",
            "HTTP 502",
        ),
        row("500 by a proxy", page(500, "oh"), "UNKNOWN 2", "HTTP 500"),
    ]
}

/// Another program answers, or another origin is meant.
fn other_pages() -> Vec<Row> {
    let redirect = || page(302, "").header("location", "/login");
    let kept_out = |script: Script| Script {
        has_cors: false,
        ..script
    };
    vec![
        row(
            "HTML with 200",
            page(200, "<!doctype html><p>Hi"),
            "UNKNOWN 2",
            "web page",
        ),
        row(
            "gRPC, not gRPC-Web",
            Script::body(200, "application/grpc", [whole()]),
            "UNKNOWN 2",
            "gRPC-Web endpoint",
        ),
        row(
            "redirect to a login page",
            redirect(),
            "UNKNOWN 2",
            "login page",
        ),
        row(
            "redirect without CORS",
            kept_out(redirect()),
            "UNAVAILABLE 14",
            "--allow-origin",
        ),
        row(
            "no CORS",
            kept_out(Script::frames(whole())),
            "UNAVAILABLE 14",
            "--allow-origin",
        ),
    ]
}

/// The content type is right, and the frames begin well.
fn cut_frames() -> Vec<Row> {
    let message = message(GREETING);
    let cut = message.slice(..message.len() - 3);
    let broken = |body| Script::frames(body).end(End::Broken);
    vec![
        row(
            "cut within a frame",
            Script::frames(cut.clone()),
            "INTERNAL 13",
            "cut within a frame",
        ),
        row(
            "cut within a prefix",
            Script::frames(&b"\0\0\0"[..]),
            "INTERNAL 13",
            "cut within a frame",
        ),
        row(
            "connection broken within a frame",
            broken(cut),
            "UNAVAILABLE 14",
            "careful",
        ),
        row(
            "connection broken before the trailers",
            broken(message.clone()),
            "UNAVAILABLE 14",
            "careful",
        ),
    ]
}

/// The content type is right; the frames aren't what it promises.
fn foreign_frames() -> Vec<Row> {
    let message = message(GREETING);
    let huge = [&prefix(0, 64 << 20)[..], b"the beginning"].concat();
    let compressed = frame(FLAG_COMPRESSED, &[0x1f, 0x8b]);
    let unknown = [&frame(0x40, b"?")[..], &trailers(OK)].concat();
    let text = |text: &'static str| Script::body(200, GRPC_WEB_TEXT, [text.into()]);
    vec![
        row(
            "64 MiB announced",
            Script::frames(huge).end(End::Hang),
            "RESOURCE_EXHAUSTED 8",
            "16777216 bytes",
        ),
        row(
            "compressed frame",
            Script::frames([compressed, trailers(OK)].concat()),
            "INTERNAL 13",
            "compression",
        ),
        row(
            "unknown flags",
            Script::frames(unknown),
            "INTERNAL 13",
            "gRPC-Web frames",
        ),
        row("broken base64", text("AAAA*AAA"), "INTERNAL 13", "binary"),
        row(
            "base64 that ends within a group",
            text("AAAAAAA"),
            "INTERNAL 13",
            "binary",
        ),
        row(
            "two messages with OK",
            Script::frames([message.clone(), message, trailers(OK)].concat()),
            "UNIMPLEMENTED 12",
            "unary",
        ),
        row(
            "no message with OK",
            Script::frames(trailers(OK)),
            "UNIMPLEMENTED 12",
            "unary",
        ),
    ]
}

/// The end is missing, malformed, or not the end.
fn faults_in_trailers() -> Vec<Row> {
    let with = |last: Bytes| Script::frames([message(GREETING), last].concat());
    let twice = [trailers(OK), trailers(OK)].concat();
    let more = [trailers(OK), message(GREETING)].concat();
    vec![
        row(
            "body without trailers",
            Script::frames(message(GREETING)),
            "UNKNOWN 2",
            "end of the answer",
        ),
        row(
            "no body at all",
            Script::body(200, GRPC_WEB, []),
            "UNKNOWN 2",
            "end of the answer",
        ),
        row(
            "malformed trailer block",
            with(trailers("grpc-status 0\r\n")),
            "INTERNAL 13",
            "trailer frame",
        ),
        row(
            "trailers without grpc-status",
            with(trailers("grpc-message: hm\r\n")),
            "UNKNOWN 2",
            "trailer frame",
        ),
        row(
            "grpc-status that isn't a number",
            with(trailers("grpc-status: fine\r\n")),
            "INTERNAL 13",
            "trailer frame",
        ),
        row(
            "message after the trailers",
            with(more.into()),
            "INTERNAL 13",
            "gRPC-Web frames",
        ),
        row(
            "trailers twice",
            with(twice.into()),
            "INTERNAL 13",
            "gRPC-Web frames",
        ),
    ]
}

/// Odd places for a status, which is the server's all the same.
fn words_of_the_server() -> Vec<Row> {
    let in_head = |http_status, script: Script| {
        Script {
            http_status,
            ..script
        }
        .header("grpc-status", "5")
        .header("grpc-message", "no%20such%20name")
    };
    let empty = || Script::body(200, GRPC_WEB, []);
    let own = |fault, script, status| Row {
        fault,
        script,
        status,
        remedy: None,
    };
    vec![
        own(
            "status in the headers, empty body",
            in_head(200, empty()),
            "NOT_FOUND 5",
        ),
        own(
            "status in the headers of a 503",
            in_head(503, empty()),
            "NOT_FOUND 5",
        ),
        own(
            "status in the headers, OK in the body",
            in_head(200, Script::frames(whole())),
            "OK 0",
        ),
        own(
            "content type in capitals with a charset",
            Script::body(200, "Application/gRPC-Web; charset=utf-8", [whole()]),
            "OK 0",
        ),
        own(
            "trailer names in capitals",
            Script::frames([message(GREETING), trailers("Grpc-Status:0\r\n")].concat()),
            "OK 0",
        ),
        own(
            "error after a message",
            Script::frames([message(GREETING), trailers("grpc-status: 10\r\n")].concat()),
            "ABORTED 10",
        ),
    ]
}

fn row(fault: &'static str, script: Script, status: &'static str, remedy: &'static str) -> Row {
    Row {
        fault,
        script,
        status,
        remedy: Some(remedy),
    }
}
