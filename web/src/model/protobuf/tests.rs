//! Fields by number.

use super::Message;

#[test]
fn last_value_wins_and_repeats_are_all_there() {
    let message = Message::new(b"\x0a\x01a\x0a\x01b\x10\x07\x10\x08");
    assert_eq!(message.text(1), "b");
    assert_eq!(message.number(2), 8);
    assert_eq!(message.all(1).collect::<Vec<_>>(), [b"a", b"b"]);
}

#[test]
fn absent_and_broken_fields_are_empty() {
    let message = Message::new(b"\x0a\x09cut");
    assert_eq!(message.text(1), "");
    assert_eq!(message.number(2), 0);
    assert_eq!(message.messages(1).count(), 0);
}
