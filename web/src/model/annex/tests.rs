//! Keys and bundles of annexes, against the files they name.

use super::Annex;

#[test]
fn key_names_the_same_annex_again() {
    for annex in Annex::ALL {
        assert_eq!(Annex::from_key(annex.key()), Some(annex));
    }
    assert_eq!(Annex::from_key("nothing"), None);
}

#[test]
fn every_bundle_is_built_into_the_page() {
    let index = include_str!("../../../../index.html");
    for annex in Annex::ALL {
        let attribute = format!("data-bin=\"{}\"", annex.bundle());
        assert!(index.contains(&attribute), "{attribute}");
    }
}
