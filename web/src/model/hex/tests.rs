//! Lines of bytes.

use super::{hex, hex_lines};
use crate::model::schema::Schema;
use crate::model::wire_view::{Reading, WireView};

/// A frame with `name = "World"` and a trailer frame.
const BODY: &[u8] = b"\0\0\0\0\x07\x0a\x05World\x80\0\0\0\x0fgrpc-status:0\r\n";

fn view() -> WireView {
    WireView::new(BODY, Reading::Frames, &Schema::default(), None)
}

#[test]
fn lines_show_every_byte_once_in_order() {
    for per_line in [8, 16] {
        let lines = hex_lines(&view(), BODY, per_line, usize::MAX);
        let runs = lines.iter().flat_map(|line| &line.runs);
        let text: Vec<&str> = runs.map(|run| &*run.text).collect();
        assert_eq!(text.join(" "), hex(BODY));
        let offsets: Vec<usize> = lines.iter().map(|line| line.offset).collect();
        let expected: Vec<usize> = (0..BODY.len()).step_by(per_line).collect();
        assert_eq!(offsets, expected);
    }
}

#[test]
fn only_the_asked_bytes_are_shown() {
    let lines = hex_lines(&view(), BODY, 16, 6);
    let bytes: usize = lines
        .iter()
        .flat_map(|line| &line.runs)
        .map(|run| run.text.len().div_ceil(3))
        .sum();
    assert_eq!(bytes, 6);
}

#[test]
fn empty_body_has_no_lines() {
    let view = WireView::new(&[], Reading::Frames, &Schema::default(), None);
    assert_eq!(hex_lines(&view, &[], 16, 512), []);
}
