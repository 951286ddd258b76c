//! The span that's looked at: its times as drawn and as told, its facts, its events.

use leptos::prelude::*;

use super::overview::hue;
use super::plain::{fact, name, parts, word};
use super::waterfall::{failure, title};
use crate::components::told::{Told, shown, tell};
use crate::i18n::traces::TraceWords;
use crate::model::trace::figures::{duration, exact, signed, timestamp, value};
use crate::model::trace::{Attribute, Event, Link, Span};
use crate::model::traces::Traces;
use crate::model::traces::opened::Opened;
use crate::state::traces::Tracer;

/// What is told of the span.
type Read = fn(&TraceWords, &Opened, &Span) -> String;

fn told(tracer: Tracer, read: Read) -> Told {
    tell(tracer.page(), move |words, page| {
        page.of_opened(|own| {
            own.span()
                .map(|span| read(words, own, span))
                .unwrap_or_default()
        })
    })
}

fn of_span(page: &Traces, count: fn(&Span) -> usize) -> usize {
    page.of_opened(|own| own.span().map_or(0, count))
}

fn attributes(page: &Traces) -> usize {
    of_span(page, |span| span.attributes.len())
}

fn events(page: &Traces) -> usize {
    of_span(page, |span| span.events.len())
}

fn links(page: &Traces) -> usize {
    of_span(page, |span| span.links.len())
}

/// The span that's looked at.
#[component]
pub fn Details(
    /// The traces.
    tracer: Tracer,
) -> impl IntoView {
    let page = tracer.page();
    let told = move |read: Read| told(tracer, read);
    let message = move || {
        let words = self::told(tracer, |_, _, span| span.status_message.clone());
        view! { <p class="callout callout-bad" data-test="status-message"><q lang="en">{words}</q></p> }.into_any()
    };
    let has_message = |page: &Traces| {
        page.of_opened(|own| {
            own.span()
                .is_some_and(|span| !span.status_message.is_empty())
        })
    };
    let source = told(|_, own, _| {
        let source = own.reading.sources.get(own.chosen).copied().unwrap_or(0);
        format!("span-source {}", hue(source))
    });
    view! {
        <section class="sheet wide" aria-labelledby="span-heading" data-test="details">
            <h2 id="span-heading">
                {name(|m| m.details)} " "
                <span data-test="span-title">{told(|words, own, span| title(words, span, &own.reading.tree.nodes[own.chosen]))}</span>
                " " <span class=source>{told(|_, _, span| span.source.clone())}</span>
                " " {word("span-failed", told(|words, _, span| failure(words, span)))}
            </h2>
            <p class="hint on-wire wrap" lang="en">
                {told(|_, _, span| format!("{} {}", span.kind.name(), span.name).trim().to_owned())}
            </p>
            {shown(page, has_message, message)}
            <div class="columns columns-2 span-columns">
                <Times tracer />
                <Attributes tracer />
            </div>
            <Events tracer />
            <Links tracer />
        </section>
    }
}

#[component]
fn Times(tracer: Tracer) -> impl IntoView {
    let told = move |read: Read| told(tracer, read);
    view! {
        <dl class="facts">
            {fact(|m| m.took, "span-took", told(|_, _, span| exact(span.duration)))}
            {fact(|m| m.own, "own", told(|_, own, _| exact(own.reading.own[own.chosen])))}
            {fact(|m| m.on_path, "on-path", told(|_, own, _| exact(own.reading.on_path[own.chosen])))}
            {fact(|m| m.in_trace, "in-trace", told(|_, own, _| signed(own.reading.times[own.chosen].0 - own.reading.start)))}
            {fact(|m| m.raw, "raw", told(|_, _, span| format!("{} – {}", timestamp(span.start), timestamp(span.end()))))}
            {fact(|m| m.corrected_by, "correction", told(|_, own, _| exact(-own.reading.clocks[own.reading.sources[own.chosen]].offset)))}
            {fact(|m| m.ids, "ids", told(|_, _, span| span.id.clone()))}
            {fact(|m| m.parent, "parent", told(|words, own, span| match &*span.parent {
                "" => "–".to_owned(),
                parent if own.reading.tree.nodes[own.chosen].is_orphan => format!("{parent} ({})", words.orphan),
                parent => parent.to_owned(),
                }))}
            {fact(|m| m.state, "state", told(|_, _, span| if span.trace_state.is_empty() { "–".to_owned() } else { span.trace_state.clone() }))}
        </dl>
    }
}

