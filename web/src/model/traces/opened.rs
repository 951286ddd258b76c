//! The trace that's open: which of its rows are seen, which stretch of time, and which span is looked at.
//!
//! What is drawn is worked out when it changes, and bounded: a trace may have any number of spans.

use crate::model::refusal::Refusal;
use crate::model::trace::figures;
use crate::model::trace::layout::{Bar, HEIGHT, Window, bar, critical, moments, percent};
use crate::model::trace::reading::Reading;
use crate::model::trace::tree::Node;
use crate::model::trace::{Span, Trace};

/// Rows that are drawn at once.
pub const ROWS: usize = 100;
/// Where in a row's height the mark of the critical path and the events are drawn.
const MARK: (f64, f64) = (19.0, 22.0);
const EVENTS: (f64, f64) = (4.0, 9.0);

/// How far to the right a moment may be for its name to be drawn, in percent.
const LAST_NAME: f64 = 88.0;

/// How far the trace is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Progress {
    /// It's asked for.
    #[default]
    Asking,
    /// It's here.
    Here,
    /// Nobody keeps it.
    Gone,
    /// It couldn't be asked for.
    Failed(Refusal),
}

impl Progress {
    /// Returns its name for tests.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::Here => "here",
            Self::Gone => "gone",
            Self::Failed(_) => "failed",
        }
    }
}

/// A move within the tree, as the treegrid pattern of ARIA has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// So many rows down, or up.
    By(isize),
    /// To the first row.
    First,
    /// To the last one.
    Last,
    /// Close the row; of one that has nothing to close, to its parent.
    In,
    /// Open the row; of one that is open, to its first child.
    Out,
}

/// A row as it's drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The place of its span.
    pub span: usize,
    /// The bar; none if it's outside the window.
    pub bar: Option<Bar>,
    /// The stretches on the critical path.
    pub critical: String,
    /// The moments of its events.
    pub events: String,
}

/// A trace that's open.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Opened {
    /// Its id.
    pub id: String,
    /// How far it is.
    pub progress: Progress,
    /// The trace.
    pub trace: Trace,
    /// What is made of it.
    pub reading: Reading,
    /// The stretch of time that's seen.
    pub window: Window,
    /// Which spans keep their children to themselves.
    is_closed: Vec<bool>,
    /// The spans that can be seen, in order.
    seen: Vec<usize>,
    /// The first of them that's drawn.
    pub from: usize,
    /// Those that are drawn.
    pub rows: Vec<Row>,
    /// The moments that are marked: where, in percent, and their names.
    pub ticks: Vec<(String, String)>,
    /// The lines that mark them in each row.
    pub grid: String,
    /// The place of the span that's looked at.
    pub chosen: usize,
}

