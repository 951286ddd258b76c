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

/// Characters of a text that are shown as they travelled.
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
        let decoded = body.bytes.len();
        match &body.text {
            Some(text) => Some(view! { <Travelled text=text.clone() decoded /> }),
            None if body.is_text => Some(view! { <Travelled text=body.bytes.clone() decoded /> }),
            None => None,
        }
    };
    let left_out = move || {
        let count = record
            .get()
            .filter(|_| side.get() == Side::Response)?
            .left_out;
        let words = move || (locale().get().messages().left_out)(count);
        (count > 0).then(|| view! { <p class="hint" data-test="left-out">{words}</p> })
    };
    let choices = vec![
        Choice {
            value: Side::Request,
            name: |locale| locale.messages().request,
            hook: "side-request",
        },
        Choice {
            value: Side::Response,
            name: |locale| locale.messages().answer,
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
        {left_out}
        <WireColumns body pointed=focus.range />
    }
}

/// A text as it travelled: base64, and the columns below show what it stands for; or the body itself.
#[component]
fn Travelled(text: bytes::Bytes, decoded: usize) -> impl IntoView {
    let size = text.len();
    let is_base64 = size != decoded;
    let shown = String::from_utf8_lossy(&text[..size.min(MAX_TEXT_SHOWN)]).into_owned();
    let more = if size > MAX_TEXT_SHOWN { "…" } else { "" };
    let words = move || {
        let messages = locale().get().messages();
        if is_base64 {
            (messages.text_mode_step)(size, decoded)
        } else {
            messages.as_text.to_owned()
        }
    };
    let hook = if is_base64 { "travelled" } else { "as-text" };
    view! {
        <div class="travelled" data-test=hook>
            <p class="hint">{words}</p>
            <code>{shown}{more}</code>
        </div>
    }
}
