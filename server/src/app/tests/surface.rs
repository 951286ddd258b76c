//! Claims about two listeners: neither gives away what only the other one shows.

use tonic_health::pb::HealthCheckRequest;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;

use super::*;
use crate::gateway::table::Table;
use crate::schema::{OWN_COMPONENT, Schema, Source, Version as SchemaVersion};

const PUBLIC: Surface = Surface {
    public: true,
    admin: false,
};
const REFLECT: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
const CHECK: &str = "/grpc.health.v1.Health/Check";
const ADMIN: &str = "gangplank.v1.AdminService";

/// MyService as a component, and the API server's own services.
fn both() -> Local {
    let app = app(Config::default());
    let own = app.rooms.services.source().unwrap();
    let source = |component: &str, services: Vec<String>| Source {
        component: component.into(),
        versions: vec![SchemaVersion {
            pool: own.versions[0].pool.clone(),
            services,
            replicas: None,
        }],
    };
    let mut services = own.versions[0].services.clone();
    services.retain(|name| name != "myservice.v1.MyService");
    services.push(ADMIN.to_owned());
    let sources = vec![
        source(OWN_COMPONENT, services.clone()),
        source("my-service", vec!["myservice.v1.MyService".to_owned()]),
    ];
    let table = Table::new(Schema::new(sources).unwrap()).unwrap();
    app.rooms.tables.replace(table);
    let health = services.into_iter().map(|name| (name, true));
    app.rooms.services.set_health(health);
    app
}

/// All that an answer tells, but for the length and the trace.
async fn told(
    app: &Local,
    surface: Surface,
    verb: &Method,
    path: &str,
    content_type: &str,
) -> String {
    let request = http::Request::builder()
        .method(verb)
        .uri(path)
        .version(Version::HTTP_2)
        .header(header::CONTENT_TYPE, content_type)
        .body(Body::empty())
        .unwrap();
    let stack = stack(&app.rooms, &app.limits, &app.origins, surface);
    let (mut head, body) = stack.oneshot(request).await.unwrap().into_parts();
    head.headers.remove("content-length");
    let body = body.collect().await.unwrap();
    let trailers = body.trailers().cloned();
    let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
    let text = text.split(",\"traceId").next().unwrap_or_default();
    format!("{} {:?} {text:?} {trailers:?}", head.status, head.headers)
}

#[tokio::test(start_paused = true)]
async fn what_a_listener_hides_answers_like_what_isnt_there() {
    let app = both();
    // The names of nothing are as long as those of something, since lengths stand in frames.
    let hidden = [
        (
            PUBLIC,
            "/gangplank/v1/components",
            "components",
            "componentz",
        ),
        (
            PUBLIC,
            "/gangplank/v1/components/",
            "components",
            "componentz",
        ),
        (
            PUBLIC,
            "/gangplank.v1.AdminService/ListComponents",
            "AdminService",
            "AdminServicz",
        ),
        (PUBLIC, "/metrics", "metrics", "metricz"),
        (Surface::ADMIN, "/v1/hello/x", "hello", "hellz"),
        (Surface::ADMIN, "/v1/hello/x/", "hello", "hellz"),
        (Surface::ADMIN, "/v1/hello", "hello", "hellz"),
        (Surface::ADMIN, HELLO, "MyService", "MyServicz"),
    ];
    let verbs = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];
    for (surface, path, name, nonsense) in hidden {
        for verb in verbs.map(|verb| verb.parse().unwrap()) {
            for content_type in [
                "application/json",
                "application/grpc",
                "application/grpc-web",
            ] {
                let hidden = told(&app, surface, &verb, path, content_type).await;
                let nothing = path.replace(name, nonsense);
                let nothing = told(&app, surface, &verb, &nothing, content_type).await;
                assert_eq!(
                    hidden.replace(name, nonsense),
                    nothing,
                    "{verb} {path} as {content_type}"
                );
            }
        }
    }
}

#[tokio::test]
async fn reflection_and_health_of_the_public_listener_know_no_admin_service() {
    let app = both();
    let ask = async |surface: Surface, path: &str, message: Vec<u8>| {
        let stack = stack(&app.rooms, &app.limits, &app.origins, surface);
        let request = call(Dialect::GrpcWeb, path, message);
        let body = stack.oneshot(request).await.unwrap().into_body();
        let bytes = body.collect().await.unwrap().to_bytes();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    // What is asked for comes back too, so each is looked for by a word that wasn't asked.
    let list = || MessageRequest::ListServices(String::new());
    let symbol = |name: &str| MessageRequest::FileContainingSymbol(name.to_owned());
    let file = MessageRequest::FileByFilename("gangplank/v1/admin.proto".to_owned());
    let message = "gangplank.v1.ListComponentsRequest";
    for (message_request, word) in [
        (list(), ADMIN),
        (symbol(ADMIN), "ListComponentsResponse"),
        (symbol(message), "ListComponentsResponse"),
        (file, "ListComponentsResponse"),
    ] {
        let question = frame(&ServerReflectionRequest {
            host: String::new(),
            message_request: Some(message_request),
        });
        let public = ask(PUBLIC, REFLECT, question.clone()).await;
        assert!(!public.contains(word), "{public}");
        let all = ask(Surface::ALL, REFLECT, question).await;
        assert!(all.contains(word), "{all}");
    }
    let question = frame(&HealthCheckRequest {
        service: ADMIN.to_owned(),
    });
    let public = ask(PUBLIC, CHECK, question.clone()).await;
    assert!(public.contains("grpc-status:5"), "{public}");
    let all = ask(Surface::ADMIN, CHECK, question).await;
    assert!(all.contains("grpc-status:0"), "{all}");
}
