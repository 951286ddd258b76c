//! The Code tab of the inspector: the same call in other tools, to copy. An annex of the call page.

use leptos::prelude::*;

use crate::components::copy::copy;
use crate::components::inspector::Inspected;
use crate::i18n::code::text;
use crate::model::code_input::request_of;
use crate::model::record::Record;
use crate::model::snippets::{MAX_REQUEST_BYTES, Tool, snippet, too_large};
use crate::model::wire_body::WireBody;
use crate::state::schema::Schemas;

/// The call as text for each tool that speaks its dialect.
#[component]
pub fn CodePanel() -> impl IntoView {
    let schema = Schemas::load_all().shared();
    let call = expect_context::<Inspected>().0;
    let wanted = RwSignal::new(Tool::Grpcurl);
    let tools = Memo::new(move |_| call.with(|record| tools_for(record.as_deref())));
    let tool = Memo::new(move |_| {
        let tools = tools.get();
        let is_there = tools.contains(&wanted.get());
        if is_there {
            wanted.get()
        } else {
            tools.first().copied().unwrap_or(Tool::Fetch)
        }
    });
    let code = Signal::derive(move || {
        let Some(record) = call.get() else {
            return String::new();
        };
        let size = record.request_body.len();
        if size > MAX_REQUEST_BYTES {
            return too_large(size);
        }
        let record = request_of(&record);
        let request = WireBody::framed_request(&record, &schema.read_value());
        snippet(tool.get(), &record, &request)
    });
    let buttons = move || {
        let buttons = tools.get().iter().map(|own| {
            let own = *own;
            view! {
                <button
                    type="button"
                    data-test=format!("tool-{}", own.key())
                    aria-pressed=move || (tool.get() == own).to_string()
                    on:click=move |_| wanted.set(own)
                >
                    {own.name()}
                </button>
            }
        });
        buttons.collect_view()
    };
    let note = move || {
        if tool.get().is_run_by_tests() {
            text(|m| m.is_run)()
        } else {
            text(|m| m.is_not_run)()
        }
    };
    view! {
        <div class="wire-head">
            <div class="switch" role="group" aria-label=text(|m| m.tool)>{buttons}</div>
            <CopyButton code />
        </div>
        <pre class="code" tabindex="0" data-test="code">{code}</pre>
        <p class="hint">{note}</p>
    }
}

fn tools_for(record: Option<&Record>) -> &'static [Tool] {
    record.map_or(&[], |record| Tool::of(record.is_json()))
}

#[component]
fn CopyButton(code: Signal<String>) -> impl IntoView {
    let copied = RwSignal::new(false);
    Effect::new(move |_| {
        code.track();
        copied.set(false);
    });
    let on_copy = move |_| {
        leptos::task::spawn_local(async move {
            copied.set(copy(&code.get_untracked()).await);
        });
    };
    let name = move || {
        if copied.get() {
            text(|m| m.copied)()
        } else {
            text(|m| m.copy)()
        }
    };
    view! {
        <button type="button" class="button button-small" data-test="copy-code" on:click=on_copy>
            <span aria-live="polite">{name}</span>
        </button>
    }
}
