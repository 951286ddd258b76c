//! Whether the server can be reached: told by each call, and looked for while it's gone.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::client;
use crate::model::server::{Reachability, retry_pause_millis};

/// The server this page calls.
#[derive(Clone, Copy)]
pub struct Server {
    base_url: StoredValue<String>,
    reachability: RwSignal<Reachability>,
}

impl Server {
    /// Returns the server at `base_url`, and asks it whether it's ready.
    pub fn connect(base_url: String) -> Self {
        let server = Self {
            base_url: StoredValue::new(base_url),
            reachability: RwSignal::new(Reachability::Checking),
        };
        spawn_local(async move {
            let is_ready = client::health::is_ready(&server.base_url()).await;
            server.heard(is_ready);
        });
        server
    }

    /// Returns the base URL calls go to.
    pub fn base_url(self) -> String {
        self.base_url.get_value()
    }

    /// Returns what is known of the server.
    pub fn reachability(self) -> ReadSignal<Reachability> {
        self.reachability.read_only()
    }

    /// Takes note of whether the server answered; starts to look for it when it stopped answering.
    pub fn heard(self, answered: bool) {
        if answered {
            self.reachability.set(Reachability::Ready);
        } else if self.reachability.get_untracked() != Reachability::Gone {
            self.reachability.set(Reachability::Gone);
            spawn_local(self.look_for());
        }
    }

    /// Asks until the server answers; ends early when a call was answered in the meantime.
    async fn look_for(self) {
        for failed_tries in 0.. {
            TimeoutFuture::new(retry_pause_millis(failed_tries)).await;
            if self.reachability.get_untracked() != Reachability::Gone {
                return;
            }
            if client::health::is_ready(&self.base_url()).await {
                self.reachability.set(Reachability::Back);
                return;
            }
        }
    }
}
