//! `myservice.v1.MyService`, the demo component: greets by name, in two languages.
//! The name is trimmed and must then be 1 to 256 characters (Unicode scalar values, not bytes) long.
//! A language number that the schema doesn't know is refused rather than guessed; unspecified means English.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use proto::myservice::v1::my_service_server;
use proto::myservice::v1::{
    Language, SayGoodbyeRequest, SayGoodbyeResponse, SayHelloRequest, SayHelloResponse,
};
use tonic::{Request, Response, Status};

/// The longest name, in characters: what fits in a greeting that a person reads.
pub const MAX_NAME_CHARS: usize = 256;

/// What a replica of MyService needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// The replica's name, which every answer carries.
    pub replica: String,
    /// The trouble that it is in, which may change at any time.
    pub trouble: Arc<Trouble>,
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
}

/// Why nobody is greeted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GreetError {
    /// The replica has been broken on purpose.
    #[error("the replica is broken")]
    Broken,
    /// Nothing is left of the name after trimming.
    #[error("the name is empty")]
    EmptyName,
    /// The trimmed name is over `MAX_NAME_CHARS`.
    #[error("the name is {chars} characters long, over the limit of {MAX_NAME_CHARS}")]
    NameTooLong {
        /// The trimmed name's length, in characters.
        chars: usize,
    },
    /// The schema has no language of that number.
    #[error("there is no language of number {number}")]
    UnknownLanguage {
        /// The number sent.
        number: i32,
    },
}

impl GreetError {
    /// The request's field that is to blame, by its name in the schema; None if none is.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Broken => None,
            Self::EmptyName | Self::NameTooLong { .. } => Some("name"),
            Self::UnknownLanguage { .. } => Some("language"),
        }
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

    async fn greet(&self, words: Words, name: &str, language: i32) -> Result<String, Status> {
        // The timer's grain is a millisecond, so that a sleep of zero would cost one.
        let trouble = &self.config.trouble;
        let delay_ms = trouble.delay_ms.load(Ordering::Relaxed);
        if delay_ms > 0 {
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
        }
        let greeting = if trouble.is_broken.load(Ordering::Relaxed) {
            Err(GreetError::Broken)
        } else {
            greeting(words, name, language)
        };
        greeting.map_err(|error| (self.config.to_status)(&error))
    }
}

#[tonic::async_trait]
impl my_service_server::MyService for MyService {
    async fn say_hello(
        &self,
        request: Request<SayHelloRequest>,
    ) -> Result<Response<SayHelloResponse>, Status> {
        let SayHelloRequest { name, language } = request.into_inner();
        Ok(Response::new(SayHelloResponse {
            message: self.greet(Words::Hello, &name, language).await?,
            replica: self.config.replica.clone(),
            served_at: Some((self.config.now)().into()),
        }))
    }

    async fn say_goodbye(
        &self,
        request: Request<SayGoodbyeRequest>,
    ) -> Result<Response<SayGoodbyeResponse>, Status> {
        let SayGoodbyeRequest { name, language } = request.into_inner();
        Ok(Response::new(SayGoodbyeResponse {
            message: self.greet(Words::Goodbye, &name, language).await?,
            replica: self.config.replica.clone(),
            served_at: Some((self.config.now)().into()),
        }))
    }
}

/// What is said.
#[derive(Clone, Copy, Debug)]
enum Words {
    Hello,
    Goodbye,
}

fn greeting(words: Words, name: &str, language: i32) -> Result<String, GreetError> {
    let name = name.trim();
    let chars = name.chars().count();
    if chars == 0 {
        return Err(GreetError::EmptyName);
    }
    if chars > MAX_NAME_CHARS {
        return Err(GreetError::NameTooLong { chars });
    }
    let language = Language::try_from(language)
        .map_err(|_| GreetError::UnknownLanguage { number: language })?;
    Ok(match (words, language) {
        (Words::Hello, Language::Unspecified | Language::En) => format!("Hello, {name}!"),
        (Words::Goodbye, Language::Unspecified | Language::En) => format!("Goodbye, {name}!"),
        (Words::Hello, Language::Zh) => format!("你好，{name}！"),
        (Words::Goodbye, Language::Zh) => format!("再见，{name}！"),
    })
}

#[cfg(test)]
mod tests;
