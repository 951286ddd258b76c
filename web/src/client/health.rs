//! Asks the server whether it's ready, as Kubernetes' probes do: `GET /readyz`.

use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;

/// Returns true if the server answered `GET /readyz` with success.
///
/// False covers everything else: no answer, an answer of another kind, or one the browser hides.
pub async fn is_ready(base_url: &str) -> bool {
    let url = format!("{base_url}/readyz");
    let answer = JsFuture::from(leptos::prelude::window().fetch_with_str(&url)).await;
    answer.is_ok_and(|response| {
        response
            .dyn_into::<web_sys::Response>()
            .is_ok_and(|response| response.ok())
    })
}
