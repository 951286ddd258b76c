//! Windows, ticks and bars.

use super::super::tests::retried;
use super::*;

const WHOLE: Window = Window {
    from: 1_000_000,
    to: 101_000_000,
};

#[test]
fn bar_is_where_it_was_and_never_too_thin_to_be_seen() {
    assert_eq!(
        bar(WHOLE, 11_000_000, 61_000_000),
        Some(Bar {
            left: 10.0,
            width: 50.0
        })
    );
    assert_eq!(
        bar(WHOLE, 11_000_000, 11_000_000),
        Some(Bar {
            left: 10.0,
            width: LEAST
        })
    );
    let last = bar(WHOLE, 101_000_000, 101_000_000).expect("it's at the edge");
    assert!(last.left + last.width <= 100.0);
}

#[test]
fn bar_is_cut_off_at_the_window_s_edges() {
    assert_eq!(
        bar(WHOLE, 0, 200_000_000),
        Some(Bar {
            left: 0.0,
            width: 100.0
        })
    );
    assert_eq!(bar(WHOLE, 0, 500_000), None);
    assert_eq!(bar(WHOLE, 102_000_000, 103_000_000), None);
}

#[test]
fn ticks_are_round_and_few() {
    for (length, expected) in [
        (
            100_000_000,
            &[0, 20_000_000, 40_000_000, 60_000_000, 80_000_000][..],
        ),
        (31_000_000, &[0, 10_000_000, 20_000_000]),
        (5, &[0, 1, 2, 3, 4]),
        (1, &[0]),
    ] {
        let window = Window {
            from: 7,
            to: 7 + length,
        };
        assert_eq!(window.ticks(7), expected, "{length}");
    }
    let within = Window {
        from: 1_040_000_000,
        to: 1_060_000_000,
    };
    assert_eq!(
        within.ticks(1_000_000_000),
        [40_000_000, 45_000_000, 50_000_000, 55_000_000]
    );
    for power in 0..18 {
        for digit in 1..10 {
            let window = Window {
                from: 0,
                to: digit * 10_i64.pow(power),
            };
            assert!((1..=6).contains(&window.ticks(0).len()), "{window:?}");
        }
    }
}

#[test]
fn window_moves_and_zooms_within_the_whole() {
    let near = WHOLE.zoomed(true, WHOLE);
    assert_eq!(
        near,
        Window {
            from: 26_000_000,
            to: 76_000_000
        }
    );
    assert_eq!(near.zoomed(false, WHOLE), WHOLE);
    assert_eq!(
        near.moved(true, WHOLE),
        Window {
            from: 51_000_000,
            to: 101_000_000
        }
    );
    assert_eq!(near.moved(true, WHOLE).moved(true, WHOLE).to, 101_000_000);
    assert_eq!(
        near.moved(false, WHOLE),
        Window {
            from: 1_000_000,
            to: 51_000_000
        }
    );
    let at_edge = near.moved(false, WHOLE).zoomed(false, WHOLE);
    assert_eq!(at_edge, WHOLE);
    let mut window = WHOLE;
    for _ in 0..60 {
        window = window.zoomed(true, WHOLE);
    }
    assert_eq!(window.length(), SHORTEST);
}

#[test]
fn window_around_a_span_shows_a_little_more_than_it() {
    let around = WHOLE.around(51_000_000, 61_000_000);
    assert_eq!(
        around,
        Window {
            from: 50_000_000,
            to: 62_000_000
        }
    );
    assert_eq!(WHOLE.around(1_000_000, 101_000_000), WHOLE);
    assert_eq!(WHOLE.around(1_000_000, 1_000_000).from, 1_000_000);
}

#[test]
fn pointing_into_the_overview_looks_there() {
    let near = WHOLE.at(0.5, WHOLE);
    assert_eq!(
        near,
        Window {
            from: 38_500_000,
            to: 63_500_000
        }
    );
    assert_eq!(
        near.at(0.0, WHOLE),
        Window {
            from: 1_000_000,
            to: 26_000_000
        }
    );
    assert_eq!(near.at(7.0, WHOLE).to, WHOLE.to);
}

#[test]
fn overview_has_a_box_for_each_span() {
    let spans = retried();
    let reading = Reading::of(&spans);
    let all = overview(&reading, |_| true);
    assert_eq!(all.matches('Z').count(), spans.len());
    let page = overview(&reading, |span| spans[span].source == "page");
    assert_eq!(page.matches('Z').count(), 2);
    let first = "M0.0 4.0H1000.0V9.2H0.0Z";
    assert!(all.starts_with(first), "{all}");
}

#[test]
fn critical_stretches_and_moments_are_drawn_in_the_window_only() {
    let reading = Reading::of(&retried());
    let whole = Window::of(&reading);
    let root = reading.top().expect("there is one");
    assert_eq!(
        critical(&reading, root, whole, 0.0, 2.0)
            .matches('Z')
            .count(),
        2
    );
    let nothing = whole.around(whole.from + 10_000_000, whole.from + 11_000_000);
    assert_eq!(critical(&reading, root, nothing, 0.0, 2.0), "");
    let lines = moments(WHOLE, [0, 51_000_000, 500_000_000].into_iter(), 1.0, 2.0);
    assert_eq!(lines, "M500.0 1.0V2.0");
}

#[test]
fn trace_of_no_length_has_a_window() {
    let window = Window::of(&Reading::default());
    assert!(window.length() > 0);
    assert_eq!(window.place(window.from).to_bits(), 0.0_f64.to_bits());
}
