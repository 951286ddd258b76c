//! Reading the address out of the server's first line.

use super::address_in;

#[test]
fn address_ends_at_the_slash_or_the_line() {
    assert_eq!(
        address_in("listening on http://127.0.0.1:8080"),
        Some("127.0.0.1:8080")
    );
    assert_eq!(
        address_in("gangplank listening on http://[::1]:80/ now"),
        Some("[::1]:80")
    );
    assert_eq!(address_in("drained"), None);
}
