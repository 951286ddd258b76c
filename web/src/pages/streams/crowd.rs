//! Several streams at once: the limit of HTTP/1.1, met.

use leptos::prelude::*;

use crate::components::told::{flag, many, press, shown, tell};
use crate::i18n::streams::text;
use crate::model::talk::{Member, Talk};
use crate::state::talk::Talker;

/// Opens more streams than a browser has connections.
#[component]
pub fn Crowd(
    /// The call.
    talker: Talker,
) -> impl IntoView {
    let talk = talker.talk();
    let member = move |place: usize| {
        let key = tell(talk, move |_, talk| talk.crowd[place].key().to_owned());
        let words = tell(talk, move |words, talk| {
            format!("{}: {}", place + 1, (words.member)(talk.crowd[place].key()))
        });
        view! { <li class="member" data-state=key><span class="member-words">{words}</span></li> }
            .into_any()
    };
    let met = || {
        view! { <p class="callout" data-test="crowd-met">{text(|m| m.crowd_met)}</p> }.into_any()
    };
    let button = |hook: &'static str, words, disabled, act: fn(Talker)| {
        view! {
            <button type="button" class="button" data-test=hook disabled=disabled on:click=press(move || act(talker))>
                {words}
            </button>
        }
    };
    let gather = tell(talk, |words, talk| (words.gather)(talk.crowd_size()));
    let close_one = tell(talk, |words, _| words.dismiss_one.to_owned());
    let close_all = tell(talk, |words, _| words.dismiss_all.to_owned());
    view! {
        <section class="sheet wide" aria-labelledby="crowd-heading">
            <h2 id="crowd-heading">{text(|m| m.crowd)}</h2>
            <p class="kind-text">{tell(talk, |words, talk| (words.crowd_text)(talk.way).to_owned())}</p>
            <div class="row row-close">
                {button("gather", gather, flag(talk, |talk| talk.crowd_count(Member::Closed) == 0), Talker::gather)}
                {button("dismiss-one", close_one, flag(talk, |talk| talk.crowd_count(Member::Open) == 0), |talker| talker.dismiss(false))}
                {button("dismiss-all", close_all, flag(talk, |talk| talk.crowd_count(Member::Closed) == talk.crowd_size()), |talker| talker.dismiss(true))}
            </div>
            <p class="lane-state" role="status" data-test="crowd-counts">
                {tell(talk, |words, talk| {
                    (words.crowd_counted)(talk.crowd_count(Member::Open), talk.crowd_count(Member::Waiting))
                })}
            </p>
            <ol class="crowd" data-test="crowd" data-way=tell(talk, |_, talk| talk.way.key().to_owned())>
                {many(talk, Talk::crowd_size, member)}
            </ol>
            {shown(talk, |talk| talk.crowd_count(Member::Open) > 0 && talk.crowd_count(Member::Waiting) > 0, met)}
            <p class="hint">{tell(talk, |words, talk| (words.crowd_unmet)(talk.way).to_owned())}</p>
        </section>
    }
}
