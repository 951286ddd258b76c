//! Named parts as a list that can be walked: frames, fields, trailer lines.

use std::sync::Arc;

use leptos::prelude::*;

use crate::i18n::bytes::BytesWords;
use crate::i18n::{Words as _, locale};
use crate::model::hex::hex;
use crate::model::wire_body::WireBody;
use crate::model::wire_view::{Row, Title};

/// Rows that are drawn, and walked by the arrow keys.
pub const MAX_SHOWN: usize = 200;

/// The parts of a body.
#[component]
pub fn PartList(
    /// The body, if there is one.
    #[prop(into)]
    body: Signal<Option<Arc<WireBody>>>,
    /// The row under the pointer.
    hovered: RwSignal<Option<usize>>,
    /// The row that was clicked or walked to.
    kept: RwSignal<Option<usize>>,
    /// The row that's lit.
    active: RwSignal<Option<usize>>,
) -> impl IntoView {
    let rows = move || {
        let Some(body) = body.get() else {
            return Vec::new();
        };
        let rows = body.view.rows.iter().take(MAX_SHOWN).cloned().enumerate();
        rows.map(|(number, row)| {
            let body = Arc::clone(&body);
            let depth = row.depth.min(6);
            let hue = row.hue;
            let is_lit = move || body.view.is_lit(number, active.get());
            view! {
                <li
                    id=format!("part-{number}")
                    role="option"
                    class=format!("part hue-{hue}")
                    class:lit=is_lit
                    data-depth=depth
                    aria-selected=move || (kept.get() == Some(number)).to_string()
                    on:mouseenter=move |_| hovered.set(Some(number))
                    on:click=move |_| kept.set(Some(number))
                >
                    <Part row />
                </li>
            }
        })
        .collect()
    };
    let is_empty = move || body.get().is_none_or(|body| body.view.rows.is_empty());
    let current = move || kept.get().map(|row| format!("part-{row}"));
    view! {
        <ul
            class="parts"
            role="listbox"
            tabindex="0"
            data-test="parts"
            aria-label=move || BytesWords::of(locale().get()).parts
            aria-activedescendant=current
        >
            {rows}
            <Show when=is_empty>
                <li role="option" class="part note" aria-selected="false" aria-disabled="true">
                    {move || BytesWords::of(locale().get()).no_bytes}
                </li>
            </Show>
        </ul>
    }
}

#[component]
fn Part(row: Row) -> impl IntoView {
    let Row {
        title,
        value,
        range,
        ..
    } = row;
    let size = range.len();
    let title = StoredValue::new(title);
    let name = move || title.with_value(name_of);
    let note = move || title.with_value(note_of);
    let value = if value.is_empty() {
        format!("{size} B")
    } else {
        value
    };
    view! {
        <i class="swatch" aria-hidden="true"></i>
        <span class="part-name">{name}</span>
        <code class="part-value">{value}</code>
        <small class="part-note">{note}</small>
    }
}

fn name_of(title: &Title) -> String {
    let messages = BytesWords::of(locale().get());
    match title {
        Title::MessageFrame { .. } => messages.message_frame.to_owned(),
        Title::TrailerFrame { .. } => messages.trailer_frame.to_owned(),
        Title::Field {
            number,
            name: Some(name),
            ..
        } => format!("{name} = {number}"),
        Title::Field {
            number, name: None, ..
        } => format!("#{number}"),
        Title::Trailer { name } | Title::Member { name, .. } => name.clone(),
        Title::Json => "JSON".to_owned(),
        Title::Unparsed { .. } => messages.unparsed.to_owned(),
        Title::Compressed => messages.compressed.to_owned(),
        Title::Rest => messages.rest.to_owned(),
    }
}

fn note_of(title: &Title) -> String {
    let messages = BytesWords::of(locale().get());
    match title {
        Title::MessageFrame {
            flags,
            length,
            missing,
        }
        | Title::TrailerFrame {
            flags,
            length,
            missing,
        } => (messages.frame_note)(*flags, *length, *missing),
        Title::Field {
            type_text,
            tag,
            length,
            ..
        } => {
            let type_text = type_text.as_deref().unwrap_or(messages.no_schema);
            let length = length
                .map(|length| (messages.length_note)(length))
                .unwrap_or_default();
            format!("{type_text} · tag {}{length}", hex(tag))
        }
        Title::Unparsed { error } => error.to_string(),
        Title::Member { type_text, .. } => type_text.clone().unwrap_or_default(),
        Title::Json | Title::Trailer { .. } | Title::Compressed | Title::Rest => String::new(),
    }
}
