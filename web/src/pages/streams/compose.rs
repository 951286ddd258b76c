//! What is called, and the buttons that begin and end it.

use leptos::prelude::*;
use web_sys::SubmitEvent;

use crate::components::told::{enter, flag, many, press, shown, state, tell};
use crate::i18n::streams::text;
use crate::model::talk::{BURST, Kind, Talk};
use crate::model::wire_format::WireFormat;
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
    let draft = RwSignal::new("Ada".to_owned());
    let kinds = Kind::ALL.map(|kind| view! { <KindButton talker kind /> });
    let field = move || view! { <Field talker draft /> }.into_any();
    let queue = move || view! { <Queue talker /> }.into_any();
    let greet = move || view! { <Greet talker /> }.into_any();
    view! {
        <section class="sheet wide" aria-labelledby="kind-heading">
            <h2 id="kind-heading">{text(|m| m.kind)}</h2>
            <div class="kinds" role="group" aria-labelledby="kind-heading">{kinds.collect_view()}</div>
            <p class="kind-text" data-test="kind-text">{tell(talk, |words, talk| (words.kind_text)(talk.kind).to_owned())}</p>
            {shown(talk, |talk| talk.kind != Kind::Watch, field)}
            {shown(talk, |talk| talk.kind.sends_many(), queue)}
            <div class="row row-close">
                <button
                    type="button"
                    class="button button-go"
                    data-test="begin"
                    disabled=flag(talk, cannot_begin)
                    on:click=press(move || talker.begin(&draft.get_untracked(), 0))
                >
                    {tell(talk, |words, talk| (words.begin)(talk.kind).to_owned())}
                </button>
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

fn cannot_begin(talk: &Talk) -> bool {
    talk.phase.is_busy() || (talk.kind == Kind::Converse && talk.queue.is_empty())
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

/// A name or a text; of kinds that send many, to be added to the rest.
#[component]
fn Field(talker: Talker, draft: RwSignal<String>) -> impl IntoView {
    let talk = talker.talk();
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        if talk.with_untracked(|talk| talk.kind.sends_many()) {
            talker.queue(draft.get_untracked());
            draft.set(String::new());
        } else {
            talker.begin(&draft.get_untracked(), 0);
        }
    };
    let button = move || {
        view! { <button type="submit" class="button" data-test="add">{text(|m| m.add)}</button> }
            .into_any()
    };
    view! {
        <form class="row row-close say" on:submit=add>
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
                    prop:value=move || draft.get()
                    on:input=enter(move |value| draft.set(value))
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
        <ol class="queue">{many(talk, |talk| talk.queue.len(), item)}</ol>
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
            disabled=flag(talk, |talk| talk.phase.is_busy())
            on:click=press(move || talker.begin("", BURST))
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

/// How it travels, and how it's read.
#[component]
fn Wishes(talker: Talker) -> impl IntoView {
    let talk = talker.talk();
    let format = move |own: WireFormat| {
        let words = tell(talk, move |words, _| {
            if own == WireFormat::Text {
                words.format_text
            } else {
                words.format_binary
            }
            .to_owned()
        });
        view! {
            <button
                type="button"
                data-test=format!("format-{}", own.key())
                aria-pressed=state(talk, move |talk| talk.format == own)
                on:click=press(move || talker.change(|talk| talk.format = own))
            >
                {words}
            </button>
        }
    };
    view! {
        <div class="row wishes">
            <div class="field">
                <span class="field-name" id="format-name">{text(|m| m.format)}</span>
                <div class="switch" role="group" aria-labelledby="format-name">
                    {format(WireFormat::Binary)} {format(WireFormat::Text)}
                </div>
            </div>
            <div class="field">
                <button
                    type="button"
                    class="button button-small"
                    data-test="slow"
                    aria-describedby="slow-hint"
                    aria-pressed=state(talk, |talk| talk.is_slow)
                    on:click=press(move || talker.change(|talk| talk.is_slow = !talk.is_slow))
                >
                    {text(|m| m.slow)}
                </button>
                <p class="hint" id="slow-hint">{text(|m| m.slow_hint)}</p>
            </div>
        </div>
    }
}
