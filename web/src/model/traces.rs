//! Everything that `/traces` shows, in one value: one signal holds it, so that little code follows it.

pub mod list;
pub mod opened;
pub mod trial;

use self::list::List;
use self::opened::Opened;
use self::trial::Trial;
use super::scene::Feed;
use super::trace::is_id;

/// Everything that the page shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Traces {
    /// The page's style sheet is there, or won't come.
    pub is_styled: bool,
    /// How the watch fares.
    pub feed: Feed,
    /// The traces that are listed.
    pub list: List,
    /// The trace that's open.
    pub opened: Option<Opened>,
    /// What the reader has tried.
    pub trial: Trial,
    /// The link was copied.
    pub is_copied: bool,
    /// What is read out to those who don't see it.
    pub said: String,
}

impl Traces {
    /// Opens the trace that the address names, or none; returns the id of one that has to be asked for.
    pub fn follow(&mut self, fragment: &str) -> Option<String> {
        let id = fragment.trim_start_matches('#').to_ascii_lowercase();
        let is_open = self.opened.as_ref().is_some_and(|own| own.id == id);
        if is_open {
            return None;
        }
        self.is_copied = false;
        self.list.let_go();
        if !is_id(&id) {
            // An address that was cut off, or meant for another page, names a trace that nobody keeps.
            self.opened = (!id.is_empty()).then(|| Opened::gone(&id));
            return None;
        }
        self.opened = Some(Opened::asked(&id));
        Some(id)
    }

    /// Returns whether the list is seen, rather than one trace.
    pub fn is_listing(&self) -> bool {
        self.opened.is_none()
    }

    /// Returns whether an open trace is here.
    pub fn is_here(&self) -> bool {
        self.opened.as_ref().is_some_and(Opened::is_here)
    }

    /// Reads something off the open trace; its usual value if there's none.
    pub fn of_opened<T: Default>(&self, read: impl FnOnce(&Opened) -> T) -> T {
        self.opened.as_ref().map(read).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
