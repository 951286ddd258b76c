//! A process: one role, its signals, and the line that says where it listens.

use std::future::Future;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::pin::Pin;
use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{oneshot, watch};

use super::{App, BindError, Replica};
use crate::config::Role;

/// Why a process ends before it serves.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// It can't start.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The system takes no handlers of signals.
    #[error("can't handle signals: {0}")]
    Signals(#[from] io::Error),
}

/// Runs a role to its end. SIGHUP reads schemas again.
pub async fn run(role: Role) -> Result<ExitCode, RunError> {
    match role {
        Role::Serve(config) => {
            let app = App::bind(*config).await?;
            let mut hangup = signal(SignalKind::hangup())?;
            let (reload, reloads) = watch::channel(());
            tokio::spawn(async move {
                while hangup.recv().await.is_some() {
                    reload.send_replace(());
                }
            });
            say("Gangplank is listening on", app.local_addr());
            if let Some(address) = app.admin_addr() {
                say("Admin paths are on", address);
            }
            until_signals(|shutdown| app.serve(shutdown, reloads)).await
        }
        Role::Component(config) => {
            let name = config.name.clone();
            let replica = Replica::bind(*config).await?;
            say(
                &format!("Replica {name} is listening on"),
                replica.local_addr(),
            );
            until_signals(|shutdown| replica.serve(shutdown)).await
        }
    }
}

fn say(what: &str, address: SocketAddr) {
    let mut stdout = io::stdout();
    let _ = writeln!(stdout, "{what} http://{address}");
    let _ = stdout.flush();
}

/// Done when the drain is to begin.
type Drain = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The first signal drains, the second one ends.
async fn until_signals<S: Future<Output = ()>>(
    serve: impl FnOnce(Drain) -> S,
) -> Result<ExitCode, RunError> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let (drain, draining) = oneshot::channel::<()>();
    let signals = async {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        let _ = drain.send(());
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
    };
    Ok(tokio::select! {
        () = serve(Box::pin(async { drop(draining.await) })) => ExitCode::SUCCESS,
        () = signals => ExitCode::FAILURE,
    })
}
