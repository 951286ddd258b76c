//! A replica's state in words; color only says again what the words say.

use leptos::prelude::*;

use crate::i18n::{locale, replica_state};
use crate::model::components::ReplicaState;

/// The state of a replica.
#[component]
pub fn ReplicaBadge(
    /// Which one.
    #[prop(into)]
    state: Signal<ReplicaState>,
) -> impl IntoView {
    let class = move || match state.get() {
        ReplicaState::Ready => "badge badge-ok",
        ReplicaState::Unreachable | ReplicaState::Ejected => "badge badge-bad",
        ReplicaState::Starting | ReplicaState::Probing | ReplicaState::NotServing => {
            "badge badge-warn"
        }
        ReplicaState::Unknown => "badge badge-pending",
    };
    let locale = locale();
    view! {
        <span class=class data-test="replica-state">{move || replica_state::name(locale.get(), state.get())}</span>
    }
}
