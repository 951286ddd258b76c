//! Language and theme: read from `<html>`, where `boot.js` put them, and remembered once chosen.

use leptos::prelude::*;

use crate::i18n::Locale;
use crate::model::theme::Theme;

/// Keys of what is remembered in the browser's local storage; `boot.js` reads the same.
const LOCALE_KEY: &str = "gangplank.locale";
const THEME_KEY: &str = "gangplank.theme";

/// The reader's choices.
#[derive(Clone, Copy)]
pub struct Preferences {
    locale: RwSignal<Locale>,
    theme: RwSignal<Theme>,
}

impl Preferences {
    /// Returns the choices `boot.js` found.
    pub fn load() -> Self {
        let root = root();
        let locale = Locale::from_tag(&root.get_attribute("lang").unwrap_or_default());
        document().set_title(locale.messages().document_title);
        let choice = root.get_attribute("data-theme-choice").unwrap_or_default();
        let theme = Theme::from_key(&choice);
        Self {
            locale: RwSignal::new(locale),
            theme: RwSignal::new(theme),
        }
    }

    /// Returns the page's language.
    pub fn locale(self) -> ReadSignal<Locale> {
        self.locale.read_only()
    }

    /// Returns the page's theme.
    pub fn theme(self) -> ReadSignal<Theme> {
        self.theme.read_only()
    }

    /// Changes the page's language and remembers the choice.
    pub fn choose_locale(self, locale: Locale) {
        set_attribute("lang", locale.tag());
        document().set_title(locale.messages().document_title);
        remember(LOCALE_KEY, Some(locale.tag()));
        self.locale.set(locale);
    }

    /// Changes to the next theme (system, light, dark, system …) and remembers the choice.
    pub fn choose_next_theme(self) {
        let theme = self.theme.get_untracked().next();
        let colors = match theme {
            Theme::System if system_is_dark() => Theme::Dark,
            Theme::System => Theme::Light,
            chosen => chosen,
        };
        set_attribute("data-theme-choice", theme.key());
        set_attribute("data-theme", colors.key());
        remember(THEME_KEY, (theme != Theme::System).then_some(theme.key()));
        self.theme.set(theme);
    }
}

fn root() -> web_sys::Element {
    document()
        .document_element()
        .expect("a page has an <html> element")
}

fn set_attribute(name: &str, value: &str) {
    // Fails for illegal names only, and these are literals.
    let _ = root().set_attribute(name, value);
}

fn system_is_dark() -> bool {
    let query = window().match_media("(prefers-color-scheme: dark)");
    query.is_ok_and(|query| query.is_some_and(|query| query.matches()))
}

/// Stores or removes a choice; a browser that forbids storage forgets it with the page.
fn remember(key: &str, value: Option<&str>) {
    let Ok(Some(storage)) = window().local_storage() else {
        return;
    };
    let _ = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
}
