//! What `/balance` watches: the balancer's own account, and the ledger that's kept by it.
//!
//! The watch is asked for anew when it breaks, with back-off; what was seen stays. It's also renewed now and
//! then, since the page's client keeps what one call brought until that ends.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::code::Code;

use crate::client::balancer;
use crate::client::lent::Lent;
use crate::model::balance::{Balance, Marks, Ribbon};
use crate::model::ledger::Ledger;
use crate::model::refusal::Refusal;

/// Answers of one watch before it's renewed: a minute and a half.
const ANSWERS: u32 = 360;
/// The first pause after a watch that broke, in milliseconds, and the longest.
const FIRST_PAUSE_MILLIS: u32 = 250;
const LONGEST_PAUSE_MILLIS: u32 = 4_000;

/// How the watch fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feed {
    /// The first answer is awaited.
    Asking,
    /// Answers come.
    Live,
    /// It broke, and is asked for again.
    Lost(Refusal),
    /// The server has no such service.
    Absent,
}

/// The watch and what is known by it.
#[derive(Clone, Copy)]
pub struct Lab {
    client: StoredValue<Lent>,
    feed: RwSignal<Feed>,
    components: RwSignal<Vec<String>>,
    chosen: RwSignal<String>,
    balance: RwSignal<Balance>,
    ribbon: RwSignal<Ribbon>,
    marks: RwSignal<Marks>,
    ledger: RwSignal<Ledger>,
    is_held: StoredValue<bool>,
}

impl Lab {
    /// Watches from now on, with the client in the context, until the reactive owner around the caller is gone.
    pub fn watch() -> Self {
        let lab = Self {
            client: StoredValue::new(expect_context()),
            feed: RwSignal::new(Feed::Asking),
            components: RwSignal::default(),
            chosen: RwSignal::default(),
            balance: RwSignal::default(),
            ribbon: RwSignal::default(),
            marks: RwSignal::default(),
            ledger: RwSignal::default(),
            is_held: StoredValue::new(false),
        };
        spawn_local(lab.keep_watching());
        lab
    }

    async fn keep_watching(self) {
        let mut pause = FIRST_PAUSE_MILLIS;
        while let Some(client) = self.client() {
            let answers = Rc::new(Cell::new(0));
            let counter = Rc::clone(&answers);
            let take = move |balances| {
                counter.set(counter.get() + 1);
                self.take(balances, counter.get() == 1) && counter.get() < ANSWERS
            };
            let ended = balancer::watch(&client, take).await;
            if answers.get() > 0 {
                pause = FIRST_PAUSE_MILLIS;
            }
            match ended {
                Ok(()) if answers.get() >= ANSWERS => continue,
                Ok(()) => {}
                Err(refusal) if refusal.code == Code::Unimplemented => {
                    self.feed.try_set(Feed::Absent);
                    return;
                }
                Err(refusal) => {
                    self.feed.try_set(Feed::Lost(refusal));
                }
            }
            TimeoutFuture::new(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE_MILLIS);
        }
    }

    /// Takes an answer in; false once the page is gone.
    fn take(self, balances: Vec<Balance>, is_first: bool) -> bool {
        let Some(feed) = self.feed.try_get_untracked() else {
            return false;
        };
        if feed != Feed::Live {
            self.feed.set(Feed::Live);
        }
        let names: Vec<_> = balances.iter().map(|own| own.component.clone()).collect();
        if self.components.with_untracked(|known| *known != names) {
            self.components.set(names);
        }
        let chosen = self.chosen.get_untracked();
        let wanted = balances.iter().position(|own| own.component == chosen);
        if let Some(balance) = balances.into_iter().nth(wanted.unwrap_or(0)) {
            self.observe(balance, is_first);
        }
        true
    }

    fn observe(self, balance: Balance, is_first: bool) {
        for replica in &balance.replicas {
            if self
                .marks
                .with_untracked(|marks| marks.get(&replica.name).is_none())
            {
                self.marks.update(|marks| marks.add(&replica.name));
            }
        }
        self.ledger
            .update_untracked(|ledger| ledger.observe(&balance, is_first));
        let is_news = self
            .balance
            .with_untracked(|shown| balance.differs_in_state(shown));
        if is_news || !self.is_held.get_value() {
            self.ribbon.update(|ribbon| ribbon.take(&balance));
            self.balance.set(balance);
            self.ledger.notify();
        }
    }

    /// Returns the lent client; none once the page is gone.
    pub fn client(self) -> Option<Lent> {
        self.client.try_get_value()
    }

    /// Returns how the watch fares.
    pub fn feed(self) -> ReadSignal<Feed> {
        self.feed.read_only()
    }

    /// Returns the names of all components.
    pub fn components(self) -> ReadSignal<Vec<String>> {
        self.components.read_only()
    }

    /// Returns the component that's looked at.
    pub fn balance(self) -> ReadSignal<Balance> {
        self.balance.read_only()
    }

    /// Returns its latest picks.
    pub fn ribbon(self) -> ReadSignal<Ribbon> {
        self.ribbon.read_only()
    }

    /// Returns the marks of replicas; a replica has one before it's shown.
    pub fn marks(self) -> ReadSignal<Marks> {
        self.marks.read_only()
    }

    /// Returns the counts of the run.
    pub fn ledger(self) -> RwSignal<Ledger> {
        self.ledger
    }

    /// Looks at another component; counts begin anew.
    pub fn choose(self, component: String) {
        self.chosen.set(component);
        self.ledger.set(Ledger::default());
        self.ribbon.set(Ribbon::default());
    }

    /// Keeps what's shown as it is, but for changes of state; or lets it move again.
    pub fn hold(self, is_held: bool) {
        self.is_held.try_set_value(is_held);
    }

    /// Asks the balancer once, for counts that hold now.
    pub async fn refresh(self) -> Result<(), Refusal> {
        if let Some(client) = self.client() {
            let balances = balancer::list(&client).await?;
            self.take(balances, false);
        }
        Ok(())
    }

    /// Begins a run: every count is zero, by what the balancer's counters stand at now.
    pub async fn begin(self) -> Result<(), Refusal> {
        self.refresh().await?;
        if let Some(balance) = self.balance.try_get_untracked() {
            self.ledger.try_update(|ledger| ledger.begin(&balance));
        }
        Ok(())
    }
}
