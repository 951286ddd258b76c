//! Order, bounds and stillness of the list.

use super::*;

fn summary(number: i64) -> Summary {
    Summary {
        id: format!("{number:032x}"),
        method: "myservice.v1.MyService/SayHello".to_owned(),
        start: number,
        duration: number * 1_000_000,
        ..Summary::default()
    }
}

fn list(numbers: impl IntoIterator<Item = i64>) -> List {
    let mut list = List::default();
    for number in numbers {
        list.take(summary(number));
    }
    list
}

fn starts(list: &List) -> Vec<i64> {
    list.shown().iter().map(|own| own.start).collect()
}

#[test]
fn newest_comes_first_however_they_come() {
    assert_eq!(starts(&list([3, 1, 2, 3])), [3, 2, 1]);
}

#[test]
fn trace_that_has_grown_takes_its_own_place() {
    let mut list = list([1, 2]);
    list.take(Summary {
        spans: 8,
        ..summary(1)
    });
    assert_eq!(starts(&list), [2, 1]);
    assert_eq!(list.row(1).map(|own| own.spans), Some(8));
}

#[test]
fn list_is_bounded_and_the_oldest_go() {
    let list = list(0..600);
    assert_eq!(list.shown().len(), MAX);
    assert_eq!(list.shown().last().map(|own| own.start), Some(100));
    assert_eq!((list.rows(), list.longest()), (ROWS, 599_000_000));
}

#[test]
fn what_the_server_does_not_list_is_gone_but_what_came_meanwhile_stays() {
    let mut list = list([1, 8]);
    list.ask();
    list.take(summary(9));
    list.replace(vec![summary(5), summary(3)], (7, 8));
    assert_eq!(starts(&list), [9, 5, 3]);
    assert_eq!(list.kept, (7, 8));
}

#[test]
fn filter_takes_away_at_once_what_is_not_meant() {
    let mut list = list(1..=30);
    list.scroll(10);
    list.set_min(" 20.5 ".to_owned());
    assert_eq!((list.from, list.shown().len()), (0, 10));
    list.take(summary(2));
    assert_eq!(list.shown().len(), 10);
    assert!(!list.is_min_invalid());
    list.set_min("soon".to_owned());
    assert!(list.is_min_invalid() && list.filter.is_open());
    list.set_filter(|filter| filter.method = "Goodbye".to_owned());
    assert!(list.is_filtered_out());
}

#[test]
fn held_list_stands_still_and_counts_what_came() {
    let mut list = list([1, 2]);
    list.toggle_pause();
    list.take(summary(3));
    list.take(summary(4));
    assert_eq!((starts(&list), list.news()), (vec![2, 1], 2));
    list.let_go();
    assert_eq!(starts(&list), [2, 1], "the reader paused it");
    list.toggle_pause();
    assert_eq!((starts(&list), list.news()), (vec![4, 3, 2, 1], 0));
    list.hold();
    list.take(summary(5));
    list.let_go();
    assert_eq!(starts(&list).len(), 5);
}

#[test]
fn steps_move_the_rows_at_both_ends() {
    let mut list = list(0..40);
    assert_eq!(list.step(-1), 0);
    for _ in 0..ROWS {
        list.step(1);
    }
    assert_eq!((list.stop, list.from), (ROWS - 1, 1));
    assert_eq!(list.step(100), ROWS - 1);
    assert_eq!(list.from, 40 - ROWS);
    assert_eq!(list.step(1), ROWS - 1);
    assert_eq!(list.step(-100), 0);
    assert_eq!(list.from, 0);
    let mut none = List::default();
    assert_eq!((none.step(1), none.step(-1)), (0, 0));
}
