//! Everything that `/streams` shows, in one value: one signal holds it, so that little code follows it.

use wire::code::Code;

use super::lane::Lane;
use super::wire_format::WireFormat;

/// How many streams the crowd opens: two more than a browser's connections to one server over HTTP/1.1.
pub const CROWD: usize = 8;
/// Greetings of the past that a burst asks for.
pub const BURST: u32 = 2_000;

/// A kind of call, by the method that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// One message each way.
    Hello,
    /// One message, answered by many.
    #[default]
    Watch,
    /// Many messages, answered by one.
    Many,
    /// Many each way.
    Converse,
}

impl Kind {
    /// Every kind, the plainest first.
    pub const ALL: [Self; 4] = [Self::Hello, Self::Watch, Self::Many, Self::Converse];

    /// Returns the method's name, by which tests know the kind as well.
    pub fn method(self) -> &'static str {
        match self {
            Self::Hello => "SayHello",
            Self::Watch => "WatchGreetings",
            Self::Many => "GreetMany",
            Self::Converse => "Converse",
        }
    }

    /// Returns whether the page sends any number of messages.
    pub fn sends_many(self) -> bool {
        matches!(self, Self::Many | Self::Converse)
    }
}

/// Where the call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// Not begun.
    #[default]
    Idle,
    /// Begun; nothing came yet.
    Waiting,
    /// Messages come.
    Open,
    /// The connection was lost, and the watch is resumed.
    Resuming,
    /// It has a status.
    Ended,
}

impl Phase {
    /// Returns its name for tests.
    pub fn key(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Waiting => "waiting",
            Self::Open => "open",
            Self::Resuming => "resuming",
            Self::Ended => "ended",
        }
    }

    /// Returns whether a call is under way.
    pub fn is_busy(self) -> bool {
        matches!(self, Self::Waiting | Self::Open | Self::Resuming)
    }
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// Its status.
    pub code: Code,
    /// The status message.
    pub message: String,
    /// The page itself ended it.
    pub is_own: bool,
}

/// What one stream of the crowd does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Member {
    /// Nothing.
    #[default]
    Closed,
    /// It has been sent, and the browser keeps it.
    Waiting,
    /// Its first message came.
    Open,
}

impl Member {
    /// Returns its name for tests and styles.
    pub fn key(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Waiting => "waiting",
            Self::Open => "open",
        }
    }
}

/// Everything that the page shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Talk {
    /// The page's style sheet is there, or won't come.
    pub is_styled: bool,
    /// The kind of call.
    pub kind: Kind,
    /// How gRPC-Web travels.
    pub format: WireFormat,
    /// The reader takes a message only now and then.
    pub is_slow: bool,
    /// What waits to be sent, for kinds that send many: over one POST all is sent at once.
    pub queue: Vec<String>,
    /// Where the call stands.
    pub phase: Phase,
    /// Its messages.
    pub lane: Lane,
    /// How long it has lasted or did last, in milliseconds.
    pub elapsed_millis: f64,
    /// The reader canceled it.
    pub is_canceled: bool,
    /// How it ended.
    pub end: Option<End>,
    /// The newest version that a watch was told of; 0 for none.
    pub version: u64,
    /// How often the watch was resumed.
    pub resumed: u32,
    /// Greetings that the server left out because the reader was too slow.
    pub missed: u64,
    /// The place of the first row, where the reader doesn't follow the latest.
    pub from: Option<usize>,
    /// The place of the message that's looked at.
    pub looked_at: Option<usize>,
    /// Streams that are held open at once.
    pub crowd: [Member; CROWD],
}

impl Talk {
    /// Returns the call as it is before it begins, of the same kind and with the same wishes.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self {
            is_styled: self.is_styled,
            kind: self.kind,
            format: self.format,
            is_slow: self.is_slow,
            queue: self.queue.clone(),
            crowd: self.crowd,
            ..Self::default()
        }
    }

    /// Returns the place of the first row that's drawn.
    pub fn first_row(&self) -> usize {
        self.lane.first_row(self.from)
    }

    /// Returns how many streams of the crowd are so.
    pub fn crowd_count(&self, wanted: Member) -> usize {
        self.crowd
            .iter()
            .filter(|member| **member == wanted)
            .count()
    }

    /// Moves the rows by `places`; at the end they follow the latest again.
    pub fn scroll(&mut self, places: isize) {
        let first = self.first_row().saturating_add_signed(places);
        let latest = self.lane.first_row(None);
        self.from = (first < latest).then(|| self.lane.first_row(Some(first)));
    }
}

#[cfg(test)]
mod tests;
