//! Makes a call fail for real, in the way that was asked for.

use std::time::Duration;

use bytes::Bytes;
use leptos::prelude::*;

use super::calls::Calls;
use crate::client;
use crate::components::request_form::Draft;
use crate::model::break_it::Break;
use crate::model::greeting::{Method, Request};
use crate::model::raw::RawRequest;

/// A name of this many bytes makes a message over the server's limit of 4 MiB.
const OVERSIZE_NAME_BYTES: usize = 5 * 1024 * 1024;

/// Sends the call that fails as chosen; the form stays as it is.
pub fn break_it(calls: Calls, draft: Draft, chosen: Break) {
    let format = draft.format.get_untracked();
    let hello = |name: String| Request {
        method: Method::SayHello,
        name,
        language: draft.language.get_untracked(),
        deadline: None,
        metadata: Vec::new(),
        format,
    };
    let raw = |path: &str| RawRequest {
        path: path.to_owned(),
        metadata: None,
        // One empty message.
        frames: Bytes::from_static(&[0; 5]),
        deadline: None,
        stop_after: None,
        // Neither a stream nor a frame that's too long can be had over JSON.
        format: format.grpc_web(),
    };
    match chosen {
        Break::EmptyName => calls.send(hello(String::new())),
        Break::UnknownMethod => calls.send_raw(raw(client::paths::UNKNOWN_METHOD)),
        Break::TinyDeadline => {
            let deadline = Some(Duration::from_millis(1));
            calls.send(Request {
                deadline,
                ..hello(draft.name.get_untracked())
            });
        }
        Break::CanceledStream => {
            calls.send_raw(RawRequest {
                stop_after: Some(1),
                ..raw(client::paths::HEALTH_WATCH)
            });
        }
        Break::OversizeMessage => calls.send(Request {
            format: format.grpc_web(),
            ..hello("a".repeat(OVERSIZE_NAME_BYTES))
        }),
    }
}
