//! What `/compare` measures: a list of pods, as a protobuf message and as ProtoJSON.
//!
//! A realistic record: names, an enum, 64-bit numbers, a flag, a few labels. The contents come from a
//! generator with a fixed seed, so that two runs measure the same bytes; values repeat as they do in
//! real lists, which is what gzip lives on.

use std::fmt::Write as _;

use super::json_text::quote;

/// A list of pods, as an API server answers it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PodList {
    /// Its records.
    #[prost(message, repeated, tag = "1")]
    pub pods: Vec<Pod>,
}

/// One record.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Pod {
    /// Unique in its namespace.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Who owns it.
    #[prost(string, tag = "2")]
    pub namespace: String,
    /// Where it runs.
    #[prost(string, tag = "3")]
    pub node: String,
    /// How it fares.
    #[prost(enumeration = "Phase", tag = "4")]
    pub phase: i32,
    /// Since when, in milliseconds since 1970.
    #[prost(int64, tag = "5")]
    pub created_at_millis: i64,
    /// How often it was started again.
    #[prost(uint32, tag = "6")]
    pub restarts: u32,
    /// What it uses, in thousandths of a core.
    #[prost(uint32, tag = "7")]
    pub cpu_millis: u32,
    /// What it holds, in bytes.
    #[prost(uint64, tag = "8")]
    pub memory_bytes: u64,
    /// It takes calls.
    #[prost(bool, tag = "9")]
    pub ready: bool,
    /// What it's found by.
    #[prost(message, repeated, tag = "10")]
    pub labels: Vec<Label>,
}

/// A label.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Label {
    /// Its name.
    #[prost(string, tag = "1")]
    pub key: String,
    /// Its value.
    #[prost(string, tag = "2")]
    pub value: String,
}

/// How a pod fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub enum Phase {
    /// Never sent.
    Unspecified = 0,
    /// Waits for a node.
    Pending = 1,
    /// Runs.
    Running = 2,
    /// Ended with an error.
    Failed = 3,
}

impl Phase {
    fn json_name(self) -> &'static str {
        match self {
            Self::Unspecified => "PHASE_UNSPECIFIED",
            Self::Pending => "PHASE_PENDING",
            Self::Running => "PHASE_RUNNING",
            Self::Failed => "PHASE_FAILED",
        }
    }
}

/// Returns a list of so many records, the same at each call.
pub fn pod_list(count: usize) -> PodList {
    let mut numbers = Numbers(0x2545_f491);
    let pods = (0..count).map(|_| pod(&mut numbers));
    PodList {
        pods: pods.collect(),
    }
}

fn pod(numbers: &mut Numbers) -> Pod {
    const APPS: [&str; 6] = ["web", "cart", "checkout", "search", "mail", "gateway"];
    const NAMESPACES: [&str; 4] = ["shop", "shop-staging", "platform", "default"];
    const ZONES: [&str; 3] = ["eu-north-1a", "eu-north-1b", "eu-north-1c"];
    let app = numbers.choose(&APPS);
    let phase = match numbers.below(20) {
        0 => Phase::Pending,
        1 => Phase::Failed,
        _ => Phase::Running,
    };
    let label = |key: &str, value: String| Label {
        key: key.to_owned(),
        value,
    };
    Pod {
        name: format!(
            "{app}-{:08x}-{:05x}",
            numbers.next(),
            numbers.below(1 << 20)
        ),
        namespace: numbers.choose(&NAMESPACES).to_owned(),
        node: format!("node-{:03}", numbers.below(200)),
        phase: phase.into(),
        created_at_millis: 1_760_000_000_000 + i64::from(numbers.next()),
        restarts: numbers.below(10).saturating_sub(6),
        cpu_millis: numbers.below(4_000),
        memory_bytes: u64::from(numbers.below(4_096)) << 20,
        ready: phase == Phase::Running,
        labels: vec![
            label("app", app.to_owned()),
            label(
                "version",
                format!("1.{}.{}", numbers.below(9), numbers.below(30)),
            ),
            label("zone", numbers.choose(&ZONES).to_owned()),
        ],
    }
}

/// Xorshift: small, quick, the same everywhere. Source: Marsaglia, "Xorshift RNGs", 2003.
struct Numbers(u32);

impl Numbers {
    fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    fn below(&mut self, limit: u32) -> u32 {
        self.next() % limit
    }

    fn choose<'a>(&mut self, among: &[&'a str]) -> &'a str {
        let position = usize::try_from(self.next()).unwrap_or(0) % among.len();
        among[position]
    }
}

/// Returns a list as ProtoJSON without white space: fields at their default are left out, 64-bit
/// numbers are strings.
pub fn json(list: &PodList) -> String {
    let pods: Vec<_> = list.pods.iter().map(pod_json).collect();
    format!("{{\"pods\":[{}]}}", pods.join(","))
}

fn pod_json(pod: &Pod) -> String {
    let mut members = Members::default();
    members.add("name", &quote(&pod.name));
    members.add("namespace", &quote(&pod.namespace));
    members.add("node", &quote(&pod.node));
    if pod.phase() != Phase::Unspecified {
        members.add("phase", &quote(pod.phase().json_name()));
    }
    members.add("createdAtMillis", &format!("\"{}\"", pod.created_at_millis));
    if pod.restarts != 0 {
        members.add("restarts", &pod.restarts.to_string());
    }
    if pod.cpu_millis != 0 {
        members.add("cpuMillis", &pod.cpu_millis.to_string());
    }
    if pod.memory_bytes != 0 {
        members.add("memoryBytes", &format!("\"{}\"", pod.memory_bytes));
    }
    if pod.ready {
        members.add("ready", "true");
    }
    let labels = pod.labels.iter().map(|label| {
        let (key, value) = (quote(&label.key), quote(&label.value));
        format!("{{\"key\":{key},\"value\":{value}}}")
    });
    members.add(
        "labels",
        &format!("[{}]", labels.collect::<Vec<_>>().join(",")),
    );
    format!("{{{}}}", members.0)
}

/// The members of an object, joined.
#[derive(Default)]
struct Members(String);

impl Members {
    fn add(&mut self, name: &str, value: &str) {
        let comma = if self.0.is_empty() { "" } else { "," };
        // Writing to a string can't fail.
        let _ = write!(self.0, "{comma}\"{name}\":{value}");
    }
}

#[cfg(test)]
mod tests;
