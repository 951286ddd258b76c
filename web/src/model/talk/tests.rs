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
    used.way = Way::Socket;
    used.deadline = "500".to_owned();
    used.crowd[2] = Member::Open;
    used.phase = Phase::Ended;
    used.version = 7;
    let fresh = used.fresh();
    assert!(fresh.lane.is_empty());
    assert_eq!((fresh.phase, fresh.version), (Phase::Idle, 0));
    assert_eq!(
        (fresh.kind, fresh.is_slow, fresh.queue.len()),
        (Kind::Many, true, 0)
    );
    assert_eq!((fresh.way, &*fresh.deadline), (Way::Socket, "500"));
    assert_eq!(fresh.crowd_count(Member::Open), 1);
}

#[test]
fn each_kind_travels_by_what_can_carry_it() {
    let ways = Kind::ALL.map(Kind::best_way);
    assert_eq!(ways, [Way::Binary, Way::Binary, Way::Socket, Way::Socket]);
}

#[test]
fn a_call_begins_only_as_the_form_allows() {
    let mut talk = Talk {
        kind: Kind::Converse,
        ..Talk::default()
    };
    assert!(talk.cannot_begin(), "over fetch all is said first");
    talk.way = Way::Socket;
    assert!(!talk.cannot_begin(), "a socket may begin in silence");
    talk.deadline = "soon".to_owned();
    assert!(talk.cannot_begin());
    talk.deadline = "250".to_owned();
    talk.phase = Phase::Open;
    assert!(talk.cannot_begin());
    talk.is_listening = true;
    assert!(talk.is_live());
}
