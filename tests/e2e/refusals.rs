//! Requests on an RPC path that aren't calls get an HTTP status that says why.

use anyhow::Result;
use http::Method;
use tests::http::{Connection, Version, empty, full};
use tests::server::Server;

use crate::SAY_HELLO;

#[tokio::test]
async fn foreign_content_type_is_unsupported() -> Result<()> {
    let server = Server::start(&[]).await?;
    for version in Version::ALL {
        let mut connection = Connection::open(server.address(), version).await?;
        for content_type in ["text/plain", "application/grpcfoo", "nonsense"] {
            let request = connection.request(Method::POST, SAY_HELLO);
            let request = request
                .header("content-type", content_type)
                .body(full("{}"))?;
            let reply = connection.exchange(request).await?;
            assert_eq!(reply.http_status, 415, "{content_type} over {version:?}");
            assert_eq!(reply.header("grpc-status"), None);
        }
        let request = connection
            .request(Method::POST, SAY_HELLO)
            .body(full("{}"))?;
        assert_eq!(connection.exchange(request).await?.http_status, 415);
    }
    Ok(())
}

#[tokio::test]
async fn other_verbs_are_not_allowed() -> Result<()> {
    let server = Server::start(&[]).await?;
    for version in Version::ALL {
        let mut connection = Connection::open(server.address(), version).await?;
        for verb in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
            let request = connection.request(verb.clone(), SAY_HELLO);
            let request = request
                .header("content-type", "application/grpc-web")
                .body(empty())?;
            let reply = connection.exchange(request).await?;
            assert_eq!(
                (reply.http_status.as_u16(), reply.header("allow")),
                (405, Some("POST")),
                "{verb}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn probes_answer_over_both_versions() -> Result<()> {
    let server = Server::start(&[]).await?;
    for version in Version::ALL {
        let mut connection = Connection::open(server.address(), version).await?;
        for path in ["/livez", "/readyz"] {
            assert_eq!(connection.get(path, &[]).await?.http_status, 200, "{path}");
        }
    }
    Ok(())
}
