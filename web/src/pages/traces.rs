//! `/traces`: the traces that the server keeps, and one of them as a waterfall.

pub mod details;
pub mod head;
pub mod list;
pub mod overview;
pub mod plain;
pub mod trial;
pub mod twin;
pub mod waterfall;

use leptos::prelude::*;

use crate::components::told::{shown, tell};
use crate::i18n::traces::text;
use crate::model::scene::Feed;
use crate::model::traces::Traces;
use crate::state::traces::Tracer;
use details::Details;
use head::{Actions, Head};
use list::TraceList;
use overview::Overview;
use trial::TrialSheet;
use twin::Twin;
use waterfall::Waterfall;

/// The style sheet of this page, which no other needs.
const STYLE: &str = "/traces.css";

/// The page that shows traces.
#[component]
pub fn TracesPage() -> impl IntoView {
    let tracer = Tracer::watch();
    let styled = move || tracer.change(|page| page.is_styled = true);
    let page = move || view! { <Styled tracer /> }.into_any();
    view! {
        <link rel="stylesheet" href=STYLE on:load=move |_| styled() on:error=move |_| styled() />
        {shown(tracer.page(), |page| page.is_styled, page)}
    }
}

/// The page, once its style sheet is there: nothing jumps.
#[component]
fn Styled(tracer: Tracer) -> impl IntoView {
    let page = tracer.page();
    let feed = tell(page, |words, page| match &page.feed {
        Feed::Live => String::new(),
        Feed::Asking => words.feed_asking.to_owned(),
        Feed::Absent => words.feed_absent.to_owned(),
        Feed::Lost(refusal) => format!("{} ({})", words.feed_lost, refusal.code.name()),
    });
    let list = move || view! { <TraceList tracer /> }.into_any();
    let trace = move || view! { <TraceSheets tracer /> }.into_any();
    view! {
        <div class="hero">
            <h1>{text(|m| m.title)}</h1>
            <p class="lede">{text(|m| m.lede)}</p>
        </div>
        <p class="wide feed" role="status" data-test="feed" data-state=tell(page, |_, page| page.feed.key().to_owned())>
            {feed}
        </p>
        <TrialSheet tracer />
        {shown(page, Traces::is_listing, list)}
        {shown(page, |page| !page.is_listing(), trace)}
    }
}

/// The trace that's open.
#[component]
fn TraceSheets(tracer: Tracer) -> impl IntoView {
    let page = tracer.page();
    let drawn = move || {
        view! {
            <Overview tracer />
            <Waterfall tracer />
            <Twin tracer />
            <Actions tracer />
        }
        .into_any()
    };
    let details = move || view! { <Details tracer /> }.into_any();
    view! {
        <section class="sheet wide" aria-labelledby="trace-heading" data-test="trace">
            <Head tracer />
            {shown(page, Traces::is_here, drawn)}
        </section>
        {shown(page, Traces::is_here, details)}
    }
}