#[component]
fn Attributes(tracer: Tracer) -> impl IntoView {
    let none = || view! { <p class="note">{name(|m| m.no_attributes)}</p> }.into_any();
    view! {
        <div>
            <h3>{name(|m| m.attributes)}</h3>
            <dl class="facts attributes" lang="en" data-test="attributes">{parts(tracer, attributes, attribute)}</dl>
            {shown(tracer.page(), |page| attributes(page) == 0, none)}
        </div>
    }
}

fn attribute(tracer: Tracer, place: usize) -> AnyView {
    let part = move |read: fn(&Attribute) -> String| {
        tell(tracer.page(), move |_, page| {
            page.of_opened(|own| {
                let attribute = own.span().and_then(|span| span.attributes.get(place));
                attribute.map(read).unwrap_or_default()
            })
        })
    };
    view! { <dt class="on-wire">{part(|own| own.key.clone())}</dt><dd>{part(|own| value(&own.value))}</dd> }.into_any()
}

#[component]
fn Events(tracer: Tracer) -> impl IntoView {
    let list = move || {
        view! {
            <h3>{name(|m| m.events)}</h3>
            <ul class="events" data-test="events">{parts(tracer, events, event)}</ul>
        }
        .into_any()
    };
    shown(tracer.page(), |page| events(page) > 0, list)
}

fn event(tracer: Tracer, place: usize) -> AnyView {
    let about = move |read: fn(&TraceWords, &Opened, &Span, &Event) -> String| {
        tell(tracer.page(), move |words, page| {
            page.of_opened(|own| {
                let event = own
                    .span()
                    .and_then(|span| Some((span, span.events.get(place)?)));
                event.map_or_else(String::new, |(span, event)| read(words, own, span, event))
            })
        })
    };
    let facts = about(|_, _, _, event| {
        let facts = event.attributes.iter();
        let facts = facts.map(|own| format!("{} = {}", own.key, value(&own.value)));
        facts.collect::<Vec<_>>().join(", ")
    });
    view! {
        <li data-test="event">
            {word("on-wire", about(|_, _, _, event| event.name.clone()))}
            {word("hint", about(placed))}
            {word("hint on-wire wrap", facts)}
        </li>
    }
    .into_any()
}

/// Returns when an event was, seen from both beginnings.
fn placed(words: &TraceWords, own: &Opened, span: &Span, event: &Event) -> String {
    let since_span = event.time.saturating_sub(span.start);
    let since_trace = own.reading.times[own.chosen].0 - own.reading.start + since_span;
    (words.event_place)(&duration(since_span), &duration(since_trace))
}

/// Spans of other traces, which may be kept here as well.
#[component]
fn Links(tracer: Tracer) -> impl IntoView {
    let list = move || {
        view! {
            <h3>{name(|m| m.links)}</h3>
            <ul class="events">{parts(tracer, links, link)}</ul>
        }
        .into_any()
    };
    shown(tracer.page(), |page| links(page) > 0, list)
}

fn link(tracer: Tracer, place: usize) -> AnyView {
    let told = move |read: fn(&Link) -> String| {
        tell(tracer.page(), move |_, page| {
            page.of_opened(|own| {
                let link = own.span().and_then(|span| span.links.get(place));
                link.map(read).unwrap_or_default()
            })
        })
    };
    let href = told(|link| format!("#{}", link.trace_id));
    view! { <li>{name(|m| m.link)} " " <a class="on-wire wrap" href=href>{told(|link| link.trace_id.clone())}</a></li> }.into_any()
}
