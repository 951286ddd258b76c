//! The same call in other tools, to copy.

use std::sync::Arc;

use leptos::prelude::*;

use crate::components::copy::copy;
use crate::i18n::text;
use crate::model::inspection::Side;
use crate::model::record::Record;
use crate::model::schema::Schema;
use crate::model::snippets::{Tool, snippet};
use crate::model::wire_body::WireBody;

/// The call as text for five tools.
#[component]
pub fn CodeTab(
    /// The record of the call that's looked at.
    #[prop(into)]
    record: Signal<Option<Arc<Record>>>,
    /// What is known of messages and methods.
    schema: StoredValue<Arc<Schema>>,
) -> impl IntoView {
    let tool = RwSignal::new(Tool::Grpcurl);
    let code = Signal::derive(move || {
        let Some(record) = record.get() else {
            return String::new();
        };
        let request = WireBody::of(&record, Side::Request, &schema.read_value());
        snippet(tool.get(), &record, &request)
    });
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
    let buttons = Tool::ALL.map(|own| {
        view! {
            <button
                type="button"
                data-test=format!("tool-{}", own.key())
                aria-pressed=move || (tool.get() == own).to_string()
                on:click=move |_| tool.set(own)
            >
                {own.name()}
            </button>
        }
    });
    let copy_name = move || {
        if copied.get() {
            text(|m| m.copied_code)()
        } else {
            text(|m| m.copy_code)()
        }
    };
    let note = move || {
        if tool.get().is_run_by_tests() {
            text(|m| m.code_is_run)()
        } else {
            text(|m| m.code_is_not_run)()
        }
    };
    view! {
        <div class="wire-head">
            <div class="switch" role="group" aria-label=text(|m| m.tool)>{buttons.collect_view()}</div>
            <button type="button" class="button button-small" data-test="copy-code" on:click=on_copy>
                <span aria-live="polite">{copy_name}</span>
            </button>
        </div>
        <pre class="code" tabindex="0" data-test="code">{code}</pre>
        <p class="hint">{note}</p>
    }
}
