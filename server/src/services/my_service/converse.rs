//! A conversation: both sides speak when they like. Each text is answered as it comes; who is silent is asked whether
//! they are still there, ever more rarely; who has said everything is told goodbye.

use std::time::Duration;

use futures_util::future::Either;
use futures_util::stream::{self, Stream, StreamExt as _};
use proto::myservice::v1 as pb;
use proto::myservice::v1::Language;
use tokio::time::timeout;
use tonic::Status;

use super::{Config, GreetError, language, text};

/// How long the caller may be silent before MyService speaks; twice as long each time after that.
const FIRST_SILENCE: Duration = Duration::from_secs(5);
const MAX_SILENCE: Duration = Duration::from_mins(5);

/// Answers what `said` says.
pub(super) fn converse<S>(
    config: Config,
    said: S,
) -> impl Stream<Item = Result<pb::ConverseResponse, Status>> + Send
where
    S: Stream<Item = Result<pb::ConverseRequest, Status>> + Send + Unpin,
{
    let conversation = Conversation {
        config,
        said,
        language: Language::Unspecified,
        number: 0,
        silence: FIRST_SILENCE,
        is_over: false,
    };
    stream::unfold(conversation, Conversation::next)
}

struct Conversation<S> {
    config: Config,
    said: S,
    language: Language,
    /// How many texts came.
    number: u32,
    silence: Duration,
    is_over: bool,
}

impl<S> Conversation<S>
where
    S: Stream<Item = Result<pb::ConverseRequest, Status>> + Send + Unpin,
{
    async fn next(mut self) -> Option<(Result<pb::ConverseResponse, Status>, Self)> {
        if self.is_over {
            return None;
        }
        let answer = match self.hear().await {
            Either::Left(Some(Ok(request))) => self.answer(request).await,
            Either::Left(Some(Err(status))) => Err(status),
            Either::Left(None) => {
                self.is_over = true;
                Ok(self.says(goodbye(self.language), 0))
            }
            Either::Right(()) => Ok(self.says(are_you_there(self.language), 0)),
        };
        self.is_over |= answer.is_err();
        Some((answer, self))
    }

    /// What the caller says next; right if that is nothing for now.
    async fn hear(&mut self) -> Either<Option<Result<pb::ConverseRequest, Status>>, ()> {
        if let Ok(heard) = timeout(self.silence, self.said.next()).await {
            self.silence = FIRST_SILENCE;
            return Either::Left(heard);
        }
        self.silence = self.silence.saturating_mul(2).min(MAX_SILENCE);
        Either::Right(())
    }

    async fn answer(
        &mut self,
        request: pb::ConverseRequest,
    ) -> Result<pb::ConverseResponse, Status> {
        self.number = self.number.saturating_add(1);
        let answered = async {
            self.config.trouble.endure().await?;
            let text = text(&request.text)?;
            let chosen = language(request.language)?;
            Ok((text, chosen))
        };
        let (text, chosen) = answered
            .await
            .map_err(|error: GreetError| (self.config.to_status)(&error.of_message(self.number)))?;
        if chosen != Language::Unspecified {
            self.language = chosen;
        }
        let answer = match self.language {
            Language::Unspecified | Language::En => format!("You said: {text}"),
            Language::Zh => format!("你说：{text}"),
        };
        Ok(self.says(answer, self.number))
    }

    fn says(&self, text: impl Into<String>, answers: u32) -> pb::ConverseResponse {
        pb::ConverseResponse {
            text: text.into(),
            answers,
            replica: self.config.replica.to_string(),
            said_at: Some((self.config.now)().into()),
        }
    }
}

fn are_you_there(language: Language) -> &'static str {
    match language {
        Language::Unspecified | Language::En => "Are you still there?",
        Language::Zh => "您还在吗？",
    }
}

fn goodbye(language: Language) -> &'static str {
    match language {
        Language::Unspecified | Language::En => "Goodbye!",
        Language::Zh => "再见！",
    }
}

#[cfg(test)]
mod tests;
