//! The page in English: short, literal, human.

use wire::code::Code;
use wire::frame::FrameError;

use super::Messages;
use crate::model::break_it::Break;
use crate::model::decimal::fixed;
use crate::model::fault::Fault;

pub(super) static MESSAGES: Messages = Messages {
    document_title: "Gangplank: call gRPC from a web page",
    skip_to_content: "Skip to the call",
    nav: "Pages",
    nav_call: "Call",
    nav_streams: "Streams",
    nav_balance: "Balance",
    nav_traces: "Traces",
    nav_compare: "Compare",
    nav_components: "Components",
    nav_decode: "Decode",
    language_group: "Language of the page",
    theme_system: "Theme: as the system. Switch to light",
    theme_light: "Theme: light. Switch to dark",
    theme_dark: "Theme: dark. Switch to the system's",
    server_checking: "checking",
    server_ready: "ready",
    server_gone: "not reached",
    not_found: "There's no page at this address.",
    annex_loading: "Loading this part of the page…",
    annex_failed: "This part of the page couldn't be loaded: the server can't be reached, or serves another version by now.",
    retry: "Try again",
    title: "Call a gRPC service from this page.",
    lede: "Your browser speaks gRPC-Web or JSON to the API server, which calls a replica of MyService by gRPC. The code that calls it is Rust, compiled to WebAssembly. Nothing below is simulated.",
    request: "Request",
    name: "Name",
    language: "Language",
    language_unspecified: "Not specified",
    deadline: "Deadline",
    deadline_hint: "in ms, empty for none",
    deadline_invalid: "A whole number of milliseconds, 1 to 99,999,999.",
    dialect: "Dialect",
    more: "Metadata and encoding",
    metadata: "Metadata",
    bodies: "The same call, in bytes",
    bodies_hint: "Bodies only, as they travelled, frames included. Headers come on top.",
    protobuf_framed: "protobuf, framed",
    metadata_invalid: |line| {
        format!(
            "Line {line} isn't metadata: a name in a-z 0-9 _ - . without grpc-, a colon, a value in ASCII (base64 for -bin). Some names, such as cookie, only the browser may send."
        )
    },
    format: "Encoding of gRPC-Web",
    format_binary: "Binary",
    format_text: "Text (base64)",
    say_hello: "Say hello",
    say_goodbye: "Say goodbye",
    cancel: "Cancel",
    rejected_by_server: "The server rejects this field:",
    share: "Copy a link to this call",
    with_secrets: "with secret metadata",
    link_copied: "The link is in the address bar and, where the browser allows it, on the clipboard. Opening it sends nothing.",
    answer: "Answer",
    answer_empty: "Press a button, and MyService answers here.",
    waiting: "Waiting for the answer…",
    from_replica: |replica| format!("from {replica}"),
    messages_received: |count| format!("The call succeeded with {count} message(s)."),
    status: "Status",
    served_by: "Replica",
    served_at: "Served at (UTC)",
    round_trip: "Round trip",
    on_the_wire: "On the wire",
    server_message: "The server says:",
    page_says: "This page found:",
    gone_title: "The server can't be reached.",
    gone_place: |server| format!("No readable answer from {server}."),
    gone_retrying: "This page keeps looking for it and tells you when it is back.",
    back_again: "The server is back. Send the call again.",
    what_happened: "What just happened",
    diagram: "Sequence of the call",
    diagram_empty: "Make a call, and its way is drawn here from what was measured.",
    as_table: "The same as a table",
    drawn_slower: |times| {
        format!(
            "Times are measured. Distances aren't to scale, and the arrows are drawn {} times slower than it happened.",
            fixed(times, 0)
        )
    },
    lane_browser: "Browser",
    lane_server: "API server",
    lane_service: "MyService",
    hop_to_component: "gRPC · HTTP/2 over TCP",
    own_answer: "The API server answered by itself: no component took part.",
    step_handed: "routed, replica picked, handed on",
    step_answered: "answer and status",
    step_head: "headers",
    step_more_frames: |count, size| format!("{count} more frames · {size} B"),
    step_json: "JSON",
    step_foreign: "a body that isn't gRPC-Web",
    step_abort: "the page hangs up",
    step_nothing: "nothing comes back",
    at_time: |time| format!("at {time}"),
    took_time: |time| format!("took {time}"),
    column_hop: "Hop",
    column_what: "What",
    inspector: "Inspector",
    inspector_empty: "Make a call to see every byte of it.",
    tab_message: "Message",
    tab_headers: "Headers & trailers",
    tab_wire: "Wire",
    tab_timing: "Timing",
    tab_code: "Code",
    request_json: "Request as JSON",
    no_message: "No message came back. The trailers say why.",
    request_headers: "Request headers",
    request_headers_hint: "Those this page set. The browser adds its own, such as origin, which no page may see.",
    response_headers: "Response headers",
    response_headers_hint: "Those the server exposes to this page. In gRPC-Web the trailers travel in the body, as its last frame.",
    trailers: "Trailers",
    as_text: "These bytes are text:",
    side: "Side",
    left_out: |count| format!("{count} bytes more came and weren't kept."),
    text_mode_step: |sent, decoded| {
        format!("{sent} characters of base64 travelled; they stand for the {decoded} bytes below.")
    },
    timing_caption: "By the browser's clock",
    phase: "Phase",
    phase_start: "From",
    phase_length: "Took",
    phase_bar: "Bar",
    phase_whole: "Whole call, as the page saw it",
    phase_queue: "Queued in the browser",
    phase_lookup: "Name lookup",
    phase_connect: "Connect",
    phase_wait: "Request and wait",
    phase_receive: "Receive",
    phases_hidden: "The browser hides the phases of this call: it failed, or the server on another origin doesn't send Timing-Allow-Origin.",
    server_account: "The server's own account (Server-Timing)",
    no_server_account: "The server gives none, or the browser hides it.",
    break_it: "Break it",
    break_intro: "Each button makes a call fail for real. Watch the status, the diagram and the bytes.",
    break_name,
    break_explained,
    calls: "Calls on this page",
    calls_empty: "None yet. Each call you make is listed here.",
    calls_filtered: "No call fits the filter.",
    filter: "Filter by method, status, replica",
    pause: "Pause",
    resume: "Resume",
    clear: "Clear",
    export: "Export JSON",
    column_method: "Method",
    column_dialect: "Dialect",
    column_kind: "Kind",
    kind_unary: "unary",
    kind_stream: "stream",
    column_status: "Status",
    column_replica: "Replica",
    column_size: "Size",
    column_time: "Time",
    trace: "Trace",
    pending: "pending",
    footer: "Enter sends, Ctrl-Enter from anywhere in the form. J and K walk the calls, arrow keys walk the bytes. This page talks to the API server alone.",
    code_meaning,
    fault_remedy,
};

