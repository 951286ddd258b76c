//! A stand-in for the browser's fetch in tests: answers every request with given bytes.

use js_sys::{Object, Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{Response, ResponseInit};

/// Replaces `window.fetch` until dropped.
pub(crate) struct FakeFetch {
    original: JsValue,
    _answer: Closure<dyn Fn(JsValue, JsValue) -> Promise>,
}

impl FakeFetch {
    /// Answers each request with what `answer` returns.
    pub(crate) fn new(answer: impl Fn(JsValue, JsValue) -> Promise + 'static) -> Self {
        let answer = Closure::<dyn Fn(JsValue, JsValue) -> Promise>::new(answer);
        let name = JsValue::from_str("fetch");
        let original = Reflect::get(&window(), &name).expect("a browser has fetch");
        Reflect::set(&window(), &name, answer.as_ref()).expect("fetch can be replaced");
        Self {
            original,
            _answer: answer,
        }
    }

    /// Answers each request with HTTP 200, a content type and a body.
    pub(crate) fn answering(content_type: &'static str, body: Vec<u8>) -> Self {
        Self::new(move |_, _| Promise::resolve(&response(content_type, &body)))
    }

    /// Rejects each request, as a browser does when nothing could be reached.
    pub(crate) fn rejecting() -> Self {
        Self::new(|_, _| Promise::reject(&js_sys::TypeError::new("Failed to fetch")))
    }

    /// Never answers.
    pub(crate) fn silent() -> Self {
        Self::new(|_, _| Promise::new(&mut |_, _| {}))
    }
}

impl Drop for FakeFetch {
    fn drop(&mut self) {
        let restored = Reflect::set(&window(), &JsValue::from_str("fetch"), &self.original);
        restored.expect("fetch can be restored");
    }
}

fn response(content_type: &str, body: &[u8]) -> JsValue {
    let headers = Object::new();
    let entry = (
        JsValue::from_str("content-type"),
        JsValue::from_str(content_type),
    );
    Reflect::set(&headers, &entry.0, &entry.1).expect("a plain object takes properties");
    let init = ResponseInit::new();
    init.set_status(200);
    init.set_headers(&headers);
    let bytes = Uint8Array::from(body);
    Response::new_with_opt_js_u8_array_and_init(Some(&bytes), &init)
        .expect("status and headers are legal")
        .unchecked_into()
}
