//! What a bundle knows of the page around its annex: the language, and what the annex is told.
//!
//! Read from attributes, which every memory can see, and followed until the annex leaves.

use js_sys::Array;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, MutationObserver, MutationObserverInit};

use crate::i18n::Locale;

/// The attribute of an annex's element that holds what it's told.
const INPUT: &str = "data-input";

/// What an annex is told, as text.
#[derive(Clone, Copy)]
pub struct Input(pub ReadSignal<String>);

/// What the page says to an annex by attributes.
pub struct Surroundings {
    /// Language of `<html>`.
    pub locale: ReadSignal<Locale>,
    /// What stands in `data-input` of the annex's element.
    pub input: Input,
}

impl Surroundings {
    /// Follows both from now on, until the reactive owner around the caller is gone.
    pub fn follow(place: &HtmlElement) -> Self {
        let element = place.clone();
        let read = move || {
            let root = document().document_element();
            let tag = root.and_then(|root| root.get_attribute("lang"));
            let input = element.get_attribute(INPUT).unwrap_or_default();
            (Locale::from_tag(&tag.unwrap_or_default()), input)
        };
        let (locale, input) = read();
        let (locale, input) = (RwSignal::new(locale), RwSignal::new(input));
        observe(place, move || {
            let (new_locale, new_input) = read();
            locale.set(new_locale);
            input.set(new_input);
        });
        Self {
            locale: locale.read_only(),
            input: Input(input.read_only()),
        }
    }
}

/// Calls `changed` whenever the language or the input change, until the annex leaves.
fn observe(place: &HtmlElement, changed: impl Fn() + 'static) {
    let changed = Closure::<dyn Fn()>::new(changed);
    let Ok(observer) = MutationObserver::new(changed.as_ref().unchecked_ref()) else {
        return;
    };
    let attribute = |name: &str| {
        let options = MutationObserverInit::new();
        options.set_attributes(true);
        options.set_attribute_filter(&Array::of1(&name.into()));
        options
    };
    // Fails for options that contradict each other only.
    let _ = observer.observe_with_options(place, &attribute(INPUT));
    if let Some(root) = document().document_element() {
        let _ = observer.observe_with_options(&root, &attribute("lang"));
    }
    let held = SendWrapper::new((observer, changed));
    on_cleanup(move || held.0.disconnect());
}
