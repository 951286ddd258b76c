//! The messages of the call: a window of rows that follows the latest, and the bytes of the one that's looked at.

use leptos::prelude::*;
use wire::code::Code;

use crate::components::told::{flag, many, mark, press, shown, state, tell};
use crate::i18n::streams::{StreamWords, text};
use crate::model::hex::hex;
use crate::model::lane::{Note, ROWS};
use crate::model::talk::{Phase, Talk};
use crate::model::time::format_millis;
use crate::state::talk::Talker;

/// Rows by which a press of a button moves the window.
const PAGE: isize = ROWS.cast_signed();
/// Bytes of a message that are shown.
const MAX_BYTES: usize = 512;

/// Where the call stands, its messages, and how it ended.
#[component]
pub fn Messages(
    /// The call.
    talker: Talker,
) -> impl IntoView {
    let talk = talker.talk();
    let table = move || view! { <Rows talker /> }.into_any();
    let nothing = || view! { <p class="note">{text(|m| m.empty)}</p> }.into_any();
    view! {
        <section class="sheet wide" aria-labelledby="messages-heading">
            <h2 id="messages-heading">{text(|m| m.messages)}</h2>
            <p
                class="lane-state"
                role="status"
                data-test="lane-state"
                data-state=tell(talk, |_, talk| talk.phase.key().to_owned())
            >
                {tell(talk, |words, talk| (words.phase)(talk.phase).to_owned())}
            </p>
            {shown(talk, |talk| talk.phase != Phase::Idle, move || view! { <Counts talker /> }.into_any())}
            {shown(talk, |talk| talk.phase == Phase::Ended, move || view! { <Ended talker /> }.into_any())}
            {shown(talk, |talk| !talk.lane.is_empty(), table)}
            {shown(talk, |talk| talk.lane.is_empty(), nothing)}
        </section>
    }
}

#[component]
fn Counts(talker: Talker) -> impl IntoView {
    let talk = talker.talk();
    let number = |read: fn(&Talk) -> u64| tell(talk, move |_, talk| read(talk).to_string());
    let resumed = move || {
        view! { <p class="note" data-test="resumed">{tell(talk, |words, talk| (words.resumed)(talk.resumed))}</p> }.into_any()
    };
    let missed = move || {
        view! { <p class="callout" data-test="missed">{tell(talk, |words, talk| (words.missed)(talk.missed))}</p> }.into_any()
    };
    view! {
        <p
            class="lane-counts"
            data-test="counts"
            data-sent=number(|talk| talk.lane.sent.messages)
            data-received=number(|talk| talk.lane.received.messages)
            data-missed=number(|talk| talk.missed)
        >
            {tell(talk, |words, talk| {
                let rate = match talk.phase {
                    Phase::Open => talk.lane.rate(talk.elapsed_millis),
                    _ => 0,
                };
                (words.counted)(talk, rate)
            })}
            " · "
            {tell(talk, |words, talk| (words.elapsed)(&format_millis(talk.elapsed_millis)))}
        </p>
        {shown(talk, |talk| talk.resumed > 0, resumed)}
        {shown(talk, |talk| talk.missed > 0, missed)}
    }
}

#[component]
fn Ended(talker: Talker) -> impl IntoView {
    let talk = talker.talk();
    let words = tell(talk, |words, talk| match &talk.end {
        Some(end) if end.is_own && end.code == Code::DeadlineExceeded => {
            words.ended_late.to_owned()
        }
        Some(end) if end.is_own => words.ended_here.to_owned(),
        Some(end) if end.message.is_empty() && end.code.number() == 0 => words.ended_ok.to_owned(),
        Some(end) => (words.ended)(end.code.name()),
        None => String::new(),
    });
    let message = tell(talk, |_, talk| match &talk.end {
        Some(end) if !end.is_own => end.message.clone(),
        _ => String::new(),
    });
    let code = tell(talk, |_, talk| {
        let end = talk.end.as_ref();
        end.map_or_else(String::new, |end| end.code.name().to_owned())
    });
    view! {
        <p
            class=move || if talk.with(has_failed) { "callout callout-bad" } else { "callout" }
            data-test="end"
            data-code=code
        >
            {words} " " <q lang="en" hidden=flag(talk, |talk| !has_failed(talk))>{message}</q>
        </p>
        <p class="note"><a href="/" data-test="inspect">{text(|m| m.inspect)}</a></p>
    }
}

fn has_failed(talk: &Talk) -> bool {
    let end = talk.end.as_ref();
    end.is_some_and(|end| !end.is_own && end.code.number() != 0)
}

