//! Components that aren't ours, in front of which the API server stands: Node.js servers with grpc-js.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use http::Method;
use prost::Message;
use serde_json::Value;
use tempfile::TempDir;
use tests::component::{Component, node_folder};
use tests::grpc_web::call;
use tests::http::{Connection, Reply, Version, empty};
use tests::patience::eventually;
use tests::server::{Server, run};
use tests::settings;
use wire::code::Code;
use wire::content_type::Dialect;

const GET_ORDER: &str = "/shop.v1.Orders/GetOrder";
const LIST_ORDERS: &str = "/shop.v1.Orders/ListOrders";
/// Methods by their verbs' names; the stranger's schema has no stubs here.
#[derive(Clone, PartialEq, Message)]
struct GetOrderRequest {
    #[prost(int64, tag = "1")]
    id: i64,
}

#[derive(Clone, PartialEq, Message)]
struct ListOrdersRequest {
    #[prost(int32, tag = "1")]
    count: i32,
    #[prost(int32, tag = "2")]
    fail_after: i32,
}

#[derive(Clone, PartialEq, Message)]
struct Order {
    #[prost(int64, tag = "1")]
    id: i64,
    #[prost(string, tag = "2")]
    item: String,
}

/// The stranger's scripts, and its schema in a folder of its own, which a test may change.
struct Shop {
    scripts: TempDir,
    protos: TempDir,
}

impl Shop {
    fn open() -> Result<Self> {
        let fixtures = settings::folder("tests").join("fixtures");
        let protos = TempDir::with_prefix("gangplank-shop-")?;
        let shop = Self {
            scripts: node_folder(&fixtures)?,
            protos,
        };
        fs::create_dir_all(shop.protos.path().join("shop/v1"))?;
        shop.write(&fs::read_to_string(fixtures.join("shop/v1/orders.proto"))?)?;
        Ok(shop)
    }

    fn file(&self) -> std::path::PathBuf {
        self.protos.path().join("shop/v1/orders.proto")
    }

    fn write(&self, schema: &str) -> Result<()> {
        Ok(fs::write(self.file(), schema)?)
    }

    /// Adds a method to the schema.
    fn add_cancel(&self) -> Result<()> {
        let schema = fs::read_to_string(self.file())?;
        let method = "service Orders {\n  rpc Cancel(GetOrderRequest) returns (Order);";
        self.write(&schema.replace("service Orders {", method))
    }

    async fn serve(&self, address: &str, more: &[&str]) -> Result<Component> {
        let own = self.protos.path().to_str().context("a path")?;
        let common = settings::schema();
        let folders = format!("{own},{}", common.to_str().context("a path")?);
        let arguments = [&[address, &folders][..], more].concat();
        Component::node(self.scripts.path(), "orders.mjs", &arguments).await
    }

    fn protos(&self) -> Result<String> {
        let path = self.protos.path().to_str().context("a path")?;
        Ok(format!("orders={path}"))
    }
}

async fn connect(server: &Server) -> Result<Connection> {
    Connection::open(server.address(), Version::Http1).await
}

async fn get(connection: &mut Connection, path: &str) -> Result<(Reply, Value)> {
    let reply = connection.get(path, &[]).await?;
    let value = serde_json::from_slice(&reply.body).with_context(|| format!("{reply:?}"))?;
    Ok((reply, value))
}

