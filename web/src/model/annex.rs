//! Annexes: views that aren't part of the first load, and the bundle that brings each.
//!
//! A bundle is code that is fetched when the first of its annexes is opened. Annexes that share code share a bundle.
//! `pages::annexed` fetches and draws.

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
    /// The page that shows what became of calls.
    Traces,
}

impl Annex {
    /// Returns the name by which the document knows it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Code => "code",
            Self::Compare => "compare",
            Self::Balance => "balance",
            Self::Components => "components",
            Self::Streams => "streams",
            Self::Traces => "traces",
        }
    }

    /// Returns the bundle that brings it.
    pub fn bundle(self) -> Bundle {
        match self {
            Self::Decode | Self::Code => Bundle::Bytes,
            Self::Balance => Bundle::Balance,
            Self::Streams => Bundle::Streams,
            Self::Traces => Bundle::Traces,
            Self::Compare | Self::Components => Bundle::Cluster,
        }
    }
}

/// Code that is fetched when it's asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bundle {
    /// How calls are spread.
    Balance,
    /// What takes bytes apart.
    Bytes,
    /// What looks at the whole.
    Cluster,
    /// Calls message by message.
    Streams,
    /// What became of calls.
    Traces,
}
