//! Which replica takes a call: every policy as arithmetic over what is known of the replicas at that moment.
//! Nothing here waits, allocates or locks; chance comes from one seeded counter, so that a test can repeat it.
//! Two drawn at random and the better one taken is nearly as even as looking at all, and doesn't send every caller to the
//! same idle replica at once (Mitzenmacher, "The Power of Two Choices", 2001). Newcomers get a growing share by being
//! passed over now and then. Sticky policies know no such share: they would send a key to two places.
//! Sources: gRPC proposals A42 (ring hash), A48 (least request), A58 (weighted round robin), A62 (pick first).

use std::sync::atomic::{AtomicU64, Ordering};

use ring::Ring;

use crate::balance::Policy;

pub(super) mod ring;

/// What is known of one replica.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Load {
    /// Calls that it is answering.
    pub(super) in_flight: u32,
    /// Decayed, failures as slow answers.
    pub(super) latency_ms: f64,
    /// What it reports of itself; None if nothing.
    pub(super) weight: Option<f64>,
    /// 1, or less for a newcomer; above 0.
    pub(super) share: f64,
}

impl Load {
    /// The estimated cost of one more call: how long it would wait, if calls were answered one after the other.
    fn cost(&self) -> f64 {
        (f64::from(self.in_flight) + 1.0) * self.latency_ms / self.share
    }

    fn requests(&self) -> f64 {
        (f64::from(self.in_flight) + 1.0) / self.share
    }
}

/// Why one was chosen; others by their index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reason {
    Only,
    Turn,
    LowerLoad {
        load: f64,
        over: usize,
        over_load: f64,
    },
    Drawn,
    Hashed,
    First,
}

/// Who takes the call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Choice {
    pub(super) index: usize,
    pub(super) reason: Reason,
}

/// A policy with its memory: how many calls it has decided.
#[derive(Debug)]
pub(super) struct Chooser {
    policy: Policy,
    seed: u64,
    turns: AtomicU64,
}

impl Chooser {
    pub(super) fn new(policy: Policy, seed: u64) -> Self {
        Self {
            policy,
            seed,
            turns: AtomicU64::new(0),
        }
    }

    /// Chooses one of `count`; None if there is none. `key` is what `ring_hash` goes by, and `ring` is made of the names of
    /// all who may be chosen, though perhaps not by this call.
    pub(super) fn choose<'a>(
        &self,
        count: usize,
        load: impl Fn(usize) -> Load,
        name: impl Fn(usize) -> &'a str,
        key: Option<u64>,
        ring: &Ring,
    ) -> Option<Choice> {
        match count {
            0 => return None,
            1 => {
                return Some(Choice {
                    index: 0,
                    reason: Reason::Only,
                });
            }
            _ => {}
        }
        let turn = self.turns.fetch_add(1, Ordering::Relaxed);
        let draw = Draw::new(self.seed, turn);
        Some(match &self.policy {
            Policy::P2c => two(count, draw, |index| load(index).cost()),
            Policy::LeastRequest => two(count, draw, |index| load(index).requests()),
            Policy::RoundRobin => {
                let index = usize_of(turn) % count;
                let index = passed_over(index, count, draw, load);
                let reason = Reason::Turn;
                Choice { index, reason }
            }
            Policy::WeightedRoundRobin => Choice {
                index: weighted(turn, count, load),
                reason: Reason::Turn,
            },
            Policy::Random => drawn(count, draw, load),
            Policy::RingHash { .. } => match key.and_then(|key| ring.find(key, count, &name)) {
                Some(index) => Choice {
                    index,
                    reason: Reason::Hashed,
                },
                None => drawn(count, draw, load),
            },
            Policy::PickFirst => Choice {
                index: first(count, self.seed, name),
                reason: Reason::First,
            },
        })
    }
}

