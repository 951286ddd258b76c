//! A value that is drawn: at once where a person changed it, and at most so often where news come by the thousand.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The value; copies are the same. It can't be reached any more once the page is gone.
pub struct Drawn<T: 'static> {
    value: RwSignal<T>,
    is_drawing: StoredValue<bool>,
    pause_millis: u32,
}

impl<T> Clone for Drawn<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Drawn<T> {}

impl<T: Send + Sync> Drawn<T> {
    /// Draws what is noted every `pause_millis` at most.
    pub fn new(value: T, pause_millis: u32) -> Self {
        Self {
            value: RwSignal::new(value),
            is_drawing: StoredValue::new(false),
            pause_millis,
        }
    }

    /// Returns the value as a page draws it.
    pub fn shown(self) -> ReadSignal<T> {
        self.value.read_only()
    }

    /// Reads something off it, while the page is there.
    pub fn look<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.value.with_untracked(read)
    }

    /// Reads something off it; none once the page is gone.
    pub fn read<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        self.value.try_with_untracked(read)
    }

    /// Changes it, and draws it.
    pub fn change(self, change: impl FnOnce(&mut T)) {
        // Fails once the page is gone.
        let _ = self.value.try_update(change);
    }

    /// Changes it, and draws it soon; none once the page is gone.
    pub fn note<R>(self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let noted = self.value.try_update_untracked(change)?;
        let was_drawing = self
            .is_drawing
            .try_update_value(|is| std::mem::replace(is, true));
        if was_drawing == Some(false) {
            spawn_local(async move {
                TimeoutFuture::new(self.pause_millis).await;
                let _ = self.is_drawing.try_set_value(false);
                self.change(|_| {});
            });
        }
        Some(noted)
    }
}