/// Unary and server streaming, in all three dialects.
async fn check_all_dialects(server: &Server, has_routes: bool) -> Result<()> {
    for dialect in [Dialect::GrpcWeb, Dialect::GrpcWebText] {
        // A stream takes its connection with it.
        let mut connection = connect(server).await?;
        let request = GetOrderRequest { id: 7 };
        let headers = [("x-item", "rope")];
        let answer = call(&mut connection, dialect, GET_ORDER, &request, &headers).await?;
        assert_eq!(answer.code, Code::Ok, "{}", answer.message);
        let item = "rope".to_owned();
        assert_eq!(
            Order::decode(answer.messages[0].clone())?,
            Order { id: 7, item }
        );
        let request = ListOrdersRequest {
            count: 3,
            fail_after: 2,
        };
        let answer = call(&mut connection, dialect, LIST_ORDERS, &request, &[]).await?;
        assert_eq!((answer.messages.len(), answer.code), (2, Code::DataLoss));
    }
    let mut connection = connect(server).await?;
    let post = |path: &str, body: &'static str| {
        let request = connection.request(Method::POST, path);
        request
            .header("content-type", "application/json")
            .body(tests::http::full(body))
    };
    let (unary, stream) = (
        post(GET_ORDER, r#"{"id":"7"}"#)?,
        post(LIST_ORDERS, r#"{"count":3}"#)?,
    );
    let reply = connection.exchange(unary).await?;
    assert_eq!(&reply.body[..], br#"{"id":"7","item":"plank"}"#);
    let reply = connection.exchange(stream).await?;
    assert_eq!(reply.header("content-type"), Some("application/x-ndjson"));
    assert_eq!(str::from_utf8(&reply.body)?.lines().count(), 3);
    if has_routes {
        let mut connection = connect(server).await?;
        let (reply, value) = get(&mut connection, "/v1/orders/404").await?;
        assert_eq!(reply.http_status, 404);
        assert_eq!(value["error"]["message"], "no order 404");
    }
    check_grpc(server).await
}

async fn check_grpc(server: &Server) -> Result<()> {
    let endpoint = tonic::transport::Endpoint::from_shared(server.url())?;
    let mut client = tonic::client::Grpc::new(endpoint.connect().await?);
    client.ready().await?;
    let codec = tonic_prost::ProstCodec::<GetOrderRequest, Order>::default();
    let request = tonic::Request::new(GetOrderRequest { id: 8 });
    let answer = client.unary(
        request,
        http::uri::PathAndQuery::from_static(GET_ORDER),
        codec,
    );
    assert_eq!(answer.await?.into_inner().id, 8);
    client.ready().await?;
    let codec = tonic_prost::ProstCodec::<ListOrdersRequest, Order>::default();
    let request = tonic::Request::new(ListOrdersRequest {
        count: 3,
        fail_after: 2,
    });
    let path = http::uri::PathAndQuery::from_static(LIST_ORDERS);
    let mut answers = client
        .server_streaming(request, path, codec)
        .await?
        .into_inner();
    assert_eq!(
        answers.message().await?.context("the first")?.item,
        "item 1"
    );
    assert_eq!(
        answers.message().await?.context("the second")?.item,
        "item 2"
    );
    let error = answers.message().await.err().context("an error")?;
    assert_eq!(
        (error.code(), error.message()),
        (tonic::Code::DataLoss, "lost")
    );
    Ok(())
}

#[tokio::test]
async fn a_stranger_with_reflection_needs_one_flag() -> Result<()> {
    let shop = Shop::open()?;
    let orders = shop.serve("127.0.0.1:0", &["reflection"]).await?;
    let server = Server::start(&["--component", &orders.named("orders")]).await?;
    // @grpc/reflection leaves options out, so that the routes aren't known.
    check_all_dialects(&server, false).await
}

#[tokio::test]
async fn a_stranger_without_reflection_needs_its_proto_folder() -> Result<()> {
    let shop = Shop::open()?;
    let orders = shop.serve("127.0.0.1:0", &[]).await?;
    let (named, protos) = (orders.named("orders"), shop.protos()?);
    let server = Server::start(&["--component", &named, "--protos", &protos]).await?;
    check_all_dialects(&server, true).await
}

#[tokio::test]
async fn a_component_that_comes_later_is_picked_up() -> Result<()> {
    let shop = Shop::open()?;
    let place = free_address()?;
    let named = format!("orders={place}");
    let server = Server::start(&["--component", &named]).await?;
    let mut connection = connect(&server).await?;
    let request = connection.request(Method::POST, GET_ORDER).body(empty())?;
    assert_eq!(
        connection.exchange(request).await?.http_status,
        404,
        "nobody knows it yet"
    );
    let orders = shop.serve(&place, &["reflection"]).await?;
    check_order(&server, GET_ORDER, 200).await?;

    // Killed and started again on the same port, with a method more.
    orders.kill().await?;
    let unavailable = check_order(&server, GET_ORDER, 503).await?;
    assert_eq!(unavailable.header("retry-after"), Some("1"));
    let text = str::from_utf8(&unavailable.body)?;
    assert!(
        text.contains("no ready replica of component orders"),
        "{text}"
    );
    assert!(text.contains("\"component\":\"orders\""), "{text}");
    shop.add_cancel()?;
    let _orders = shop.serve(&place, &["reflection"]).await?;
    check_order(&server, "/shop.v1.Orders/Cancel", 200).await?;
    check_order(&server, GET_ORDER, 200).await?;
    Ok(())
}

/// Waits until a POST to `path` has that HTTP status.
async fn check_order(server: &Server, path: &str, http_status: u16) -> Result<Reply> {
    eventually(&format!("{http_status} at {path}"), async || {
        let mut connection = connect(server).await?;
        let request = connection.request(Method::POST, path);
        let request = request.header("content-type", "application/json");
        let reply = connection
            .exchange(request.body(tests::http::full("{}"))?)
            .await?;
        ensure!(reply.http_status == http_status, "{reply:?}");
        Ok(reply)
    })
    .await
}

/// An address that was free a moment ago.
fn free_address() -> Result<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    Ok(listener.local_addr()?.to_string())
}

#[tokio::test]
async fn two_components_cannot_claim_one_service() -> Result<()> {
    let shop = Shop::open()?;
    let orders = shop.serve("127.0.0.1:0", &["reflection"]).await?;
    let (one, two) = (orders.named("one"), orders.named("two"));
    let flags = ["serve", "--listen", "127.0.0.1:0", "--log", "off"];
    let output = run(&[&flags[..], &["--component", &one, "--component", &two]].concat()).await?;
    assert_eq!(output.status.code(), Some(2));
    let line = String::from_utf8(output.stderr)?;
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(
        line.contains("service shop.v1.Orders is claimed by two components, one and two"),
        "{line}"
    );
    Ok(())
}

#[tokio::test]
async fn a_changed_schema_is_read_again_and_a_bad_one_refused() -> Result<()> {
    let shop = Shop::open()?;
    let orders = shop.serve("127.0.0.1:0", &[]).await?;
    let (named, protos) = (orders.named("orders"), shop.protos()?);
    let server = Server::start(&["--component", &named, "--protos", &protos]).await?;
    let mut connection = connect(&server).await?;
    let original = fs::read_to_string(shop.file())?;
    shop.write(&original.replace("/v1/orders/{id}", "/v2/orders/{id}"))?;
    server.reload()?;
    eventually("the new route", async || {
        let reply = connection.get("/v2/orders/1", &[]).await?;
        ensure!(reply.http_status == 200, "{reply:?}");
        Ok(())
    })
    .await?;
    // The template of another component's method.
    shop.write(&original.replace("/v1/orders/{id}", "/v1/hello/{id}"))?;
    server.reload()?;
    let line = server.log().wait_for("the new schema is refused").await?;
    assert!(
        line.contains("shop.v1.Orders/GetOrder of component orders"),
        "{line}"
    );
    assert!(
        line.contains("myservice.v1.MyService/SayHello of component my-service"),
        "{line}"
    );
    let (reply, _) = get(&mut connection, "/v2/orders/1").await?;
    assert_eq!(reply.http_status, 200, "the old table keeps serving");
    shop.write("syntax = \"proto3\"; service {")?;
    server.reload()?;
    server.log().wait_for("orders.proto").await?;
    assert_eq!(
        get(&mut connection, "/v2/orders/1").await?.0.http_status,
        200
    );
    Ok(())
}

#[tokio::test]
async fn a_rollout_of_two_schemas_works_both_ways() -> Result<()> {
    let shop = Shop::open()?;
    let old = shop.serve("127.0.0.1:0", &["reflection"]).await?;
    shop.add_cancel()?;
    let new = shop.serve("127.0.0.1:0", &["reflection"]).await?;
    let named = format!("orders={},{}", old.address(), new.address());
    let policy = "orders=round_robin";
    let server = Server::start(&["--component", &named, "--policy", policy]).await?;
    for _ in 0..6 {
        // Only the new one has it; both have the other.
        check_order(&server, "/shop.v1.Orders/Cancel", 200).await?;
        check_order(&server, GET_ORDER, 200).await?;
    }
    let mut connection = connect(&server).await?;
    let (_, listed) = get(&mut connection, "/gangplank/v1/components").await?;
    let replicas = listed["components"][1]["replicas"]
        .as_array()
        .context("replicas")?;
    for replica in replicas {
        let calls: u64 = replica["callsTotal"].as_str().context("calls")?.parse()?;
        assert!(calls > 2, "{listed}");
    }
    Ok(())
}

#[tokio::test]
async fn a_dead_replica_costs_callers_nothing() -> Result<()> {
    let solo = Component::replica(&["--name", "solo"]).await?;
    let flags = [
        "--component",
        &format!("my-service=127.0.0.1:1,{}", solo.address()),
        "--policy",
        "my-service=round_robin",
    ];
    let server = Server::start(&flags).await?;
    let mut connection = connect(&server).await?;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..10 {
        let (reply, value) = get(&mut connection, "/v1/hello/x").await?;
        assert_eq!(reply.http_status, 200, "{value}");
        seen.insert(value["replica"].as_str().context("a replica")?.to_owned());
    }
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        ["replica-0", "replica-1", "replica-2", "solo"]
    );
    Ok(())
}

