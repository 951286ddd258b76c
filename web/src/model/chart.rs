//! A chart with a logarithmic scale, as numbers: where points and ticks lie, and labels that don't overlap.

/// A scale from the lowest to the highest of some values, both above 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogScale {
    low: f64,
    high: f64,
}

impl LogScale {
    /// Returns the scale that shows all values, widened to whole steps of 1, 2, 5; none without any.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let values = values.into_iter().filter(|value| *value > 0.0);
        let range = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
        let (low, high) = values.fold((f64::MAX, f64::MIN_POSITIVE), range);
        if low > high {
            return None;
        }
        let steps = steps();
        let below = steps.iter().rev().find(|step| **step <= low)?;
        let above = steps
            .iter()
            .find(|step| **step >= high && **step > *below)?;
        Some(Self {
            low: *below,
            high: *above,
        })
    }

    /// Returns where a value lies: 0 at the lowest, 1 at the highest.
    pub fn position(self, value: f64) -> f64 {
        let span = self.high.ln() - self.low.ln();
        (value.max(self.low).ln() - self.low.ln()) / span
    }

    /// Returns the values that are marked: steps of 1, 2, 5, or of 10 where those would be many.
    pub fn ticks(self) -> Vec<f64> {
        let steps = steps();
        let inside = |step: &f64| (self.low..=self.high).contains(step);
        let all: Vec<f64> = steps.iter().copied().filter(inside).collect();
        if all.len() <= MAX_TICKS {
            return all;
        }
        let tens = steps.into_iter().step_by(3);
        tens.filter(inside).collect()
    }
}

/// Ticks that are read at a glance.
const MAX_TICKS: usize = 6;
/// The first step: one thousandth.
const FIRST: f64 = 0.001;
/// Decades of steps, up to a million millions.
const DECADES: usize = 16;

/// Every step of 1, 2, 5 times a power of ten.
fn steps() -> Vec<f64> {
    let mut steps = Vec::new();
    let mut ten = FIRST;
    for _ in 0..DECADES {
        steps.extend([ten, 2.0 * ten, 5.0 * ten]);
        ten *= 10.0;
    }
    steps
}

/// Moves labels apart, down from the top, so that each has `height` for itself; order is kept.
///
/// Takes and returns positions from top to bottom, in the order given.
pub fn spread(positions: &[f64], height: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..positions.len()).collect();
    order.sort_by(|a, b| positions[*a].total_cmp(&positions[*b]));
    let mut moved = positions.to_vec();
    let mut free = f64::MIN;
    for index in order {
        moved[index] = positions[index].max(free);
        free = moved[index] + height;
    }
    moved
}

#[cfg(test)]
mod tests;
