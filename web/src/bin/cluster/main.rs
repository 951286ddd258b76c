//! The bundle of the pages that look at the whole: `/components` and `/compare`.
//!
//! In a worker, which `bench.js` is, the same program measures for `/compare`.

mod worker;

use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web::annex;
use web::model::annex::Annex;
use web::pages::compare::ComparePage;
use web::pages::components::ComponentsPage;
use web_sys::HtmlElement;

/// Puts an annex of this bundle into `place` and returns the function that takes it out again.
#[wasm_bindgen]
pub fn mount(place: HtmlElement, annex: &str, call: Function) -> Function {
    let annex = Annex::from_key(annex);
    annex::mount(place, call, move || match annex {
        Some(Annex::Compare) => view! { <ComparePage /> }.into_any(),
        _ => view! { <ComponentsPage /> }.into_any(),
    })
}

/// Measures JSON and protobuf once and reports to the page: `bench.js` asks for it in a worker.
///
/// The functions write and read JSON, a value or bytes, so many times.
#[wasm_bindgen]
pub fn measure(encode_times: Function, decode_times: Function) {
    worker::measure(encode_times, decode_times);
}

fn main() {}
