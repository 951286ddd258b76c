//! Where the bars of a waterfall are drawn: a window of time, its ticks, bars, and the overview of all of it.
//!
//! Shares of a row's width are in percent; paths are in thousandths of it, to be stretched. What is outside the window
//! is cut off at its edges. A bar has a least width, so that nothing that happened can't be seen.

use super::figures::precise;
use super::reading::Reading;
use crate::model::decimal::fixed;

/// Ticks at most.
const TICKS: i64 = 5;
/// The least width of a bar, in percent.
const LEAST: f64 = 0.35;
/// The shortest window, in nanoseconds: less than that no clock can tell.
const SHORTEST: i64 = 1_000;
/// How much of the whole is looked at where a reader points into the overview.
const CLOSER: i64 = 4;
/// Height of a row in its own units.
pub const HEIGHT: f64 = 26.0;
/// The same as SVG has it: formatting a float would bring 16 kB of code.
pub const ROW_HEIGHT: &str = "26";
/// A row's box, to be stretched.
pub const ROW_BOX: &str = "0 0 1000 26";
/// Thousandths in a percent.
const UNITS: f64 = 10.0;
/// Height of the overview in its own units.
const OVERVIEW: f64 = 60.0;
/// The same as SVG has it.
pub const OVERVIEW_HEIGHT: &str = "60";
/// The overview's box, to be stretched.
pub const OVERVIEW_BOX: &str = "0 0 1000 60";
/// What is left free above and below.
const EDGE: f64 = 4.0;
/// The thinnest line in it.
const LINE: f64 = 1.0;
/// How tall a span is in the overview where there are few.
const TALLEST: f64 = 6.0;

/// A stretch of time that's looked at, by the common clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// Its beginning.
    pub from: i64,
    /// Its end; later than that.
    pub to: i64,
}

impl Window {
    /// Returns the window that shows all of a trace.
    pub fn of(reading: &Reading) -> Self {
        Self {
            from: reading.start,
            to: reading.end.max(reading.start.saturating_add(SHORTEST)),
        }
    }

    /// Returns how long it is.
    pub fn length(self) -> i64 {
        self.to.saturating_sub(self.from).max(1)
    }

    /// Returns where a moment is, in percent; outside 0 to 100 if it isn't within.
    pub fn place(self, moment: i64) -> f64 {
        100.0 * precise(moment.saturating_sub(self.from)) / precise(self.length())
    }

    /// Returns the window around a span, with a tenth of its length on both sides, as far as the whole goes.
    #[must_use]
    pub fn around(self, from: i64, to: i64) -> Self {
        let margin = to.saturating_sub(from) / 10;
        let near = Self {
            from: from.saturating_sub(margin),
            to: to.saturating_add(margin),
        };
        near.within(self)
    }

    /// Returns the window of half the length, or of the double, around the same middle, as far as the whole goes.
    #[must_use]
    pub fn zoomed(self, is_closer: bool, whole: Self) -> Self {
        let length = self.length();
        let margin = if is_closer { length / 4 } else { -(length / 2) };
        let zoomed = Self {
            from: self.from.saturating_add(margin),
            to: self.to.saturating_sub(margin),
        };
        zoomed.within(whole)
    }

    /// Returns the window a half further on, or back, as far as the whole goes.
    #[must_use]
    pub fn moved(self, is_later: bool, whole: Self) -> Self {
        let half = self.length() / 2;
        let way = if is_later {
            half.min(whole.to.saturating_sub(self.to))
        } else {
            -half.min(self.from.saturating_sub(whole.from))
        };
        Self {
            from: self.from.saturating_add(way),
            to: self.to.saturating_add(way),
        }
    }

