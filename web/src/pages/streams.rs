//! `/streams`: all kinds of calls, message by message.

pub mod compose;
pub mod crowd;
pub mod lane;
pub mod wishes;

use leptos::prelude::*;

use crate::components::told::shown;
use crate::i18n::streams::text;
use crate::state::talk::Talker;
use compose::Compose;
use crowd::Crowd;
use lane::Messages;

/// The style sheet of this page, which no other needs.
const STYLE: &str = "/streams.css";

/// The page that shows streams.
#[component]
pub fn StreamsPage() -> impl IntoView {
    let talker = Talker::idle();
    let styled = move || talker.change(|talk| talk.is_styled = true);
    let page = move || view! { <Styled talker /> }.into_any();
    view! {
        <link rel="stylesheet" href=STYLE on:load=move |_| styled() on:error=move |_| styled() />
        {shown(talker.talk(), |talk| talk.is_styled, page)}
    }
}

/// The page, once its style sheet is there: nothing jumps.
#[component]
fn Styled(talker: Talker) -> impl IntoView {
    view! {
        <div class="hero">
            <h1>{text(|m| m.title)}</h1>
            <p class="lede">{text(|m| m.lede)}</p>
        </div>
        <Compose talker />
        <Messages talker />
        <Crowd talker />
    }
}
