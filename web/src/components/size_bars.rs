//! The same call over both dialects: two pairs of bars, in bytes on the wire.

use leptos::prelude::*;

use crate::i18n::text;
use crate::model::comparison::{Comparison, Sizes};
use crate::model::decimal::fixed;

/// Bars of the last input, once it was sent over both dialects.
#[component]
pub fn SizeBars(
    /// What it took in each.
    #[prop(into)]
    comparison: Signal<Comparison>,
) -> impl IntoView {
    let bars = move || {
        let (protobuf, json) = comparison.get().both()?;
        let sizes = [json.request, protobuf.request, json.answer, protobuf.answer];
        let longest = sizes.into_iter().max().unwrap_or(0);
        let row = |name: AnyView, sizes: Sizes| {
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td><Bar size=sizes.request longest /></td>
                    <td><Bar size=sizes.answer longest /></td>
                </tr>
            }
        };
        Some(view! {
            <table class="sizes" data-test="size-bars">
                <caption>{text(|m| m.bodies)}</caption>
                <thead>
                    <tr>
                        <th scope="col"><span class="unseen">{text(|m| m.dialect)}</span></th>
                        <th scope="col">{text(|m| m.request)}</th>
                        <th scope="col">{text(|m| m.answer)}</th>
                    </tr>
                </thead>
                <tbody>
                    {row("JSON".into_any(), json)}
                    {row(text(|m| m.protobuf_framed).into_any(), protobuf)}
                </tbody>
            </table>
            <p class="hint">{text(|m| m.bodies_hint)}</p>
        })
    };
    view! { <div aria-live="polite">{bars}</div> }
}

#[component]
fn Bar(size: usize, longest: usize) -> impl IntoView {
    #[expect(clippy::cast_precision_loss, reason = "sizes stay far below 2^53")]
    let share = 100.0 * size as f64 / longest.max(1) as f64;
    view! {
        <svg class="log-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect width=fixed(share, 2) height="8" />
        </svg>
        <span class="on-wire">{size} " B"</span>
    }
}
