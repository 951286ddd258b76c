//! What the page's code tab gives for tonic and the default call, so that it's known to compile.
//! Below this header it is the page's text, white space aside (the blank line keeps
//! rustfmt from sorting); an end-to-end test compares the two.
#![expect(clippy::print_stdout, reason = "the snippet shows what it received")]
#![expect(
    clippy::needless_update,
    reason = "the page doesn't know which fields a message lacks"
)]

use proto::myservice::v1::my_service_client::MyServiceClient;

use proto::myservice::v1::SayHelloRequest;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let channel = tonic::transport::Channel::from_static("http://127.0.0.1:8080")
        .connect()
        .await?;
    let mut client = MyServiceClient::new(channel);
    let request = SayHelloRequest {
        name: "World".into(),
        language: 1,
        ..Default::default()
    };
    println!("{:?}", client.say_hello(request).await?.into_inner());
    Ok(())
}
