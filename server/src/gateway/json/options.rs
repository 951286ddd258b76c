//! How a caller wants its JSON, by parameters of `application/json`, or of what a stream comes as, in `accept`:
//! `defaults=true` (fields at their default are written too), `names=proto` (as the schema writes them),
//! `enums=number`, `int64=number` (where a JavaScript number holds it exactly). Others are ignored, as HTTP says.

use http::HeaderMap;

use super::accept::ranges;
use super::form::TYPES;
use crate::gateway::transcoder::{AnswerOptions, LongIntegers};

/// What the headers ask for.
pub(super) fn of(headers: &HeaderMap) -> AnswerOptions {
    let mut options = AnswerOptions::default();
    for range in ranges(headers) {
        let mut parts = range.split(';').map(str::trim);
        let is_ours = |essence: &str| {
            TYPES
                .iter()
                .any(|(own, _)| essence.eq_ignore_ascii_case(own))
        };
        if parts.next().is_some_and(is_ours) {
            parts.for_each(|parameter| apply(&mut options, parameter));
        }
    }
    options
}

fn apply(options: &mut AnswerOptions, parameter: &str) {
    match parameter {
        "defaults=true" => options.emit_defaults = true,
        "names=proto" => options.proto_names = true,
        "enums=number" => options.enum_numbers = true,
        "int64=number" => options.long_integers = LongIntegers::NumberIfSafe,
        _ => {}
    }
}
