//! The bundle's side of an annex: what its code may rely on, put together once.
//!
//! An annex is given an element and the page's client. It reads the language from `<html lang>` and
//! what it's told from `data-input` of its element, and follows both; it leaves when told so.
//! It shares no memory with the page: nothing else passes between them. Colors, spaces and sizes are
//! the page's style sheets'.

use js_sys::Function;
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::client::lent::Lent;
use crate::state::surroundings::Surroundings;

/// Puts a view into `place` and returns the function that takes it out again.
pub fn mount<N>(place: HtmlElement, call: Function, view: impl FnOnce() -> N + 'static) -> Function
where
    N: IntoView + 'static,
{
    let element = place.clone();
    let handle = mount_to(place, move || {
        let surroundings = Surroundings::follow(&element);
        provide_context(surroundings.locale);
        provide_context(surroundings.input);
        provide_context(Lent::new(call));
        view()
    });
    Closure::once_into_js(move || drop(handle)).unchecked_into()
}
