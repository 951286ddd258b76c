//! `/decode`: pasted bytes, owned byte by byte. Works without a server.

use std::sync::Arc;

use bytes::Bytes;
use leptos::prelude::*;

use crate::components::switch::{Choice, Switch};
use crate::components::wire_columns::WireColumns;
use crate::i18n::Words as _;
use crate::i18n::decode::{DecodeWords, text};
use crate::model::paste::{self, PasteKind};
use crate::model::schema::Schema;
use crate::model::wire_body::WireBody;
use crate::model::wire_format::WireFormat;
use crate::model::wire_view::Reading;
use crate::state::schema::Schemas;

/// What the field begins with: an answer of MyService, as it came over the wire.
const EXAMPLE: &str = "00 00 00 00 1a 0a 0d 48 65 6c 6c 6f 2c 20 57 6f 72 6c 64 21 \
    12 09 72 65 70 6c 69 63 61 2d 30 80 00 00 00 0f 67 72 70 63 2d 73 74 61 74 75 73 3a 30 0d 0a";

/// The page that takes pasted bytes apart.
#[component]
pub fn DecodePage() -> impl IntoView {
    let schemas = Schemas::load_all();
    provide_context(schemas);
    let schema = schemas.shared();
    let pasted = RwSignal::new(EXAMPLE.to_owned());
    let chosen = RwSignal::new(None::<PasteKind>);
    let message = RwSignal::new("myservice.v1.SayHelloResponse".to_owned());
    let body = Memo::new(move |_| {
        let kind = chosen.get();
        schema.with_value(|schema| read(&pasted.get(), kind, &message.get(), schema))
    });
    let is_refused = move || body.get().is_none();
    let kinds = vec![
        Choice {
            value: None,
            name: |locale| DecodeWords::of(locale).kind_guess,
            hook: "kind-guess",
        },
        Choice {
            value: Some(PasteKind::Frames),
            name: |locale| DecodeWords::of(locale).kind_frames,
            hook: "kind-frames",
        },
        Choice {
            value: Some(PasteKind::TextMode),
            name: |locale| DecodeWords::of(locale).kind_text,
            hook: "kind-text",
        },
        Choice {
            value: Some(PasteKind::Message),
            name: |locale| DecodeWords::of(locale).kind_message,
            hook: "kind-message",
        },
    ];
    view! {
        <div class="hero">
            <h1>{text(|m| m.title)}</h1>
            <p class="lede">{text(|m| m.lede)}</p>
        </div>
        <section class="sheet wide" aria-labelledby="paste-heading">
            <h2 id="paste-heading">{text(|m| m.paste)}</h2>
            <PasteField pasted is_refused=Signal::derive(is_refused) />
            <div class="row row-close">
                <Switch choices=kinds chosen on_choose=move |kind| chosen.set(kind) label=text(|m| m.kind) />
                <MessageSelect message />
            </div>
        </section>
        <section class="sheet wide" aria-labelledby="decoded-heading">
            <h2 id="decoded-heading">{text(|m| m.decoded)}</h2>
            <WireColumns body pointed=Signal::stored(None) />
        </section>
    }
}

#[component]
fn PasteField(pasted: RwSignal<String>, is_refused: Signal<bool>) -> impl IntoView {
    view! {
        <div class="field">
            <label for="paste">{text(|m| m.paste_label)} <code>"hex · base64"</code></label>
            <textarea
                id="paste"
                class="on-wire"
                data-test="paste"
                rows="4"
                spellcheck="false"
                autocomplete="off"
                aria-invalid=move || is_refused.get().to_string()
                aria-describedby="paste-error"
                bind:value=pasted
            ></textarea>
            <p id="paste-error" class="field-error" data-test="paste-error">
                {move || is_refused.get().then(|| text(|m| m.paste_invalid))}
            </p>
        </div>
    }
}

#[component]
fn MessageSelect(message: RwSignal<String>) -> impl IntoView {
    let schema = expect_context::<Schemas>().shared();
    let names = schema.with_value(|schema| {
        schema
            .message_names()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    let options = names.into_iter().map(|name| {
        let is_chosen = message.with_untracked(|chosen| *chosen == name);
        view! { <option value=name.clone() selected=is_chosen>{name.clone()}</option> }
    });
    view! {
        <select
            class="inline"
            data-test="message-type"
            aria-label=text(|m| m.message_type)
            prop:value=move || message.get()
            on:change:target=move |event| message.set(event.target().value())
        >
            <option value="">{text(|m| m.message_unknown)}</option>
            {options.collect_view()}
        </select>
    }
}

/// Returns the pasted bytes taken apart, or none if they can't be read as bytes at all.
fn read(
    pasted: &str,
    kind: Option<PasteKind>,
    message: &str,
    schema: &Arc<Schema>,
) -> Option<Arc<WireBody>> {
    let message = (!message.is_empty()).then_some(message);
    let body = if kind == Some(PasteKind::TextMode) {
        let text = Bytes::from(paste::text_mode(pasted));
        WireBody::new(text, WireFormat::Text, Reading::Frames, schema, message)
    } else {
        let bytes = Bytes::from(paste::parse(pasted).ok()?);
        let kind = kind.unwrap_or_else(|| paste::guess(&bytes));
        let reading = if kind == PasteKind::Message {
            Reading::Message
        } else {
            Reading::Frames
        };
        WireBody::new(bytes, WireFormat::Binary, reading, schema, message)
    };
    Some(Arc::new(body))
}
