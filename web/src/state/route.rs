//! Which page is open, as the address bar says it.
//!
//! Two pages need no router library, which would be a tenth of the first load: a click on a link of
//! this app changes the address, going back is heard, and everything else is the browser's.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{HtmlAnchorElement, MouseEvent};

use crate::model::page::Page;

/// The open page.
#[derive(Clone, Copy)]
pub struct Route {
    page: RwSignal<Option<Page>>,
}

impl Route {
    /// Follows the address bar from now on.
    pub fn follow() -> Self {
        let route = Self {
            page: RwSignal::new(current()),
        };
        let back = window_event_listener(ev::popstate, move |_| route.open(current()));
        let click = window_event_listener(ev::click, move |event| route.click(&event));
        on_cleanup(move || {
            back.remove();
            click.remove();
        });
        route
    }

    /// Returns the open page; none where no page has this address.
    pub fn page(self) -> ReadSignal<Option<Page>> {
        self.page.read_only()
    }

    /// Draws another page; one that's open stays as it is, with all that was typed into it.
    fn open(self, page: Option<Page>) {
        if self.page.get_untracked() != page {
            self.page.set(page);
        }
    }

    /// Opens a page of this app in place, if the click asks for one in the ordinary way.
    fn click(self, event: &MouseEvent) {
        let is_special =
            event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if is_special || event.button() != 0 || event.default_prevented() {
            return;
        }
        let Some(anchor) = anchor_under(event) else {
            return;
        };
        let Some(page) = Page::from_path(&anchor.pathname()) else {
            return;
        };
        event.prevent_default();
        let query = window().location().search().unwrap_or_default();
        let url = format!("{}{query}{}", page.path(), anchor.hash());
        // Fails for other origins only, and a page's path has none.
        let _ = window()
            .history()
            .and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(&url)));
        window().scroll_to_with_x_and_y(0.0, 0.0);
        self.open(Some(page));
    }
}

fn current() -> Option<Page> {
    Page::from_path(&window().location().pathname().unwrap_or_default())
}

/// Returns the link under the pointer, if it leads within this app and isn't a place on the page that's open.
fn anchor_under(event: &MouseEvent) -> Option<HtmlAnchorElement> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let anchor = target
        .closest("a[href]")
        .ok()??
        .dyn_into::<HtmlAnchorElement>()
        .ok()?;
    let location = window().location();
    let is_ours = location.origin().ok()? == anchor.origin();
    let is_place = !anchor.hash().is_empty() && location.pathname().ok()? == anchor.pathname();
    (is_ours && !is_place && !anchor.has_attribute("download")).then_some(anchor)
}
