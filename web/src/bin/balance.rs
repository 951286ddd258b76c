//! The bundle of `/balance`, the page that shows how calls are spread over replicas.

use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web::annex;
use web::pages::balance::BalancePage;
use web_sys::HtmlElement;

/// Puts the page into `place` and returns the function that takes it out again.
#[wasm_bindgen]
pub fn mount(place: HtmlElement, _annex: &str, call: Function) -> Function {
    annex::mount(place, call, move || view! { <BalancePage /> })
}

fn main() {}
