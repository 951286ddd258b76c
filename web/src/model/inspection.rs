//! What can be looked at in the inspector.

/// A tab of the inspector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Request and answer as JSON.
    Message,
    /// Headers and trailers.
    Headers,
    /// Every byte.
    Wire,
    /// Where the time went.
    Timing,
    /// The same call in other tools.
    Code,
}

impl Tab {
    /// Every tab, from left to right.
    pub const ALL: [Self; 5] = [
        Self::Message,
        Self::Headers,
        Self::Wire,
        Self::Timing,
        Self::Code,
    ];

    /// Returns the name that stands in links; [`Tab::from_key`] reads it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Headers => "headers",
            Self::Wire => "wire",
            Self::Timing => "timing",
            Self::Code => "code",
        }
    }

    /// Returns the tab of a key, if a tab has that key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.key() == key)
    }

    /// Returns the tab to the right, around the end.
    #[must_use]
    pub fn next(self) -> Self {
        self.moved(1)
    }

    /// Returns the tab to the left, around the start.
    #[must_use]
    pub fn previous(self) -> Self {
        self.moved(Self::ALL.len() - 1)
    }

    fn moved(self, by: usize) -> Self {
        let position = Self::ALL.iter().position(|tab| *tab == self).unwrap_or(0);
        Self::ALL[(position + by) % Self::ALL.len()]
    }
}

/// Whose bytes are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What the page sent.
    Request,
    /// What came back.
    Response,
}

#[cfg(test)]
mod tests;
