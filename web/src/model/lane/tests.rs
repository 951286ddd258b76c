//! What a lane counts, keeps and shows.

use super::*;

fn said(number: u32) -> Said {
    let text = number.to_string();
    Said {
        text,
        ..Said::default()
    }
}

fn lane(messages: u32) -> Lane {
    let mut lane = Lane::default();
    for number in 0..messages {
        lane.note(
            false,
            f64::from(number) * 10.0,
            Bytes::from_static(b"abc"),
            said(number),
        );
    }
    lane
}

#[test]
fn both_directions_are_counted_by_themselves() {
    let mut lane = lane(2);
    lane.note(true, 15.0, Bytes::from_static(b"abcd"), Said::default());
    lane.note(true, 18.5, Bytes::new(), Said::default());
    assert_eq!((lane.received.messages, lane.received.bytes), (2, 6));
    assert_eq!((lane.sent.messages, lane.sent.bytes), (2, 4));
    let gaps = |place: usize| lane.at(place).map(|note| (note.number, note.gap_millis));
    assert_eq!(gaps(0), Some((1, None)));
    assert_eq!(gaps(1), Some((2, Some(10.0))));
    assert_eq!(gaps(2), Some((1, None)));
    assert_eq!(gaps(3), Some((2, Some(3.5))));
    assert_eq!(gaps(4), None);
}

#[test]
fn the_oldest_go_first_and_stay_counted() {
    let extra = 7;
    let lane = lane(u32::try_from(MAX_NOTES).unwrap() + extra);
    assert_eq!(lane.dropped(), 7);
    assert_eq!(lane.len(), MAX_NOTES + 7);
    assert!(lane.at(6).is_none());
    assert_eq!(lane.at(7).unwrap().said, said(7));
    assert_eq!(lane.received.messages, 5_007);
}

#[test]
fn large_messages_are_kept_within_bounds() {
    let mut lane = Lane::default();
    for _ in 0..5 {
        lane.note(false, 0.0, vec![0; MAX_BYTES / 2].into(), Said::default());
    }
    assert_eq!((lane.len(), lane.dropped()), (5, 3));
}

#[test]
fn rows_follow_the_latest_unless_the_reader_looks_elsewhere() {
    assert_eq!(lane(3).first_row(None), 0);
    let lane = lane(120);
    assert_eq!(lane.first_row(None), 95);
    assert_eq!(lane.first_row(Some(20)), 20);
    assert_eq!(lane.first_row(Some(500)), 95);
}

#[test]
fn the_rate_is_what_came_within_a_second() {
    let lane = lane(300);
    assert_eq!(lane.rate(2_990.0), 100);
    assert_eq!(lane.rate(9_000.0), 0);
}
