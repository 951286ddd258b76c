//! The share link: the form's state in the URL's fragment, written on demand, read on arrival.
//!
//! The browser's own deflate does the packing, which costs the page nothing. Opening never sends.

use bytes::Bytes;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableWritablePair, Response};
use wire::base64;

use crate::components::request_form::Draft;
use crate::model::greeting::{Language, Method};
use crate::model::inspection::Tab;
use crate::model::link::{Link, MAX_FRAGMENT, VERSION};
use crate::model::metadata::without_secrets;
use crate::model::wire_format::WireFormat;

/// The browser's name for deflate without a wrapper.
const FORMAT: &str = "deflate-raw";

// web-sys has these two only behind a compiler flag.
#[wasm_bindgen]
extern "C" {
    type CompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<CompressionStream, wasm_bindgen::JsValue>;

    type DecompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, wasm_bindgen::JsValue>;
}

/// Puts what the page's link says into the form, now and whenever the fragment changes.
pub fn follow_link(draft: Draft, tab: RwSignal<Tab>) {
    restore(draft, tab);
    let handle = window_event_listener(leptos::ev::hashchange, move |_| restore(draft, tab));
    on_cleanup(move || handle.remove());
}

/// Returns the page's address with the form's state in it.
pub async fn current(draft: Draft, tab: RwSignal<Tab>, with_secrets: bool) -> Option<String> {
    let metadata = draft.metadata.get_untracked();
    let link = Link {
        method: draft.method.get_untracked().key().to_owned(),
        name: draft.name.get_untracked(),
        language: draft.language.get_untracked().key().to_owned(),
        deadline: draft.deadline.get_untracked(),
        metadata: if with_secrets {
            metadata
        } else {
            without_secrets(&metadata)
        },
        format: draft.format.get_untracked().key().to_owned(),
        tab: tab.get_untracked().key().to_owned(),
    };
    let stream = CompressionStream::new(FORMAT).ok()?;
    let packed = pass_through(link.to_text().as_bytes(), stream.unchecked_ref()).await?;
    let fragment = format!(
        "{VERSION}{}",
        base64::encode_url(&packed).trim_end_matches('=')
    );
    let location = window().location();
    let (origin, path) = (location.origin().ok()?, location.pathname().ok()?);
    let query = location.search().unwrap_or_default();
    let url = format!("{origin}{path}{query}#{fragment}");
    let history = window().history().ok()?;
    history
        .replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&url))
        .ok()?;
    Some(url)
}

fn restore(draft: Draft, tab: RwSignal<Tab>) {
    let fragment = window().location().hash().unwrap_or_default();
    let Some(packed) = fragment
        .strip_prefix('#')
        .and_then(|text| text.strip_prefix(VERSION))
    else {
        return;
    };
    if packed.len() > MAX_FRAGMENT {
        return;
    }
    let Ok(packed) = base64::decode(packed) else {
        return;
    };
    spawn_local(async move {
        let Ok(stream) = DecompressionStream::new(FORMAT) else {
            return;
        };
        let text = pass_through(&packed, stream.unchecked_ref()).await;
        let text = text.and_then(|text| String::from_utf8(text.to_vec()).ok());
        if let Some(text) = text {
            fill(draft, tab, Link::from_text(&text));
        }
    });
}

fn fill(draft: Draft, tab: RwSignal<Tab>, link: Link) {
    draft.method.set(Method::from_key(&link.method));
    draft.name.set(link.name);
    draft.language.set(Language::from_key(&link.language));
    draft.deadline.set(link.deadline);
    draft.metadata.set(link.metadata);
    draft.format.set(WireFormat::from_key(&link.format));
    if let Some(open) = Tab::from_key(&link.tab) {
        tab.set(open);
    }
}

/// Returns what a stream of the browser makes of bytes, or none when they aren't to its liking.
async fn pass_through(bytes: &[u8], stream: &ReadableWritablePair) -> Option<Bytes> {
    let bytes = js_sys::Uint8Array::from(bytes);
    let source = Response::new_with_opt_js_u8_array(Some(&bytes))
        .ok()?
        .body()?;
    let packed = Response::new_with_opt_readable_stream(Some(&source.pipe_through(stream))).ok()?;
    let buffer = JsFuture::from(packed.array_buffer().ok()?).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec().into())
}
