//! `/`: call MyService and see everything that happens.

use leptos::prelude::*;

use super::annexed::Annexed;
use crate::components::answer::AnswerPanel;
use crate::components::break_it::BreakIt;
use crate::components::call_log::CallLog;
use crate::components::diagram::Diagram;
use crate::components::inspector::{Focus, Inspector};
use crate::components::request_form::{Draft, RequestForm};
use crate::components::share::Share;
use crate::components::size_bars::SizeBars;
use crate::i18n::{locale, text};
use crate::model::annex::Annex;
use crate::model::inspection::{Side, Tab};
use crate::model::sequence::Shows;
use crate::state::breaking;
use crate::state::calls::Calls;
use crate::state::download::download_calls;
use crate::state::link::{self, follow_link};
use crate::state::schema::Schemas;
use crate::state::server::Server;

/// The page that calls MyService.
#[component]
pub fn CallPage() -> impl IntoView {
    let calls = expect_context::<Calls>();
    let schema = expect_context::<Schemas>().shared();
    let draft = Draft::new(locale().get_untracked());
    let focus = Focus::new(Tab::Wire);
    // A field is marked only for what was sent from it, not for what "Break it" sent.
    let from_form = RwSignal::new(false);
    follow_link(draft, focus.tab);
    let show = move |shows| point_to(focus, shows);
    view! {
        <div class="hero">
            <h1>{text(|m| m.title)}</h1>
            <p class="lede">{text(|m| m.lede)}</p>
        </div>
        <RequestSection calls draft focus from_form />
        <div class="stack">
        <section class="sheet" aria-labelledby="diagram-heading">
            <h2 id="diagram-heading">{text(|m| m.what_happened)}</h2>
            <Diagram call=calls.selected() on_show=show />
        </section>
        <section class="sheet" aria-labelledby="break-heading">
            <h2 id="break-heading">{text(|m| m.break_it)}</h2>
            <BreakIt
                is_pending=calls.is_pending()
                on_break=move |chosen| {
                        from_form.set(false);
                        breaking::break_it(calls, draft, chosen);
                    }
            />
        </section>
        </div>
        <section class="sheet wide" aria-labelledby="inspector-heading">
            <h2 id="inspector-heading">{text(|m| m.inspector)}</h2>
            <Inspector call=calls.inspected() schema focus code_tab />
        </section>
        <section class="sheet wide" aria-labelledby="calls-heading">
            <h2 id="calls-heading">{text(|m| m.calls)}</h2>
            <CallLog
                calls=calls.list()
                selected=calls.selected_number()
                is_paused=calls.is_paused()
                on_select=move |number| calls.select(number)
                on_pause=move |()| calls.toggle_paused()
                on_clear=move |()| calls.clear()
                on_export=move |()| calls.list().with_untracked(|calls| download_calls(calls))
            />
        </section>
    }
}

fn code_tab() -> AnyView {
    view! { <Annexed annex=Annex::Code /> }.into_any()
}

#[component]
fn RequestSection(
    calls: Calls,
    draft: Draft,
    focus: Focus,
    from_form: RwSignal<bool>,
) -> impl IntoView {
    let server = expect_context::<Server>();
    let latest = calls.latest();
    let name_violation = Signal::derive(move || {
        let call = latest.get().filter(|_| from_form.get())?;
        Some(call.failure()?.violation_of("name")?.to_owned())
    });
    let link = move |with_secrets| link::current(draft, focus.tab, with_secrets);
    view! {
        <section class="sheet" aria-labelledby="request-heading">
            <h2 id="request-heading">{text(|m| m.request)}</h2>
            <RequestForm
                draft
                is_pending=calls.is_pending()
                name_violation
                on_send=move |request| {
                    from_form.set(true);
                    calls.send(request);
                }
                on_cancel=move |()| calls.cancel()
            />
            <AnswerPanel call=latest server=server.base_url() reachability=server.reachability() />
            <SizeBars comparison=calls.comparison() />
            <Share metadata=draft.metadata link />
        </section>
    }
}

/// Opens the inspector at what an arrow of the diagram carries.
fn point_to(focus: Focus, shows: Shows) {
    match shows {
        Shows::Request => {
            focus.range.set(Some(0..usize::MAX));
            focus.side.set(Side::Request);
            focus.tab.set(Tab::Wire);
        }
        Shows::Response(range) => {
            focus.range.set(Some(range));
            focus.side.set(Side::Response);
            focus.tab.set(Tab::Wire);
        }
        Shows::Headers => focus.tab.set(Tab::Headers),
        Shows::Timing => focus.tab.set(Tab::Timing),
    }
}
