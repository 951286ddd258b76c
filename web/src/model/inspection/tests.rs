//! Walking the tabs.

use super::Tab;

#[test]
fn tabs_go_around_both_ways() {
    assert_eq!(Tab::Code.next(), Tab::Message);
    assert_eq!(Tab::Message.previous(), Tab::Code);
    assert_eq!(Tab::Message.next(), Tab::Headers);
}

#[test]
fn key_names_the_same_tab_again() {
    for tab in Tab::ALL {
        assert_eq!(Tab::from_key(tab.key()), Some(tab));
    }
    assert_eq!(Tab::from_key("nothing"), None);
}
