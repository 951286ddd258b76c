//! The browser's own compression, which costs the page nothing: bytes through a stream and back.

use bytes::Bytes;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableWritablePair, Response};

/// The browser's names for deflate without a wrapper, and for gzip.
const DEFLATE: &str = "deflate-raw";
const GZIP: &str = "gzip";

// web-sys has these two only behind a compiler flag.
#[wasm_bindgen]
extern "C" {
    type CompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<CompressionStream, JsValue>;

    type DecompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;
}

/// Returns bytes in deflate without a wrapper; none where the browser can't.
pub async fn deflate(bytes: &[u8]) -> Option<Bytes> {
    let stream = CompressionStream::new(DEFLATE).ok()?;
    pass_through(&Uint8Array::from(bytes), stream.unchecked_ref()).await
}

/// Returns what deflate without a wrapper stands for; none where it isn't that.
pub async fn inflate(bytes: &[u8]) -> Option<Bytes> {
    let stream = DecompressionStream::new(DEFLATE).ok()?;
    pass_through(&Uint8Array::from(bytes), stream.unchecked_ref()).await
}

/// Returns bytes in gzip; none where the browser can't.
pub async fn gzip(bytes: &Uint8Array) -> Option<Bytes> {
    let stream = CompressionStream::new(GZIP).ok()?;
    pass_through(bytes, stream.unchecked_ref()).await
}

async fn pass_through(bytes: &Uint8Array, stream: &ReadableWritablePair) -> Option<Bytes> {
    let source = Response::new_with_opt_js_u8_array(Some(bytes))
        .ok()?
        .body()?;
    let packed = Response::new_with_opt_readable_stream(Some(&source.pipe_through(stream))).ok()?;
    let buffer = JsFuture::from(packed.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec().into())
}
