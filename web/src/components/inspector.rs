//! The inspector: one call, seen from five sides. Used wherever a call can be looked at.

pub mod headers;
pub mod message;
pub mod timing;
pub mod wire;

use std::ops::Range;
use std::sync::Arc;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use self::headers::HeadersTab;
use self::message::MessageTab;
use self::timing::TimingTab;
use self::wire::WireTab;
use crate::i18n::{Messages, text};
use crate::model::call::Call;
use crate::model::inspection::{Side, Tab};
use crate::model::record::Record;
use crate::model::schema::Schema;

/// What is looked at in the inspector.
#[derive(Clone, Copy)]
pub struct Focus {
    /// The open tab.
    pub tab: RwSignal<Tab>,
    /// Whose bytes the wire view shows.
    pub side: RwSignal<Side>,
    /// Bytes that were pointed out from elsewhere, such as an arrow of the diagram.
    pub range: RwSignal<Option<Range<usize>>>,
}

impl Focus {
    /// Begins with the bytes of the answer.
    pub fn new(tab: Tab) -> Self {
        Self {
            tab: RwSignal::new(tab),
            side: RwSignal::new(Side::Response),
            range: RwSignal::new(None),
        }
    }
}

/// The call that's looked at, for tabs that aren't part of the first load.
#[derive(Clone, Copy)]
pub struct Inspected(pub Signal<Option<Arc<Record>>>);

/// The five tabs of one call.
#[component]
pub fn Inspector(
    /// The call that's looked at, if any was made.
    #[prop(into)]
    call: Signal<Option<Arc<Call>>>,
    /// What is known of messages and methods.
    schema: StoredValue<Arc<Schema>>,
    /// What is looked at.
    focus: Focus,
    /// The Code tab, which finds the call in its context as [`Inspected`].
    code_tab: fn() -> AnyView,
) -> impl IntoView {
    let record = Signal::derive(move || call.get().map(|call| Arc::clone(&call.record)));
    // Taking a large body apart again only because its phases became known would be felt.
    let changed = |old: Option<&Option<Arc<Record>>>, new: Option<&Option<Arc<Record>>>| {
        let (Some(Some(old)), Some(Some(new))) = (old, new) else {
            return true;
        };
        !old.has_same_traffic(new)
    };
    let traffic = Memo::new_with_compare(move |_| record.get(), changed);
    provide_context(Inspected(traffic.into()));
    let tab = focus.tab;
    let panel = move || match tab.get() {
        Tab::Message => view! { <MessageTab record=traffic schema /> }.into_any(),
        Tab::Headers => view! { <HeadersTab record /> }.into_any(),
        Tab::Wire => view! { <WireTab record=traffic schema focus /> }.into_any(),
        Tab::Timing => view! { <TimingTab record /> }.into_any(),
        Tab::Code => code_tab(),
    };
    view! {
        <Tabs tab />
        <div
            id="inspector-panel"
            class="inspector-panel"
            role="tabpanel"
            tabindex="0"
            data-test="inspector-panel"
            aria-labelledby=move || tab_id(tab.get())
        >
            <Show when=move || call.with(Option::is_some) fallback=|| view! { <Empty /> }>
                {panel}
            </Show>
        </div>
    }
}

#[component]
fn Empty() -> impl IntoView {
    view! { <p class="note">{text(|m| m.inspector_empty)}</p> }
}

#[component]
fn Tabs(tab: RwSignal<Tab>) -> impl IntoView {
    let step = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let current = tab.get_untracked();
        let next = match &*event.key() {
            "ArrowRight" => current.next(),
            "ArrowLeft" => current.previous(),
            "Home" => Tab::ALL[0],
            "End" => Tab::ALL[Tab::ALL.len() - 1],
            _ => return,
        };
        event.prevent_default();
        tab.set(next);
        focus_element(tab_id(next));
    };
    let buttons = Tab::ALL.map(|own| {
        let is_open = move || tab.get() == own;
        view! {
            <button
                type="button"
                role="tab"
                id=tab_id(own)
                data-test=tab_id(own)
                aria-selected=move || is_open().to_string()
                aria-controls="inspector-panel"
                tabindex=move || if is_open() { "0" } else { "-1" }
                on:click=move |_| tab.set(own)
            >
                {text(tab_name(own))}
            </button>
        }
    });
    view! {
        <div class="tabs" role="tablist" aria-label=text(|m| m.inspector) on:keydown=step>
            {buttons.collect_view()}
        </div>
    }
}

fn tab_id(tab: Tab) -> &'static str {
    match tab {
        Tab::Message => "tab-message",
        Tab::Headers => "tab-headers",
        Tab::Wire => "tab-wire",
        Tab::Timing => "tab-timing",
        Tab::Code => "tab-code",
    }
}

fn tab_name(tab: Tab) -> fn(&Messages) -> &'static str {
    match tab {
        Tab::Message => |m| m.tab_message,
        Tab::Headers => |m| m.tab_headers,
        Tab::Wire => |m| m.tab_wire,
        Tab::Timing => |m| m.tab_timing,
        Tab::Code => |m| m.tab_code,
    }
}

fn focus_element(id: &str) {
    use wasm_bindgen::JsCast as _;
    let element = document().get_element_by_id(id);
    let element = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(element) = element {
        // Fails for elements that can't be focused only.
        let _ = element.focus();
    }
}
