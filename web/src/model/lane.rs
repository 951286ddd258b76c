//! A stream as the reader sees it: its messages in time, in both directions.
//!
//! Times are milliseconds from the start of the call. What is kept is bounded; what was counted stays counted.

use std::collections::VecDeque;

use bytes::Bytes;

/// Messages that are kept; the oldest go first.
pub const MAX_NOTES: usize = 5_000;
/// Bytes of messages that are kept.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Messages that are drawn at once.
pub const ROWS: usize = 25;
/// What the rate counts over.
const SECOND_MILLIS: f64 = 1_000.0;

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// The page sent it; else it came.
    pub is_sent: bool,
    /// Its number among those of its direction, counted from 1.
    pub number: u64,
    /// When it was sent or had come.
    pub at_millis: f64,
    /// Time since the one before it in its direction.
    pub gap_millis: Option<f64>,
    /// The message as it stood on the wire, without the frame's prefix.
    pub bytes: Bytes,
    /// What it says.
    pub said: Said,
}

/// What a message says, for people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// The words in it.
    pub text: String,
    /// Who says so; empty for the page itself.
    pub replica: String,
    /// The version of a watch; 0 for none.
    pub version: u64,
    /// Nothing new: all up to the version has been told.
    pub is_bookmark: bool,
    /// How many were left out before it.
    pub missed: u64,
}

/// How many messages went in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Count {
    /// Messages.
    pub messages: u64,
    /// Their bytes, without prefixes.
    pub bytes: u64,
    last_millis: Option<f64>,
}

/// All messages of one call.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lane {
    notes: VecDeque<Note>,
    /// How many of the oldest aren't kept.
    dropped: usize,
    held_bytes: usize,
    /// What the page sent.
    pub sent: Count,
    /// What came.
    pub received: Count,
}

impl Lane {
    /// Notes a message.
    pub fn note(&mut self, is_sent: bool, at_millis: f64, bytes: Bytes, said: Said) {
        let count = if is_sent {
            &mut self.sent
        } else {
            &mut self.received
        };
        count.messages += 1;
        count.bytes += bytes.len() as u64;
        let before = count.last_millis.replace(at_millis);
        self.held_bytes += bytes.len();
        self.notes.push_back(Note {
            is_sent,
            number: count.messages,
            at_millis,
            gap_millis: before.map(|before| at_millis - before),
            bytes,
            said,
        });
        while self.notes.len() > MAX_NOTES || self.held_bytes > MAX_BYTES {
            let Some(oldest) = self.notes.pop_front() else {
                break;
            };
            self.held_bytes -= oldest.bytes.len();
            self.dropped += 1;
        }
    }

    /// Returns how many messages there were in all, kept or not.
    pub fn len(&self) -> usize {
        self.dropped + self.notes.len()
    }

    /// Returns whether there was none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns how many of the oldest aren't kept.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Returns the message of that place among all, if it's kept.
    pub fn at(&self, place: usize) -> Option<&Note> {
        self.notes.get(place.checked_sub(self.dropped)?)
    }

    /// Returns the place of the first row that's drawn: of the latest, or of where the reader looks.
    pub fn first_row(&self, from: Option<usize>) -> usize {
        let latest = self.len().saturating_sub(ROWS);
        from.map_or(latest, |from| from.clamp(self.dropped.min(latest), latest))
    }

    /// Returns how many messages came in the last second before `now_millis`.
    pub fn rate(&self, now_millis: f64) -> usize {
        let is_late = |note: &&Note| note.at_millis > now_millis - SECOND_MILLIS;
        let late = self.notes.iter().rev().take_while(is_late);
        late.filter(|note| !note.is_sent).count()
    }
}

#[cfg(test)]
mod tests;
