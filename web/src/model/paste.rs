//! Pasted bytes: hex or base64, whatever stands around them.

use wire::base64;

/// The text is neither hex nor base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotBytes;

/// How pasted text is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasteKind {
    /// Frames of gRPC or gRPC-Web.
    Frames,
    /// Text mode: base64 of frames, padding anywhere.
    TextMode,
    /// One bare protobuf message.
    Message,
}

/// Returns the bytes of a text: hex digits (`0x`, commas, colons and white space are passed over),
/// else base64 in either alphabet. Empty text has no bytes.
pub fn parse(text: &str) -> Result<Vec<u8>, NotBytes> {
    let bare = text.replace("0x", "").replace("\\x", "");
    let digits: String = bare
        .chars()
        .filter(|character| !character.is_whitespace() && !",:;[]{}".contains(*character))
        .collect();
    if digits.len().is_multiple_of(2) && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let pair = |pair: &[u8]| {
            std::str::from_utf8(pair)
                .ok()
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
        };
        return digits
            .as_bytes()
            .chunks(2)
            .map(pair)
            .collect::<Option<_>>()
            .ok_or(NotBytes);
    }
    let compact: String = text.split_whitespace().collect();
    base64::decode(compact).map_err(|_| NotBytes)
}

/// Returns the text of a text-mode body: white space taken out.
pub fn text_mode(text: &str) -> Vec<u8> {
    text.split_whitespace().collect::<String>().into_bytes()
}

/// Returns how bytes are likeliest to be read: as frames if the first prefix fits what follows.
pub fn guess(bytes: &[u8]) -> PasteKind {
    let Some((&[flags, a, b, c, d], rest)) = bytes.split_first_chunk::<5>() else {
        return PasteKind::Message;
    };
    let announced = u32::from_be_bytes([a, b, c, d]);
    let fits = usize::try_from(announced).is_ok_and(|announced| announced <= rest.len());
    if flags & 0x7e == 0 && fits {
        PasteKind::Frames
    } else {
        PasteKind::Message
    }
}

#[cfg(test)]
mod tests;
