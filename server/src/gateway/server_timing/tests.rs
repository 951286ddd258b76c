//! Claims about the header's text; who notes which moment is tested in `app`.

use tokio::time::advance;

use super::*;

fn header(stopwatch: &Stopwatch) -> String {
    stopwatch.header().unwrap().to_str().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn each_part_has_its_own_time() {
    let stopwatch = Stopwatch::start();
    advance(Duration::from_micros(1500)).await;
    stopwatch.handed();
    // The upload.
    advance(Duration::from_secs(1)).await;
    stopwatch.received();
    advance(Duration::from_nanos(2_345_678)).await;
    stopwatch.answered(Some("replica-0"));
    advance(Duration::from_secs(1)).await;
    let expected = "route;dur=1.500, replica;desc=\"replica-0\";dur=2.346";
    assert_eq!(header(&stopwatch), expected);
}

#[tokio::test(start_paused = true)]
async fn who_did_not_answer_is_not_named() {
    let refused = Stopwatch::start();
    advance(Duration::from_millis(2)).await;
    assert_eq!(header(&refused), "route;dur=2.000");

    let late = Stopwatch::start();
    late.handed();
    late.received();
    advance(Duration::from_millis(2)).await;
    assert_eq!(header(&late), "route;dur=0.000");

    let cut_upload = Stopwatch::start();
    cut_upload.handed();
    cut_upload.answered(Some("replica-0"));
    assert_eq!(header(&cut_upload), "route;dur=0.000");

    let own_service = Stopwatch::start();
    own_service.handed();
    own_service.received();
    own_service.answered(None);
    assert_eq!(header(&own_service), "route;dur=0.000");
}

#[tokio::test(start_paused = true)]
async fn any_name_fits_into_the_header() {
    let check = |name: &str, expected: &str| {
        let stopwatch = Stopwatch::start();
        stopwatch.received();
        stopwatch.answered(Some(name));
        let expected = format!("route;dur=0.000, replica;desc={expected};dur=0.000");
        assert_eq!(header(&stopwatch), expected);
    };
    check("a b, c;d", r#""a b, c;d""#);
    check(r#"say "hi"\"#, r#""say \"hi\"\\""#);
    check("复制\n", r#""???""#);
    check("", r#""""#);
}
