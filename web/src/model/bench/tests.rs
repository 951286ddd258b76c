//! Quartiles, lines of the worker, and what may be said.

use super::{Bytes, Finding, Format, Measure, Operation, Quartiles, Report, Results};

fn quartiles(low: u64, median: u64, high: u64) -> Quartiles {
    Quartiles {
        n: 15,
        low,
        median,
        high,
    }
}

fn time(format: Format, took: Quartiles) -> Report {
    Report::Time {
        count: 100,
        format,
        operation: Operation::Decode,
        took,
    }
}

#[test]
fn quartiles_cut_sorted_samples_in_four() {
    let found = Quartiles::of(vec![9, 1, 5, 3, 7]);
    assert_eq!(
        found,
        Some(Quartiles {
            n: 5,
            low: 3,
            median: 5,
            high: 7
        })
    );
    assert_eq!(
        Quartiles::of(vec![4]),
        Some(Quartiles {
            n: 1,
            low: 4,
            median: 4,
            high: 4
        })
    );
    assert_eq!(Quartiles::of(Vec::new()), None);
}

#[test]
fn report_comes_out_of_its_line_as_it_went_in() {
    let bytes = |raw| Bytes { raw, gzip: raw / 2 };
    let sizes = Report::Sizes {
        count: 10,
        json: bytes(2_900),
        protobuf: bytes(1_100),
    };
    let reports = [
        sizes,
        time(Format::Protobuf, quartiles(1, 2, 3)),
        Report::Done,
    ];
    for report in reports {
        assert_eq!(Report::from_text(&report.to_text()), Some(report));
    }
    for text in [
        "",
        "sizes",
        "sizes 1 2 3 4",
        "time 1 xml encode 1 2 3 4",
        "time 1",
        "sizes a b c d e",
    ] {
        assert_eq!(Report::from_text(text), None, "{text:?}");
    }
}

#[test]
fn times_whose_middle_halves_overlap_are_no_difference() {
    let better = |json, protobuf| Finding::of_times(Operation::Decode, json, protobuf).better;
    let slow = quartiles(90, 100, 110);
    assert_eq!(better(slow, quartiles(105, 120, 130)), None);
    assert_eq!(better(slow, quartiles(111, 120, 130)), Some(Format::Json));
    assert_eq!(better(slow, quartiles(40, 50, 89)), Some(Format::Protobuf));
}

#[test]
fn findings_name_the_better_one_and_by_how_much() {
    let mut results = Results::default();
    results.add(Report::Sizes {
        count: 100,
        json: Bytes { raw: 250, gzip: 90 },
        protobuf: Bytes { raw: 100, gzip: 99 },
    });
    results.add(time(Format::Json, quartiles(9, 10, 11)));
    let finding = |measure, better, percent| Finding {
        measure,
        better,
        percent,
    };
    let sizes = [
        finding(Measure::Raw, Some(Format::Protobuf), 250),
        finding(Measure::Gzip, Some(Format::Json), 110),
    ];
    assert_eq!(results.findings(100), sizes);
    results.add(time(Format::Protobuf, quartiles(29, 30, 31)));
    let decode = finding(Measure::Time(Operation::Decode), Some(Format::Json), 300);
    assert_eq!(results.findings(100)[2], decode);
    assert_eq!(results.findings(10), []);
}