    /// Returns the window of the same length, or a quarter where all is seen, around a share of the whole.
    #[must_use]
    pub fn at(self, share: f64, whole: Self) -> Self {
        let length = if self == whole {
            whole.length() / CLOSER
        } else {
            self.length()
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a cast from float saturates, which is what is meant"
        )]
        let middle = (share.clamp(0.0, 1.0) * precise(whole.length())) as i64;
        let from = whole.from.saturating_add(middle).saturating_sub(length / 2);
        let around = Self {
            from,
            to: from.saturating_add(length),
        };
        around.within(whole)
    }

    /// Returns as much of it as is within the whole, and no less than the shortest.
    fn within(self, whole: Self) -> Self {
        let length = self.length().max(SHORTEST).min(whole.length());
        let middle = self.from.midpoint(self.to);
        let (first, last) = (whole.from, whole.to.saturating_sub(length));
        let from = middle
            .saturating_sub(length / 2)
            .clamp(first, last.max(first));
        Self {
            from,
            to: from.saturating_add(length),
        }
    }

    /// Returns the moments that are marked, from the window's own beginning or the trace's, whichever `zero` is.
    pub fn ticks(self, zero: i64) -> Vec<i64> {
        let mut step = 1_i64;
        // 1, 2, 5, 10, 20 and so on.
        for factor in [2, 5, 10].into_iter().cycle() {
            if self.length() / step <= TICKS {
                break;
            }
            let power = 10_i64.saturating_pow(step.ilog10());
            step = power.saturating_mul(factor);
        }
        let first = self.from.saturating_sub(zero).div_euclid(step);
        let moments =
            (first..=first.saturating_add(TICKS + 1)).map(|count| count.saturating_mul(step));
        let is_within = |moment: &i64| {
            let place = self.place(zero.saturating_add(*moment));
            // One at the very end would stick out.
            (0.0..=96.0).contains(&place)
        };
        moments.filter(is_within).collect()
    }
}

/// A bar: where it begins and how wide it is, in percent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Its beginning.
    pub left: f64,
    /// Its width.
    pub width: f64,
}

/// Returns the bar of a stretch of time; none if it's outside the window.
pub fn bar(window: Window, from: i64, to: i64) -> Option<Bar> {
    let (left, right) = (window.place(from), window.place(to));
    if left > 100.0 || right < 0.0 {
        return None;
    }
    let width = (right.min(100.0) - left.max(0.0)).max(LEAST);
    Some(Bar {
        left: left.clamp(0.0, 100.0 - LEAST),
        width,
    })
}

/// Returns the path of the stretches in which a span is on the critical path, as boxes from `top` to `bottom`.
pub fn critical(reading: &Reading, span: usize, window: Window, top: f64, bottom: f64) -> String {
    let own = reading.path.iter().filter(|stretch| stretch.span == span);
    let bars = own.filter_map(|stretch| bar(window, stretch.from, stretch.to));
    bars.map(|bar| boxed(bar, top, bottom)).collect()
}

/// Returns the path of moments, as lines from `top` to `bottom`.
pub fn moments(
    window: Window,
    moments: impl Iterator<Item = i64>,
    top: f64,
    bottom: f64,
) -> String {
    let places = moments.map(|moment| window.place(moment));
    let within = places.filter(|place| (0.0..=100.0).contains(place));
    let line = |place: f64| format!("M{} {}V{}", unit(place), px(top), px(bottom));
    within.map(line).collect()
}

/// Returns the overview of the spans that `is_meant`, as one path: a line for each span, in the tree's order.
pub fn overview(reading: &Reading, is_meant: impl Fn(usize) -> bool) -> String {
    let window = Window::of(reading);
    let count = precise(i64::try_from(reading.tree.order.len()).unwrap_or(i64::MAX));
    let step = (OVERVIEW - 2.0 * EDGE) / count.max(1.0);
    let height = (step * 0.8).clamp(LINE, TALLEST);
    let mut path = String::new();
    let mut top = EDGE;
    for span in reading.tree.order.iter().copied() {
        let (from, to) = reading.times[span];
        if let Some(bar) = bar(window, from, to).filter(|_| is_meant(span)) {
            path += &boxed(bar, top, top + height);
        }
        top += step.min(TALLEST * 1.5);
    }
    path
}

fn boxed(bar: Bar, top: f64, bottom: f64) -> String {
    format!(
        "M{} {}H{}V{}H{}Z",
        unit(bar.left),
        px(top),
        unit(bar.left + bar.width),
        px(bottom),
        unit(bar.left)
    )
}

/// Returns a share as SVG has it.
pub fn percent(share: f64) -> String {
    format!("{}%", fixed(share, 2))
}

fn unit(share: f64) -> String {
    fixed(share * UNITS, 1)
}

fn px(length: f64) -> String {
    fixed(length, 1)
}

#[cfg(test)]
mod tests;
