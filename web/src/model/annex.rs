//! Annexes: views that aren't part of the first load, and the bundle that brings each.
//!
//! A bundle is a WASM file of its own, fetched when the first of its annexes is opened. Annexes
//! that share code share a bundle. `client::bundle` fetches, `crate::annex` is the other side.

/// A view of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Annex {
    /// The page that takes pasted bytes apart.
    Decode,
    /// The inspector's tab with the call in other tools.
    Code,
    /// The page that measures JSON and protobuf.
    Compare,
    /// The page that shows how calls are spread.
    Balance,
    /// The page that lists what stands behind the API server.
    Components,
    /// The page that shows calls message by message.
    Streams,
}

impl Annex {
    /// Every annex.
    pub const ALL: [Self; 6] = [
        Self::Decode,
        Self::Code,
        Self::Compare,
        Self::Balance,
        Self::Components,
        Self::Streams,
    ];

    /// Returns the name by which the page and the bundle know it; [`Annex::from_key`] reads it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Code => "code",
            Self::Compare => "compare",
            Self::Balance => "balance",
            Self::Components => "components",
            Self::Streams => "streams",
        }
    }

    /// Returns the annex of a key, if an annex has that key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|annex| annex.key() == key)
    }

    /// Returns the name of the bundle: that of its source in `src/bin`, and of its files.
    pub fn bundle(self) -> &'static str {
        match self {
            Self::Decode | Self::Code => "bytes",
            Self::Balance => "balance",
            Self::Streams => "streams",
            Self::Compare | Self::Components => "cluster",
        }
    }
}

#[cfg(test)]
mod tests;
