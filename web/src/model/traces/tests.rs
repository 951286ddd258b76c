//! Which trace the address opens.

use super::opened::Progress;
use super::*;

const ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[test]
fn address_opens_the_trace_that_it_names_once() {
    let mut page = Traces::default();
    assert!(page.is_listing());
    assert_eq!(page.follow(&format!("#{ID}")).as_deref(), Some(ID));
    assert_eq!(page.follow(&format!("#{ID}")), None);
    assert!(!page.is_listing() && !page.is_here());
    assert_eq!(page.follow(""), None);
    assert!(page.is_listing());
    assert_eq!(page.follow(&ID.to_uppercase()).as_deref(), Some(ID));
}

#[test]
fn address_that_names_no_trace_says_so_without_asking() {
    let mut page = Traces::default();
    for fragment in ["#4bf92f", "#step-3"] {
        assert_eq!(page.follow(fragment), None);
        let progress = page.opened.as_ref().map(|own| own.progress.clone());
        assert_eq!(progress, Some(Progress::Gone));
    }
}
