//! What the server last said of its components.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::client::admin;
use crate::client::lent::Lent;
use crate::model::components::Overview;
use crate::model::refusal::Refusal;

/// The overview, and the asking for it.
#[derive(Clone, Copy)]
pub struct Overviews {
    latest: RwSignal<Option<Result<Overview, Refusal>>>,
    is_asking: RwSignal<bool>,
}

impl Overviews {
    /// Asks right away, with the client in the context.
    pub fn ask_now() -> Self {
        let overviews = Self {
            latest: RwSignal::new(None),
            is_asking: RwSignal::new(false),
        };
        overviews.ask(expect_context());
        overviews
    }

    /// Returns the last answer; none before the first.
    pub fn latest(self) -> ReadSignal<Option<Result<Overview, Refusal>>> {
        self.latest.read_only()
    }

    /// Returns whether an answer is awaited.
    pub fn is_asking(self) -> ReadSignal<bool> {
        self.is_asking.read_only()
    }

    /// Asks; what was known stays until the answer comes. Does nothing while one is awaited.
    pub fn ask(self, client: Lent) {
        if self.is_asking.get_untracked() {
            return;
        }
        self.is_asking.set(true);
        spawn_local(async move {
            let answer = admin::overview(&client).await;
            // Both refuse when the reader left in the meantime.
            self.latest.try_set(Some(answer));
            self.is_asking.try_set(false);
        });
    }
}
