//! `myservice.v1.MyService`, the demo component: greets by name, in two languages, by all four kinds of calls.
//! The name is trimmed and must then be 1 to 256 characters (Unicode scalar values, not bytes) long.
//! A language number that the schema doesn't know is refused rather than guessed; unspecified means English.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use futures_util::stream::{Stream, StreamExt as _};
use proto::myservice::v1::my_service_server;
use proto::myservice::v1::{
    ConverseRequest, ConverseResponse, GreetManyRequest, GreetManyResponse, Greeting, Language,
    SayGoodbyeRequest, SayGoodbyeResponse, SayHelloRequest, SayHelloResponse,
    WatchGreetingsRequest,
};
use tokio::sync::watch as signal;
use tonic::{Request, Response, Status, Streaming};

pub use error::GreetError;
use greetings::Start;
pub use greetings::{Greetings, KEPT};

mod converse;
mod error;
mod greetings;
mod many;
mod watch;

/// The longest name, in characters: what fits in a greeting that a person reads.
pub const MAX_NAME_CHARS: usize = 256;
/// The longest text of a conversation, in characters.
pub const MAX_TEXT_CHARS: usize = 1_024;
/// How many `GreetMany` greets at most.
pub const MAX_NAMES: u32 = 10_000;

/// What a replica of MyService needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// The replica's name, which every answer carries.
    pub replica: Arc<str>,
    /// Where its greetings are kept, perhaps with those of others.
    pub greetings: Arc<Greetings>,
    /// The trouble that it is in, which may change at any time.
    pub trouble: Arc<Trouble>,
    /// True once the process drains: watches end with `drained` then.
    pub draining: signal::Receiver<bool>,
    /// What they end with.
    pub drained: Status,
    /// The wall clock.
    pub now: fn() -> SystemTime,
    /// Words an error for the caller.
    pub to_status: fn(&GreetError) -> Status,
}

/// What keeps a replica from answering at once and well.
#[derive(Debug, Default)]
pub struct Trouble {
    delay_ms: AtomicU64,
    is_broken: AtomicBool,
}

impl Trouble {
    /// Every answer waits that long first.
    pub fn slow(delay: Duration) -> Self {
        let trouble = Self::default();
        trouble.set(delay, false);
        trouble
    }

    /// From now on every answer waits for `delay`, and is a failure if `is_broken`.
    pub fn set(&self, delay: Duration, is_broken: bool) {
        let millis = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        self.delay_ms.store(millis, Ordering::Relaxed);
        self.is_broken.store(is_broken, Ordering::Relaxed);
    }

    fn is_broken(&self) -> bool {
        self.is_broken.load(Ordering::Relaxed)
    }

    /// Before every answer.
    async fn endure(&self) -> Result<(), GreetError> {
        // The timer's grain is a millisecond, so that a sleep of zero would cost one.
        let delay_ms = self.delay_ms.load(Ordering::Relaxed);
        if delay_ms > 0 {
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
        }
        if self.is_broken() {
            return Err(GreetError::Broken);
        }
        Ok(())
    }
}

/// One replica.
#[derive(Clone, Debug)]
pub struct MyService {
    config: Config,
}

impl MyService {
    /// A replica by that configuration.
    pub fn new(config: Config) -> Self {
        Self { config }
    }

    async fn greet(&self, words: Words, name: &str, number: i32) -> Result<Said, Status> {
        let Config {
            replica, trouble, ..
        } = &self.config;
        let greeted = async {
            trouble.endure().await?;
            greeting(words, name, number)
        };
        let message = greeted
            .await
            .map_err(|error| (self.config.to_status)(&error))?;
        let at = (self.config.now)();
        self.config.greetings.add(message.clone(), replica, at);
        Ok(Said { message, at })
    }
}

/// A greeting that was made.
struct Said {
    message: String,
    at: SystemTime,
}

/// Answers of a stream.
type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl my_service_server::MyService for MyService {
    async fn say_hello(
        &self,
        request: Request<SayHelloRequest>,
    ) -> Result<Response<SayHelloResponse>, Status> {
        let SayHelloRequest { name, language } = request.into_inner();
        let said = self.greet(Words::Hello, &name, language).await?;
        Ok(Response::new(SayHelloResponse {
            message: said.message,
            replica: self.config.replica.to_string(),
            served_at: Some(said.at.into()),
        }))
    }

    async fn say_goodbye(
        &self,
        request: Request<SayGoodbyeRequest>,
    ) -> Result<Response<SayGoodbyeResponse>, Status> {
        let SayGoodbyeRequest { name, language } = request.into_inner();
        let said = self.greet(Words::Goodbye, &name, language).await?;
        Ok(Response::new(SayGoodbyeResponse {
            message: said.message,
            replica: self.config.replica.to_string(),
            served_at: Some(said.at.into()),
        }))
    }

    type WatchGreetingsStream = Answers<Greeting>;

    async fn watch_greetings(
        &self,
        request: Request<WatchGreetingsRequest>,
    ) -> Result<Response<Self::WatchGreetingsStream>, Status> {
        let config = &self.config;
        let begun = async {
            config.trouble.endure().await?;
            config.greetings.watch(Start::of(request.into_inner()))
        };
        let watch = begun.await.map_err(|error| (config.to_status)(&error))?;
        Ok(Response::new(Box::pin(watch::tell(config.clone(), watch))))
    }

    async fn greet_many(
        &self,
        request: Request<Streaming<GreetManyRequest>>,
    ) -> Result<Response<GreetManyResponse>, Status> {
        let greeted = many::greet(&self.config, request.into_inner()).await?;
        Ok(Response::new(greeted))
    }

    type ConverseStream = Answers<ConverseResponse>;

    async fn converse(
        &self,
        request: Request<Streaming<ConverseRequest>>,
    ) -> Result<Response<Self::ConverseStream>, Status> {
        let said = request.into_inner().boxed();
        let answers = converse::converse(self.config.clone(), said);
        Ok(Response::new(Box::pin(answers)))
    }
}

/// What is said.
#[derive(Clone, Copy, Debug)]
enum Words {
    Hello,
    Goodbye,
}

fn greeting(words: Words, name: &str, number: i32) -> Result<String, GreetError> {
    let name = trimmed(name, MAX_NAME_CHARS).map_err(|chars| match chars {
        0 => GreetError::EmptyName,
        chars => GreetError::NameTooLong { chars },
    })?;
    Ok(match (words, language(number)?) {
        (Words::Hello, Language::Unspecified | Language::En) => format!("Hello, {name}!"),
        (Words::Goodbye, Language::Unspecified | Language::En) => format!("Goodbye, {name}!"),
        (Words::Hello, Language::Zh) => format!("你好，{name}！"),
        (Words::Goodbye, Language::Zh) => format!("再见，{name}！"),
    })
}

/// The text without white space around it.
fn text(text: &str) -> Result<&str, GreetError> {
    trimmed(text, MAX_TEXT_CHARS).map_err(|chars| match chars {
        0 => GreetError::EmptyText,
        chars => GreetError::TextTooLong { chars },
    })
}

/// Fails with the number of characters if that isn't 1 to `max`.
fn trimmed(text: &str, max: usize) -> Result<&str, usize> {
    let text = text.trim();
    match text.chars().count() {
        chars if chars == 0 || chars > max => Err(chars),
        _ => Ok(text),
    }
}

fn language(number: i32) -> Result<Language, GreetError> {
    Language::try_from(number).map_err(|_| GreetError::UnknownLanguage { number })
}

#[cfg(test)]
mod tests;
