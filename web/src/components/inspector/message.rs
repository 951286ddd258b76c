//! The messages as JSON: what was asked, what was answered.

use std::sync::Arc;

use leptos::prelude::*;

use crate::components::json::Json;
use crate::i18n::{bytes, text};
use crate::model::inspection::Side;
use crate::model::record::Record;
use crate::model::schema::Schema;
use crate::model::wire_body::WireBody;

/// Request and answer as JSON.
#[component]
pub fn MessageTab(
    /// The record of the call that's looked at.
    #[prop(into)]
    record: Signal<Option<Arc<Record>>>,
    /// What is known of messages and methods.
    schema: StoredValue<Arc<Schema>>,
) -> impl IntoView {
    let body = move |side| {
        Memo::new(move |_| {
            let record = record.get()?;
            Some(Arc::new(WireBody::of(&record, side, &schema.read_value())))
        })
    };
    let (asked, answered) = (RwSignal::new(None), RwSignal::new(None));
    let nothing = |body: Memo<Option<Arc<WireBody>>>| {
        move || body.with(|body| body.as_ref().is_none_or(|body| body.view.json.is_empty()))
    };
    let (request, response) = (body(Side::Request), body(Side::Response));
    view! {
        <div class="columns columns-2">
            <div>
                <h3>{text(|m| m.request)}</h3>
                <Json body=request hovered=asked kept=asked active=asked label=text(|m| m.request_json) />
            </div>
            <div>
                <h3>{text(|m| m.answer)}</h3>
                <Json body=response hovered=answered kept=answered active=answered label=bytes::text(|m| m.answer_json) />
                <Show when=nothing(response)>
                    <p class="note">{text(|m| m.no_message)}</p>
                </Show>
            </div>
        </div>
    }
}
