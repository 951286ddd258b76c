//! Credit: how many bytes a side may still send, and when its peer may send more. Arithmetic without clocks or waiting.
//! Counted are the bytes of frames, prefixes included; header and trailer blocks go free, so that a call can always end.
//! Grants come when half a window has been used up, so that a sender seldom waits and grants stay few.

use std::fmt;

/// What a sender may still send, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    available: u32,
}

/// A peer granted so much that the sum is beyond 2^32 - 1 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreditError {
    /// What the last grant gave, in bytes.
    pub granted: u32,
}

impl fmt::Display for CreditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a grant of {} bytes makes credit overflow", self.granted)
    }
}

impl std::error::Error for CreditError {}

impl Credit {
    /// Begins with `bytes`, such as `CALL_CREDIT_BYTES`.
    pub fn new(bytes: u32) -> Self {
        Self { available: bytes }
    }

    /// What may be sent now, in bytes.
    pub fn available(&self) -> u32 {
        self.available
    }

    /// Adds what the peer granted.
    pub fn grant(&mut self, bytes: u32) -> Result<(), CreditError> {
        let sum = self.available.checked_add(bytes);
        self.available = sum.ok_or(CreditError { granted: bytes })?;
        Ok(())
    }

    /// Takes up to `wanted` bytes, and tells how many: 0 while there is no credit.
    pub fn take(&mut self, wanted: u32) -> u32 {
        let taken = self.available.min(wanted);
        self.available = self.available.saturating_sub(taken);
        taken
    }
}

/// What a receiver has granted and not got back, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    size: u32,
    /// What the peer may still send; 0 ≤ left ≤ size.
    left: u32,
    /// What has been used up and not been granted anew; left + used ≤ size.
    used: u32,
}

impl Window {
    /// Begins with `bytes` granted.
    pub fn new(bytes: u32) -> Self {
        Self {
            size: bytes,
            left: bytes,
            used: 0,
        }
    }

    /// Notes that `bytes` came; false if the peer had no credit for them.
    #[must_use]
    pub fn receive(&mut self, bytes: usize) -> bool {
        let bytes = u32::try_from(bytes).ok();
        match bytes.and_then(|bytes| self.left.checked_sub(bytes)) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    /// Notes that `bytes` of what came need no more room, and tells what to grant for it: None until it's worth a message.
    pub fn use_up(&mut self, bytes: usize) -> Option<u32> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let held = self.size.saturating_sub(self.left);
        self.used = self.used.saturating_add(bytes).min(held);
        if self.used == 0 || self.used < self.size.div_ceil(2) {
            return None;
        }
        let granted = std::mem::take(&mut self.used);
        self.left = self.left.saturating_add(granted);
        Some(granted)
    }
}