#[component]
fn Rows(talker: Talker) -> impl IntoView {
    let talk = talker.talk();
    let row = move |row: usize| view! { <Row talker row /> }.into_any();
    let look = move || view! { <Look talker /> }.into_any();
    let button = |hook: &'static str, name, is_idle: fn(&Talk) -> bool, act: fn(&mut Talk)| {
        view! {
            <button
                type="button"
                class="button button-small"
                data-test=hook
                disabled=flag(talk, is_idle)
                on:click=press(move || talker.change(act))
            >
                {text(name)}
            </button>
        }
    };
    view! {
        <div class="table-frame messages" tabindex="0" role="group" aria-label=text(|m| m.messages)>
            <table data-test="lane">
                <thead>
                    <tr>
                        <th scope="col" class="figure">{text(|m| m.column_time)}</th>
                        <th scope="col" class="figure">{text(|m| m.column_gap)}</th>
                        <th scope="col" class="figure">{text(|m| m.column_size)}</th>
                        <th scope="col">{text(|m| m.column_sent)}</th>
                        <th scope="col">{text(|m| m.column_received)}</th>
                    </tr>
                </thead>
                <tbody>{many(talk, |talk| talk.lane.len().min(ROWS), row)}</tbody>
            </table>
        </div>
        <div class="row row-close lane-foot">
            <span class="hint" data-test="rows">
                {tell(talk, |words, talk| {
                    let (first, all) = (talk.first_row(), talk.lane.len());
                    (words.rows)(first + 1, (first + ROWS).min(all), all)
                })}
            </span>
            {button("older", |words| words.older, |talk| talk.first_row() <= talk.lane.dropped(), |talk| talk.scroll(-PAGE))}
            {button("newer", |words| words.newer, |talk| talk.from.is_none(), |talk| talk.scroll(PAGE))}
            {button("latest", |words| words.latest, |talk| talk.from.is_none(), |talk| talk.from = None)}
        </div>
        {shown(talk, |talk| talk.looked_at.is_some(), look)}
        {shown(talk, |talk| talk.looked_at.is_none(), || view! { <p class="hint">{text(|m| m.look_hint)}</p> }.into_any())}
    }
}

/// One row of the window; which message it shows changes as the window moves.
#[component]
fn Row(talker: Talker, row: usize) -> impl IntoView {
    let talk = talker.talk();
    let place = move |talk: &Talk| talk.first_row() + row;
    let figure = move |read: fn(&Note) -> String| {
        tell(talk, move |_, talk| {
            talk.lane.at(place(talk)).map(read).unwrap_or_default()
        })
    };
    let said = move |is_sent: bool| {
        let words = tell(talk, move |words, talk| match talk.lane.at(place(talk)) {
            Some(note) if note.is_sent == is_sent => line(words, note),
            _ => String::new(),
        });
        let button = move |talk: &Talk| {
            talk.lane
                .at(place(talk))
                .is_some_and(|note| note.is_sent == is_sent)
        };
        view! {
            <button
                type="button"
                class="said"
                hidden=flag(talk, move |talk| !button(talk))
                aria-pressed=state(talk, move |talk| talk.looked_at == Some(place(talk)))
                on:click=press(move || {
                    talker.change(|talk| {
                        let place = place(talk);
                        talk.looked_at = (talk.looked_at != Some(place)).then_some(place);
                    });
                })
            >
                {words}
            </button>
        }
    };
    view! {
        <tr data-sent=mark(talk, "", move |talk| talk.lane.at(place(talk)).is_some_and(|note| note.is_sent))>
            <td class="figure">{figure(|note| format_millis(note.at_millis))}</td>
            <td class="figure">{figure(|note| note.gap_millis.map(format_millis).unwrap_or_default())}</td>
            <td class="figure">{figure(|note| format!("{} B", note.bytes.len()))}</td>
            <td>{said(true)}</td>
            <td>{said(false)}</td>
        </tr>
    }
}

fn line(words: &StreamWords, note: &Note) -> String {
    let said = &note.said;
    let mut line = match said.is_bookmark {
        true => (words.bookmark)(said.version),
        false if said.text.is_empty() => format!("{} B", note.bytes.len()),
        false => said.text.clone(),
    };
    if said.missed > 0 {
        line = format!("{line} {}", (words.missed_here)(said.missed));
    }
    if !said.replica.is_empty() {
        line = format!("{line} · {}", said.replica);
    }
    line
}

/// The message that's looked at, byte by byte.
#[component]
fn Look(talker: Talker) -> impl IntoView {
    let talk = talker.talk();
    let about = |read: fn(&StreamWords, &Note) -> String| {
        tell(talk, move |words, talk| {
            let note = talk.looked_at.and_then(|place| talk.lane.at(place));
            note.map(|note| read(words, note)).unwrap_or_default()
        })
    };
    view! {
        <div class="look" data-test="look">
            <p class="hint">{about(|words, note| (words.looked_at)(note.is_sent, note.number))}</p>
            <code class="look-bytes" tabindex="0" data-test="look-bytes">
                {about(|_, note| hex(&note.bytes[..note.bytes.len().min(MAX_BYTES)]))}
            </code>
            <p class="hint">
                {about(|words, note| match note.bytes.len().saturating_sub(MAX_BYTES) {
                    0 => String::new(),
                    more => (words.more_bytes)(more),
                })}
            </p>
        </div>
    }
}
