//! Finds out why the browser rejected a fetch, which it doesn't tell a page.

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::window;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestInit, RequestMode};

use crate::model::fault::Fault;
use crate::model::server::is_loopback;

/// How long the address may take to answer at all, in milliseconds.
const PROBE_MILLIS: u32 = 1_000;

/// Returns the likeliest reason why a call to `base_url` was rejected.
///
/// Asks the address once more without wanting to read the answer: if that works,
/// the server is there and the call failed for its origin (CORS).
pub(super) async fn diagnose(base_url: &str) -> Fault {
    let location = window().location();
    if !window().navigator().on_line() && !is_loopback(base_url) {
        return Fault::Offline;
    }
    let page_is_secure = location
        .protocol()
        .is_ok_and(|protocol| protocol == "https:");
    if page_is_secure && base_url.starts_with("http://") && !is_loopback(base_url) {
        return Fault::MixedContent;
    }
    let is_same_origin = location.origin().is_ok_and(|origin| origin == base_url);
    if !is_same_origin && answers_at_all(base_url).await {
        return Fault::OriginRefused;
    }
    Fault::Unreachable
}

async fn answers_at_all(base_url: &str) -> bool {
    let init = RequestInit::new();
    init.set_mode(RequestMode::NoCors);
    init.set_cache(RequestCache::NoStore);
    let url = format!("{base_url}/livez");
    let probe = JsFuture::from(window().fetch_with_str_and_init(&url, &init));
    match select(probe, TimeoutFuture::new(PROBE_MILLIS)).await {
        Either::Left((answer, _)) => answer.is_ok(),
        Either::Right(_) => false,
    }
}
