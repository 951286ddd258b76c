//! What `/compare` finds out: bytes and times of both formats, and what may be said of them.
//!
//! A worker measures and reports each finding as a line of text; the page draws and words them.
//! Times are nanoseconds for one whole list; a report holds the quartiles of its samples.

/// How many records each list has.
pub const COUNTS: [usize; 5] = [1, 10, 100, 1_000, 10_000];
/// Reports that a run makes, the last one aside: sizes, and times of two operations in two formats.
pub const REPORTS: usize = COUNTS.len() * 5;

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// ProtoJSON, by the browser's own code.
    Json,
    /// protobuf, by prost in WebAssembly.
    Protobuf,
}

impl Format {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Json, Self::Protobuf];

    fn key(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Protobuf => "protobuf",
        }
    }
}

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// From objects to bytes.
    Encode,
    /// From bytes to objects.
    Decode,
}

impl Operation {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Encode, Self::Decode];

    fn key(self) -> &'static str {
        match self {
            Self::Encode => "encode",
            Self::Decode => "decode",
        }
    }
}

/// Bytes of one list in one format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bytes {
    /// As they are.
    pub raw: u64,
    /// Through gzip, as the browser does it.
    pub gzip: u64,
}

/// The middle of some samples, in nanoseconds, and how far they spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quartiles {
    /// How many samples.
    pub n: u64,
    /// A quarter of them is at most this.
    pub low: u64,
    /// Half of them is at most this.
    pub median: u64,
    /// Three quarters of them are at most this.
    pub high: u64,
}

impl Quartiles {
    /// Returns the quartiles of samples, by the nearest rank; none without any.
    pub fn of(mut samples: Vec<u64>) -> Option<Self> {
        samples.sort_unstable();
        let last = samples.len().checked_sub(1)?;
        Some(Self {
            n: u64::try_from(samples.len()).ok()?,
            low: samples[last / 4],
            median: samples[last / 2],
            high: samples[last - last / 4],
        })
    }
}

/// What the worker says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// Bytes of a list.
    Sizes {
        /// How many records it has.
        count: usize,
        /// As JSON.
        json: Bytes,
        /// As protobuf.
        protobuf: Bytes,
    },
    /// What an operation takes.
    Time {
        /// How many records the list has.
        count: usize,
        /// In which format.
        format: Format,
        /// Which one.
        operation: Operation,
        /// For the whole list.
        took: Quartiles,
    },
    /// Everything is measured.
    Done,
}

impl Report {
    /// Returns the report as a line of text; [`Report::from_text`] reads it.
    pub fn to_text(self) -> String {
        match self {
            Self::Sizes {
                count,
                json,
                protobuf,
            } => format!(
                "sizes {count} {} {} {} {}",
                json.raw, json.gzip, protobuf.raw, protobuf.gzip
            ),
            Self::Time {
                count,
                format,
                operation,
                took,
            } => format!(
                "time {count} {} {} {} {} {} {}",
                format.key(),
                operation.key(),
                took.n,
                took.low,
                took.median,
                took.high
            ),
            Self::Done => "done".to_owned(),
        }
    }

    /// Returns the report of a line; none for any other text.
    pub fn from_text(text: &str) -> Option<Self> {
        let words: Vec<_> = text.split(' ').collect();
        let word = |position: usize| words.get(position).copied().unwrap_or_default();
        let number = |position: usize| word(position).parse::<u64>().ok();
        let count = || usize::try_from(number(1)?).ok();
        let bytes = |at: usize| {
            Some(Bytes {
                raw: number(at)?,
                gzip: number(at + 1)?,
            })
        };
        Some(match word(0) {
            "sizes" => Self::Sizes {
                count: count()?,
                json: bytes(2)?,
                protobuf: bytes(4)?,
            },
            "time" => Self::Time {
                count: count()?,
                format: Format::ALL.into_iter().find(|own| own.key() == word(2))?,
                operation: Operation::ALL
                    .into_iter()
                    .find(|own| own.key() == word(3))?,
                took: Quartiles {
                    n: number(4)?,
                    low: number(5)?,
                    median: number(6)?,
                    high: number(7)?,
                },
            },
            "done" => Self::Done,
            _ => return None,
        })
    }
}

/// What a run has found so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Results {
    reports: Vec<Report>,
}

impl Results {
    /// Takes a report in.
    pub fn add(&mut self, report: Report) {
        self.reports.push(report);
    }

    /// Returns how many reports came.
    pub fn len(&self) -> usize {
        self.reports.len()
    }

    /// Returns whether nothing is known yet.
    pub fn is_empty(&self) -> bool {
        self.reports.is_empty()
    }

    /// Returns the bytes of a list in a format.
    pub fn bytes(&self, wanted: usize, format: Format) -> Option<Bytes> {
        self.reports.iter().find_map(|report| match *report {
            Report::Sizes {
                count,
                json,
                protobuf,
            } if count == wanted => Some(match format {
                Format::Json => json,
                Format::Protobuf => protobuf,
            }),
            _ => None,
        })
    }

    /// Returns what an operation takes on a list in a format.
    pub fn time(&self, wanted: usize, format: Format, operation: Operation) -> Option<Quartiles> {
        let is_wanted = |report: &Report| match *report {
            Report::Time {
                count,
                format: own,
                operation: other,
                took,
            } if (count, own, other) == (wanted, format, operation) => Some(took),
            _ => None,
        };
        self.reports.iter().find_map(is_wanted)
    }

    /// Returns what may be said of a list: who is better by which measure, as far as it's known.
    pub fn findings(&self, count: usize) -> Vec<Finding> {
        let [json, protobuf] = Format::ALL.map(|format| self.bytes(count, format));
        let sizes = json.zip(protobuf).map(|(json, protobuf)| {
            [
                Finding::of_exact(Measure::Raw, json.raw, protobuf.raw),
                Finding::of_exact(Measure::Gzip, json.gzip, protobuf.gzip),
            ]
        });
        let times = Operation::ALL.into_iter().filter_map(|operation| {
            let [json, protobuf] = Format::ALL.map(|format| self.time(count, format, operation));
            Some(Finding::of_times(operation, json?, protobuf?))
        });
        sizes.into_iter().flatten().chain(times).collect()
    }
}

/// What two formats are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Bytes as they are.
    Raw,
    /// Bytes through gzip.
    Gzip,
    /// Time of an operation.
    Time(Operation),
}

/// Who is better by a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// Which measure.
    pub measure: Measure,
    /// The better format; none where no clear difference was found.
    pub better: Option<Format>,
    /// How many hundredths of the better one's the other one takes, so that 250 is 2.5 times.
    pub percent: u64,
}

impl Finding {
    fn of_exact(measure: Measure, json: u64, protobuf: u64) -> Self {
        let better = match json.cmp(&protobuf) {
            std::cmp::Ordering::Less => Some(Format::Json),
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => Some(Format::Protobuf),
        };
        let percent = 100 * json.max(protobuf) / json.min(protobuf).max(1);
        Self {
            measure,
            better,
            percent,
        }
    }

    /// Times differ clearly when the middle halves of their samples don't overlap.
    fn of_times(operation: Operation, json: Quartiles, protobuf: Quartiles) -> Self {
        let finding = Self::of_exact(Measure::Time(operation), json.median, protobuf.median);
        let overlap = json.low <= protobuf.high && protobuf.low <= json.high;
        Self {
            better: finding.better.filter(|_| !overlap),
            ..finding
        }
    }
}

#[cfg(test)]
mod tests;
