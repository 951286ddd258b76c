//! What the page remembers, and which rows it shows.

use bytes::Bytes;

use super::*;
use crate::model::lane::Said;

fn talk(messages: usize) -> Talk {
    let mut talk = Talk::default();
    for _ in 0..messages {
        talk.lane.note(false, 0.0, Bytes::new(), Said::default());
    }
    talk
}

#[test]
fn rows_stay_where_the_reader_looks_and_follow_again_at_the_end() {
    let mut talk = talk(200);
    assert_eq!((talk.first_row(), talk.from), (175, None));
    talk.scroll(-50);
    assert_eq!(talk.first_row(), 125);
    talk.lane.note(false, 0.0, Bytes::new(), Said::default());
    assert_eq!(talk.first_row(), 125);
    talk.scroll(-500);
    assert_eq!(talk.first_row(), 0);
    talk.scroll(500);
    assert_eq!((talk.first_row(), talk.from), (176, None));
}

#[test]
fn a_fresh_call_keeps_wishes_and_forgets_messages() {
    let mut used = talk(3);
    used.kind = Kind::Many;
    used.is_slow = true;
    used.queue.push("Ada".to_owned());
    used.crowd[2] = Member::Open;
    used.phase = Phase::Ended;
    used.version = 7;
    let fresh = used.fresh();
    assert!(fresh.lane.is_empty());
    assert_eq!((fresh.phase, fresh.version), (Phase::Idle, 0));
    assert_eq!(
        (fresh.kind, fresh.is_slow, fresh.queue.len()),
        (Kind::Many, true, 1)
    );
    assert_eq!(fresh.crowd_count(Member::Open), 1);
}
