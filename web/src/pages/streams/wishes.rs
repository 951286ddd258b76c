//! How calls travel, how long they may take, how they're read; and the link to all of it.

use leptos::prelude::*;

use crate::components::told::{enter, flag, mark, press, shown, state, tell};
use crate::i18n::streams::text;
use crate::model::deadline;
use crate::model::talk::{Talk, Way};
use crate::state::talk::Talker;

/// The switches that every kind of call has.
#[component]
pub fn Wishes(
    /// The call.
    talker: Talker,
) -> impl IntoView {
    let talk = talker.talk();
    let badge = || {
        view! { <span class="badge badge-warn way-badge" data-test="way-badge">{text(|m| m.way_badge)}</span> }
            .into_any()
    };
    let ways = Way::ALL.map(|way| view! { <WayButton talker way /> });
    view! {
        <div class="row wishes">
            <div class="field">
                <span class="field-name" id="way-name">{text(|m| m.way)}</span>
                <div class="row row-close">
                    <div class="switch" role="group" aria-labelledby="way-name" aria-describedby="way-hint">
                        {ways.collect_view()}
                    </div>
                    {shown(talk, |talk| talk.way == Way::Socket, badge)}
                </div>
                <p class="hint" id="way-hint">{tell(talk, |words, talk| (words.way_hint)(talk.way).to_owned())}</p>
            </div>
            <DeadlineField talker />
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
        <div class="row row-close">
            <button type="button" class="button button-small" data-test="share" on:click=press(move || talker.share())>
                {text(|m| m.share)}
            </button>
            <span class="hint" aria-live="polite" data-test="share-note">
                {tell(talk, |words, talk| if talk.is_linked { words.shared.to_owned() } else { String::new() })}
            </span>
        </div>
    }
}

#[component]
fn WayButton(talker: Talker, way: Way) -> impl IntoView {
    let talk = talker.talk();
    view! {
        <button
            type="button"
            data-test=format!("way-{}", way.key())
            aria-pressed=state(talk, move |talk| talk.way == way)
            disabled=flag(talk, move |talk| talk.phase.is_busy() && talk.way != way)
            on:click=press(move || talker.travel(way))
        >
            {tell(talk, move |words, _| (words.way_name)(way).to_owned())}
        </button>
    }
}

#[component]
fn DeadlineField(talker: Talker) -> impl IntoView {
    let talk = talker.talk();
    let is_invalid = |talk: &Talk| deadline::parse(&talk.deadline).is_err();
    view! {
        <div class="field">
            <label for="deadline">{text(|m| m.deadline)} " " <code>"grpc-timeout"</code></label>
            <input
                id="deadline"
                data-test="deadline"
                inputmode="numeric"
                autocomplete="off"
                placeholder=text(|m| m.deadline_hint)
                aria-invalid=mark(talk, "true", is_invalid)
                aria-describedby="deadline-error"
                prop:value=tell(talk, |_, talk| talk.deadline.clone())
                on:input=enter(move |value| talker.change(|talk| talk.deadline = value))
            />
            <p id="deadline-error" class="field-error" data-test="deadline-error">
                {tell(talk, move |words, talk| {
                    if is_invalid(talk) { words.deadline_invalid.to_owned() } else { String::new() }
                })}
            </p>
        </div>
    }
}
