//! Tells Rust's code from its comments and its string literals, so that a rule for one isn't
//! fooled by another. Line and nested block comments; plain, byte, C and raw strings;
//! characters, and lifetimes, which are no characters. It isn't a parser: macros and attributes
//! are code like any other. Source: the Rust Reference, "Comments", "Tokens".

/// A file's text twice, with the same bytes at the same places and spaces for the rest; line
/// ends stay in both.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parts {
    /// Without comments and without the contents of literals.
    pub(super) code: String,
    /// The comments alone.
    pub(super) comments: String,
}

/// Splits a text; one that isn't Rust gives parts that are wrong but of the right length.
pub(super) fn split(text: &str) -> Parts {
    let bytes = text.as_bytes();
    let mut code = blank(bytes);
    let mut comments = blank(bytes);
    let mut at = 0;
    while at < bytes.len() {
        let (kind, end) = token(bytes, at);
        match kind {
            Kind::Code => code[at..end].copy_from_slice(&bytes[at..end]),
            Kind::Comment => comments[at..end].copy_from_slice(&bytes[at..end]),
            Kind::Literal => {}
        }
        at = end;
    }
    Parts {
        code: text_from(code),
        comments: text_from(comments),
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Code,
    Comment,
    Literal,
}

fn blank(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .map(|byte| if *byte == b'\n' { b'\n' } else { b' ' })
        .collect()
}

fn text_from(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("tokens end between characters")
}

/// What starts at `at`, and where it ends: `at < end ≤ bytes.len()`.
fn token(bytes: &[u8], at: usize) -> (Kind, usize) {
    let rest = &bytes[at..];
    let (kind, length) = if rest.starts_with(b"//") {
        (
            Kind::Comment,
            rest.iter()
                .position(|byte| *byte == b'\n')
                .unwrap_or(rest.len()),
        )
    } else if rest.starts_with(b"/*") {
        (Kind::Comment, block_comment(rest))
    } else if is_word(rest[0]) {
        let word = rest
            .iter()
            .position(|byte| !is_word(*byte))
            .unwrap_or(rest.len());
        prefixed_literal(&rest[..word], &rest[word..]).map_or((Kind::Code, word), |literal| {
            (Kind::Literal, word + literal)
        })
    } else if rest[0] == b'"' {
        (Kind::Literal, quoted(rest, b'"'))
    } else if rest[0] == b'\'' {
        character(rest).map_or((Kind::Code, 1), |length| (Kind::Literal, length))
    } else {
        (Kind::Code, 1)
    };
    (kind, at + length)
}

/// Bytes of names and numbers; those above ASCII are parts of characters, which never end a word.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// Block comments nest.
fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// The length of the literal after a word that may be its prefix: `b"…"`, `r#"…"#`, `b'…'` and
/// so on.
fn prefixed_literal(prefix: &[u8], rest: &[u8]) -> Option<usize> {
    match prefix {
        b"r" | b"br" | b"cr" => raw(rest),
        b"b" if rest.first() == Some(&b'\'') => Some(quoted(rest, b'\'')),
        b"b" | b"c" if rest.first() == Some(&b'"') => Some(quoted(rest, b'"')),
        _ => None,
    }
}

/// `#…#"` up to a quote followed by as many `#`.
fn raw(rest: &[u8]) -> Option<usize> {
    let hashes = rest.iter().take_while(|byte| **byte == b'#').count();
    if rest.get(hashes) != Some(&b'"') {
        return None;
    }
    let mut close = vec![b'"'];
    close.resize(hashes + 1, b'#');
    let body = &rest[hashes + 1..];
    let end = body.windows(close.len()).position(|window| window == close);
    Some(end.map_or(rest.len(), |end| hashes + 1 + end + close.len()))
}

/// From a quote to the next one that no backslash hides.
fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// `'x'` and `'\…'` are characters; `'x` without the closing quote is a lifetime.
fn character(rest: &[u8]) -> Option<usize> {
    if rest.get(1) == Some(&b'\\') {
        return Some(quoted(rest, b'\''));
    }
    let text = std::str::from_utf8(&rest[1..rest.len().min(1 + char::MAX_LEN_UTF8)]);
    let valid = text.unwrap_or_else(|error| {
        std::str::from_utf8(&rest[1..=error.valid_up_to()]).expect("valid up to there")
    });
    let length = 1 + valid.chars().next()?.len_utf8();
    (rest.get(length) == Some(&b'\'')).then_some(length + 1)
}

#[cfg(test)]
mod tests;
