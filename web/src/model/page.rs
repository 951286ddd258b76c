//! The pages and their addresses.

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Calls MyService.
    Call,
    /// Shows calls message by message.
    Streams,
    /// Shows how calls are spread over replicas.
    Balance,
    /// Shows what became of calls.
    Traces,
    /// Measures JSON and protobuf.
    Compare,
    /// Lists what stands behind the API server.
    Components,
    /// Takes pasted bytes apart.
    Decode,
}

impl Page {
    /// Every page, in the order of the navigation.
    pub const ALL: [Self; 7] = [
        Self::Call,
        Self::Streams,
        Self::Balance,
        Self::Traces,
        Self::Compare,
        Self::Components,
        Self::Decode,
    ];

    /// Returns the page's path.
    pub fn path(self) -> &'static str {
        match self {
            Self::Call => "/",
            Self::Streams => "/streams",
            Self::Balance => "/balance",
            Self::Traces => "/traces",
            Self::Compare => "/compare",
            Self::Components => "/components",
            Self::Decode => "/decode",
        }
    }

    /// Returns the page of a path; a slash at the end doesn't matter.
    pub fn from_path(path: &str) -> Option<Self> {
        let bare = path.trim_end_matches('/');
        Self::ALL
            .into_iter()
            .find(|page| page.path().trim_end_matches('/') == bare)
    }
}

/// Returns the address of a trace, which is given as digits.
pub fn trace_url(trace_id: &str) -> String {
    format!("/traces#{trace_id}")
}

#[cfg(test)]
mod tests;
