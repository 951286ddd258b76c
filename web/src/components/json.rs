//! A message as JSON, each line lit together with the bytes it came from.

use std::sync::Arc;

use leptos::prelude::*;

use crate::model::json_view::JsonLine;
use crate::model::wire_body::WireBody;

/// Lines that are drawn; the rest of a long message isn't.
const MAX_LINES: usize = 500;

/// A message as JSON.
#[component]
pub fn Json(
    /// The body whose messages are shown.
    #[prop(into)]
    body: Signal<Option<Arc<WireBody>>>,
    /// Told the row under the pointer.
    hovered: RwSignal<Option<usize>>,
    /// Told the row that was clicked.
    kept: RwSignal<Option<usize>>,
    /// The row that's lit.
    #[prop(into)]
    active: Signal<Option<usize>>,
    /// Name for assistive technology.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let lines = move || {
        let Some(body) = body.get() else {
            return Vec::new();
        };
        let lines = body.view.json.iter().take(MAX_LINES).cloned();
        lines
            .map(|line| view! { <Line line body=Arc::clone(&body) hovered kept active /> })
            .collect()
    };
    view! {
        <div class="json" role="group" tabindex="0" aria-label=label data-test="json">
            {lines}
        </div>
    }
}

#[component]
fn Line(
    line: JsonLine,
    body: Arc<WireBody>,
    hovered: RwSignal<Option<usize>>,
    kept: RwSignal<Option<usize>>,
    active: Signal<Option<usize>>,
) -> impl IntoView {
    let JsonLine {
        indent,
        key,
        value,
        comma,
        row,
    } = line;
    let hue = row
        .and_then(|row| body.view.rows.get(row))
        .map_or(0, |row| row.hue);
    let is_value = row.is_some() && !matches!(&*value, "{" | "}" | "[" | "]");
    let is_lit = move || row.is_some_and(|row| body.view.is_lit(row, active.get()));
    let class = if is_value {
        format!("json-value hue-{hue}")
    } else {
        "json-brace".to_owned()
    };
    let comma = if comma { "," } else { "" };
    view! {
        <div class="json-line" class:lit=is_lit on:mouseenter=move |_| hovered.set(row) on:click=move |_| kept.set(row)>
            {"  ".repeat(indent)}
            {key}
            <span class=class>{value}</span>
            {comma}
        </div>
    }
}
