//! A stand-in for the browser's fetch in tests: answers every request with given bytes.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wire::frame::{FLAG_TRAILERS, Frame};

/// `application/grpc-web+proto`.
pub(crate) const BINARY: &str = "application/grpc-web+proto";
/// `application/grpc-web-text+proto`.
pub(crate) const TEXT: &str = "application/grpc-web-text+proto";

/// Makes a response whose body comes in pieces; `broken` ends it with an error.
const RESPONSE: &str = "const body = new ReadableStream({
  start(controller) {
    for (const piece of pieces) controller.enqueue(piece);
    if (broken) controller.error(new TypeError('network error')); else controller.close();
  },
});
return new Response(body, { status, headers });";

/// An answer to give.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) pieces: Vec<Vec<u8>>,
    pub(crate) broken: bool,
}

impl Answer {
    /// HTTP 200 with a content type and a body in one piece.
    pub(crate) fn new(content_type: &str, body: Vec<u8>) -> Self {
        let headers = vec![("content-type", content_type.to_owned())];
        Self {
            status: 200,
            headers,
            pieces: vec![body],
            broken: false,
        }
    }

    /// The browser's own type for it.
    pub(crate) fn response(&self) -> JsValue {
        let headers = Object::new();
        for (name, value) in &self.headers {
            let set = Reflect::set(&headers, &(*name).into(), &value.into());
            set.expect("a plain object takes properties");
        }
        let pieces = self.pieces.iter().map(|piece| Uint8Array::from(&piece[..]));
        let pieces: Array = pieces.collect();
        let make = Function::new_with_args("pieces, broken, status, headers", RESPONSE);
        let arguments = Array::of4(&pieces, &self.broken.into(), &self.status.into(), &headers);
        make.apply(&JsValue::NULL, &arguments)
            .expect("status and headers are legal")
    }
}

/// A frame of a message.
pub(crate) fn message_frame(payload: &[u8]) -> Vec<u8> {
    Frame {
        flags: 0,
        payload: payload.to_vec().into(),
    }
    .encode()
    .to_vec()
}

/// A trailer frame.
pub(crate) fn trailer_frame(block: &str) -> Vec<u8> {
    Frame {
        flags: FLAG_TRAILERS,
        payload: block.as_bytes().to_vec().into(),
    }
    .encode()
    .to_vec()
}

/// Replaces `window.fetch` until dropped.
pub(crate) struct FakeFetch {
    original: JsValue,
    _answer: Closure<dyn Fn(JsValue) -> Promise>,
}

impl FakeFetch {
    /// Answers each request with what `answer` returns.
    pub(crate) fn new(answer: impl Fn(JsValue) -> Promise + 'static) -> Self {
        let answer = Closure::<dyn Fn(JsValue) -> Promise>::new(answer);
        let name = JsValue::from_str("fetch");
        let original = Reflect::get(&window(), &name).expect("a browser has fetch");
        Reflect::set(&window(), &name, answer.as_ref()).expect("fetch can be replaced");
        Self {
            original,
            _answer: answer,
        }
    }

    /// Answers each request with the same.
    pub(crate) fn answering(answer: Answer) -> Self {
        Self::new(move |_| Promise::resolve(&answer.response()))
    }

    /// Rejects each request, as a browser does when nothing could be reached.
    pub(crate) fn rejecting() -> Self {
        Self::new(|_| Promise::reject(&js_sys::TypeError::new("Failed to fetch")))
    }

    /// Never answers.
    pub(crate) fn silent() -> Self {
        Self::new(|_| Promise::new(&mut |_, _| {}))
    }
}

impl Drop for FakeFetch {
    fn drop(&mut self) {
        let restored = Reflect::set(&window(), &JsValue::from_str("fetch"), &self.original);
        restored.expect("fetch can be restored");
    }
}

/// Returns a header of a request that was given to fetch.
pub(crate) fn header_of(request: &JsValue, name: &str) -> Option<String> {
    let request: &web_sys::Request = request.unchecked_ref();
    request.headers().get(name).expect("a legal name")
}
