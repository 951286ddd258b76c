//! One plain HTTP request and its whole answer, written down by a tap like every call.

use bytes::{Bytes, BytesMut};
use web_sys::{ReadableStreamDefaultReader, ResponseType};

use super::answer::header_lines;
use super::fetch::{Lives, fetch, read};
use super::{Ending, diagnose};
use crate::client::tap::Tap;
use crate::model::fault::Fault;
use crate::model::record::Lines;

/// A request: where it goes, the method it stands for, and what travels.
pub(in crate::client) struct Plain<'a> {
    pub(in crate::client) base_url: &'a str,
    /// Path of the URL.
    pub(in crate::client) route: &'a str,
    /// `/pkg.Service/Method`.
    pub(in crate::client) path: &'a str,
    pub(in crate::client) headers: Lines,
    pub(in crate::client) body: Bytes,
}

/// Posts and returns the HTTP status and the whole body; dropping the future aborts the fetch.
pub(in crate::client) async fn post(request: Plain<'_>, tap: &Tap) -> Result<(u16, Bytes), Fault> {
    let url = format!("{}{}", request.base_url, request.route);
    let (headers, body) = (tap.traced(request.headers), request.body);
    tap.requested(&url, request.path, headers.clone(), body.clone());
    let mut ending = Ending::new(tap.clone());
    let result = exchange(&url, &headers, &body, tap, Lives::WithPage).await;
    ending.over();
    let fault = match result {
        Ok(Some(answer)) => return Ok(answer),
        Ok(None) => diagnose::diagnose(request.base_url).await,
        Err(fault) => fault,
    };
    tap.fault(fault.clone());
    Err(fault)
}

/// The same without a beginning and an end in the record. Returns none where the browser rejected the fetch.
pub(in crate::client) async fn exchange(
    url: &str,
    headers: &[(String, String)],
    body: &[u8],
    tap: &Tap,
    lives: Lives,
) -> Result<Option<(u16, Bytes)>, Fault> {
    let Ok(mut fetched) = fetch(url, headers, body, lives).await else {
        return Ok(None);
    };
    let response = &fetched.response;
    let http_status = response.status();
    if response.type_() == ResponseType::Opaqueredirect {
        tap.responded(http_status, Vec::new());
        return Err(Fault::Redirected);
    }
    tap.responded(http_status, header_lines(response));
    let reader = response.body();
    let reader = reader.and_then(|body| ReadableStreamDefaultReader::new(&body).ok());
    let mut whole = BytesMut::new();
    if let Some(reader) = &reader {
        while let Some(bytes) = read(reader).await.map_err(|_| Fault::BrokenBody)? {
            tap.chunk(bytes.clone())?;
            whole.extend_from_slice(&bytes);
        }
    }
    if http_status == 200 {
        tap.message();
    }
    fetched.hold.release();
    Ok(Some((http_status, whole.freeze())))
}
