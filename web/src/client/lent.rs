//! The page's client, lent to annexes: each call tells the page whether anybody answered, and may go into its log.
//!
//! Messages are encoded, so that no annex brings generated types: whole ones in, each in its frame, and out one by one.

use std::rc::Rc;

use bytes::Bytes;
use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Promise};
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use wire::code::Code;
use wire::frame::Frame;

use super::call::failure_from_status;
use super::exchange::Exchange;
use super::tap::{KEPT_STREAM_BYTES, Tap};
use crate::model::call::Success;
use crate::model::fault::Fault;
use crate::model::raw::RawRequest;
use crate::model::record::Record;
use crate::model::refusal::Refusal;
use crate::model::status::Failure;
use crate::model::wire_format::WireFormat;

/// How long the browser's own account of a call is waited for, in milliseconds.
const NOTE_PAUSE_MILLIS: u32 = 60;

/// The client in the hands of an annex.
#[derive(Clone)]
pub struct Lent {
    // A browser has one thread; the wrapper panics if that ever changes.
    page: SendWrapper<Rc<Page>>,
}

/// What calls need of the page.
struct Page {
    base_url: String,
    heard: Box<dyn Fn(bool)>,
    note: Box<dyn Fn(Record, Result<Success, Failure>)>,
}

impl Lent {
    /// Lends the client that calls `base_url`. `heard` is told after each call whether anybody answered; `note` is
    /// given those that are to be in the log, also those that an annex made itself.
    pub fn new(
        base_url: String,
        heard: impl Fn(bool) + 'static,
        note: impl Fn(Record, Result<Success, Failure>) + 'static,
    ) -> Self {
        let page = Page {
            base_url,
            heard: Box::new(heard),
            note: Box::new(note),
        };
        Self {
            page: SendWrapper::new(Rc::new(page)),
        }
    }

    /// Calls a unary method with an encoded message and returns the encoded answer.
    pub async fn call(&self, path: &str, message: &[u8]) -> Result<Bytes, Refusal> {
        self.call_with(path, message, "").await
    }

    /// The same with a pair of metadata, such as `x-user: user-1`; none if it's empty.
    pub async fn call_with(
        &self,
        path: &str,
        message: &[u8],
        pair: &str,
    ) -> Result<Bytes, Refusal> {
        let asked = Asked {
            path,
            pair,
            frames: &framed([message.to_vec().into()]),
            ..Asked::default()
        };
        let (mut answer, mut count) = (Bytes::new(), 0);
        let mut take = |message| {
            answer = message;
            count += 1;
            JsValue::TRUE
        };
        self.ask(asked, None, &mut take).await?;
        if count == 1 {
            Ok(answer)
        } else {
            Err(refusal(Failure::from_fault(Fault::MessageCount(count))))
        }
    }

    /// Calls a method and hands over each message of its answer, until that ends or `take` wants no more.
    ///
    /// A stream that falls silent is held until its next message: only call what tells something now and then.
    pub async fn stream(
        &self,
        path: &str,
        message: &[u8],
        take: impl FnMut(Bytes) -> bool + 'static,
    ) -> Result<(), Refusal> {
        let mut take = take;
        let asked = Asked {
            path,
            frames: &framed([message.to_vec().into()]),
            ..Asked::default()
        };
        let take = move |message| take(message).into();
        self.exchange(asked, None, take).await
    }

    /// Calls a method and hands over each message of its answer, until that ends, `take` returns something that
    /// isn't true or a promise of that, or somebody hangs up. While a promise of `take` isn't kept, nothing is read.
    pub async fn exchange(
        &self,
        asked: Asked<'_>,
        hang_up: Option<&HangUp>,
        take: impl FnMut(Bytes) -> JsValue + 'static,
    ) -> Result<(), Refusal> {
        let mut take = take;
        self.ask(asked, hang_up, &mut take).await
    }

    /// Puts a call that an annex made itself into the page's log.
    pub(super) fn note(&self, tap: &Tap, result: &Result<(), Refusal>) {
        tap.stream();
        let record = tap.record();
        let result = match result {
            Ok(()) => Ok(Success::Messages(record.messages)),
            Err(refusal) => Err(Failure {
                from_server: !record.trailers.is_empty(),
                ..Failure::local(refusal.code, &refusal.message)
            }),
        };
        (self.page.note)(record, result);
    }