/// The one of two that costs less.
fn two(count: usize, draw: Draw, cost: impl Fn(usize) -> f64) -> Choice {
    let one = draw.below(count, 0);
    // Among the others, so that the two differ.
    let other = (one + 1 + draw.below(count - 1, 1)) % count;
    let (one_load, other_load) = (cost(one), cost(other));
    let (index, load, over, over_load) = if other_load < one_load {
        (other, other_load, one, one_load)
    } else {
        (one, one_load, other, other_load)
    };
    Choice {
        index,
        reason: Reason::LowerLoad {
            load,
            over,
            over_load,
        },
    }
}

fn drawn(count: usize, draw: Draw, load: impl Fn(usize) -> Load) -> Choice {
    let index = passed_over(draw.below(count, 0), count, draw, load);
    let reason = Reason::Drawn;
    Choice { index, reason }
}

/// The next one instead of a newcomer, as often as their shares say; where all are new, nobody is.
fn passed_over(index: usize, count: usize, draw: Draw, load: impl Fn(usize) -> Load) -> usize {
    let next = (index + 1) % count;
    let share = load(index).share;
    if share < 1.0 && draw.fraction(2) >= share / load(next).share {
        next
    } else {
        index
    }
}

/// Evenly in proportion, without memory of its own: the multiples of the golden ratio fall into the unit interval as
/// evenly as any sequence does, and each weight has its stretch of it. Source: Weyl's equidistribution.
/// Replicas that report nothing count as much as the others do on average; where fewer than two report, all are equal.
fn weighted(turn: u64, count: usize, load: impl Fn(usize) -> Load) -> usize {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let known = || (0..count).filter_map(|index| load(index).weight);
    let (sum, number) = known().fold((0.0, 0_u32), |(sum, number), weight| {
        (sum + weight, number + 1)
    });
    let mean = sum / f64::from(number.max(1));
    let weight = |index| {
        let Load { weight, share, .. } = load(index);
        let weight = if number < 2 {
            1.0
        } else {
            weight.unwrap_or(mean)
        };
        weight * share
    };
    let total: f64 = (0..count).map(&weight).sum();
    let mut at = fraction_of(turn.wrapping_mul(GOLDEN)) * total;
    for index in 0..count {
        at -= weight(index);
        if at < 0.0 {
            return index;
        }
    }
    // Reached only by rounding.
    count - 1
}

/// The one whose name comes first in an order of its own for each seed, so that not every API server has the same.
fn first<'a>(count: usize, seed: u64, name: impl Fn(usize) -> &'a str) -> usize {
    let place = |index: &usize| mix(hash(name(*index).as_bytes()) ^ seed);
    (0..count).min_by_key(place).unwrap_or(0)
}

/// The chance of one decision; `salt` tells its draws apart.
#[derive(Clone, Copy, Debug)]
struct Draw(u64);

impl Draw {
    fn new(seed: u64, turn: u64) -> Self {
        Self(mix(seed ^ mix(turn)))
    }

    fn bits(self, salt: u64) -> u64 {
        mix(self
            .0
            .wrapping_add(salt.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// A number below `count`, by multiplication instead of division. Source: Lemire, 2019.
    fn below(self, count: usize, salt: u64) -> usize {
        let wide = u128::from(self.bits(salt)) * (count as u128);
        usize_of(u64::try_from(wide >> 64).unwrap_or(0))
    }

    /// From 0 to below 1.
    fn fraction(self, salt: u64) -> f64 {
        fraction_of(self.bits(salt))
    }
}

/// The upper 53 bits as a number from 0 to below 1.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
fn fraction_of(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// On targets of 32 bits the upper half is dropped, which is as good by chance.
#[expect(clippy::cast_possible_truncation, reason = "see above")]
fn usize_of(number: u64) -> usize {
    number as usize
}

/// Spreads a number over all bits. Source: `SplitMix64`'s finalizer.
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The same for the same bytes in every process and version. Source: FNV-1a, spread by `mix`.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    mix(bytes.iter().fold(0xcbf2_9ce4_8422_2325, step))
}

#[cfg(test)]
mod tests;
