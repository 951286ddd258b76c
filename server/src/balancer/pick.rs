//! Which replica takes a call: round robin over those that may and can.
//! The counter moves by one for each call, whoever is skipped; among replicas that are all ready, the shares of any
//! n × k calls in a row are equal to the call.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Whose turn it is. Calls that only some replicas may take have a turn of their own:
/// with one for all, two methods called in turn could each meet the same replica every time.
#[derive(Debug, Default)]
pub(super) struct RoundRobin {
    all: AtomicUsize,
    some: AtomicUsize,
}

impl RoundRobin {
    /// The order in which to try the candidates of one call: each once, as indices.
    /// `names` are those of all replicas, `eligible` those that may be asked; None if all may.
    pub(super) fn order<'a, N: ExactSizeIterator<Item = &'a str>>(
        &self,
        names: N,
        eligible: Option<&[Arc<str>]>,
    ) -> impl Iterator<Item = usize> + use<'a, N> {
        let len = names.len();
        let some: Option<Vec<usize>> = eligible.map(|_| {
            let names = names.enumerate();
            let may = names.filter(|(_, name)| may(eligible, name));
            may.map(|(index, _)| index).collect()
        });
        let some = some.filter(|some| some.len() < len);
        let (turn, count) = match &some {
            Some(some) => (&self.some, some.len()),
            None => (&self.all, len),
        };
        let start = turn.fetch_add(1, Ordering::Relaxed);
        (0..count).map(move |step| {
            let at = start.wrapping_add(step) % count;
            some.as_ref().map_or(at, |some| some[at])
        })
    }
}

/// True if the replica of that name may be asked; `eligible` is None if all may.
pub(super) fn may(eligible: Option<&[Arc<str>]>, name: &str) -> bool {
    eligible.is_none_or(|names| names.iter().any(|eligible| **eligible == *name))
}

#[cfg(test)]
mod tests;
