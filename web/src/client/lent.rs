//! The page's client, lent to bundles: one function, so that no bundle brings a client of its own.
//!
//! The function takes a path, an encoded message, and perhaps a function and a pair of metadata, `name: value`.
//! It returns a promise of the encoded answer; of an empty one where the function takes the messages, each as it
//! comes, and returns whether it wants more.
//! It rejects with `[code, message, is_unreached]`: a number, a text, and whether nobody answered.

use bytes::Bytes;
use js_sys::{Array, Function, Promise, Uint8Array};
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use wire::code::Code;

use super::raw;
use super::tap::Tap;
use crate::model::raw::RawRequest;
use crate::model::refusal::Refusal;
use crate::model::status::Failure;
use crate::model::wire_format::WireFormat;

/// Lends the client that calls `base_url`; `heard` is told after each call whether anybody answered.
pub fn lend(base_url: String, heard: impl Fn(bool) + Clone + 'static) -> Function {
    let call = move |path: String,
                     message: Uint8Array,
                     on_message: Option<Function>,
                     pair: String|
          -> Promise {
        let (base_url, heard) = (base_url.clone(), heard.clone());
        future_to_promise(async move {
            let take = on_message.map(|take| {
                move |message: Bytes| {
                    let wanted = take.call1(&JsValue::NULL, &Uint8Array::from(&message[..]));
                    wanted.is_ok_and(|wanted| wanted.is_truthy())
                }
            });
            let take = take.as_ref().map(|take| take as &dyn Fn(Bytes) -> bool);
            let request = RawRequest {
                path,
                metadata: pair
                    .split_once(": ")
                    .map(|(name, value)| (name.to_owned(), value.to_owned())),
                message: message.to_vec().into(),
                deadline: None,
                stop_after: None,
                format: WireFormat::Binary,
            };
            let result = raw::message(base_url, request, Tap::new(|_| {}), take).await;
            heard(!matches!(&result, Err(failure) if failure.is_unreached()));
            match result {
                Ok(answer) => Ok(Uint8Array::from(&answer[..]).into()),
                Err(failure) => Err(thrown(&failure)),
            }
        })
    };
    Closure::<dyn Fn(String, Uint8Array, Option<Function>, String) -> Promise>::new(call)
        .into_js_value()
        .unchecked_into()
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
        self.ask(path, message, &JsValue::UNDEFINED, "").await
    }

    /// The same with a pair of metadata, such as `x-user: user-1`; none if it's empty.
    pub async fn call_with(
        &self,
        path: &str,
        message: &[u8],
        pair: &str,
    ) -> Result<Bytes, Refusal> {
        self.ask(path, message, &JsValue::UNDEFINED, pair).await
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
        let take = Closure::<dyn FnMut(Uint8Array) -> bool>::new(move |message: Uint8Array| {
            take(message.to_vec().into())
        });
        let ended = self.ask(path, message, take.as_ref(), "").await;
        ended.map(drop)
    }

    async fn ask(
        &self,
        path: &str,
        message: &[u8],
        take: &JsValue,
        pair: &str,
    ) -> Result<Bytes, Refusal> {
        let message = Uint8Array::from(message);
        let (path, pair) = (path.into(), pair.into());
        let promise = self
            .call
            .call4(&JsValue::NULL, &path, &message, take, &pair);
        let promise: Promise = promise.map_err(refusal)?.unchecked_into();
        let answer = JsFuture::from(promise).await.map_err(refusal)?;
        Ok(Uint8Array::new(&answer).to_vec().into())
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
