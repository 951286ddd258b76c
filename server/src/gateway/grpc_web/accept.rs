//! Which form the answer has: what `accept` names, else that of the request.
//! Browsers and fetch libraries send `*/*` or lists of their own, which name neither form: those are mirrored.
//! Weights count (`q`, 0 refuses); at equal weight a name beats a wildcard, and the request's own form the other one.
//! Nothing is refused: an answer in the wrong form says more than none. Source: RFC 9110, section 12.5.1.

use http::{HeaderMap, header};
use wire::content_type::{Codec, ContentType, Dialect};

/// The dialect of the answer to a request in `asked`, which is one of gRPC-Web's.
pub(super) fn choose(headers: &HeaderMap, asked: Dialect) -> Dialect {
    let values = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let ranges = values.flat_map(|value| value.split(','));
    let mut best = (0.0, false, false);
    let mut chosen = asked;
    for range in ranges {
        let (dialect, is_named) = match ContentType::parse(range) {
            Some(ContentType {
                dialect: dialect @ (Dialect::GrpcWeb | Dialect::GrpcWebText),
                codec: Codec::Proto,
            }) => (dialect, true),
            None if is_wildcard(range) => (asked, false),
            _ => continue,
        };
        let rank = (weight(range), is_named, dialect == asked);
        if rank.0 > 0.0 && rank > best {
            (best, chosen) = (rank, dialect);
        }
    }
    chosen
}

fn is_wildcard(range: &str) -> bool {
    let essence = range.split(';').next().unwrap_or_default().trim();
    matches!(essence, "*/*" | "application/*")
}

/// The range's `q`, 0 to 1; 1 if it has none or none that can be read.
fn weight(range: &str) -> f32 {
    let parameters = range.split(';').skip(1);
    let mut weights = parameters.filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_weight = name.trim().eq_ignore_ascii_case("q");
        is_weight.then(|| value.trim().parse().ok()).flatten()
    });
    weights
        .next()
        .filter(|weight| (0.0..=1.0).contains(weight))
        .unwrap_or(1.0)
}
