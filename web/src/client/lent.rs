//! The page's client, lent to bundles: one function, so that no bundle brings a client of its own.
//!
//! The function takes a path, encoded messages in their frames, perhaps a function, a pair of metadata
//! (`name: value`), whether they travel as base64, a promise that ends the call once it's kept, and whether the call
//! is to be in the log.
//! It returns a promise of the encoded answer; of an empty one where the function takes the messages, each as it
//! comes, and returns whether it wants more, or a promise of that: until it's kept nothing more is read.
//! It rejects with `[code, message, is_unreached]`: a number, a text, and whether nobody answered.

use bytes::Bytes;
use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use wire::code::Code;
use wire::frame::Frame;

use super::call::failure_from_status;
use super::exchange::Exchange;
use super::packed::{pack, unpack};
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
/// The property that takes records.
const NOTE: &str = "note";

/// Lends the client that calls `base_url`. `heard` is told after each call whether anybody answered; `note` is given
/// those that are to be in the log, also those that a bundle made itself: `call.note` is a function that takes them.
pub fn lend(
    base_url: String,
    heard: impl Fn(bool) + Copy + 'static,
    note: impl Fn(Record, Result<Success, Failure>) + Copy + 'static,
) -> Function {
    let call = move |path: String,
                     frames: Uint8Array,
                     take: Option<Function>,
                     pair: String,
                     is_text: bool,
                     canceled: Promise,
                     is_noted: bool|
          -> Promise {
        let base_url = base_url.clone();
        future_to_promise(async move {
            let request = RawRequest {
                path,
                metadata: pair
                    .split_once(": ")
                    .map(|(name, value)| (name.to_owned(), value.to_owned())),
                frames: frames.to_vec().into(),
                deadline: None,
                stop_after: None,
                format: if is_text {
                    WireFormat::Text
                } else {
                    WireFormat::Binary
                },
            };
            let tap = Tap::bounded(if is_noted { KEPT_STREAM_BYTES } else { 0 });
            let answered = Box::pin(exchange(base_url, request, take, tap.clone()));
            let result = match select(answered, JsFuture::from(canceled)).await {
                Either::Left((result, _)) => result,
                Either::Right(_) => Err(Failure::local(Code::Canceled, "")),
            };
            heard(!matches!(&result, Err(failure) if failure.is_unreached()));
            if is_noted {
                let result = result.clone();
                spawn_local(async move {
                    TimeoutFuture::new(NOTE_PAUSE_MILLIS).await;
                    tap.stream();
                    let record = tap.record();
                    let result = result.map(|_| Success::Messages(record.messages));
                    note(record, result);
                });
            }
            match result {
                Ok(answer) => Ok(Uint8Array::from(&answer[..]).into()),
                Err(failure) => Err(thrown(&failure)),
            }
        })
    };
    let call: Closure<LentCall> = Closure::new(call);
    let call = call.into_js_value();
    let taken = Closure::<dyn Fn(Array)>::new(move |packed| {
        let (record, result) = unpack(&packed);
        note(record, result);
    });
    // A function takes properties.
    let _ = Reflect::set(&call, &NOTE.into(), &taken.into_js_value());
    call.unchecked_into()
}

type LentCall =
    dyn Fn(String, Uint8Array, Option<Function>, String, bool, Promise, bool) -> Promise;

/// Returns the one answer, or hands over all of them.
async fn exchange(
    base_url: String,
    request: RawRequest,
    take: Option<Function>,
    tap: Tap,
) -> Result<Bytes, Failure> {
    let failed = |status| failure_from_status(&status, &tap);
    let mut exchange = Exchange::begin(base_url, request, tap.clone())
        .await
        .map_err(failed)?;
    let (mut answer, mut count) = (Bytes::new(), 0);
    while let Some(message) = exchange.next().await.map_err(failed)? {
        count += 1;
        let Some(take) = &take else {
            answer = message;
            continue;
        };
        let wanted = take.call1(&JsValue::NULL, &Uint8Array::from(&message[..]));
        if !is_kept(&wanted.unwrap_or_default()).await {
            break;
        }
    }
    if take.is_none() && count != 1 {
        return Err(Failure::from_fault(Fault::MessageCount(count)));
    }
    Ok(answer)
}

