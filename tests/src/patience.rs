//! Waiting for a condition instead of sleeping: it passes as soon as it can and fails with what it waited for.

use std::future::Future;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

/// How long a condition may take. Generous, since only failures pay for it,
/// and a machine that compiles at the same time can be many times slower than an idle one.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How often a condition without an event of its own is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(15);

/// Looks at `probe` until it gives a value, and returns it.
///
/// `Err` from the probe means "not yet" too: its text is what the failure shows as last seen.
pub async fn eventually<T>(what: &str, mut probe: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        match within(what, probe()).await? {
            Ok(value) => return Ok(value),
            Err(last) if Instant::now() > deadline => {
                bail!("waited {PATIENCE:?} for {what}; last seen: {last:#}")
            }
            Err(_) => {}
        }
    }
}

/// Awaits `future`, but not forever.
pub async fn within<F: Future>(what: &str, future: F) -> Result<F::Output> {
    match timeout(PATIENCE, future).await {
        Ok(value) => Ok(value),
        Err(_) => bail!("waited {PATIENCE:?} for {what}"),
    }
}
