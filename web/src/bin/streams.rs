//! The bundle of `/streams`, the page that shows calls message by message.

use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web::annex;
use web::pages::streams::StreamsPage;
use web_sys::HtmlElement;

/// Puts the page into `place` and returns the function that takes it out again.
#[wasm_bindgen]
pub fn mount(place: HtmlElement, _annex: &str, call: Function) -> Function {
    annex::mount(place, call, move || view! { <StreamsPage /> })
}

fn main() {}