/// Returns whether something is true, or a promise of that, once it's kept.
pub(super) async fn is_kept(wanted: &JsValue) -> bool {
    let wanted = JsFuture::from(Promise::resolve(wanted)).await;
    wanted.is_ok_and(|wanted| wanted.is_truthy())
}

fn thrown(failure: &Failure) -> JsValue {
    let (code, message) = (failure.code.number(), &*failure.message);
    Array::of3(
        &code.into(),
        &message.into(),
        &failure.is_unreached().into(),
    )
    .into()
}

/// The client in the hands of a bundle.
#[derive(Clone)]
pub struct Lent {
    // A browser has one thread; the wrapper panics if that ever changes.
    call: SendWrapper<Function>,
}

impl Lent {
    /// Takes what [`lend`] made.
    pub fn new(call: Function) -> Self {
        Self {
            call: SendWrapper::new(call),
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
        self.ask(asked, &JsValue::UNDEFINED, &never()).await
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
        let never = never();
        let canceled = hang_up.map_or(&never, HangUp::promise);
        let mut take = take;
        let take = Closure::<dyn FnMut(Uint8Array) -> JsValue>::new(move |message: Uint8Array| {
            take(message.to_vec().into())
        });
        let ended = self.ask(asked, take.as_ref(), canceled).await;
        ended.map(drop)
    }

    /// Puts a call that the bundle made itself into the page's log.
    pub(super) fn note(&self, tap: &Tap, result: &Result<(), Refusal>) {
        if let Ok(note) = Reflect::get(&self.call, &NOTE.into()) {
            let packed = pack(&tap.record(), result);
            // It doesn't throw.
            let _ = note
                .unchecked_into::<Function>()
                .call1(&JsValue::NULL, &packed);
        }
    }

    async fn ask(
        &self,
        asked: Asked<'_>,
        take: &JsValue,
        canceled: &Promise,
    ) -> Result<Bytes, Refusal> {
        let frames = Uint8Array::from(asked.frames);
        let arguments = [
            asked.path.into(),
            frames.into(),
            take.clone(),
            asked.pair.into(),
            asked.is_text.into(),
            canceled.clone().into(),
            asked.is_noted.into(),
        ];
        let promise = self
            .call
            .apply(&JsValue::NULL, &arguments.into_iter().collect());
        let promise: Promise = promise.map_err(refusal)?.unchecked_into();
        let answer = JsFuture::from(promise).await.map_err(refusal)?;
        Ok(Uint8Array::new(&answer).to_vec().into())
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

/// Returns messages in their frames.
pub fn framed(messages: impl IntoIterator<Item = Bytes>) -> Vec<u8> {
    let frames = messages
        .into_iter()
        .map(|payload| Frame { flags: 0, payload }.encode());
    frames.collect::<Vec<_>>().concat()
}

/// A promise that isn't kept.
fn never() -> Promise {
    Promise::new(&mut |_, _| {})
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
        JsFuture::from(self.promise().clone())
    }

    fn promise(&self) -> &Promise {
        &self.parts.0
    }
}

fn refusal(thrown: JsValue) -> Refusal {
    let thrown = Array::from(&thrown);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast from float saturates, and no code has such a number"
    )]
    let number = thrown.get(0).as_f64().unwrap_or(f64::MAX) as u32;
    Refusal {
        code: Code::from_number(number).unwrap_or(Code::Unknown),
        message: thrown.get(1).as_string().unwrap_or_default(),
        is_unreached: thrown.get(2).is_truthy(),
    }
}
