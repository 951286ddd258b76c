//! What is called, and the buttons that begin and end it.

use leptos::prelude::*;
use web_sys::SubmitEvent;

use super::wishes::Wishes;
use crate::components::told::{enter, flag, many, press, shown, state, tell};
use crate::i18n::streams::text;
use crate::model::talk::{BURST, Kind, Phase, Talk};
use crate::state::talk::Talker;

/// How many are greeted by the larger button.
const CROWD_TO_GREET: u32 = 100;

/// Kind of call, what it carries, and its buttons.
#[component]
pub fn Compose(
    /// The call.
    talker: Talker,
) -> impl IntoView {
    let talk = talker.talk();
    let kinds = Kind::ALL.map(|kind| view! { <KindButton talker kind /> });
    let field = move || view! { <Field talker /> }.into_any();
    let half_close = move || view! { <HalfClose talker /> }.into_any();
    let queue = move || view! { <Queue talker /> }.into_any();
    let greet = move || view! { <Greet talker /> }.into_any();
    view! {
        <section class="sheet wide" aria-labelledby="kind-heading">
            <h2 id="kind-heading">{text(|m| m.kind)}</h2>
            <div class="kinds" role="group" aria-labelledby="kind-heading">{kinds.collect_view()}</div>
            <p class="kind-text" data-test="kind-text">
                {tell(talk, |words, talk| (words.kind_text)(talk.kind, talk.way).to_owned())}
            </p>
            {shown(talk, |talk| talk.kind != Kind::Watch, field)}
            {shown(talk, |talk| talk.kind.sends_many() && !talk.is_live(), queue)}
            <div class="row row-close">
                <button
                    type="button"
                    class="button button-go"
                    data-test="begin"
                    disabled=flag(talk, Talk::cannot_begin)
                    on:click=press(move || talker.begin(0))
                >
                    {tell(talk, |words, talk| (words.begin)(talk.kind, talk.way).to_owned())}
                </button>
                {shown(talk, Talk::is_live, half_close)}
                {shown(talk, |talk| talk.kind == Kind::Watch, move || view! { <Burst talker /> }.into_any())}
                <button
                    type="button"
                    class="button"
                    data-test="cancel-stream"
                    disabled=flag(talk, |talk| !talk.phase.is_busy())
                    on:click=press(move || talker.cancel())
                >
                    {text(|m| m.cancel)}
                </button>
            </div>
            {shown(talk, |talk| talk.kind == Kind::Watch, greet)}
            <Wishes talker />
        </section>
    }
}

#[component]
fn KindButton(talker: Talker, kind: Kind) -> impl IntoView {
    let talk = talker.talk();
    view! {
        <button
            type="button"
            class="button kind"
            data-test=kind.method()
            aria-pressed=state(talk, move |talk| talk.kind == kind)
            disabled=flag(talk, move |talk| talk.phase.is_busy() && talk.kind != kind)
            on:click=press(move || talker.choose(kind))
        >
            <span class="kind-name">{tell(talk, move |words, _| (words.kind_name)(kind).to_owned())}</span>
            <code lang="en">{kind.method()}</code>
        </button>
    }
}

/// A name or a text; of kinds that send many, to be added to the rest or sent at once.
#[component]
fn Field(talker: Talker) -> impl IntoView {
    let talk = talker.talk();
    let say = move |event: SubmitEvent| {
        event.prevent_default();
        if talk.with_untracked(|talk| talk.kind.sends_many()) {
            talker.say();
        } else {
            talker.begin(0);
        }
    };
    let button = move || {
        let name = tell(talk, |words, talk| {
            if talk.is_live() {
                words.send
            } else {
                words.add
            }
            .to_owned()
        });
        let is_idle = |talk: &Talk| talk.phase.is_busy() && !talk.is_listening;
        view! { <button type="submit" class="button" data-test="add" disabled=flag(talk, is_idle)>{name}</button> }
            .into_any()
    };
    view! {
        <form class="row row-close say" on:submit=say>
            <div class="field">
                <label for="say">
                    {tell(talk, |words, talk| {
                        if talk.kind == Kind::Converse { words.text } else { words.name }.to_owned()
                    })}
                </label>
                <input
                    id="say"
                    class="on-wire"
                    data-test="say"
                    autocomplete="off"
                    maxlength="1024"
                    prop:value=tell(talk, |_, talk| talk.draft.clone())
                    on:input=enter(move |value| talker.change(|talk| talk.draft = value))
                />
            </div>
            {shown(talk, |talk| talk.kind.sends_many(), button)}
        </form>
    }
}

#[component]
fn Queue(talker: Talker) -> impl IntoView {
    let talk = talker.talk();
    let item = move |place: usize| {
        let words = tell(talk, move |_, talk| {
            talk.queue.get(place).cloned().unwrap_or_default()
        });
        view! { <li>{words}</li> }.into_any()
    };
    view! {
        <p class="hint" data-test="queue">{tell(talk, |words, talk| (words.queue)(talk.queue.len()))}</p>
        <ol class="queue" data-test="queue-items">{many(talk, |talk| talk.queue.len(), item)}</ol>
    }
}

/// A watch that begins with much of the past.
#[component]
fn Burst(talker: Talker) -> impl IntoView {
    let talk = talker.talk();
    view! {
        <button
            type="button"
            class="button"
            data-test="burst"
            disabled=flag(talk, Talk::cannot_begin)
            on:click=press(move || talker.begin(BURST))
        >
            {tell(talk, |words, _| (words.burst)(BURST))}
        </button>
    }
}

/// Something to watch.
#[component]
fn Greet(talker: Talker) -> impl IntoView {
    let talk = talker.talk();
    let button = |hook: &'static str, count: u32| {
        let words = tell(talk, move |words, _| match count {
            1 => words.greet.to_owned(),
            count => (words.greet_many)(count),
        });
        view! {
            <button type="button" class="button button-small" data-test=hook on:click=press(move || talker.greet(count as usize))>
                {words}
            </button>
        }
    };
    view! {
        <div class="row row-close">
            {button("greet", 1)}
            {button("greet-many", CROWD_TO_GREET)}
            {button("greet-burst", BURST)}
        </div>
        <p class="hint">{text(|m| m.greet_hint)}</p>
    }
}

/// Ends the page's side of a call that goes on.
#[component]
fn HalfClose(talker: Talker) -> impl IntoView {
    let talk = talker.talk();
    view! {
        <button
            type="button"
            class="button"
            data-test="half-close"
            disabled=flag(talk, |talk| talk.phase == Phase::Ended)
            on:click=press(move || talker.half_close())
        >
            {text(|m| m.half_close)}
        </button>
    }
}
