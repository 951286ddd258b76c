//! A call over the socket whose answer is taken message by message, as the lent client takes one over fetch.

use std::future::poll_fn;

use bytes::Bytes;
use futures_util::future::{Either, select};
use wasm_bindgen::JsValue;
use wire::code::Code;
use wire::socket::Answer;
use wire::trailers::Trailers;

use super::{SocketTransport, Speech};
use crate::client::lent::{Asked, HangUp, Lent, is_kept};
use crate::client::tap::{KEPT_STREAM_BYTES, Tap};
use crate::model::refusal::Refusal;

impl SocketTransport {
    /// Calls a method with what is asked, then with what `speech` says, and hands over each message as
    /// [`Lent::exchange`] does. A call that's to be in the log is noted by `log`.
    pub async fn exchange(
        &self,
        log: &Lent,
        asked: Asked<'_>,
        speech: Speech,
        hang_up: Option<&HangUp>,
        take: impl FnMut(Bytes) -> JsValue,
    ) -> Result<(), Refusal> {
        let tap = Tap::socket(if asked.is_noted { KEPT_STREAM_BYTES } else { 0 });
        let hearing = Box::pin(self.hear(asked, speech, tap.clone(), take));
        let result = match hang_up {
            None => hearing.await,
            Some(hang_up) => match select(hearing, hang_up.heard()).await {
                Either::Left((result, _)) => result,
                Either::Right(_) => Err(refusal(Code::Canceled, String::new())),
            },
        };
        if asked.is_noted {
            log.note(&tap, &result);
        }
        result
    }

    async fn hear(
        &self,
        asked: Asked<'_>,
        speech: Speech,
        tap: Tap,
        mut take: impl FnMut(Bytes) -> JsValue,
    ) -> Result<(), Refusal> {
        speech.say_first(Bytes::copy_from_slice(asked.frames));
        let metadata = asked.pair.split_once(':');
        let metadata = metadata.map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
        let metadata = metadata.into_iter().collect();
        let mut hearing = self.begin(asked.path, metadata, speech, tap);
        while let Some(part) = poll_fn(|cx| hearing.poll_part(cx)).await {
            match part {
                Answer::Headers(_) => {}
                Answer::Frame(frame) => {
                    if !is_kept(&take(frame.payload)).await {
                        break;
                    }
                }
                Answer::Trailers(trailers) => return judge(&trailers),
            }
        }
        Ok(())
    }
}

fn judge(trailers: &Trailers) -> Result<(), Refusal> {
    match trailers.status() {
        Ok((Code::Ok, _)) => Ok(()),
        Ok((code, message)) => Err(refusal(code, message)),
        Err(error) => Err(refusal(Code::Unknown, error.to_string())),
    }
}

fn refusal(code: Code, message: String) -> Refusal {
    Refusal {
        code,
        message,
        is_unreached: false,
    }
}
