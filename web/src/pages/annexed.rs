//! The place of an annex in the page: fetched when it's opened, with words while it's on its way.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::client::bundle::{self, Mounted};
use crate::client::lent::lend;
use crate::i18n::text;
use crate::model::annex::Annex;
use crate::state::calls::Calls;
use crate::state::server::Server;

/// How far an annex is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Loading,
    Open,
    Failed,
}

/// An annex, once its bundle is there.
#[component]
pub fn Annexed(
    /// Which one.
    annex: Annex,
    /// What it's told, as text; it follows each change.
    #[prop(optional, into)]
    input: Signal<String>,
) -> impl IntoView {
    let server = expect_context::<Server>();
    let calls = expect_context::<Calls>();
    let place = NodeRef::<Div>::new();
    let progress = RwSignal::new(Progress::Loading);
    let mounted = StoredValue::new_local(None::<Mounted>);
    let open = move || {
        let Some(element) = place.get_untracked() else {
            return;
        };
        progress.set(Progress::Loading);
        spawn_local(async move {
            let heard = move |answered| server.heard(answered);
            let note = move |record, result| calls.note(record, result);
            let call = lend(server.base_url(), heard, note);
            let result = bundle::open(annex, &element, &call).await;
            let reached = match &result {
                Ok(_) => Progress::Open,
                Err(_) => Progress::Failed,
            };
            // Both refuse when the reader left in the meantime; dropping the annex then ends it.
            progress.try_set(reached);
            if let Ok(annex) = result {
                mounted.try_set_value(annex);
            }
        });
    };
    Effect::new(move |_| {
        if place.get().is_some() {
            open();
        }
    });
    let words = move || {
        match progress.get() {
        Progress::Open => None,
        Progress::Loading => {
            Some(view! { <p class="note wide">{text(|m| m.annex_loading)}</p> }.into_any())
        }
        Progress::Failed => Some(
            view! {
                <p class="note wide" role="alert">
                    {text(|m| m.annex_failed)} " "
                    <button type="button" class="button button-small" data-test="annex-retry" on:click=move |_| open()>
                        {text(|m| m.retry)}
                    </button>
                </p>
            }
            .into_any(),
        ),
    }
    };
    view! {
        {words}
        <div class="annex" data-annex=annex.key() data-input=input node_ref=place></div>
    }
}
