//! What is told of the open trace before it's drawn: what it is, whose clocks were corrected, where its time went.

use leptos::prelude::*;

use super::plain::{OfOpened, button, fact, hint, name, never, opened, parts};
use crate::components::told::{shown, tell};
use crate::i18n::traces::text;
use crate::model::trace::clock::Clock;
use crate::model::trace::figures::{duration, timestamp};
use crate::model::trace::short;
use crate::model::traces::Traces;
use crate::model::traces::opened::{Opened, Progress};
use crate::state::traces::Tracer;

/// Heading, facts and sentences.
#[component]
pub fn Head(
    /// The traces.
    tracer: Tracer,
) -> impl IntoView {
    let page = tracer.page();
    let method = opened(tracer, |words, own| match &*own.trace.summary.method {
        "" if own.is_here() => words.unnamed.to_owned(),
        "" => "Trace".to_owned(),
        method => short(method).to_owned(),
    });
    let progress = opened(tracer, |_, own| own.progress.key().to_owned());
    let back = tell(page, |words, _| format!("← {}", words.back));
    let facts = move || view! { <Facts tracer /> }.into_any();
    let missing = move || view! { <Missing tracer /> }.into_any();
    view! {
        {button("back", back, never(), move || tracer.close())}
        <h2 class="trace-title" id="trace-heading" tabindex="-1" data-test="opened" data-state=progress>
            {method}
            <code class="trace-id" data-test="trace-id">{opened(tracer, |_, own| own.id.clone())}</code>
        </h2>
        {shown(page, Traces::is_here, facts)}
        {shown(page, |page| !page.is_here(), missing)}
    }
}

/// Why it isn't here.
#[component]
fn Missing(tracer: Tracer) -> impl IntoView {
    let page = tracer.page();
    let words = tell(page, |words, page| {
        page.of_opened(|own| match &own.progress {
            Progress::Here => String::new(),
            Progress::Asking => words.asking.to_owned(),
            Progress::Gone => words.gone.to_owned(),
            Progress::Failed(refusal) => format!("{} {}", words.failed, refusal.code.name()),
        })
    });
    let can_ask = |page: &Traces| {
        page.of_opened(|own| matches!(own.progress, Progress::Failed(_) | Progress::Gone))
    };
    let again = move || {
        button("ask-again", name(|m| m.again), never(), move || {
            tracer.ask_again();
        })
    };
    view! {
        <p class="note missing" role="status" data-test="missing">{words}</p>
        {shown(page, can_ask, again)}
    }
}

#[component]
fn Facts(tracer: Tracer) -> impl IntoView {
    let page = tracer.page();
    let told = move |read: OfOpened| opened(tracer, read);
    let class = told(|_, own| {
        match &*own.trace.summary.code {
            "OK" => "badge badge-ok",
            "" => "badge badge-pending",
            _ => "badge badge-bad",
        }
        .to_owned()
    });
    let code = told(|words, own| match &*own.trace.summary.code {
        "" => words.pending.to_owned(),
        code => code.to_owned(),
    });
    let orphans = || {
        view! { <p class="callout orphans" data-test="orphans">{text(|m| m.orphans)}</p> }
            .into_any()
    };
    let has_orphans = |page: &Traces| page.of_opened(|own| own.reading.tree.has_orphans());
    let retried = move || {
        let words = opened(tracer, |words, own| (words.retried)(own.reading.attempts()));
        view! { <p class="sentence" data-test="retried">{words}</p> }.into_any()
    };
    let is_retried = |page: &Traces| page.of_opened(|own| own.reading.attempts() > 1);
    view! {
        <dl class="facts trace-facts">
            {fact(|m| m.took, "took", told(|_, own| duration(own.reading.duration())))}
            <dt>{name(|m| m.status)}</dt>
            <dd><span class=class data-test="code">{code}</span></dd>
            {fact(|m| m.spans, "span-count", told(|words, own| (words.parts)(&own.trace.summary)))}
            {fact(|m| m.began, "began", told(|_, own| timestamp(own.reading.start)))}
        </dl>
        <p class="sentence" data-test="shares">
            {told(|words, own| (words.shares)(&duration(own.reading.duration()), &own.reading.shares()))}
        </p>
        {hint("path-hint", name(|m| m.path_hint))}
        {shown(page, is_retried, retried)}
        <Clocks tracer />
        {shown(page, has_orphans, orphans)}
    }
}

/// What is told of clocks: one sentence for each that was corrected, and one for all that agree.
#[component]
fn Clocks(tracer: Tracer) -> impl IntoView {
    let count = |page: &Traces| page.of_opened(|own| odd(own).count());
    let agree = opened(tracer, |words, own| {
        let even: Vec<&Clock> = own
            .reading
            .clocks
            .iter()
            .filter(|clock| is_even(clock))
            .collect();
        let by = own.reading.clocks.first().map_or("", |first| &first.source);
        let names: Vec<&str> = even.iter().map(|clock| &*clock.source).collect();
        let bounds = even.iter().filter_map(|clock| clock.uncertainty());
        let by = even.first().map_or(by, |clock| &clock.by);
        match bounds.max() {
            _ if even.is_empty() => String::new(),
            Some(bound) => (words.clock_agrees)(&names.join(", "), by, &duration(bound)),
            None => (words.clock_agrees)(&names.join(", "), by, "?"),
        }
    });
    view! {
        <ul class="clocks" data-test="clocks">
            {parts(tracer, count, clock_line)}
            <li data-test="clocks-agree">{agree}</li>
        </ul>
    }
}

fn clock_line(tracer: Tracer, place: usize) -> AnyView {
    let words = tell(tracer.page(), move |words, page| {
        page.of_opened(|own| odd(own).nth(place).map(words.clock).unwrap_or_default())
    });
    view! { <li data-test="clock">{words}</li> }.into_any()
}

/// Returns the clocks that are worth a sentence of their own.
fn odd(opened: &Opened) -> impl Iterator<Item = &Clock> {
    let others = opened.reading.clocks.iter().skip(1);
    others.filter(|clock| !is_even(clock))
}

fn is_even(clock: &Clock) -> bool {
    clock.is_tied() && !clock.is_corrected
}

/// What can be taken away.
#[component]
pub fn Actions(
    /// The traces.
    tracer: Tracer,
) -> impl IntoView {
    let page = tracer.page();
    let copied = tell(page, |words, page| {
        if page.is_copied { words.shared } else { "" }.to_owned()
    });
    view! {
        <div class="row row-close actions">
            {button("export", name(|m| m.export), never(), move || tracer.export())}
            {button("share", name(|m| m.share), never(), move || tracer.share())}
            <span class="hint" aria-live="polite" data-test="share-note">{copied}</span>
        </div>
        {hint("export-hint", name(|m| m.export_hint))}
    }
}
