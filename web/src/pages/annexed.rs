//! The place of an annex in the page: fetched when it's opened, with words while it's on its way.

mod bundles;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::client::sheet;
use crate::i18n::text;
use crate::model::annex::Annex;
use bundles::Draw;

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
) -> impl IntoView {
    let progress = RwSignal::new(Progress::Loading);
    let draw = StoredValue::new(None::<Draw>);
    let open = move || {
        progress.set(Progress::Loading);
        spawn_local(async move {
            let sheet = sheet::load().await;
            let reached = match (sheet, bundles::load(annex).await) {
                (Ok(_), Ok(loaded)) => {
                    // Refuses when the reader left in the meantime.
                    draw.try_set_value(Some(loaded));
                    Progress::Open
                }
                _ => Progress::Failed,
            };
            progress.try_set(reached);
        });
    };
    open();
    let content = move || {
        match progress.get() {
        Progress::Open => draw.get_value().map(|draw| draw()),
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
    view! { <div class="annex" data-annex=annex.key()>{content}</div> }
}
