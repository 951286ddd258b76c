//! What the API server tells about itself and its components, to any client.

use anyhow::{Context as _, Result};
use http::Method;
use prost::Message as _;
use proto::gangplank::v1::{ListComponentsRequest, ListComponentsResponse};
use serde_json::Value;
use tests::component::node_folder;
use tests::grpc_web::call;
use tests::http::{Connection, Version, empty};
use tests::patience::eventually;
use tests::server::Server;
use tests::{settings, tools};
use wire::code::Code;
use wire::content_type::Dialect;

const LIST: &str = "/gangplank.v1.AdminService/ListComponents";

async fn get(connection: &mut Connection, path: &str) -> Result<(u16, String)> {
    let reply = connection.get(path, &[]).await?;
    let text = String::from_utf8(reply.body.to_vec())?;
    Ok((reply.http_status.as_u16(), text))
}

async fn get_json(connection: &mut Connection, path: &str) -> Result<Value> {
    let (http_status, text) = get(connection, path).await?;
    assert_eq!(http_status, 200, "{path} {text}");
    serde_json::from_str(&text).context(text)
}

#[tokio::test]
async fn curl_and_a_page_see_the_same_components() -> Result<()> {
    let server = Server::start(&["--component", "dead=127.0.0.1:1"]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let listed = get_json(&mut connection, "/gangplank/v1/components").await?;
    let [my_service, dead] = listed["components"]
        .as_array()
        .context("a list")?
        .as_slice()
    else {
        anyhow::bail!("{listed}")
    };
    assert_eq!(my_service["name"], "my-service");
    assert_eq!(my_service["services"][0], "myservice.v1.MyService");
    assert_eq!(my_service["replicas"].as_array().map(Vec::len), Some(3));
    assert_eq!(my_service["replicas"][2]["state"], "REPLICA_STATE_READY");
    assert_eq!(dead["replicas"][0]["state"], "REPLICA_STATE_UNREACHABLE");
    assert!(dead["replicas"][0]["lastError"].is_string(), "{dead}");

    let request = ListComponentsRequest {};
    let answer = call(&mut connection, Dialect::GrpcWeb, LIST, &request, &[]).await?;
    assert_eq!(answer.code, Code::Ok);
    let answer = ListComponentsResponse::decode(answer.messages[0].clone())?;
    let names: Vec<_> = answer
        .components
        .iter()
        .map(|component| &*component.name)
        .collect();
    assert_eq!(names, ["my-service", "dead"]);

    let path = "/gangplank/v1/services/myservice.v1.MyService/methods";
    let methods = get_json(&mut connection, path).await?;
    assert_eq!(
        methods["methods"][0]["httpBindings"][0]["template"],
        "/v1/hello/{name}"
    );
    let (http_status, text) =
        get(&mut connection, "/gangplank/v1/services/no.Such/methods").await?;
    assert_eq!(http_status, 404);
    assert!(
        text.contains("myservice.v1.MyService"),
        "{text} names what there is"
    );
    Ok(())
}

#[tokio::test]
async fn calls_are_counted_by_replica_and_by_outcome() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let before = totals(&mut connection).await?;
    for _ in 0..9 {
        assert_eq!(get(&mut connection, "/v1/hello/x").await?.0, 200);
    }
    let after = totals(&mut connection).await?;
    let more: u64 = after
        .iter()
        .zip(&before)
        .map(|(after, before)| after - before)
        .sum();
    assert_eq!(more, 9);
    connection
        .exchange(
            connection
                .request(Method::POST, "/no.Such/Nope")
                .header("content-type", "application/grpc-web")
                .body(empty())?,
        )
        .await?;
    let (_, metrics) = get(&mut connection, "/metrics").await?;
    for line in [
        "gangplank_calls_total{component=\"my-service\",method=\"myservice.v1.MyService/SayHello\",dialect=\"json\",code=\"OK\"} 9",
        "gangplank_calls_total{component=\"_OTHER\",method=\"_OTHER\",dialect=\"grpc-web\",code=\"UNIMPLEMENTED\"} 1",
        "gangplank_replica_up{component=\"my-service\",replica=\"replica-1\"} 1",
    ] {
        assert!(metrics.contains(line), "{line} isn't in\n{metrics}");
    }
    Ok(())
}

/// Calls of each replica.
async fn totals(connection: &mut Connection) -> Result<Vec<u64>> {
    let listed = get_json(connection, "/gangplank/v1/components").await?;
    let replicas = listed["components"][0]["replicas"]
        .as_array()
        .context("replicas")?;
    let total = |replica: &Value| replica["callsTotal"].as_str().unwrap_or("0").parse();
    Ok(replicas.iter().map(total).collect::<Result<_, _>>()?)
}

