//! The waterfall as a table: the same rows, every number in words.

use leptos::prelude::*;

use super::plain::{OfRow, cell, columns, in_row, name, parts};
use super::waterfall::{failure, title};
use crate::i18n::traces::text;
use crate::model::trace::figures::duration;
use crate::model::traces::Traces;
use crate::state::traces::Tracer;

/// The columns behind the name.
const COLUMNS: [OfRow; 7] = [
    |_, _, _, span, _| span.source.clone(),
    |_, _, _, span, _| span.kind.name().to_owned(),
    |_, own, row, _, _| duration(own.reading.times[row.span].0 - own.reading.start),
    |_, _, _, span, _| duration(span.duration),
    |_, own, row, _, _| duration(own.reading.own[row.span]),
    |_, own, row, _, _| match own.reading.on_path[row.span] {
        0 => "–".to_owned(),
        time => duration(time),
    },
    |words, _, _, span, _| match failure(words, span) {
        failure if failure.is_empty() => "–".to_owned(),
        failure => failure,
    },
];

/// The table, folded away.
#[component]
pub fn Twin(
    /// The traces.
    tracer: Tracer,
) -> impl IntoView {
    let rows = |page: &Traces| page.of_opened(|own| own.rows.len());
    view! {
        <details class="twin" data-test="trace-table">
            <summary>{name(|m| m.as_table)}</summary>
            <div class="table-frame" tabindex="0" role="group" aria-label=text(|m| m.as_table)>
                <table class="log" data-test="twin">
                    {columns(&[
                        ("", |m| m.column_span),
                        ("", |m| m.column_source),
                        ("", |m| m.column_kind),
                        ("", |m| m.column_begins),
                        ("", |m| m.column_took),
                        ("", |m| m.column_own),
                        ("", |m| m.column_on_path),
                        ("", |m| m.column_status),
                    ])}
                    <tbody>{parts(tracer, rows, twin_row)}</tbody>
                </table>
            </div>
        </details>
    }
}

fn twin_row(tracer: Tracer, row: usize) -> AnyView {
    let title = in_row(tracer, row, |words, _, _, span, node| {
        let depth = "·".repeat(node.depth);
        format!("{depth} {}", title(words, span, node))
            .trim()
            .to_owned()
    });
    let cells = COLUMNS.map(|read| cell("on-wire", in_row(tracer, row, read)));
    view! { <tr><th scope="row">{title}</th>{cells.collect_view()}</tr> }.into_any()
}
