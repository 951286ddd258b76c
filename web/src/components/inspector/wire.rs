//! Every byte of one side: the side's switch, base64 as it travelled, and the three columns.

use std::sync::Arc;

use leptos::prelude::*;

use super::Focus;
use crate::components::switch::{Choice, Switch};
use crate::components::wire_columns::WireColumns;
use crate::i18n::{locale, text};
use crate::model::inspection::Side;
use crate::model::record::Record;
use crate::model::schema::Schema;
use crate::model::wire_body::WireBody;

/// Characters of base64 that are shown as they travelled.
const MAX_TEXT_SHOWN: usize = 512;

/// The bytes of a call.
#[component]
pub fn WireTab(
    /// The record of the call that's looked at.
    #[prop(into)]
    record: Signal<Option<Arc<Record>>>,
    /// What is known of messages and methods.
    schema: StoredValue<Arc<Schema>>,
    /// What is looked at.
    focus: Focus,
) -> impl IntoView {
    let side = focus.side;
    let body = Memo::new(move |_| {
        let record = record.get()?;
        Some(Arc::new(WireBody::of(
            &record,
            side.get(),
            &schema.read_value(),
        )))
    });
    let travelled = move || {
        let body = body.get()?;
        let text = body.text.clone()?;
        Some(view! { <Travelled size=text.len() decoded=body.bytes.len() text /> })
    };
    let choices = vec![
        Choice {
            value: Side::Request,
            name: |m| m.request,
            hook: "side-request",
        },
        Choice {
            value: Side::Response,
            name: |m| m.answer,
            hook: "side-response",
        },
    ];
    let on_side = move |value| {
        focus.range.set(None);
        side.set(value);
    };
    view! {
        <div class="wire-head">
            <Switch choices chosen=side on_choose=on_side label=text(|m| m.side) />
        </div>
        {travelled}
        <WireColumns body pointed=focus.range />
    }
}

/// Base64 as it travelled; the columns below show what it stands for.
#[component]
fn Travelled(text: bytes::Bytes, size: usize, decoded: usize) -> impl IntoView {
    let shown = String::from_utf8_lossy(&text[..size.min(MAX_TEXT_SHOWN)]).into_owned();
    let more = if size > MAX_TEXT_SHOWN { "…" } else { "" };
    let words = move || (locale().get().messages().text_mode_step)(size, decoded);
    view! {
        <div class="travelled" data-test="travelled">
            <p class="hint">{words}</p>
            <code>{shown}{more}</code>
        </div>
    }
}