#[tokio::test]
async fn a_lone_replica_drains() -> Result<()> {
    let mut solo = Component::replica(&["--name", "solo", "--delay", "300ms"]).await?;
    let named = solo.named("my-service");
    let server = Server::start(&["--replicas", "0", "--component", &named]).await?;
    let mut connection = connect(&server).await?;
    let request = connection
        .request(Method::GET, "/v1/hello/x")
        .body(empty())?;
    let pending = connection.start(request).await?;
    let mut other = connect(&server).await?;
    eventually("the call at the replica", async || {
        let (_, listed) = get(&mut other, "/gangplank/v1/components").await?;
        ensure!(
            listed["components"][0]["replicas"][0]["callsInFlight"] == 1,
            "{listed}"
        );
        Ok(())
    })
    .await?;
    solo.terminate()?;
    let reply = Reply::collect(pending.await??).await?;
    assert_eq!(reply.http_status, 200, "the call in flight ends well");
    assert!(solo.ended().await?);
    Ok(())
}

#[tokio::test]
async fn descriptor_sets_do_as_well() -> Result<()> {
    let shop = Shop::open()?;
    let orders = shop.serve("127.0.0.1:0", &[]).await?;
    let set = shop.protos.path().join("orders.binpb");
    build_set(shop.protos.path(), &set).await?;
    let (named, set) = (orders.named("orders"), format!("orders={}", set.display()));
    let server = Server::start(&["--component", &named, "--descriptor-set", &set]).await?;
    let mut connection = connect(&server).await?;
    let (reply, value) = get(&mut connection, "/v1/orders/5").await?;
    assert_eq!(
        (reply.http_status.as_u16(), &value["id"]),
        (200, &Value::from("5"))
    );
    Ok(())
}

/// By buf, as a stranger would.
async fn build_set(folder: &Path, set: &Path) -> Result<()> {
    let api = folder.join("google/api");
    fs::create_dir_all(&api)?;
    for name in ["annotations.proto", "http.proto"] {
        fs::copy(
            settings::schema().join("google/api").join(name),
            api.join(name),
        )?;
    }
    let line = format!("buf build {} -o {}", folder.display(), set.display());
    tests::tools::run_buf(&line).await.map(drop)
}