#[tokio::test]
async fn openapi_is_proper() -> Result<()> {
    let server = Server::start(&[]).await?;
    let folder = node_folder(&settings::folder("examples/node"))?;
    let script = format!(
        "import {{ Validator }} from '@seriousme/openapi-schema-validator';\n\
         const answer = await fetch('{}/openapi/v3');\n\
         const document = await answer.json();\n\
         const {{ valid, errors }} = await new Validator().validate(document);\n\
         console.log(valid ? Object.keys(document.paths).join(' ') : JSON.stringify(errors));",
        server.url()
    );
    let said = tools::run_module(&script, folder.path()).await?;
    let paths: Vec<_> = said.split_whitespace().collect();
    assert!(paths.contains(&"/v1/hello/{name}"), "{said}");
    assert!(paths.contains(&"/gangplank/v1/components"), "{said}");
    Ok(())
}

#[tokio::test]
async fn routes_explain_themselves() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let path = "/debug/routes?method=get&path=%2Fv1%2Fhello%2FWorld%3Flanguage%3D1";
    let explained = get_json(&mut connection, path).await?;
    assert_eq!(explained["outcome"]["kind"], "route", "{explained}");
    assert_eq!(explained["candidates"][0]["template"], "/v1/hello/{name}");
    for (asked, kind) in [
        ("method=POST&path=/myservice.v1.MyService/SayHello", "plain"),
        (
            "method=GET&path=/myservice.v1.MyService/SayHello",
            "otherVerbs",
        ),
        ("method=GET&path=/metrics", "own"),
        ("method=GET&path=/v1/nothing", "nothing"),
    ] {
        let explained = get_json(&mut connection, &format!("/debug/routes?{asked}")).await?;
        assert_eq!(explained["outcome"]["kind"], kind, "{asked}: {explained}");
    }
    let all = get_json(&mut connection, "/debug/routes").await?;
    let all = all["routes"].as_array().context("routes")?;
    for template in ["/v1/hello/{name}", "/gangplank/v1/replicas"] {
        assert!(all.iter().any(|route| route["template"] == template));
    }
    Ok(())
}

#[tokio::test]
async fn admin_paths_can_have_their_own_listener() -> Result<()> {
    let server = Server::start(&["--admin-listen", "127.0.0.1:0"]).await?;
    let line = server.said().wait_for("Admin paths are on http://").await?;
    let (_, admin) = line.split_once("http://").context("an address")?;
    let mut public = Connection::open(server.address(), Version::Http1).await?;
    let mut admin = Connection::open(admin.parse()?, Version::Http1).await?;
    for path in [
        "/metrics",
        "/openapi/v3",
        "/debug/routes",
        "/gangplank/v1/components",
    ] {
        assert_eq!(get(&mut public, path).await?.0, 404, "{path}");
        assert_eq!(get(&mut admin, path).await?.0, 200, "{path}");
    }
    // Nothing tells either that the other one is there.
    for verb in [Method::PUT, Method::OPTIONS] {
        for (connection, path) in [
            (&mut public, "/gangplank/v1/components"),
            (&mut admin, "/v1/hello/x"),
        ] {
            let request = connection.request(verb.clone(), path).body(empty())?;
            let reply = connection.exchange(request).await?;
            assert_eq!(
                (reply.http_status.as_u16(), reply.header("allow")),
                (404, None),
                "{verb} {path}"
            );
        }
    }
    for (path, on_public, on_admin) in [
        ("/v1/hello/x", 200, 404),
        ("/readyz", 200, 200),
        ("/healthz", 200, 200),
    ] {
        assert_eq!(get(&mut public, path).await?.0, on_public, "{path}");
        assert_eq!(get(&mut admin, path).await?.0, on_admin, "{path}");
    }
    let request = ListComponentsRequest {};
    let answer = call(&mut public, Dialect::GrpcWeb, LIST, &request, &[]).await?;
    assert_eq!(answer.code, Code::Unimplemented);
    Ok(())
}

#[tokio::test]
async fn readiness_lists_components_and_leaves_out_what_it_is_told_to() -> Result<()> {
    let server = Server::start(&["--component", "dead=127.0.0.1:1"]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let (http_status, text) = get(&mut connection, "/readyz?verbose").await?;
    assert_eq!(
        http_status, 200,
        "one dead component isn't this server's fault"
    );
    assert!(text.contains("[+]component-my-service ok"), "{text}");
    assert!(
        text.contains("[-]component-dead failed: dead has no ready replica"),
        "{text}"
    );
    let (_, text) = get(&mut connection, "/readyz?verbose&exclude=component-dead").await?;
    assert!(!text.contains("[-]"), "{text}");
    let lonely = Server::start(&["--replicas", "0", "--component", "dead=127.0.0.1:1"]).await?;
    let mut connection = Connection::open(lonely.address(), Version::Http1).await?;
    assert_eq!(get(&mut connection, "/readyz").await?.0, 503);
    assert_eq!(get(&mut connection, "/livez").await?.0, 200);
    Ok(())
}

#[tokio::test]
async fn settings_come_from_the_example_file() -> Result<()> {
    let file = settings::folder("gangplank.toml");
    let file = file.to_str().context("a path")?;
    let server = Server::start(&["--config", file]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    eventually("an answer", async || {
        let (http_status, text) = get(&mut connection, "/v1/hello/x").await?;
        anyhow::ensure!(http_status == 200, text);
        Ok(())
    })
    .await
}
