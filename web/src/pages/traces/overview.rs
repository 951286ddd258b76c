//! All of the trace in little, and the buttons that choose which part of it is drawn large.
//!
//! However many spans there are, it's one path for each source.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::Element;

use super::plain::{change, name, opened, parts, word};
use crate::components::told::tell;
use crate::i18n::traces::text;
use crate::model::trace::layout::{OVERVIEW_BOX, OVERVIEW_HEIGHT, Window, overview, percent};
use crate::model::traces::Traces;
use crate::model::traces::opened::Opened;
use crate::state::traces::Tracer;

/// The overview.
#[component]
pub fn Overview(
    /// The traces.
    tracer: Tracer,
) -> impl IntoView {
    let failed = opened(tracer, |_, own| {
        overview(&own.reading, |span| own.trace.spans[span].is_error())
    });
    let point = move |event: MouseEvent| {
        let target = event.current_target();
        let Some(frame) = target.and_then(|target| target.dyn_into::<Element>().ok()) else {
            return;
        };
        let share = f64::from(event.offset_x()) / f64::from(frame.client_width().max(1));
        tracer.change(|page| {
            if let Some(own) = &mut page.opened {
                own.look_at(share);
            }
        });
    };
    view! {
        <div class="overview-frame" aria-hidden="true" data-test="overview" title=text(|m| m.overview_hint) on:click=point>
            <svg class="overview" width="100%" height=OVERVIEW_HEIGHT>
                <svg viewBox=OVERVIEW_BOX preserveAspectRatio="none" width="100%" height=OVERVIEW_HEIGHT>
                    {parts(tracer, sources, path)}
                    <path class="overview-failed" d=failed />
                </svg>
                <rect class="shade" height="100%" width=opened(tracer, |_, own| percent(edges(own).0)) />
                <rect
                    class="shade"
                    height="100%"
                    x=opened(tracer, |_, own| percent(edges(own).1))
                    width=opened(tracer, |_, own| percent(100.0 - edges(own).1))
                />
            </svg>
        </div>
        <div class="row row-close zoom" role="group" aria-label=text(|m| m.column_timeline)>
            {change(tracer, "zoom-in", |m| m.closer, |own| own.look(|window, whole| window.zoomed(true, whole)), |_| false)}
            {change(tracer, "zoom-out", |m| m.farther, |own| own.look(|window, whole| window.zoomed(false, whole)), Opened::is_whole)}
            {change(tracer, "earlier", |m| m.earlier, |own| own.look(|window, whole| window.moved(false, whole)), is_at_start)}
            {change(tracer, "later", |m| m.later, |own| own.look(|window, whole| window.moved(true, whole)), is_at_end)}
            {change(tracer, "zoom-span", |m| m.to_span, Opened::look_closer, |_| false)}
            {change(tracer, "zoom-all", |m| m.whole, |own| own.look(|_, whole| whole), Opened::is_whole)}
        </div>
        <Legend tracer />
    }
}

/// Returns whether the window is at the trace's beginning.
fn is_at_start(own: &Opened) -> bool {
    own.window.from <= own.reading.start
}

/// Returns whether it's at the trace's end.
fn is_at_end(own: &Opened) -> bool {
    own.window.to >= own.reading.end
}

/// Returns where the window begins and ends in the whole, in percent.
fn edges(own: &Opened) -> (f64, f64) {
    let whole = Window::of(&own.reading);
    (whole.place(own.window.from), whole.place(own.window.to))
}

fn sources(page: &Traces) -> usize {
    page.of_opened(|own| own.reading.clocks.len())
}

/// The spans of one source.
fn path(tracer: Tracer, source: usize) -> AnyView {
    let path = tell(tracer.page(), move |_, page| {
        page.of_opened(|own| overview(&own.reading, |span| own.reading.sources[span] == source))
    });
    view! { <path class=hue(source) d=path /> }.into_any()
}

/// A source's hue and its name.
fn source(tracer: Tracer, place: usize) -> AnyView {
    let source = tell(tracer.page(), move |_, page| {
        page.of_opened(|own| {
            let clock = own.reading.clocks.get(place);
            clock.map_or_else(String::new, |clock| clock.source.clone())
        })
    });
    view! {
        <li>
            <svg class=hue(place) width="12" height="12" aria-hidden="true"><rect class="bar" width="12" height="12" rx="2" /></svg>
            {word("on-wire", source)}
        </li>
    }
    .into_any()
}

/// Whose hue is whose, and what the marks mean.
#[component]
fn Legend(tracer: Tracer) -> impl IntoView {
    view! {
        <ul class="legend" data-test="legend">
            {parts(tracer, sources, source)}
            <li>
                <svg width="24" height="12" aria-hidden="true"><path class="critical" d="M0 5H24V8H0Z" /></svg>
                {name(|m| m.legend_path)}
            </li>
            <li>
                <svg width="12" height="12" aria-hidden="true"><path class="moment" d="M6 2V10" /></svg>
                {name(|m| m.legend_event)}
            </li>
        </ul>
    }
}

/// Returns the class of a source's hue; the fifth source begins anew, its name beside it.
pub fn hue(source: usize) -> String {
    format!("hue-{}", source % 4 + 1)
}