    async fn ask(
        &self,
        asked: Asked<'_>,
        hang_up: Option<&HangUp>,
        take: &mut dyn FnMut(Bytes) -> JsValue,
    ) -> Result<(), Refusal> {
        let tap = Tap::bounded(if asked.is_noted { KEPT_STREAM_BYTES } else { 0 });
        let base_url = self.page.base_url.clone();
        let answered = Box::pin(exchange(base_url, asked.request(), take, tap.clone()));
        let result = match hang_up {
            None => answered.await,
            Some(hang_up) => match select(answered, hang_up.heard()).await {
                Either::Left((result, _)) => result,
                Either::Right(_) => Err(Failure::local(Code::Canceled, "")),
            },
        };
        (self.page.heard)(!matches!(&result, Err(failure) if failure.is_unreached()));
        if asked.is_noted {
            let (page, result) = (SendWrapper::clone(&self.page), result.clone());
            spawn_local(async move {
                TimeoutFuture::new(NOTE_PAUSE_MILLIS).await;
                tap.stream();
                let record = tap.record();
                let result = result.map(|()| Success::Messages(record.messages));
                (page.note)(record, result);
            });
        }
        result.map_err(refusal)
    }
}

/// Hands over all messages of the answer, until `take` wants no more.
async fn exchange(
    base_url: String,
    request: RawRequest,
    take: &mut dyn FnMut(Bytes) -> JsValue,
    tap: Tap,
) -> Result<(), Failure> {
    let failed = |status| failure_from_status(&status, &tap);
    let mut exchange = Exchange::begin(base_url, request, tap.clone())
        .await
        .map_err(failed)?;
    while let Some(message) = exchange.next().await.map_err(failed)? {
        if !is_kept(&take(message)).await {
            break;
        }
    }
    Ok(())
}

/// Returns whether something is true, or a promise of that, once it's kept.
pub(super) async fn is_kept(wanted: &JsValue) -> bool {
    let wanted = JsFuture::from(Promise::resolve(wanted)).await;
    wanted.is_ok_and(|wanted| wanted.is_truthy())
}

fn refusal(failure: Failure) -> Refusal {
    Refusal {
        is_unreached: failure.is_unreached(),
        code: failure.code,
        message: failure.message,
    }
}

/// What is asked of the lent client; by default nothing, in binary.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// `/pkg.Service/Method`.
    pub path: &'a str,
    /// A pair of metadata, `name: value`; none if it's empty.
    pub pair: &'a str,
    /// All messages, each in its frame.
    pub frames: &'a [u8],
    /// They travel as base64.
    pub is_text: bool,
    /// The call is to be in the log.
    pub is_noted: bool,
}

impl Asked<'_> {
    fn request(self) -> RawRequest {
        let pair = self.pair.split_once(": ");
        RawRequest {
            path: self.path.to_owned(),
            metadata: pair.map(|(name, value)| (name.to_owned(), value.to_owned())),
            frames: Bytes::copy_from_slice(self.frames),
            deadline: None,
            stop_after: None,
            format: if self.is_text {
                WireFormat::Text
            } else {
                WireFormat::Binary
            },
        }
    }
}

/// Returns messages in their frames.
pub fn framed(messages: impl IntoIterator<Item = Bytes>) -> Vec<u8> {
    let frames = messages
        .into_iter()
        .map(|payload| Frame { flags: 0, payload }.encode());
    frames.collect::<Vec<_>>().concat()
}

/// Ends a call from outside.
#[derive(Debug, Clone)]
pub struct HangUp {
    // A browser has one thread; the wrapper panics if that ever changes.
    parts: SendWrapper<(Promise, Function)>,
}

impl Default for HangUp {
    fn default() -> Self {
        let mut keep = JsValue::UNDEFINED;
        let promise = Promise::new(&mut |resolve, _| keep = resolve.into());
        Self {
            parts: SendWrapper::new((promise, keep.unchecked_into())),
        }
    }
}

impl HangUp {
    /// Ends the call, if it goes on.
    pub fn hang_up(&self) {
        // A promise can always be kept.
        let _ = self.parts.1.call0(&JsValue::NULL);
    }

    /// Waits that long at most, in milliseconds; returns whether somebody hung up.
    pub async fn heard_within(&self, millis: u32) -> bool {
        matches!(
            select(self.heard(), TimeoutFuture::new(millis)).await,
            Either::Left(_)
        )
    }

    /// Waits until somebody hangs up.
    pub(super) fn heard(&self) -> JsFuture {
        JsFuture::from(self.parts.0.clone())
    }
}
