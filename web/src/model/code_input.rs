//! What the Code tab shows of a call: the request, as another tool would send it.

use super::record::{Record, SUBPROTOCOL};

/// Returns a record of a call's request alone.
pub fn request_of(record: &Record) -> Record {
    // What belongs to a WebSocket's handshake is of no use to other tools.
    let headers = record.request_headers.iter();
    let headers = headers.filter(|(name, _)| name != SUBPROTOCOL);
    Record {
        url: record.url.clone(),
        path: record.path.clone(),
        request_headers: headers.cloned().collect(),
        request_body: record.request_body.clone(),
        ..Record::default()
    }
}

#[cfg(test)]
mod tests;
