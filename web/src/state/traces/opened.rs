//! The trace that's open: asked for when the address names it, and again whenever it has grown.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;
use wire::code::Code;

use super::Tracer;
use crate::client::traces;
use crate::components::copy::copy;
use crate::model::trace::Trace;
use crate::model::trace::otlp::export;
use crate::model::traces::opened::{Opened, Progress};
use crate::state::download::save;

/// The element that takes the focus when a trace opens, and the one when the list does.
const HEADING: &str = "#trace-heading";
const ROW: &str = ".traces [tabindex='0']";

impl Tracer {
    /// Opens what the address names.
    pub(super) fn follow(self) {
        let fragment = window().location().hash().unwrap_or_default();
        let before = self.read(|page| page.of_opened(|own| own.id.clone()));
        let mut asked = None;
        let is_same = self.read(|page| {
            let id = fragment.trim_start_matches('#');
            page.of_opened(|own| own.id.clone()) == id
        });
        if is_same {
            return;
        }
        self.change(|page| asked = page.follow(&fragment));
        // Whoever reads by ear continues where the page has changed: at the trace, or at the row that it was opened by.
        let is_listing = self.read(|page| page.opened.is_none());
        match asked {
            Some(id) => {
                self.ask(id);
                focus(HEADING);
            }
            None if is_listing && !before.is_empty() => focus(ROW),
            None => {}
        }
    }

    /// Asks for a trace; does nothing while it's being asked for already, and asks again if it has grown meanwhile.
    pub(super) fn ask(self, id: String) {
        let was_asking = self
            .is_asking
            .try_update_value(|is| std::mem::replace(is, true));
        let (Some(false), Some(client)) = (was_asking, self.client()) else {
            return;
        };
        spawn_local(async move {
            let mut id = id;
            loop {
                let answer = traces::get(&client, &id).await;
                let now = self.read(|page| page.of_opened(|own| own.id.clone()));
                if now == id {
                    self.change(|page| {
                        if let Some(opened) = &mut page.opened {
                            judge(opened, answer);
                        }
                    });
                    break;
                }
                // Another one was opened meanwhile, or none.
                if now.is_empty() {
                    break;
                }
                id = now;
            }
            let _ = self.is_asking.try_set_value(false);
        });
    }

    /// Asks for the open trace again.
    pub fn ask_again(self) {
        let id = self.read(|page| page.of_opened(|own| own.id.clone()));
        self.change(|page| page.opened = Some(Opened::asked(&id)));
        self.ask(id);
    }

    /// Opens a trace that is here already, and writes it into the address.
    pub(super) fn open(self, trace: Trace) {
        let id = trace.summary.id.clone();
        self.change(|page| {
            page.is_copied = false;
            page.list.let_go();
            let mut opened = Opened::asked(&id);
            opened.take(trace);
            page.opened = Some(opened);
        });
        // Fails only where the page may not change its own address.
        let _ = window().location().set_hash(&id);
    }

    /// Returns to the list, as the address says then.
    pub fn close(self) {
        let location = window().location();
        let Ok(href) = location.href() else { return };
        let url = href.split('#').next().unwrap_or_default();
        if let Ok(history) = window().history() {
            // Refused only for another origin's address.
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(url));
        }
        self.follow();
    }

    /// Saves the open trace as OTLP JSON.
    pub fn export(self) {
        let (id, text) =
            self.read(|page| page.of_opened(|own| (own.id.clone(), export(&own.trace.spans))));
        // Fails in browsers that forbid downloads, and there's nobody else to tell.
        let _ = save(&format!("trace-{id}.json"), &text);
    }

    /// Copies the page's address, which opens this trace.
    pub fn share(self) {
        let Ok(url) = window().location().href() else {
            return;
        };
        spawn_local(async move {
            let is_copied = copy(&url).await;
            self.change(|page| page.is_copied = is_copied);
        });
    }
}

fn judge(opened: &mut Opened, answer: Result<Trace, crate::model::refusal::Refusal>) {
    match answer {
        Ok(trace) => opened.take(trace),
        // What was seen of it stays.
        Err(_) if opened.is_here() => {}
        Err(refusal) if matches!(refusal.code, Code::NotFound | Code::InvalidArgument) => {
            opened.progress = Progress::Gone;
        }
        Err(refusal) => opened.progress = Progress::Failed(refusal),
    }
}

/// Moves the focus to the first element of a selector, a task later: by then it's drawn.
pub fn focus(selector: &'static str) {
    spawn_local(async move {
        TimeoutFuture::new(0).await;
        let found = document().query_selector(selector).ok().flatten();
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            // Fails for elements that can't have the focus, and none is meant here.
            let _ = element.focus();
        }
    });
}
