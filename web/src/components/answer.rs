//! The answer to the newest call: the greeting or what went wrong, and the facts of the call.

use leptos::prelude::*;

use super::status_badge::StatusBadge;
use crate::i18n::{locale, text};
use crate::model::call::{Call, Outcome};
use crate::model::greeting::Answer;
use crate::model::server::Reachability;
use crate::model::status::Failure;
use crate::model::time::{format_millis, format_timestamp};

/// The newest call's answer, announced politely when it changes.
#[component]
pub fn AnswerPanel(
    /// The newest call, if any was made.
    #[prop(into)]
    call: Signal<Option<Call>>,
    /// Base URL of the server, for the remedy when it can't be reached.
    #[prop(into)]
    server: String,
    /// What is known of the server.
    #[prop(into)]
    reachability: Signal<Reachability>,
) -> impl IntoView {
    let server = StoredValue::new(server);
    let body = move || match call.get() {
        None => view! { <p class="note">{text(|m| m.answer_empty)}</p> }.into_any(),
        Some(Call {
            outcome: Outcome::Pending,
            ..
        }) => view! { <p class="note waiting">{text(|m| m.waiting)}</p> }.into_any(),
        Some(Call {
            outcome: Outcome::Ended {
                result: Ok(answer), ..
            },
            ..
        }) => view! { <Greeting answer /> }.into_any(),
        Some(Call {
            outcome:
                Outcome::Ended {
                    result: Err(failure),
                    ..
                },
            ..
        }) if !failure.answered => {
            view! { <Unreached server=server.get_value() failure reachability /> }.into_any()
        }
        Some(Call {
            outcome:
                Outcome::Ended {
                    result: Err(failure),
                    ..
                },
            ..
        }) => view! { <Failed failure /> }.into_any(),
    };
    view! {
        <div class="answer" data-test="answer" aria-live="polite">
            {body}
        </div>
        {move || call.get().map(|call| view! { <Facts call /> })}
    }
}

#[component]
fn Greeting(answer: Answer) -> impl IntoView {
    let replica = StoredValue::new(answer.replica);
    let from = move || (locale().get().messages().from_replica)(&replica.read_value());
    view! {
        <div class="callout callout-ok">
            <p class="greeting" data-test="greeting">{answer.message}</p>
            <p class="callout-note">{from}</p>
        </div>
    }
}

#[component]
fn Failed(failure: Failure) -> impl IntoView {
    let code = failure.code;
    let meaning = move || (locale().get().messages().code_meaning)(code);
    let server_words = (!failure.message.is_empty()).then(|| {
        view! {
            <p class="callout-note">
                {text(|m| m.server_message)} " " <q lang="en" data-test="server-message">{failure.message}</q>
            </p>
        }
    });
    view! {
        <div class="callout callout-bad">
            <p class="callout-title">{code.name()}</p>
            <p>{meaning}</p>
            {server_words}
        </div>
    }
}

#[component]
fn Unreached(
    server: String,
    failure: Failure,
    reachability: Signal<Reachability>,
) -> impl IntoView {
    let remedy = move || (locale().get().messages().gone_remedy)(&server);
    let progress = move || match reachability.get() {
        Reachability::Back | Reachability::Ready => text(|m| m.back_again)(),
        Reachability::Gone | Reachability::Checking => text(|m| m.gone_retrying)(),
    };
    view! {
        <div class="callout callout-bad" data-test="server-gone">
            <p class="callout-title">{text(|m| m.gone_title)}</p>
            <p>{remedy}</p>
            <p class="callout-note" data-test="server-progress">{progress}</p>
            <p class="callout-note"><q lang="en">{failure.message}</q></p>
        </div>
    }
}

#[component]
fn Facts(call: Call) -> impl IntoView {
    let code = call.code();
    let answer = call.answer();
    let replica = answer.map_or("–", |answer| &answer.replica).to_owned();
    let served_at = answer
        .and_then(|answer| answer.served_at)
        .and_then(|(seconds, nanos)| format_timestamp(seconds, nanos))
        .unwrap_or_else(|| "–".to_owned());
    let round_trip = call
        .elapsed_millis()
        .map_or_else(|| "–".to_owned(), format_millis);
    view! {
        <dl class="facts">
            <dt>{text(|m| m.status)}</dt>
            <dd data-test="status"><StatusBadge code /></dd>
            <dt>{text(|m| m.served_by)}</dt>
            <dd data-test="replica">{replica}</dd>
            <dt>{text(|m| m.round_trip)}</dt>
            <dd data-test="round-trip">{round_trip}</dd>
            <dt>{text(|m| m.served_at)}</dt>
            <dd>{served_at}</dd>
        </dl>
    }
}
