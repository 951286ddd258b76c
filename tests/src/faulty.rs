//! A server that answers calls wrongly, or rightly in pieces: what it says is scripted, byte by byte.
//!
//! HTTP/1.1 by hand, because a library would mend what is to be broken. Every POST takes the next script;
//! the last one stays. There are no admin paths: what the page uploads is refused. `/readyz` and `/livez` say that all is well, and preflights are granted,
//! unless the script keeps the page's origin out. The gate lets a test decide when a piece leaves.

mod connection;
mod script;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

pub use self::script::{End, Pace, Script};

/// A running server; ends with the test.
#[derive(Debug)]
pub struct Faulty {
    address: SocketAddr,
    state: Arc<State>,
    /// The task that accepts connections; aborted when dropped.
    _acceptor: JoinSet<()>,
}

/// What its connections share.
#[derive(Debug)]
struct State {
    scripts: Mutex<VecDeque<Script>>,
    calls: AtomicUsize,
    gate: Semaphore,
}

impl Faulty {
    /// Starts on a port the system picks; answers every call as `script` says.
    pub async fn start(script: Script) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.context("no port for the faulty server")?;
        let address = listener.local_addr()?;
        let state = Arc::new(State {
            scripts: Mutex::new(VecDeque::from([script])),
            calls: AtomicUsize::new(0),
            gate: Semaphore::new(0),
        });
        let mut acceptor = JoinSet::new();
        acceptor.spawn(accept(listener, Arc::clone(&state)));
        Ok(Self {
            address,
            state,
            _acceptor: acceptor,
        })
    }

    /// Answers the coming calls as `scripts` say, one after the other; the last one stays.
    pub fn play(&self, scripts: impl IntoIterator<Item = Script>) {
        *self.state.lock_scripts() = scripts.into_iter().collect();
    }

    /// Lets `count` more pieces of gated answers leave.
    pub fn open_gate(&self, count: usize) {
        self.state.gate.add_permits(count);
    }

    /// How many calls came.
    pub fn calls(&self) -> usize {
        self.state.calls.load(Ordering::SeqCst)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its origin, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl State {
    /// Takes the next script; the last one stays.
    fn next_script(&self) -> Option<Script> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let mut scripts = self.lock_scripts();
        match scripts.len() {
            0 | 1 => scripts.front().cloned(),
            _ => scripts.pop_front(),
        }
    }

    /// The script in force.
    fn current(&self) -> Option<Script> {
        self.lock_scripts().front().cloned()
    }

    fn lock_scripts(&self) -> std::sync::MutexGuard<'_, VecDeque<Script>> {
        // Scripts are whole whenever the lock is free: nothing panics while it is held.
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        connections.spawn(async move {
            // A browser that hangs up isn't an error here; what it saw is what is tested.
            let _ = connection::serve(stream, &state).await;
        });
    }
}
