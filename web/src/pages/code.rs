//! The Code tab of the inspector: the same call in other tools, to copy. An annex of the call page.

use leptos::prelude::*;

use crate::components::copy::copy;
use crate::i18n::code::text;
use crate::model::code_input;
use crate::model::snippets::{Tool, snippet, too_large};
use crate::model::wire_body::WireBody;
use crate::state::schema::Schemas;
use crate::state::surroundings::Input;

/// The call as text for each tool that speaks its dialect.
#[component]
pub fn CodePanel() -> impl IntoView {
    let schema = Schemas::load_all().shared();
    let input = expect_context::<Input>().0;
    let wanted = RwSignal::new(Tool::Grpcurl);
    let told = Memo::new(move |_| input.with(|text| code_input::from_text(text)));
    let tools = Memo::new(move |_| {
        let told = told.get();
        told.map_or(&[][..], |(record, _)| Tool::of(record.is_json()))
    });
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
        let Some((record, size)) = told.get() else {
            return String::new();
        };
        if size > record.request_body.len() {
            return too_large(size);
        }
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
