//! Percent-encoding of `grpc-message`: UTF-8, where bytes outside 0x20–0x7E and `%` become `%XX`.
//! Decoding never fails, since a status must survive a broken message: bad escapes stay as they are,
//! and bytes that aren't UTF-8 become U+FFFD.
//! This isn't URL encoding: spaces and `+` stand for themselves.
//! Source: gRPC PROTOCOL-HTTP2.md, "Percent-Encoded".

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Encodes a message as header text; the result is printable ASCII.
pub fn encode(message: &str) -> String {
    let mut text = String::with_capacity(message.len());
    for byte in message.bytes() {
        if matches!(byte, 0x20..=0x7E) && byte != b'%' {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.push(hex_digit(byte >> 4));
            text.push(hex_digit(byte & 0x0F));
        }
    }
    text
}

/// Decodes header text into the message. Never fails; the result is at most three times as long as the text.
pub fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        if let [b'%', high, low, tail @ ..] = rest
            && let (Some(high), Some(low)) = (hex_value(*high), hex_value(*low))
        {
            bytes.push((high << 4) | low);
            rest = tail;
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn hex_digit(nibble: u8) -> char {
    char::from(HEX.get(usize::from(nibble)).copied().unwrap_or(b'0'))
}

fn hex_value(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests;
