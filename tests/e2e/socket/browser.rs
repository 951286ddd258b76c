//! A browser's own `WebSocket`: it picks the best subprotocol, brings its origin along, and is closed as it should be.

use anyhow::Result;
use tests::browser::browse;
use tests::server::Server;

/// Makes one call of `SayHello` on `grpc-websockets`, and tells the subprotocol, the answer as text, and the close.
const CALL: &str = "const done = arguments[0];
const url = location.origin.replace('http', 'ws') + '/myservice.v1.MyService/SayHello';
const socket = new WebSocket(url, ['grpc-websockets']);
socket.binaryType = 'arraybuffer';
let answer = '';
socket.onopen = () => {
  socket.send(new TextEncoder().encode('content-type: application/grpc-web+proto\\r\\nx-grpc-web: 1\\r\\n'));
  socket.send(new Uint8Array([0, 0, 0, 0, 0, 5, 10, 3, 65, 110, 110]));
  socket.send(new Uint8Array([1]));
};
socket.onmessage = ({ data }) => { answer += new TextDecoder().decode(data); };
socket.onclose = ({ code, wasClean }) => done([socket.protocol, answer, code, wasClean]);";

#[tokio::test]
async fn a_browser_calls_by_a_socket_of_its_own() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        // Any page of the server will do.
        let url = format!("{}/livez", server.url());
        browser.client().goto(&url).await?;
        let told = browser.client().execute_async(CALL, Vec::new()).await?;
        assert_eq!(told[0], "grpc-websockets", "{told}");
        assert_eq!((&told[2], &told[3]), (&1000.into(), &true.into()), "{told}");
        let answer = told[1].as_str().unwrap_or_default();
        assert!(answer.contains("Hello, Ann!"), "{told}");
        assert!(answer.ends_with("grpc-status:0\r\n"), "{told}");
        Ok(())
    })
    .await
}
