//! The bundle of what takes bytes apart: `/decode`, and the inspector's Code tab.

use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web::annex;
use web::model::annex::Annex;
use web::pages::code::CodePanel;
use web::pages::decode::DecodePage;
use web_sys::HtmlElement;

/// Puts an annex of this bundle into `place` and returns the function that takes it out again.
#[wasm_bindgen]
pub fn mount(place: HtmlElement, annex: &str, call: Function) -> Function {
    let annex = Annex::from_key(annex);
    annex::mount(place, call, move || match annex {
        Some(Annex::Code) => view! { <CodePanel /> }.into_any(),
        _ => view! { <DecodePage /> }.into_any(),
    })
}

fn main() {}
