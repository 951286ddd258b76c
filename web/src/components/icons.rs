//! The mark and the few icons, as inline SVG in the text's color.

use leptos::prelude::*;

use crate::model::theme::Theme;

/// The mark: a plank from the shore up to the deck, over water.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 26 26" width="26" height="26" aria-hidden="true">
            <path class="mark-land" d="M2 21h7M17 8h7" />
            <path class="mark-plank" d="M7.5 20 18.5 9" />
            <path class="mark-water" d="M3 24.5c2-1.6 4-1.6 6 0s4 1.6 6 0 4-1.6 6 0" />
        </svg>
    }
}

/// The theme in use: half-filled for the system's, a sun, a moon.
#[component]
pub fn ThemeIcon(
    /// Theme to draw.
    theme: Theme,
) -> impl IntoView {
    let path = match theme {
        Theme::System => "M8 1.5a6.5 6.5 0 0 1 0 13z",
        Theme::Light => {
            "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9 13 13M13 3l-1.1 1.1M4.1 11.9 3 13"
        }
        Theme::Dark => "M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z",
    };
    let half = (theme == Theme::System).then(|| view! { <circle cx="8" cy="8" r="6.5" /> });
    let class = if theme == Theme::System {
        "icon icon-half"
    } else {
        "icon"
    };
    view! {
        <svg class=class viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            {half}
            <path d=path />
        </svg>
    }
}
