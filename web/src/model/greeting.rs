//! What the page asks MyService and what it's told.

use std::time::Duration;

use super::wire_format::WireFormat;

/// A method of MyService, as the page's two buttons have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `SayHello`.
    SayHello,
    /// `SayGoodbye`.
    SayGoodbye,
}

impl Method {
    /// Returns the name that stands in links; [`Method::from_key`] reads it.
    pub fn key(self) -> &'static str {
        match self {
            Self::SayHello => "hello",
            Self::SayGoodbye => "goodbye",
        }
    }

    /// Returns the method of a key; `SayHello` when no method has that key.
    pub fn from_key(key: &str) -> Self {
        if key == Self::SayGoodbye.key() {
            Self::SayGoodbye
        } else {
            Self::SayHello
        }
    }
}

/// Language in which MyService answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// No choice: the service decides.
    #[default]
    Unspecified,
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// Every choice, in the order the page offers them.
    pub const ALL: [Self; 3] = [Self::Unspecified, Self::English, Self::Chinese];

    /// Returns the name that stands in forms and links; [`Language::from_key`] reads it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    /// Returns the language of a key, or the unspecified one when no language has that key.
    pub fn from_key(key: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|language| language.key() == key)
            .unwrap_or_default()
    }
}

/// One request, whichever method it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Which method is called.
    pub method: Method,
    /// Who is greeted, as typed: trimming and limits are the service's.
    pub name: String,
    /// Language of the answer.
    pub language: Language,
    /// Time the whole call may take; none means no deadline.
    pub deadline: Option<Duration>,
    /// Metadata of the reader's own: names and values in their order.
    pub metadata: Vec<(String, String)>,
    /// How the call is put on the wire.
    pub format: WireFormat,
}

/// Characters of a greeting that are kept for the eye; all of it is in the call's record.
const MAX_GREETING: usize = 400;

/// What MyService answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The greeting, cut where it gets too long to read.
    pub message: String,
    /// Name of the replica that answered.
    pub replica: String,
    /// When it answered by its own clock, as RFC 3339, if it said.
    pub served_at: Option<String>,
}

/// Returns a greeting as far as it can be taken in.
pub fn beginning(mut message: String) -> String {
    if let Some((end, _)) = message.char_indices().nth(MAX_GREETING) {
        message.truncate(end);
        message.push('…');
        message.shrink_to_fit();
    }
    message
}
