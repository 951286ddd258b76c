//! The list of traces: the newest first, bounded, filtered, and held still while somebody reads it.

use crate::model::decimal::parse;
use crate::model::trace::{Filter, Summary};

/// Traces that are kept; the oldest go first.
pub const MAX: usize = 500;
/// Traces that are drawn at once.
pub const ROWS: usize = 15;
/// What a reader types durations in, in nanoseconds.
const NANOS_PER_MILLI: f64 = 1e6;

/// What is listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    /// Which traces are wanted.
    pub filter: Filter,
    /// The least duration as it's typed, in milliseconds.
    pub min_text: String,
    /// Those known, the newest first.
    all: Vec<Summary>,
    /// Ids of those that were told since the server was asked for its list; None while it isn't asked.
    fresh: Option<Vec<String>>,
    /// The same as they were when the list was held.
    still: Option<Vec<Summary>>,
    /// The reader holds the list.
    pub is_paused: bool,
    /// The first row that's drawn.
    pub from: usize,
    /// The row that Tab leads to.
    pub stop: usize,
    /// Spans that the server keeps, and those that had to make room.
    pub kept: (u64, u64),
}

impl List {
    /// The server is asked for its list from now on.
    pub fn ask(&mut self) {
        self.fresh = Some(Vec::new());
    }

    /// Takes in all that the server lists: what it doesn't, is gone.
    pub fn replace(&mut self, traces: Vec<Summary>, kept: (u64, u64)) {
        self.kept = kept;
        // Those that were told meanwhile may be newer than the list.
        let fresh = self.fresh.take().unwrap_or_default();
        let known = std::mem::replace(&mut self.all, traces);
        for summary in known.into_iter().filter(|own| fresh.contains(&own.id)) {
            if !self.all.iter().any(|known| known.id == summary.id) {
                self.take(summary);
            }
        }
    }

    /// Takes in a trace that's new or has grown.
    pub fn take(&mut self, summary: Summary) {
        if let Some(fresh) = &mut self.fresh {
            fresh.push(summary.id.clone());
        }
        self.all.retain(|known| known.id != summary.id);
        if self.filter.passes(&summary) {
            let place = self
                .all
                .partition_point(|known| known.start > summary.start);
            self.all.insert(place, summary);
            self.all.truncate(MAX);
        }
    }

    /// Wants other traces; those known that aren't meant any more leave at once.
    pub fn set_filter(&mut self, change: impl FnOnce(&mut Filter)) {
        change(&mut self.filter);
        let filter = &self.filter;
        self.all.retain(|known| filter.passes(known));
        self.still = self.still.take().map(|_| self.all.clone());
        (self.from, self.stop) = (0, 0);
    }

    /// Takes what is typed as the least duration; what is no number stands for none.
    pub fn set_min(&mut self, text: String) {
        let millis = parse(text.trim()).unwrap_or(0.0);
        self.min_text = text;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a cast from float saturates, which is what is meant"
        )]
        let nanos = (millis * NANOS_PER_MILLI) as i64;
        self.set_filter(|filter| filter.min_duration = nanos);
    }

    /// Returns whether what is typed as the least duration is no number.
    pub fn is_min_invalid(&self) -> bool {
        let text = self.min_text.trim();
        !text.is_empty() && parse(text).is_none()
    }

    /// Returns the traces as they are shown.
    pub fn shown(&self) -> &[Summary] {
        self.still.as_ref().unwrap_or(&self.all)
    }

    /// Returns the trace in a row.
    pub fn row(&self, row: usize) -> Option<&Summary> {
        self.shown().get(self.from + row)
    }

    /// Returns how many rows are drawn.
    pub fn rows(&self) -> usize {
        self.shown().len().saturating_sub(self.from).min(ROWS)
    }

    /// Returns the longest duration of those drawn, which the bars are measured by.
    pub fn longest(&self) -> i64 {
        let drawn = (0..self.rows()).filter_map(|row| self.row(row));
        drawn.map(|own| own.duration).max().unwrap_or(0).max(1)
    }

    /// Returns how many traces have come since the list was held.
    pub fn news(&self) -> usize {
        let Some(still) = &self.still else { return 0 };
        let newest = still.first().map_or(i64::MIN, |own| own.start);
        self.all.iter().filter(|own| own.start > newest).count()
    }

    /// Holds the list as it is: whoever reads a row doesn't want it to become another.
    pub fn hold(&mut self) {
        if self.still.is_none() {
            self.still = Some(self.all.clone());
        }
    }

    /// Lets the list go on, unless the reader paused it.
    pub fn let_go(&mut self) {
        if !self.is_paused {
            self.still = None;
            self.scroll(0);
        }
    }

    /// Pauses, or goes on.
    pub fn toggle_pause(&mut self) {
        self.is_paused = !self.is_paused;
        if self.is_paused {
            self.hold();
        } else {
            self.let_go();
        }
    }

    /// Moves the rows that are drawn by so many.
    pub fn scroll(&mut self, rows: isize) {
        let last = self.shown().len().saturating_sub(ROWS);
        self.from = self.from.saturating_add_signed(rows).min(last);
    }

    /// Moves the row that Tab leads to, and the rows drawn with it; returns which of those drawn it is.
    pub fn step(&mut self, rows: isize) -> usize {
        let drawn = self.rows();
        match self.stop.checked_add_signed(rows) {
            Some(stop) if stop < drawn => self.stop = stop,
            Some(stop) => {
                let before = self.from;
                self.scroll((stop + 1).saturating_sub(drawn).cast_signed());
                self.stop = (stop - (self.from - before)).min(self.rows().saturating_sub(1));
            }
            None => {
                self.scroll(rows + self.stop.cast_signed());
                self.stop = 0;
            }
        }
        self.stop
    }

    /// Returns whether nothing is listed because of the filter.
    pub fn is_filtered_out(&self) -> bool {
        self.shown().is_empty() && !self.filter.is_open()
    }
}

#[cfg(test)]
mod tests;
