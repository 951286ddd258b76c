//! One POST by the browser's fetch, aborted when dropped before its end, or sent whatever becomes of the page.

use js_sys::{Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, Request, RequestInit, RequestRedirect,
    Response,
};

/// The browser rejected the fetch, and doesn't tell a page why.
#[derive(Debug)]
pub(super) struct Rejected;

/// A response and the hold on its fetch.
pub(super) struct Fetched {
    pub(super) response: Response,
    pub(super) hold: Hold,
}

/// Aborts its fetch when dropped, unless released.
pub(super) struct Hold {
    controller: Option<AbortController>,
}

impl Hold {
    /// The fetch is complete: there's nothing left to abort.
    pub(super) fn release(&mut self) {
        self.controller = None;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}

/// How long a request that's under way may last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::client) enum Lives {
    /// As long as the page.
    WithPage,
    /// As long as the browser. Browsers take 64 KiB of such bodies at a time.
    WithBrowser,
}

/// Posts `body` and returns the head of the answer.
///
/// Redirects are handed over rather than followed: a login page must not look like an answer.
pub(super) async fn fetch(
    url: &str,
    headers: &[(String, String)],
    body: &[u8],
    lives: Lives,
) -> Result<Fetched, Rejected> {
    let controller = AbortController::new().map_err(|_| Rejected)?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_redirect(RequestRedirect::Manual);
    init.set_body(&Uint8Array::from(body));
    init.set_signal(Some(&controller.signal()));
    if lives == Lives::WithBrowser {
        // A plain object takes any property, this one too, which web-sys doesn't know.
        let _ = Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE);
    }
    let header_list = Headers::new().map_err(|_| Rejected)?;
    for (name, value) in headers {
        header_list.append(name, value).map_err(|_| Rejected)?;
    }
    init.set_headers(&header_list);
    let request = Request::new_with_str_and_init(url, &init).map_err(|_| Rejected)?;
    let mut hold = Hold {
        controller: Some(controller),
    };
    let Ok(response) = JsFuture::from(window().fetch_with_request(&request)).await else {
        hold.release();
        return Err(Rejected);
    };
    let response = response.dyn_into().map_err(|_| Rejected)?;
    Ok(Fetched { response, hold })
}

/// Reads the next piece of a body; none at its end, an error when the connection broke.
pub(super) async fn read(
    reader: &ReadableStreamDefaultReader,
) -> Result<Option<bytes::Bytes>, Rejected> {
    let result = JsFuture::from(reader.read()).await.map_err(|_| Rejected)?;
    let property = |name: &str| js_sys::Reflect::get(&result, &name.into());
    let done = property("done").map_err(|_| Rejected)?;
    if done.is_truthy() {
        return Ok(None);
    }
    let value = property("value").map_err(|_| Rejected)?;
    let bytes: Uint8Array = value.dyn_into().map_err(|_| Rejected)?;
    Ok(Some(bytes.to_vec().into()))
}
