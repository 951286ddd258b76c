//! One call made on this page, from the press of the button to its end.

use super::greeting::{Answer, Method};
use super::status::Failure;
use wire::code::Code;

/// Calls the page keeps; older ones leave the list first.
pub const MAX_CALLS: usize = 1_000;

/// One call of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Counts up from 1 on each page.
    pub number: u32,
    /// Which method was called.
    pub method: Method,
    /// Path of the request, `/pkg.Service/Method`; empty until the request leaves.
    pub path: String,
    /// Where the call stands.
    pub outcome: Outcome,
}

/// Where a call stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// No end yet.
    Pending,
    /// The call ended, with an answer or a failure.
    Ended {
        /// What came of it.
        result: Result<Answer, Failure>,
        /// From the press of the button to the end, in milliseconds.
        elapsed_millis: f64,
    },
}

impl Call {
    /// Returns service and method without the package: `MyService/SayHello`.
    pub fn short_name(&self) -> &str {
        let path = self.path.trim_start_matches('/');
        let (service, _) = path.split_once('/').unwrap_or((path, ""));
        service.rfind('.').map_or(path, |dot| &path[dot + 1..])
    }

    /// Returns the status code, or none while the call is pending.
    pub fn code(&self) -> Option<Code> {
        match &self.outcome {
            Outcome::Pending => None,
            Outcome::Ended { result: Ok(_), .. } => Some(Code::Ok),
            Outcome::Ended {
                result: Err(failure),
                ..
            } => Some(failure.code),
        }
    }

    /// Returns the answer of a call that succeeded.
    pub fn answer(&self) -> Option<&Answer> {
        match &self.outcome {
            Outcome::Ended {
                result: Ok(answer), ..
            } => Some(answer),
            _ => None,
        }
    }

    /// Returns the failure of a call that ended without success.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.outcome {
            Outcome::Ended {
                result: Err(failure),
                ..
            } => Some(failure),
            _ => None,
        }
    }

    /// Returns how long the call took in milliseconds, or none while it is pending.
    pub fn elapsed_millis(&self) -> Option<f64> {
        match self.outcome {
            Outcome::Pending => None,
            Outcome::Ended { elapsed_millis, .. } => Some(elapsed_millis),
        }
    }
}

/// Returns each call's share of the longest one, in percent, 0 while a call is pending.
pub fn time_shares(calls: &[Call]) -> Vec<f64> {
    let longest = calls
        .iter()
        .filter_map(Call::elapsed_millis)
        .fold(0.0, f64::max);
    let share = |call: &Call| match call.elapsed_millis() {
        Some(elapsed) if longest > 0.0 => 100.0 * elapsed / longest,
        _ => 0.0,
    };
    calls.iter().map(share).collect()
}

#[cfg(test)]
mod tests;