impl Opened {
    /// A trace that's asked for.
    pub fn asked(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            ..Self::default()
        }
    }

    /// A trace that nobody can have.
    pub fn gone(id: &str) -> Self {
        Self {
            progress: Progress::Gone,
            ..Self::asked(id)
        }
    }

    /// Takes the trace in, for the first time or grown: what the reader looked at stays as it was.
    pub fn take(&mut self, trace: Trace) {
        let was_whole = self.is_whole();
        let find = |id: &str| trace.spans.iter().position(|span| span.id == id);
        let mut is_closed = vec![false; trace.spans.len()];
        for (own, _) in self
            .trace
            .spans
            .iter()
            .zip(&self.is_closed)
            .filter(|(_, is)| **is)
        {
            if let Some(place) = find(&own.id) {
                is_closed[place] = true;
            }
        }
        let chosen = self.span().and_then(|span| find(&span.id));
        self.reading = Reading::of(&trace.spans);
        self.trace = trace;
        self.is_closed = is_closed;
        self.chosen = chosen
            .or(self.reading.tree.order.first().copied())
            .unwrap_or(0);
        if was_whole {
            self.window = Window::of(&self.reading);
        }
        self.progress = Progress::Here;
        self.settle();
    }

    /// Returns whether the trace is here.
    pub fn is_here(&self) -> bool {
        self.progress == Progress::Here
    }

    /// Returns whether all of its time is seen.
    pub fn is_whole(&self) -> bool {
        self.window == Window::default() || self.window == Window::of(&self.reading)
    }

    /// Returns the span that's looked at.
    pub fn span(&self) -> Option<&Span> {
        self.trace.spans.get(self.chosen)
    }

    /// Returns the span in a row that's drawn, and its place in the tree.
    pub fn row(&self, row: usize) -> Option<(&Row, &Span, &Node)> {
        let row = self.rows.get(row)?;
        let span = self.trace.spans.get(row.span)?;
        Some((row, span, self.reading.tree.nodes.get(row.span)?))
    }

    /// Returns the rows that can be seen.
    pub fn seen(&self) -> &[usize] {
        &self.seen
    }

    /// Returns whether a span keeps its children to itself.
    pub fn is_closed(&self, span: usize) -> bool {
        self.is_closed.get(span) == Some(&true)
    }

    /// Returns which of the rows that are drawn is looked at.
    pub fn chosen_row(&self) -> Option<usize> {
        self.rows.iter().position(|row| row.span == self.chosen)
    }

    /// Looks at the span in a row that's drawn.
    pub fn choose_row(&mut self, row: usize) {
        if let Some(row) = self.rows.get(row) {
            self.chosen = row.span;
        }
    }

    /// Opens or closes the row of a span.
    pub fn toggle(&mut self, span: usize) {
        let has_children = self.has_children(span);
        if let Some(is_closed) = self.is_closed.get_mut(span) {
            *is_closed = has_children && !*is_closed;
        }
        self.settle();
    }

    /// Moves what is looked at.
    pub fn go(&mut self, way: Move) {
        let last = self.seen.len().saturating_sub(1);
        let at = self
            .seen
            .iter()
            .position(|span| *span == self.chosen)
            .unwrap_or(0);
        let node = self.reading.tree.nodes.get(self.chosen);
        let is_open = self.has_children(self.chosen) && !self.is_closed(self.chosen);
        let to = match way {
            Move::By(rows) => at.saturating_add_signed(rows).min(last),
            Move::First => 0,
            Move::Last => last,
            Move::Out if is_open => (at + 1).min(last),
            Move::Out => return self.toggle_to(false),
            Move::In if is_open => return self.toggle_to(true),
            Move::In => {
                let parent = node.and_then(|node| node.parent);
                let above = parent.and_then(|up| self.seen.iter().position(|span| *span == up));
                above.unwrap_or(at)
            }
        };
        if let Some(span) = self.seen.get(to) {
            self.chosen = *span;
        }
        if to < self.from {
            self.from = to;
        } else if to >= self.from + ROWS {
            self.from = to + 1 - ROWS;
        }
        self.draw();
    }

    fn toggle_to(&mut self, is_closed: bool) {
        if self.is_closed(self.chosen) != is_closed {
            self.toggle(self.chosen);
        }
    }

    /// Returns whether a span asked for others.
    pub fn has_children(&self, span: usize) -> bool {
        let node = self.reading.tree.nodes.get(span);
        node.is_some_and(|node| !node.children.is_empty())
    }

    /// Moves the rows that are drawn by so many.
    pub fn scroll(&mut self, rows: isize) {
        let last = self.seen.len().saturating_sub(ROWS);
        self.from = self.from.saturating_add_signed(rows).min(last);
        self.draw();
    }

    /// Looks at another stretch of time, given the one seen and the whole.
    pub fn look(&mut self, change: impl FnOnce(Window, Window) -> Window) {
        let whole = Window::of(&self.reading);
        self.window = change(self.window, whole);
        self.draw();
    }

    /// Looks at the time around a share of the whole, from 0 to 1; closer than at all of it.
    pub fn look_at(&mut self, share: f64) {
        self.look(|own, whole| own.at(share, whole));
    }

    /// Looks at the time of the chosen span.
    pub fn look_closer(&mut self) {
        if let Some((from, to)) = self.reading.times.get(self.chosen).copied() {
            self.look(|_, whole| whole.around(from, to));
        }
    }

    /// Works out which rows can be seen.
    fn settle(&mut self) {
        self.seen = self.reading.tree.seen(&self.is_closed);
        // A span that was closed away leaves the look to the one that closed over it.
        while !self.seen.contains(&self.chosen) {
            let node = self.reading.tree.nodes.get(self.chosen);
            let Some(parent) = node.and_then(|node| node.parent) else {
                break;
            };
            self.chosen = parent;
        }
        self.scroll(0);
    }

    /// Works out what is drawn.
    fn draw(&mut self) {
        let (window, reading) = (self.window, &self.reading);
        let drawn = self.seen.iter().skip(self.from).take(ROWS).copied();
        let rows = drawn.map(|span| {
            let (from, to) = reading.times[span];
            let offset = reading.clocks[reading.sources[span]].offset;
            let events = self.trace.spans[span].events.iter();
            let times = events.map(|event| event.time.saturating_sub(offset));
            Row {
                span,
                bar: bar(window, from, to),
                critical: critical(reading, span, window, MARK.0, MARK.1),
                events: moments(window, times, EVENTS.0, EVENTS.1),
            }
        });
        self.rows = rows.collect();
        let ticks = window.ticks(reading.start).into_iter();
        let ticks = ticks.map(|tick| (reading.start.saturating_add(tick), tick));
        self.grid = moments(window, ticks.clone().map(|(moment, _)| moment), 0.0, HEIGHT);
        // The name of one near the end would stick out.
        let ticks = ticks.filter(|(moment, _)| window.place(*moment) < LAST_NAME);
        let named = |(moment, tick)| (percent(window.place(moment)), figures::duration(tick));
        self.ticks = ticks.map(named).collect();
    }
}

#[cfg(test)]
mod tests;
