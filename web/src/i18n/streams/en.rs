//! The words of `/streams` in English.

use super::StreamWords;
use crate::model::talk::{Kind, Phase, Way};

pub(super) static WORDS: StreamWords = StreamWords {
    title: "Messages that keep coming",
    lede: "A gRPC call may carry any number of messages, each way. Below they are drawn as they come, with the time of each: real calls to MyService, whose replicas stand behind the API server.",
    kind: "Kind of call",
    kind_name: |kind| match kind {
        Kind::Hello => "one → one",
        Kind::Watch => "one → many",
        Kind::Many => "many → one",
        Kind::Converse => "many ⇄ many",
    },
    kind_text: |kind, way| match kind {
        Kind::Hello => {
            "Unary: one message each way. The plainest call, and still one frame in a stream."
        }
        Kind::Watch => {
            "Server streaming: a watch, as Kubernetes has them. First what was, then a bookmark, then every greeting that anybody makes, until you cancel. If the connection breaks, the page resumes behind the last version it heard of."
        }
        Kind::Many if way == Way::Socket => {
            "Client streaming: each name goes as you send it, and the replica greets all of them once you say that's all."
        }
        Kind::Converse if way == Way::Socket => {
            "Bidirectional: both sides speak at any time. Each sentence is answered while the call stays open; leave it idle for a while, and MyService speaks first."
        }
        Kind::Many => {
            "Client streaming: a browser can send a stream by gRPC-Web only once all of it is known, so collect names here and send them in one request. The replica still reads them one by one."
        }
        Kind::Converse => {
            "Bidirectional, as far as gRPC-Web goes: fetch hands over an answer only after the request is complete, so you say everything first and hear the answers then. A native gRPC client talks back and forth by the same method."
        }
    },
    way: "How it travels",
    way_name: |way| match way {
        Way::Binary => "gRPC-Web",
        Way::Text => "gRPC-Web, base64",
        Way::Socket => "WebSocket",
    },
    way_badge: "via WebSocket, not part of gRPC-Web",
    way_hint: |way| match way {
        Way::Binary => "The standard: one POST, and the frames of the answer as they come.",
        Way::Text => "The same frames as base64, as older clients read them.",
        Way::Socket => {
            "Ours: all calls of this page share one WebSocket and its flow control (subprotocol gangplank.v1). Only a server that speaks it can be called so; the component behind it needs nothing."
        }
    },
    deadline: "Deadline",
    deadline_hint: "in ms, empty for none",
    deadline_invalid: "A whole number of milliseconds, 1 to 99,999,999.",
    share: "Copy link",
    shared: "Copied. The link fills in the form and sends nothing.",
    name: "Name",
    text: "What to say",
    add: "Add",
    send: "Send",
    half_close: "That's all",
    queue: |count| match count {
        0 => "Nothing to send yet.".to_owned(),
        1 => "1 message to send:".to_owned(),
        count => format!("{count} messages to send:"),
    },
    begin: |kind, way| match kind {
        Kind::Hello => "Say hello",
        Kind::Watch => "Watch",
        Kind::Many | Kind::Converse if way == Way::Socket => "Begin",
        Kind::Many => "Send all",
        Kind::Converse => "Say all of it",
    },
    burst: |count| format!("Watch, with {count} of the past"),
    cancel: "Cancel",
    greet: "Greet somebody",
    greet_many: |count| format!("Greet {count}"),
    greet_hint: "Made by calls of their own, so that the watch has something to tell. Those of other pages and of curl are told as well.",
    slow: "Read slowly",
    slow_hint: "Takes a message only every 0.4 s. What comes meanwhile waits in the browser, then in the API server, and then the replica waits; one that can't, as a watch can't, leaves greetings out and says how many.",
    messages: "Messages",
    phase: |phase| match phase {
        Phase::Idle => "Nothing called yet",
        Phase::Waiting => "Sent; no message yet",
        Phase::Open => "Open",
        Phase::Resuming => "Connection lost; resuming",
        Phase::Ended => "Ended",
    },
    elapsed: |time| format!("after {time}"),
    counted: |talk, rate| {
        format!(
            "sent {} ({} B) · received {} ({} B) · {rate}/s",
            talk.lane.sent.messages,
            talk.lane.sent.bytes,
            talk.lane.received.messages,
            talk.lane.received.bytes,
        )
    },
    ended_ok: "Ended with OK: the server has said everything.",
    ended: |code| format!("Ended with {code}. The server's words:"),
    ended_here: "Canceled on this page. The replica was told within a round trip.",
    ended_late: "The deadline passed on this page, and the call was ended.",
    inspect: "Every byte of this call, its headers and its times are on the page of calls",
    resumed: |times| match times {
        1 => "Resumed once, without a gap and without a repeat.".to_owned(),
        times => format!("Resumed {times} times, without a gap and without a repeat."),
    },
    missed: |count| format!("{count} greetings were left out, because this reader was too slow."),
    empty: "Messages appear here as they come.",
    column_time: "Time",
    column_gap: "Gap",
    column_size: "Size",
    column_sent: "You",
    column_received: "MyService",
    bookmark: |version| format!("bookmark: all told up to version {version}"),
    missed_here: |count| format!("({count} left out before this)"),
    rows: |first, last, all| format!("{first}–{last} of {all}"),
    older: "Older",
    newer: "Newer",
    latest: "Latest ↓",
    look_hint: "Choose a message to see its bytes.",
    looked_at: |is_sent, number| {
        let direction = if is_sent { "sent" } else { "received" };
        format!("Message {number} {direction}, as it stood on the wire behind its 5-byte prefix:")
    },
    more_bytes: |count| format!("and {count} bytes more"),
    crowd: "More than one stream",
    crowd_text: |way| match way {
        Way::Binary | Way::Text => {
            "By HTTP/1.1 a browser opens at most six connections to one server, and a stream keeps one for as long as it lasts. The seventh call, of whatever kind, waits inside the browser: nothing tells you but that nothing happens. HTTP/2 carries a hundred streams on one connection, but browsers speak it only with TLS. The way out without TLS: choose WebSocket above."
        }
        Way::Socket => {
            "A hundred watches on one WebSocket: one connection, and each call has its own flow control, so that one slow reader holds up no other."
        }
    },
    gather: |count| format!("Open {count} watches"),
    dismiss_one: "Close one",
    dismiss_all: "Close all",
    crowd_counted: |open, waiting| format!("{open} open, {waiting} waiting"),
    crowd_met: "There is the limit: those that wait haven't even been sent. Close one, and another moves up.",
    crowd_unmet: |way| match way {
        Way::Binary | Way::Text => {
            "Each is a watch of its own. While six are open, other calls of this page wait as well."
        }
        Way::Socket => {
            "Each is a watch of its own, and none of them takes a connection away from other calls."
        }
    },
    member: |key| match key {
        "open" => "open",
        "waiting" => "waiting",
        _ => "closed",
    },
};
