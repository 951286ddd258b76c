//! A link that restores the form: its fields as one text, before compression.
//!
//! Text = `key=value` lines joined by `&`, percent-encoded. Fragment = version, then base64url of
//! the deflated text. Reading passes over keys it doesn't know, so that old pages read new links.

use wire::percent;

/// First character of a fragment: how the rest is to be read.
pub const VERSION: char = '1';
/// Longest fragment that is read, in characters.
pub const MAX_FRAGMENT: usize = 16 * 1024;

/// Everything a link holds, as text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// Key of the method.
    pub method: String,
    /// The name as typed.
    pub name: String,
    /// Key of the language.
    pub language: String,
    /// The deadline as typed.
    pub deadline: String,
    /// The metadata as typed, secrets left out unless the reader wanted them in.
    pub metadata: String,
    /// Key of the wire format.
    pub format: String,
    /// Key of the open tab.
    pub tab: String,
}

impl Link {
    /// Returns the link as text; empty fields are left out.
    pub fn to_text(&self) -> String {
        let pairs = [
            ("m", &self.method),
            ("n", &self.name),
            ("l", &self.language),
            ("d", &self.deadline),
            ("h", &self.metadata),
            ("f", &self.format),
            ("t", &self.tab),
        ];
        let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        let pairs = pairs.map(|(key, value)| format!("{key}={}", escape(value)));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// Returns the link of a text.
    pub fn from_text(text: &str) -> Self {
        let mut link = Self::default();
        for (key, value) in text.split('&').filter_map(|pair| pair.split_once('=')) {
            let value = percent::decode(value);
            match key {
                "m" => link.method = value,
                "n" => link.name = value,
                "l" => link.language = value,
                "d" => link.deadline = value,
                "h" => link.metadata = value,
                "f" => link.format = value,
                "t" => link.tab = value,
                _ => {}
            }
        }
        link
    }
}

fn escape(value: &str) -> String {
    // grpc-message's escapes cover `%` and everything that isn't printable ASCII, but not `&`.
    percent::encode(value).replace('&', "%26")
}

#[cfg(test)]
mod tests;