fn break_name(chosen: Break) -> &'static str {
    match chosen {
        Break::EmptyName => "Empty name",
        Break::UnknownMethod => "Unknown method",
        Break::TinyDeadline => "1 ms deadline",
        Break::CanceledStream => "Canceled stream",
        Break::OversizeMessage => "Oversize message",
    }
}

fn break_explained(chosen: Break) -> &'static str {
    match chosen {
        Break::EmptyName => {
            "MyService refuses a name of no characters with INVALID_ARGUMENT and says which field it means. \
             Over gRPC-Web HTTP still says 200 and the status is in the trailer frame; over JSON HTTP itself says 400."
        }
        Break::UnknownMethod => {
            "The server knows MyService but not SayNothing, so it answers UNIMPLEMENTED. \
             In gRPC that's the 404: the address is a service and a method."
        }
        Break::TinyDeadline => {
            "The call may take one millisecond, which travels as grpc-timeout and is kept by the page too. \
             Whoever notices first ends the call with DEADLINE_EXCEEDED, and nobody goes on working for it."
        }
        Break::CanceledStream => {
            "The page watches the server's health, a stream that never ends by itself, and leaves after one message. \
             Hanging up aborts the fetch, and the server drops its side of the stream at once."
        }
        Break::OversizeMessage => {
            "The message announces 5 MiB and the server takes 4, so it refuses with RESOURCE_EXHAUSTED before reading on. \
             The length stands in the first five bytes of the frame; nothing has to be buffered to see it."
        }
    }
}

fn fault_remedy(fault: &Fault) -> String {
    match fault {
        Fault::Offline => "Connect this machine to a network and send again.".to_owned(),
        Fault::MixedContent => {
            "Serve the API server over https, or open this page over http: browsers block http calls from https pages.".to_owned()
        }
        Fault::OriginRefused => {
            "Start the server with --allow-origin and this page's origin; other servers need Access-Control-Allow-Origin.".to_owned()
        }
        Fault::Unreachable => {
            "Check that the server runs (gangplank serve) and that host and port are right.".to_owned()
        }
        Fault::Redirected => {
            "Something before the server redirects, often to a login page: sign in there, or call the server directly.".to_owned()
        }
        Fault::HttpStatus(404) => {
            "Something without gRPC answers here, often a proxy: check the address, and that the proxy passes gRPC-Web on.".to_owned()
        }
        Fault::HttpStatus(415) => {
            "The server doesn't take gRPC-Web: put a gRPC-Web gateway such as gangplank in front of it.".to_owned()
        }
        Fault::HttpStatus(401 | 403) => {
            "Add credentials under Metadata, such as authorization: Bearer …".to_owned()
        }
        Fault::HttpStatus(status) => {
            format!("A proxy or server answered HTTP {status} by itself: look at its log, and at the body under Wire.")
        }
        Fault::NotJson => "This isn't a JSON endpoint, perhaps a web page: check the address and port.".to_owned(),
        Fault::ContentType(_) => {
            "This isn't a gRPC-Web endpoint, perhaps a web page: check the address and port.".to_owned()
        }
        Fault::Text(_) => "The server or a proxy breaks base64: switch the encoding to binary.".to_owned(),
        Fault::AnswerSize(limit) => {
            format!("This page takes answers up to {limit} bytes in all: ask for less at a time.")
        }
        Fault::Frame(FrameError::TooLong { limit, .. }) => {
            format!("This page takes messages up to {limit} bytes: ask for less, or stream it in pieces.")
        }
        Fault::Frame(FrameError::Truncated { .. }) => {
            "The answer was cut within a frame: look for a proxy that limits or buffers answers.".to_owned()
        }
        Fault::Frame(_) => "The bytes aren't gRPC-Web frames: check what answers at this address.".to_owned(),
        Fault::Compressed => "Switch compression off at the server, or at the proxy that added it.".to_owned(),
        Fault::Trailers(_) => "The server writes its trailer frame wrongly: see the bytes under Wire.".to_owned(),
        Fault::MissingTrailers => {
            "A proxy dropped the end of the answer, or the server died: the call may or may not have happened.".to_owned()
        }
        Fault::BrokenBody => {
            "The connection broke while the answer came: the call may have happened, so be careful with sending it again.".to_owned()
        }
        Fault::DeadlinePassed => {
            "Give the call more time, or look under Timing for what is slow; the work may have been done all the same.".to_owned()
        }
        Fault::MessageCount(_) => {
            "The method is unary for this page but not for the server: use the same .proto on both sides.".to_owned()
        }
    }
}

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
