//! The traces that the page begins: random ids, and the upload of its spans once a call has ended.
//!
//! The header itself is added by `client::tap`, which knows whether a call is kept. Spans are `model::spans`'.
//! An upload is no call of the page's log, says nothing of whether the server can be reached, and isn't tried again.
//! Source: W3C Trace Context, level 2.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use wire::traceparent::TRACEPARENT;

use super::paths::UPLOAD_SPANS;
use super::tap::Tap;
use super::transport::fetch::Lives;
use super::transport::plain::exchange;
use crate::model::call::Call;
use crate::model::hex::push_hex;
use crate::model::record::JSON;
use crate::model::spans::spans;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn fill_randomly(bytes: &mut [u8]);
}

/// Returns the header of a call that begins a trace: sampled, and random, as the flags say.
pub fn new_traceparent() -> (String, String) {
    let (trace, span) = (random_digits(), random_digits());
    let header = format!("00-{trace}-{span:.16}-03");
    (TRACEPARENT.to_owned(), header)
}

/// Returns 32 digits. Zeros alone, which are no id, don't come in practice.
fn random_digits() -> String {
    let (mut bytes, mut digits) = ([0; 16], String::new());
    fill_randomly(&mut bytes);
    for byte in bytes {
        push_hex(&mut digits, byte);
    }
    digits
}

/// Uploads what the page knows of its calls, for as long as there's somebody to take it; copies are the same.
#[derive(Debug, Clone, Copy)]
pub struct Uploads {
    shared: &'static Shared,
}

#[derive(Debug)]
struct Shared {
    url: String,
    /// The server has said that it takes none, as a listener without admin paths does.
    is_refused: AtomicBool,
}

impl Uploads {
    /// Uploads to the server at `base_url` for the rest of the page's life, which is how long this stays.
    pub fn for_life(base_url: String) -> Self {
        let shared = Shared {
            url: base_url + UPLOAD_SPANS,
            is_refused: AtomicBool::new(false),
        };
        Self {
            shared: Box::leak(Box::new(shared)),
        }
    }

    /// Uploads the spans of a call that ended, a task later: whatever draws its answer comes first.
    /// `handed_millis` is when the page was given the answer, counted from the start of the call.
    pub fn begin(self, call: Arc<Call>, handed_millis: f64) {
        let Shared { url, is_refused } = self.shared;
        spawn_local(async move {
            TimeoutFuture::new(0).await;
            if is_refused.load(Ordering::Relaxed) {
                return;
            }
            let Some(spans) = spans(&call, &random_digits(), handed_millis) else {
                return;
            };
            let headers = [("content-type".to_owned(), JSON.to_owned())];
            // Of the answer nothing is kept; but it's read, since a connection is free again only then.
            let tap = Tap::socket(0);
            let answer = exchange(url, &headers, spans.as_bytes(), &tap, Lives::WithBrowser).await;
            if let Ok(Some((404 | 501, _))) = answer {
                is_refused.store(true, Ordering::Relaxed);
            }
        });
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
