//! Small messages, read and written field by field, for bundles that prost's readers would make too large.
//!
//! A field is a tag (varint: number << 3 | wire type), then a varint, 8 or 4 bytes, or a length and that many
//! bytes. Groups aren't read: none of our messages has one. Source: protobuf.dev, "Encoding".

/// A field's value as it stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Raw<'a> {
    /// A varint; enums, booleans and integers.
    Varint(u64),
    /// 8 bytes; a double's bits.
    Fixed64(u64),
    /// Text, bytes or a message.
    Bytes(&'a [u8]),
    /// 4 bytes, which none of our messages has.
    Fixed32,
}

impl<'a> Raw<'a> {
    /// Returns an integer; 0 for anything else.
    pub fn number(self) -> u64 {
        match self {
            Self::Varint(value) => value,
            _ => 0,
        }
    }

    /// Returns an integer that may be negative, as `int64` has it; 0 for anything else.
    pub fn signed(self) -> i64 {
        self.number().cast_signed()
    }

    /// Returns an integer of 32 bits; the greatest one for what is more.
    pub fn small(self) -> u32 {
        u32::try_from(self.number()).unwrap_or(u32::MAX)
    }

    /// Returns a double; 0 for anything else.
    pub fn double(self) -> f64 {
        match self {
            Self::Fixed64(bits) => f64::from_bits(bits),
            _ => 0.0,
        }
    }

    /// Returns bytes; none for anything else.
    pub fn bytes(self) -> &'a [u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            _ => &[],
        }
    }

    /// Returns a text; broken UTF-8 is replaced.
    pub fn text(self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }

    /// Returns a `google.protobuf.Duration` or `Timestamp` in nanoseconds, the nearest there is for what is more than that.
    pub fn nanos(self) -> i64 {
        let mut nanos = 0_i64;
        for (number, value) in Fields::of(self.bytes()) {
            let unit = match number {
                1 => 1_000_000_000,
                2 => 1,
                _ => continue,
            };
            nanos = nanos.saturating_add(value.signed().saturating_mul(unit));
        }
        nanos
    }

    /// Returns a `google.protobuf.Duration` in milliseconds.
    pub fn millis(self) -> f64 {
        let mut millis = 0.0;
        for (number, value) in Fields::of(self.bytes()) {
            match number {
                1 => millis += f64::from(value.small()) * 1e3,
                2 => millis += f64::from(value.small()) / 1e6,
                _ => {}
            }
        }
        millis
    }
}

/// The fields of a message, in wire order, up to its end or to what can't be read.
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// Returns the fields of an encoded message.
    pub fn of(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for place in 0..10 {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            value |= u64::from(byte & 0x7f) << (7 * place);
            if *byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, count: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(usize::try_from(count).ok()?)?;
        self.rest = rest;
        Some(taken)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u32, Raw<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Raw::Varint(self.varint()?),
            1 => Raw::Fixed64(u64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            2 => {
                let length = self.varint()?;
                Raw::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Raw::Fixed32)?,
            _ => return None,
        };
        Some((u32::try_from(tag >> 3).ok()?, value))
    }
}

/// A message that is being written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// Writes an integer, an enum or a boolean, unless it's 0, which needs no bytes.
    #[must_use]
    pub fn number(mut self, field: u32, value: u64) -> Self {
        if value > 0 {
            self.varint(u64::from(field) << 3);
            self.varint(value);
        }
        self
    }

    /// Writes a text or a message, unless it's empty.
    #[must_use]
    pub fn bytes(mut self, field: u32, value: &[u8]) -> Self {
        if !value.is_empty() {
            self.varint(u64::from(field) << 3 | 2);
            self.varint(value.len() as u64);
            self.0.extend_from_slice(value);
        }
        self
    }

    /// Writes a `google.protobuf.Duration` in nanoseconds, unless it's 0 or less.
    #[must_use]
    pub fn nanos(self, field: u32, nanos: i64) -> Self {
        let nanos = u64::try_from(nanos).unwrap_or(0);
        let duration = Self::default()
            .number(1, nanos / 1_000_000_000)
            .number(2, nanos % 1_000_000_000);
        self.bytes(field, &duration.0)
    }

    /// Writes a `google.protobuf.Duration` of less than a second.
    #[must_use]
    pub fn millis(self, field: u32, millis: u32) -> Self {
        let nanos = Self::default().number(2, u64::from(millis) * 1_000_000);
        self.bytes(field, &nanos.0)
    }

    /// Returns the message.
    pub fn done(self) -> Vec<u8> {
        self.0
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value.to_le_bytes()[0] | 0x80);
            value >>= 7;
        }
        self.0.push(value.to_le_bytes()[0]);
    }
}

#[cfg(test)]
mod tests;
