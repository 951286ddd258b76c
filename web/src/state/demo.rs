//! The demo's replicas: how each is disturbed, and the actions that change it.
//!
//! Whatever this page did to them is undone when the reader leaves it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::code::Code;

use super::lab::Lab;
use super::load::Load;
use crate::client::lent::Lent;
use crate::client::{balancer, chaos};
use crate::model::balance::{DemoReplica, Policy, Trouble};
use crate::model::refusal::Refusal;

/// How many replicas the demo has when nobody touched it.
const REPLICAS: u32 = 3;

/// What is known of the demo.
#[derive(Clone, Copy)]
pub struct Demo {
    lab: Lab,
    load: Load,
    replicas: RwSignal<Vec<DemoReplica>>,
    is_absent: RwSignal<bool>,
    is_touched: StoredValue<bool>,
}

impl Demo {
    /// Asks for the demo's replicas; restores them when the reactive owner around the caller is gone.
    pub fn ask(lab: Lab, load: Load) -> Self {
        let demo = Self {
            lab,
            load,
            replicas: RwSignal::default(),
            is_absent: RwSignal::new(false),
            is_touched: StoredValue::new(false),
        };
        spawn_local(async move {
            demo.reload().await;
        });
        on_cleanup(move || {
            if demo.is_touched.try_get_value() == Some(true)
                && let Some(client) = lab.client()
            {
                let component = demo.component();
                // What it answers is nobody's concern any more.
                spawn_local(async move {
                    let _ = restore(&client, component).await;
                });
            }
        });
        demo
    }

    /// Returns its replicas and what troubles them.
    pub fn replicas(self) -> ReadSignal<Vec<DemoReplica>> {
        self.replicas.read_only()
    }

    /// Returns whether the server has no demo.
    pub fn is_absent(self) -> ReadSignal<bool> {
        self.is_absent.read_only()
    }

    /// Gets a replica into a trouble, or out of it.
    pub fn disturb(self, replica: String, trouble: Trouble) {
        spawn_local(async move {
            self.load.note(self.try_disturb(replica, trouble).await);
        });
    }

    /// The same, and waits for it.
    pub async fn try_disturb(self, replica: String, trouble: Trouble) -> Result<(), Refusal> {
        if let Some(client) = self.touch() {
            chaos::disturb(&client, replica, trouble).await?;
            self.reload().await;
        }
        Ok(())
    }

    /// Starts or ends replicas until there are so many.
    pub fn scale(self, replicas: u32) {
        spawn_local(async move {
            if let Some(client) = self.touch() {
                let scaled = chaos::scale(&client, replicas).await;
                if let Some(known) = self.load.note(scaled) {
                    self.replicas.try_set(known);
                }
            }
        });
    }

    /// Sets the policy of the component that's looked at.
    pub fn set_policy(self, policy: Policy, header: String) {
        spawn_local(async move {
            self.load.note(self.try_set_policy(policy, header).await);
        });
    }

    /// The same, and waits for it.
    pub async fn try_set_policy(self, policy: Policy, header: String) -> Result<(), Refusal> {
        let Some(client) = self.touch() else {
            return Ok(());
        };
        balancer::set_policy(&client, self.component(), policy, header).await?;
        self.lab.refresh().await
    }

    /// Undoes all of it: no trouble, three replicas, p2c.
    pub fn restore(self) {
        spawn_local(async move {
            self.load.note(self.try_restore().await);
        });
    }

    /// The same, and waits for it.
    pub async fn try_restore(self) -> Result<(), Refusal> {
        if let Some(client) = self.lab.client() {
            restore(&client, self.component()).await?;
            self.is_touched.try_set_value(false);
            self.reload().await;
            self.lab.refresh().await?;
        }
        Ok(())
    }

    /// Arranges so many replicas, one of them in trouble, and waits for it.
    pub async fn try_arrange(
        self,
        replicas: u32,
        trouble: Option<(usize, Trouble)>,
    ) -> Result<(), Refusal> {
        let Some(client) = self.touch() else {
            return Ok(());
        };
        let known = chaos::scale(&client, replicas).await?;
        for (place, replica) in known.into_iter().enumerate() {
            let own = trouble.filter(|(troubled, _)| *troubled == place);
            let wanted = own.map_or(Trouble::Fine, |(_, trouble)| trouble);
            if replica.trouble != wanted {
                chaos::disturb(&client, replica.name, wanted).await?;
            }
        }
        self.reload().await;
        Ok(())
    }

    /// Returns whether nothing was changed since the demo was last restored.
    pub fn is_untouched(self) -> bool {
        !self.is_touched.get_value()
    }

    async fn reload(self) {
        let Some(client) = self.lab.client() else {
            return;
        };
        match chaos::demo_replicas(&client).await {
            Ok(replicas) => {
                self.replicas.try_set(replicas);
            }
            Err(refusal) if refusal.code == Code::Unimplemented => {
                self.is_absent.try_set(true);
            }
            // The watch says the same, and goes on asking.
            Err(_) => {}
        }
    }

    fn touch(self) -> Option<Lent> {
        self.is_touched.try_set_value(true);
        self.lab.client()
    }

    fn component(self) -> String {
        let balance = self.lab.balance();
        let name = balance.try_with_untracked(|balance| balance.component.clone());
        name.unwrap_or_default()
    }
}

async fn restore(client: &Lent, component: String) -> Result<(), Refusal> {
    for replica in chaos::scale(client, REPLICAS).await? {
        if replica.trouble != Trouble::Fine {
            chaos::disturb(client, replica.name, Trouble::Fine).await?;
        }
    }
    balancer::set_policy(client, component, Policy::P2c, String::new()).await
}
