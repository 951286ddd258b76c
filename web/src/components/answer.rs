//! The answer to the newest call: the greeting or what went wrong, and the facts of the call.

use std::sync::Arc;

use leptos::prelude::*;
use wire::code::Code;

use super::status_badge::StatusBadge;
use crate::i18n::{locale, text};
use crate::model::call::{Call, Outcome, Success};
use crate::model::fault::Fault;
use crate::model::greeting::Answer;
use crate::model::server::Reachability;
use crate::model::status::Failure;
use crate::model::time::format_millis;

/// The newest call's answer, announced politely when it changes.
#[component]
pub fn AnswerPanel(
    /// The newest call, if any was made.
    #[prop(into)]
    call: Signal<Option<Arc<Call>>>,
    /// Base URL of the server, for the remedy when it can't be reached.
    #[prop(into)]
    server: String,
    /// What is known of the server.
    #[prop(into)]
    reachability: Signal<Reachability>,
) -> impl IntoView {
    let server = StoredValue::new(server);
    let outcome = Memo::new(move |_| call.get().map(|call| call.outcome.clone()));
    let body = move || match outcome.get() {
        None => view! { <p class="note">{text(|m| m.answer_empty)}</p> }.into_any(),
        Some(Outcome::Pending) => {
            view! { <p class="note waiting">{text(|m| m.waiting)}</p> }.into_any()
        }
        Some(Outcome::Ended {
            result: Ok(Success::Greeting(answer)),
            ..
        }) => view! { <Greeting answer /> }.into_any(),
        Some(Outcome::Ended {
            result: Ok(Success::Messages(count)),
            ..
        }) => view! { <Received count /> }.into_any(),
        Some(Outcome::Ended {
            result: Err(failure),
            ..
        }) if failure.is_unreached() => {
            view! { <Unreached server=server.get_value() failure reachability /> }.into_any()
        }
        Some(Outcome::Ended {
            result: Err(failure),
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
fn Received(count: usize) -> impl IntoView {
    let words = move || (locale().get().messages().messages_received)(count);
    view! { <div class="callout callout-ok"><p class="callout-text">{words}</p></div> }
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
    let Failure {
        code,
        message,
        fault,
        from_server,
        ..
    } = failure;
    let meaning = move || (locale().get().messages().code_meaning)(code);
    let found_here = !from_server;
    // The server noticing it first is the same to the reader.
    let is_late = code == Code::DeadlineExceeded;
    let fault = fault.or(is_late.then_some(Fault::DeadlinePassed));
    let said = (!message.is_empty()).then(|| {
        let who = move || {
            if found_here {
                text(|m| m.page_says)()
            } else {
                text(|m| m.server_message)()
            }
        };
        view! {
            <p class="callout-note">
                {who} " " <q lang="en" data-test="server-message">{message}</q>
            </p>
        }
    });
    view! {
        <div class="callout callout-bad">
            <p class="callout-title">{code.name()}</p>
            <p>{meaning}</p>
            {fault.map(|fault| view! { <Remedy fault /> })}
            {said}
        </div>
    }
}

/// What to do about a fault, in one line.
#[component]
fn Remedy(fault: Fault) -> impl IntoView {
    let words = move || (locale().get().messages().fault_remedy)(&fault);
    view! { <p class="remedy" data-test="remedy">{words}</p> }
}

#[component]
fn Unreached(
    server: String,
    failure: Failure,
    reachability: Signal<Reachability>,
) -> impl IntoView {
    let place = move || (locale().get().messages().gone_place)(&server);
    let progress = move || match reachability.get() {
        Reachability::Back | Reachability::Ready => text(|m| m.back_again)(),
        Reachability::Gone | Reachability::Checking => text(|m| m.gone_retrying)(),
    };
    view! {
        <div class="callout callout-bad" data-test="server-gone">
            <p class="callout-title">{text(|m| m.gone_title)}</p>
            <p>{place}</p>
            {failure.fault.map(|fault| view! { <Remedy fault /> })}
            <p class="callout-note" data-test="server-progress">{progress}</p>
        </div>
    }
}

#[component]
fn Facts(call: Arc<Call>) -> impl IntoView {
    let code = call.code();
    let answer = call.answer();
    let replica = call.replica().unwrap_or_else(|| "–".to_owned());
    let served_at = answer
        .and_then(|answer| answer.served_at.clone())
        .unwrap_or_else(|| "–".to_owned());
    let round_trip = call
        .elapsed_millis()
        .map_or_else(|| "–".to_owned(), format_millis);
    let (up, down) = (call.record.request_body.len(), call.record.response_size());
    let sizes = format!("{up} B ↑ {down} B ↓");
    view! {
        <dl class="facts">
            <dt>{text(|m| m.status)}</dt>
            <dd data-test="status"><StatusBadge code /></dd>
            <dt>{text(|m| m.served_by)}</dt>
            <dd data-test="replica">{replica}</dd>
            <dt>{text(|m| m.round_trip)}</dt>
            <dd data-test="round-trip">{round_trip}</dd>
            <dt>{text(|m| m.on_the_wire)}</dt>
            <dd data-test="sizes">{sizes}</dd>
            <dt>{text(|m| m.served_at)}</dt>
            <dd>{served_at}</dd>
        </dl>
    }
}
