//! Where one JSON value ends: an object or list with its last bracket, a string with its quote, anything else in front
//! of whatever can't belong to it. All brackets count alike; a value that mixes them up is the transcoder's to refuse.
//! Works on bytes: in UTF-8 none of those looked at is part of a longer character.

use super::is_blank;

/// A value of which some bytes have been seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Value {
    /// Open brackets.
    depth: u32,
    text: Text,
    /// It is a number or a word, or at least looks like one.
    is_bare: bool,
}

/// Where the next byte stands as to strings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Text {
    #[default]
    Outside,
    Inside,
    /// Behind a backslash.
    Escaped,
}

impl Value {
    /// How many of the next bytes belong to it, if it ends among them; None if it goes on, or may.
    pub(super) fn end_in(&mut self, bytes: &[u8]) -> Option<usize> {
        for (index, byte) in bytes.iter().enumerate() {
            match self.text {
                Text::Escaped => self.text = Text::Inside,
                Text::Inside => match byte {
                    b'\\' => self.text = Text::Escaped,
                    b'"' => {
                        self.text = Text::Outside;
                        if self.depth == 0 {
                            return Some(index + 1);
                        }
                    }
                    _ => {}
                },
                Text::Outside if self.is_bare && ends_bare(*byte) => return Some(index),
                Text::Outside => {
                    if self.outside(*byte) {
                        return Some(index + 1);
                    }
                }
            }
        }
        None
    }

    /// True if the body may end here, for a value that is all of it.
    pub(super) fn may_end(self) -> bool {
        self.is_bare
    }

    /// True if the byte is the value's last.
    fn outside(&mut self, byte: u8) -> bool {
        match byte {
            b'"' => self.text = Text::Inside,
            b'{' | b'[' => self.depth = self.depth.saturating_add(1),
            b'}' | b']' if self.depth > 0 => {
                self.depth -= 1;
                return self.depth == 0;
            }
            _ => self.is_bare |= self.depth == 0,
        }
        false
    }
}

fn ends_bare(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b',' | b'"' | b'[' | b']' | b'{' | b'}')
}
