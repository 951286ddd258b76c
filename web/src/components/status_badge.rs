//! A status code by name and number; green and red only say again what the words say.

use leptos::prelude::*;
use wire::code::Code;

use crate::i18n::text;

/// A status code, or the word for "no status yet".
#[component]
pub fn StatusBadge(
    /// The code; none while the call is pending.
    code: Option<Code>,
) -> impl IntoView {
    match code {
        None => view! { <span class="badge badge-pending">{text(|m| m.pending)}</span> }.into_any(),
        Some(code) => {
            let class = if code == Code::Ok {
                "badge badge-ok"
            } else {
                "badge badge-bad"
            };
            view! { <span class=class>{format!("{} {}", code.name(), code.number())}</span> }
                .into_any()
        }
    }
}
