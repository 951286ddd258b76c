//! The browser's clock.

use leptos::prelude::window;

/// Returns the browser's monotonic clock in milliseconds.
pub fn now_millis() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}
