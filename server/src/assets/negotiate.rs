//! Which form of a file a caller takes (`accept-encoding`, with its weights) and whether it has it already
//! (`if-none-match`). Identity is always given as a last resort: a 406 would help nobody.
//! Source: RFC 9110, sections 12.5.3 and 13.1.2.

use http::{HeaderMap, header};

/// A form that `build.rs` made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Brotli,
    Gzip,
    Identity,
}

impl Coding {
    /// The name in `content-encoding`; None for identity, which isn't named.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }
}

/// The coding of highest weight among those that exist; brotli before gzip before identity where weights are equal.
pub(super) fn coding(headers: &HeaderMap, has_brotli: bool, has_gzip: bool) -> Coding {
    let weights = Weights::parse(headers);
    let choices = [
        (Coding::Brotli, has_brotli, weights.of("br")),
        (Coding::Gzip, has_gzip, weights.of("gzip")),
        (Coding::Identity, true, weights.of("identity").or(Some(1))),
    ];
    let mut best = (Coding::Identity, 0);
    for (coding, exists, weight) in choices {
        let weight = weight.unwrap_or(0);
        // Identity has weight 1 unless it is named, so any accepted coding wins over it.
        if exists && weight > best.1 {
            best = (coding, weight);
        }
    }
    best.0
}

/// True if `if-none-match` names the tag; a weak comparison, as the RFC wants here.
pub(super) fn matches(headers: &HeaderMap, etag: &str) -> bool {
    let values = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut tags = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    tags.any(|tag| {
        let tag = tag.trim();
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
    })
}

/// What `accept-encoding` says: names with weights in thousandths.
struct Weights(Vec<(String, u16)>);

impl Weights {
    fn parse(headers: &HeaderMap) -> Self {
        let values = headers.get_all(header::ACCEPT_ENCODING).iter();
        let items = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        Self(items.map(item).collect())
    }

    /// The weight of a coding, by name or by `*`; None if neither is there.
    fn of(&self, name: &str) -> Option<u16> {
        let by = |wanted: &str| {
            self.0
                .iter()
                .find(|(name, _)| name == wanted)
                .map(|item| item.1)
        };
        by(name).or_else(|| by("*"))
    }
}

/// `name [;q=0.xyz]`; an unreadable weight counts as 0, since a guess could send what can't be read.
fn item(text: &str) -> (String, u16) {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    (name, weight.map_or(1000, thousandths))
}

fn thousandths(text: &str) -> u16 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    match whole {
        "1" if is_digits => 1000,
        "0" if is_digits => format!("{fraction:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}
