//! The page in English: short, literal, human.

use wire::code::Code;

use super::Messages;

pub(super) static MESSAGES: Messages = Messages {
    document_title: "Gangplank: call gRPC from a web page",

    skip_to_content: "Skip to the call",
    language_group: "Language of the page",
    theme_system: "Theme: as the system. Switch to light",
    theme_light: "Theme: light. Switch to dark",
    theme_dark: "Theme: dark. Switch to the system's",
    server_checking: "checking",
    server_ready: "ready",
    server_gone: "not reached",

    title: "Call a gRPC service from this page.",
    lede: "Your browser speaks gRPC-Web to the API server, and MyService answers. \
           The code that calls it is Rust, compiled to WebAssembly. Nothing below is simulated.",

    request: "Request",
    name: "Name",
    language: "Language",
    language_unspecified: "Not specified",
    deadline: "Deadline",
    deadline_hint: "in ms, empty for none",
    deadline_invalid: "A whole number of milliseconds, 1 to 99,999,999.",
    say_hello: "Say hello",
    say_goodbye: "Say goodbye",
    cancel: "Cancel",
    rejected_by_server: "The server rejects this field:",

    answer: "Answer",
    answer_empty: "Press a button, and MyService answers here.",
    waiting: "Waiting for the answer…",
    from_replica: |replica| format!("from {replica}"),
    status: "Status",
    served_by: "Replica",
    served_at: "Served at (UTC)",
    round_trip: "Round trip",
    server_message: "The server says:",
    gone_title: "The server can't be reached.",
    gone_remedy: |server| {
        format!(
            "Nothing answered at {server}. Is it running, is the port right, and does it allow this page's origin? \
             Start it with: gangplank serve"
        )
    },
    gone_retrying: "This page keeps looking for it and tells you when it is back.",
    back_again: "The server is back. Send the call again.",

    calls: "Calls on this page",
    calls_empty: "None yet. Each call you make is listed here.",
    column_method: "Method",
    column_status: "Status",
    column_replica: "Replica",
    column_time: "Time",
    pending: "pending",

    footer: "Enter sends. Nothing leaves this page but the calls you make.",

    code_meaning,
};

fn code_meaning(code: Code) -> &'static str {
    match code {
        Code::Ok => "The call succeeded.",
        Code::Canceled => "The call was canceled, here by this page.",
        Code::Unknown => "Something failed, and nobody said what.",
        Code::InvalidArgument => {
            "The request isn't acceptable as it is. Change it and send it again."
        }
        Code::DeadlineExceeded => "The deadline passed before the answer came.",
        Code::NotFound => "What was asked for doesn't exist.",
        Code::AlreadyExists => "What was to be made exists already.",
        Code::PermissionDenied => "The caller is known but isn't allowed to do this.",
        Code::ResourceExhausted => "A limit was reached: a size, a quota, or a rate.",
        Code::FailedPrecondition => "The system isn't in the state this call needs.",
        Code::Aborted => "Another call got in the way. Trying again can work.",
        Code::OutOfRange => "A value lies beyond what is valid.",
        Code::Unimplemented => "The server doesn't know this service or method.",
        Code::Internal => "The server broke one of its own rules.",
        Code::Unavailable => "Nobody could take the call. Trying again can work.",
        Code::DataLoss => "Data was lost or is corrupt.",
        Code::Unauthenticated => "The call carries no valid credentials.",
    }
}
