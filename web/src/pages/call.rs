//! `/`: call MyService and see what it answers.

use leptos::prelude::*;

use crate::components::answer::AnswerPanel;
use crate::components::call_log::CallLog;
use crate::components::request_form::RequestForm;
use crate::i18n::text;
use crate::state::calls::Calls;
use crate::state::server::Server;

/// The page that calls MyService.
#[component]
pub fn CallPage() -> impl IntoView {
    let calls = expect_context::<Calls>();
    let server = expect_context::<Server>();
    let latest = calls.latest();
    let name_violation = Memo::new(move |_| {
        let call = latest.get()?;
        Some(call.failure()?.violation_of("name")?.to_owned())
    });
    view! {
        <div class="hero">
            <h1>{text(|m| m.title)}</h1>
            <p class="lede">{text(|m| m.lede)}</p>
        </div>
        <section class="sheet" aria-labelledby="request-heading">
            <h2 id="request-heading">{text(|m| m.request)}</h2>
            <RequestForm
                is_pending=calls.is_pending()
                name_violation
                on_send=move |request| calls.send(request)
                on_cancel=move |()| calls.cancel()
            />
        </section>
        <section class="sheet" aria-labelledby="answer-heading">
            <h2 id="answer-heading">{text(|m| m.answer)}</h2>
            <AnswerPanel call=latest server=server.base_url() reachability=server.reachability() />
        </section>
        <section class="sheet wide" aria-labelledby="calls-heading">
            <h2 id="calls-heading">{text(|m| m.calls)}</h2>
            <CallLog calls=calls.list() />
        </section>
    }
}
