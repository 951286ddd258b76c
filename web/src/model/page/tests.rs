//! Pages by path.

use super::Page;

#[test]
fn path_leads_back_to_its_page() {
    for page in Page::ALL {
        assert_eq!(Page::from_path(page.path()), Some(page));
    }
    assert_eq!(Page::from_path("/decode/"), Some(Page::Decode));
}

#[test]
fn unknown_path_has_no_page() {
    assert_eq!(Page::from_path("/decoder"), None);
    assert_eq!(Page::from_path("/decode/x"), None);
}
