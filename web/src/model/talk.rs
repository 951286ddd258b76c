//! Everything that `/streams` shows, in one value: one signal holds it, so that little code follows it.

use wire::code::Code;

use super::deadline;
use super::lane::Lane;

/// How many streams the crowd opens over HTTP/1.1: two more than a browser's connections to one server.
pub const FETCHED_CROWD: usize = 8;
/// How many it opens over one WebSocket.
pub const CROWD: usize = 100;
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

    /// Returns something to say; a watch says nothing.
    pub fn sample(self) -> &'static str {
        match self {
            Self::Hello | Self::Many => "Ada",
            Self::Watch => "",
            Self::Converse => "Hello!",
        }
    }

    /// Returns how it travels best: a stream that the page sends is sent by fetch only once all of it is known.
    pub fn best_way(self) -> Way {
        if self.sends_many() {
            Way::Socket
        } else {
            Way::Binary
        }
    }

    /// Returns whether the page sends any number of messages.
    pub fn sends_many(self) -> bool {
        matches!(self, Self::Many | Self::Converse)
    }
}

/// How a call travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// gRPC-Web: bytes as they are.
    #[default]
    Binary,
    /// gRPC-Web in base64.
    Text,
    /// A WebSocket, by `gangplank.v1`: both sides at any time. Not part of gRPC-Web.
    Socket,
}

impl Way {
    /// Every way, the plainest first.
    pub const ALL: [Self; 3] = [Self::Binary, Self::Text, Self::Socket];

    /// Returns its name in links, and for tests.
    pub fn key(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Text => "text",
            Self::Socket => "socket",
        }
    }

    /// Returns how many streams the crowd opens that way.
    pub fn crowd(self) -> usize {
        match self {
            Self::Binary | Self::Text => FETCHED_CROWD,
            Self::Socket => CROWD,
        }
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
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch or a sign of its own"
)]
pub struct Talk {
    /// The page's style sheet is there, or won't come.
    pub is_styled: bool,
    /// The kind of call.
    pub kind: Kind,
    /// How calls travel.
    pub way: Way,
    /// The reader chose so; else it's what is best for the kind.
    pub is_way_chosen: bool,
    /// The deadline as typed.
    pub deadline: String,
    /// What is being typed.
    pub draft: String,
    /// The reader takes a message only now and then.
    pub is_slow: bool,
    /// What waits to be sent, for kinds that send many: over one POST all is sent at once.
    pub queue: Vec<String>,
    /// More can be said to the call under way.
    pub is_listening: bool,
    /// The link to this form has been copied.
    pub is_linked: bool,
    /// Where the call stands.
    pub phase: Phase,
    /// Its messages.
    pub lane: Lane,
    /// When it began, on the page's clock in milliseconds.
    pub began_millis: f64,
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
    /// Streams that are held open at once; as many as the largest crowd has.
    pub crowd: Vec<Member>,
}

impl Default for Talk {
    fn default() -> Self {
        Self {
            is_styled: false,
            kind: Kind::default(),
            way: Way::default(),
            is_way_chosen: false,
            deadline: String::new(),
            draft: String::new(),
            is_slow: false,
            queue: Vec::new(),
            is_listening: false,
            is_linked: false,
            phase: Phase::default(),
            lane: Lane::default(),
            began_millis: 0.0,
            elapsed_millis: 0.0,
            is_canceled: false,
            end: None,
            version: 0,
            resumed: 0,
            missed: 0,
            from: None,
            looked_at: None,
            crowd: vec![Member::Closed; CROWD],
        }
    }
}

impl Talk {
    /// Returns the call as it is before it begins, of the same kind and with the same wishes; nothing waits to be sent.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self {
            is_styled: self.is_styled,
            kind: self.kind,
            way: self.way,
            is_way_chosen: self.is_way_chosen,
            deadline: self.deadline.clone(),
            draft: self.draft.clone(),
            is_slow: self.is_slow,
            crowd: self.crowd.clone(),
            ..Self::default()
        }
    }

    /// Returns whether what is said is sent at once, since the call is under way.
    pub fn is_live(&self) -> bool {
        self.phase.is_busy() && self.is_listening
    }

    /// Returns whether nothing can be called as the form stands.
    pub fn cannot_begin(&self) -> bool {
        let says_nothing = self.kind == Kind::Converse && self.queue.is_empty();
        self.phase.is_busy()
            || (says_nothing && self.way != Way::Socket)
            || deadline::parse(&self.deadline).is_err()
    }

    /// Returns how many streams the crowd has, with the way that's chosen.
    pub fn crowd_size(&self) -> usize {
        self.way.crowd()
    }

    /// Returns the place of the first row that's drawn.
    pub fn first_row(&self) -> usize {
        self.lane.first_row(self.from)
    }

    /// Returns how many streams of the crowd are so.
    pub fn crowd_count(&self, wanted: Member) -> usize {
        self.crowd[..self.crowd_size()]
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
