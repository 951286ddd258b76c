//! The browser's clocks.

use leptos::prelude::window;

/// How far the two clocks may be apart, in milliseconds, before the wall clock alone counts.
const MAX_DRIFT_MILLIS: f64 = 500.0;

/// Returns the browser's monotonic clock in milliseconds.
pub fn now_millis() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}

/// Returns the milliseconds since 1970, to the microsecond as far as the browser tells it.
///
/// The monotonic clock tells it, which the wall clock doesn't; but it stands still while the machine sleeps.
pub fn unix_millis() -> f64 {
    let wall = js_sys::Date::now();
    let origin = window()
        .performance()
        .map_or(0.0, |performance| performance.time_origin());
    let exact = origin + now_millis();
    if (exact - wall).abs() < MAX_DRIFT_MILLIS {
        exact
    } else {
        wall
    }
}
