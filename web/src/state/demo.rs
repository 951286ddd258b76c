//! The demo's replicas: how each is disturbed, and the actions that change it.
//!
//! Whatever this page did to them is undone when the reader leaves it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::code::Code;

use super::lab::Lab;
use crate::client::lent::Lent;
use crate::client::{balancer, chaos};
use crate::model::balance::{Policy, Trouble};
use crate::model::refusal::Refusal;

/// How many replicas the demo has when nobody touched it.
const REPLICAS: u32 = 3;

/// Something that's done to the demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A replica gets into a trouble, or out of it.
    Disturb(String, Trouble),
    /// Replicas are started or ended until there are so many.
    Scale(u32),
    /// The component that's looked at gets a policy, and `ring_hash` a header.
    SetPolicy(Policy, String),
    /// So many replicas, as new, one of them in trouble.
    Arrange(u32, Option<(usize, Trouble)>),
    /// No trouble, three replicas, p2c.
    Restore,
}

/// The demo.
#[derive(Clone, Copy)]
pub struct Demo {
    lab: Lab,
}

impl Demo {
    /// Asks for the demo's replicas; restores them when the reactive owner around the caller is gone.
    pub fn ask(lab: Lab) -> Self {
        let demo = Self { lab };
        spawn_local(async move {
            if let Some(client) = lab.client() {
                demo.reload(&client).await;
            }
        });
        on_cleanup(move || {
            let (is_touched, component) =
                lab.read(|scene| (scene.is_touched, scene.balance.component.clone()));
            if let Some(client) = lab.client().filter(|_| is_touched) {
                // What it answers is nobody's concern any more.
                spawn_local(async move { drop(act(&client, Action::Restore, component).await) });
            }
        });
        demo
    }

    /// Does something to it.
    pub fn start(self, action: Action) {
        spawn_local(async move {
            self.lab.judge(self.act(action).await);
        });
    }

    /// The same, and waits for it.
    pub async fn act(self, action: Action) -> Result<(), Refusal> {
        let Some(client) = self.lab.client() else {
            return Ok(());
        };
        let is_restored = action == Action::Restore;
        let component = self.lab.read(|scene| scene.balance.component.clone());
        self.lab.note(|scene| scene.is_touched = true);
        let acted = act(&client, action, component).await;
        if is_restored && acted.is_ok() {
            self.lab.note(|scene| scene.is_touched = false);
        }
        self.reload(&client).await;
        acted?;
        self.lab.refresh().await
    }

    async fn reload(self, client: &Lent) {
        let answer = chaos::demo_replicas(client).await;
        self.lab.change(|scene| match answer {
            Ok(replicas) => scene.demo = replicas,
            Err(refusal) => scene.has_no_demo = refusal.code == Code::Unimplemented,
        });
    }
}

async fn act(client: &Lent, action: Action, component: String) -> Result<(), Refusal> {
    let (replicas, trouble) = match action {
        Action::Disturb(replica, trouble) => {
            return chaos::disturb(client, &replica, trouble).await;
        }
        Action::SetPolicy(policy, header) => {
            return balancer::set_policy(client, &component, policy, &header).await;
        }
        Action::Scale(replicas) => return chaos::scale(client, replicas).await.map(drop),
        Action::Restore => {
            balancer::set_policy(client, &component, Policy::P2c, "").await?;
            (REPLICAS, None)
        }
        Action::Arrange(replicas, trouble) => {
            // The balancer forgets what it measured of replicas that end.
            chaos::scale(client, 1).await?;
            (replicas, trouble)
        }
    };
    for (place, replica) in chaos::scale(client, replicas)
        .await?
        .into_iter()
        .enumerate()
    {
        let own = trouble.filter(|(troubled, _)| *troubled == place);
        let wanted = own.map_or(Trouble::Fine, |(_, trouble)| trouble);
        if replica.trouble != wanted {
            chaos::disturb(client, &replica.name, wanted).await?;
        }
    }
    Ok(())
}
