//! Claims about the words of the probes, and about which failures count.

use std::sync::atomic::AtomicBool;

use http_body_util::BodyExt as _;

use super::*;

fn check(name: &str, failure: Option<&str>) -> Check {
    Check {
        name: name.to_owned(),
        failure: failure.map(str::to_owned),
    }
}

fn probes(components: &[Check]) -> Probes {
    let components = components.to_vec();
    Probes::new(Arc::new(move || components.clone()))
}

/// Two components, of which the second is down.
fn half() -> Probes {
    probes(&[
        check("component-ship", None),
        check("component-port", Some("port has no ready replica")),
    ])
}

fn ask(probes: &Probes, path: &str) -> Option<Response<Body>> {
    probes.answer(&Request::get(path).body(Body::empty()).unwrap())
}

async fn check_answer(probes: &Probes, path: &str, http_status: u16, words: &str) {
    let (head, body) = ask(probes, path).unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = str::from_utf8(&body).unwrap();
    assert_eq!((head.status.as_u16(), body), (http_status, words), "{path}");
}

#[tokio::test]
async fn a_server_without_components_is_alive_and_ready() {
    let probes = Probes::default();
    for path in ["/livez", "/readyz", "/healthz", "/readyz/serving"] {
        check_answer(&probes, path, 200, "ok\n").await;
    }
    let list = "[+]ping ok\nlivez check passed\n";
    check_answer(&probes, "/livez?verbose", 200, list).await;
    let list = "[+]serving ok\nhealthz check passed\n";
    check_answer(&probes, "/healthz?verbose=1", 200, list).await;
}

#[tokio::test]
async fn a_draining_server_is_alive_but_not_ready() {
    let probes = half();
    probes.drain();
    check_answer(&probes, "/livez", 200, "ok\n").await;
    for path in ["/readyz", "/healthz", "/readyz/serving"] {
        check_answer(&probes, path, 503, "draining\n").await;
    }
    let list = "[-]serving failed: draining\n\
                [+]component-ship ok\n\
                [-]component-port failed: port has no ready replica\n\
                readyz check failed\n";
    check_answer(&probes, "/readyz?verbose", 503, list).await;
}

#[tokio::test]
async fn one_dead_component_is_listed_but_fails_only_its_own_check() {
    let probes = half();
    check_answer(&probes, "/readyz", 200, "ok\n").await;
    check_answer(&probes, "/readyz/component-ship", 200, "ok\n").await;
    let reason = "port has no ready replica\n";
    check_answer(&probes, "/readyz/component-port", 503, reason).await;
    let list = "[+]serving ok\n\
                [+]component-ship ok\n\
                [-]component-port failed: port has no ready replica\n\
                readyz check passed\n";
    check_answer(&probes, "/readyz?verbose", 200, list).await;
}

#[tokio::test]
async fn all_components_dead_is_not_ready_but_alive() {
    let probes = probes(&[
        check("component-ship", Some("ship has no ready replica")),
        check("component-port", Some("port has no ready replica")),
    ]);
    let reasons = "ship has no ready replica\nport has no ready replica\n";
    check_answer(&probes, "/readyz", 503, reasons).await;
    check_answer(&probes, "/livez", 200, "ok\n").await;
}

#[tokio::test]
async fn what_is_excluded_does_not_count() {
    let probes = half();
    let path = "/readyz?exclude=component-ship";
    check_answer(&probes, path, 503, "port has no ready replica\n").await;
    let path = "/readyz?exclude=component-ship&exclude=component%2Dport";
    check_answer(&probes, path, 200, "ok\n").await;
    let list = "[+]serving ok\n\
                [+]component-ship excluded: ok\n\
                [+]component-port excluded: ok\n\
                readyz check passed\n";
    check_answer(&probes, &format!("{path}&verbose"), 200, list).await;
    probes.drain();
    check_answer(&probes, "/readyz?exclude=serving", 200, "ok\n").await;
}

#[tokio::test]
async fn an_unknown_exclusion_is_warned_of_but_harmless() {
    let probes = Probes::default();
    let list = "[+]serving ok\n\
                warn: some health checks cannot be excluded: no matches for \"etcd\",\"a\\nb\"\n\
                readyz check passed\n";
    let path = "/readyz?verbose&exclude=etcd&exclude=a%0Ab";
    check_answer(&probes, path, 200, list).await;
    check_answer(&probes, "/readyz?exclude=etcd", 200, "ok\n").await;
}

#[tokio::test]
async fn an_unknown_check_is_not_found() {
    let probes = half();
    for path in ["/readyz/component-shop", "/livez/serving", "/readyz/"] {
        check_answer(&probes, path, 404, "no such check\n").await;
    }
}

#[tokio::test]
async fn the_checks_are_those_of_the_moment() {
    let is_down = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&is_down);
    let probes = Probes::new(Arc::new(move || {
        let failure = seen.load(Ordering::Relaxed).then_some("down");
        vec![check("component-ship", failure)]
    }));
    check_answer(&probes, "/readyz", 200, "ok\n").await;
    is_down.store(true, Ordering::Relaxed);
    check_answer(&probes, "/readyz", 503, "down\n").await;
}

#[test]
fn other_requests_are_no_probes() {
    for path in ["/", "/livezz", "/v1/livez"] {
        assert!(ask(&half(), path).is_none(), "{path}");
    }
    let post = Request::post("/readyz").body(Body::empty()).unwrap();
    assert!(half().answer(&post).is_none());
}
