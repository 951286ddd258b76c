//! What both sides counted since a run began: the balancer its picks, the callers their answers.
//!
//! The balancer's counters run since its start, so that what they stood at when the run began is taken off.
//! They only grow, but for a replica that is discovered anew, whose counter begins again.
//! Callers are this page, and the API server where it makes the load (`Report`).

use wire::code::Code;

use super::balance::Balance;

/// Calls whose times are kept for percentiles.
pub const KEPT_TIMES: usize = 1_000;
/// Samples by which the achieved rate is measured, four of them a second.
const RATE_SAMPLES: usize = 8;

/// One replica's counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// How often the balancer picked it.
    pub picked: u64,
    /// How many answers callers had from it.
    pub answered: u64,
}

/// What became of the calls that the API server makes itself, so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Calls that have begun.
    pub begun: u64,
    /// Calls that have failed.
    pub failed: u64,
    /// Names of the codes they failed with.
    pub codes: Vec<String>,
    /// Answers by replica.
    pub answered: Vec<(String, u64)>,
    /// Half of the calls took at most this, in milliseconds.
    pub p50: Option<f64>,
    /// 99 % of them took at most this.
    pub p99: Option<f64>,
}

/// What the counts of both sides come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No call was made.
    Nothing,
    /// Calls are open: the sides can't be compared yet.
    Counting,
    /// Every replica's two numbers are equal.
    Equal(u64),
    /// The sums agree once retries and failures are counted.
    Explained {
        /// Picks of the balancer.
        picks: u64,
        /// How many of them were retries.
        retries: u64,
        /// Calls of the callers.
        calls: u64,
    },
    /// They don't agree: others call too, or counts were lost.
    Different {
        /// Picks of the balancer.
        picks: u64,
        /// Calls of the callers.
        calls: u64,
    },
}

/// Every count of one run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ledger {
    rows: Vec<Row>,
    /// Counters as they were last told.
    told: Vec<(String, u64)>,
    told_total: u64,
    told_retries: u64,
    has_base: bool,
    picks: u64,
    retries: u64,
    begun: u64,
    ended: u64,
    failed: u64,
    codes: Vec<String>,
    /// In microseconds, the latest last.
    times: Vec<u32>,
    /// The same in order of size.
    sorted: Vec<u32>,
    report: Report,
    /// When, in milliseconds, and how many calls had ended.
    samples: Vec<(f64, u64)>,
}

impl Ledger {
    /// Begins a run: everything is zero, and counters count from here.
    pub fn begin(&mut self, base: &Balance) {
        *self = Self {
            has_base: true,
            ..Self::default()
        };
        self.remember(base);
    }

    /// Takes in what the balancer tells, unless it's older than what is known.
    ///
    /// The first answer of a watch may come from a server that was started anew: then so is the run.
    pub fn observe(&mut self, balance: &Balance, is_first: bool) {
        if !self.has_base || (is_first && balance.picks_total < self.told_total) {
            return self.begin(balance);
        }
        if balance.picks_total < self.told_total {
            return;
        }
        self.picks += balance.picks_total - self.told_total;
        self.retries += balance.retries_total.saturating_sub(self.told_retries);
        for replica in &balance.replicas {
            let told = self.told.iter().find(|(name, _)| *name == replica.name);
            let before = told.map_or(0, |(_, picks)| *picks);
            // A counter that fell belongs to a replica that was discovered anew.
            let grown = replica.picks.checked_sub(before).unwrap_or(replica.picks);
            self.row(&replica.name).picked += grown;
        }
        // Those that left since then were picked up to the end: the list of picks has it.
        let gone = balance.picks.iter().filter(|pick| {
            pick.number > self.told_total
                && !balance.replicas.iter().any(|own| own.name == pick.replica)
        });
        let gone: Vec<_> = gone.map(|pick| pick.replica.clone()).collect();
        for name in gone {
            self.row(&name).picked += 1;
        }
        self.remember(balance);
    }

    fn remember(&mut self, balance: &Balance) {
        self.told_total = balance.picks_total;
        self.told_retries = balance.retries_total;
        let counters = balance.replicas.iter();
        self.told = counters
            .map(|replica| (replica.name.clone(), replica.picks))
            .collect();
        for replica in &balance.replicas {
            self.row(&replica.name);
        }
    }

    fn row(&mut self, name: &str) -> &mut Row {
        let known = self.rows.iter().position(|row| row.name == name);
        let index = known.unwrap_or_else(|| {
            self.rows.push(Row {
                name: name.to_owned(),
                ..Row::default()
            });
            self.rows.len() - 1
        });
        &mut self.rows[index]
    }

    /// The page begins a call.
    pub fn call(&mut self) {
        self.begun += 1;
    }

    /// A call of the page was answered by a replica, after so many milliseconds.
    pub fn answered(&mut self, replica: &str, millis: f64) {
        self.row(replica).answered += 1;
        self.end(millis);
    }

    /// A call of the page failed, after so many milliseconds.
    pub fn failed(&mut self, code: Code, millis: f64) {
        self.failed += 1;
        let name = code.name();
        if !self.codes.iter().any(|known| known == name) {
            self.codes.push(name.to_owned());
        }
        self.end(millis);
    }

    fn end(&mut self, millis: f64) {
        self.ended += 1;
        if self.times.len() == KEPT_TIMES {
            let oldest = self.times.remove(0);
            let place = self.sorted.partition_point(|time| *time < oldest);
            self.sorted.remove(place);
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast from float saturates, and calls take seconds"
        )]
        let micros = (millis * 1e3) as u32;
        self.times.push(micros);
        let place = self.sorted.partition_point(|time| *time < micros);
        self.sorted.insert(place, micros);
    }

    /// The API server tells what became of the calls it makes.
    pub fn report(&mut self, report: Report) {
        self.report = report;
    }

    /// Counts the API server's calls for good, before it makes others.
    pub fn keep_report(&mut self) {
        let report = std::mem::take(&mut self.report);
        for (name, calls) in &report.answered {
            self.row(name).answered += calls;
        }
        self.begun += report.begun;
        self.ended += report.begun;
        self.failed += report.failed;
        for code in report.codes {
            if !self.codes.contains(&code) {
                self.codes.push(code);
            }
        }
    }

    /// Notes how many calls have ended by now, for the rate.
    pub fn sample(&mut self, now_millis: f64) {
        let ended = self.ended_all();
        if self.samples.len() == RATE_SAMPLES {
            self.samples.remove(0);
        }
        self.samples.push((now_millis, ended));
    }

    /// Returns how many calls ended per second lately; none before that's known.
    pub fn rate(&self) -> Option<f64> {
        let (first, last) = (self.samples.first()?, self.samples.last()?);
        let seconds = (last.0 - first.0) / 1e3;
        (seconds > 0.0).then(|| precise(last.1.saturating_sub(first.1)) / seconds)
    }

    /// Returns every replica's counts, in the order of first appearance.
    pub fn rows(&self) -> Vec<Row> {
        let mut rows = self.rows.clone();
        for (name, calls) in &self.report.answered {
            match rows.iter_mut().find(|row| row.name == *name) {
                Some(row) => row.answered += calls,
                None => rows.push(Row {
                    name: name.clone(),
                    picked: 0,
                    answered: *calls,
                }),
            }
        }
        rows
    }

    /// Returns how often the balancer picked.
    pub fn picks(&self) -> u64 {
        self.picks
    }

    /// Returns how many picks were for a call that another replica had failed.
    pub fn retries(&self) -> u64 {
        self.retries
    }

    /// Returns how many calls the callers began.
    pub fn begun(&self) -> u64 {
        self.begun + self.report.begun
    }

    /// Returns how many calls of this page are open.
    pub fn open(&self) -> u64 {
        self.begun - self.ended
    }

    fn ended_all(&self) -> u64 {
        let answered: u64 = self.report.answered.iter().map(|(_, calls)| calls).sum();
        self.ended + answered + self.report.failed
    }

    /// Returns how many calls failed, as callers saw it.
    pub fn errors(&self) -> u64 {
        self.failed + self.report.failed
    }

    /// Returns the names of the codes that calls failed with.
    pub fn codes(&self) -> Vec<String> {
        let mut codes = self.codes.clone();
        let others = self.report.codes.iter();
        codes.extend(others.filter(|code| !self.codes.contains(code)).cloned());
        codes
    }

    /// Returns p50, p95 and p99 of the callers' times in milliseconds; where the API server makes the calls, it
    /// tells no p95.
    pub fn percentiles(&self) -> [Option<f64>; 3] {
        if self.report.begun > 0 {
            return [self.report.p50, None, self.report.p99];
        }
        [50, 95, 99].map(|percent| {
            let rank = (self.sorted.len() * percent).div_ceil(100).checked_sub(1)?;
            Some(f64::from(self.sorted[rank]) / 1e3)
        })
    }

    /// Returns what the counts come to; `is_busy` says that calls are still being made.
    pub fn verdict(&self, is_busy: bool) -> Verdict {
        let (picks, retries, calls) = (self.picks, self.retries, self.begun());
        if picks == 0 && calls == 0 {
            return Verdict::Nothing;
        }
        if is_busy || self.open() > 0 {
            return Verdict::Counting;
        }
        let rows = self.rows();
        if picks == calls && rows.iter().all(|row| row.picked == row.answered) {
            return Verdict::Equal(calls);
        }
        if picks.checked_sub(retries) == Some(calls) {
            return Verdict::Explained {
                picks,
                retries,
                calls,
            };
        }
        Verdict::Different { picks, calls }
    }
}

/// Returns a part of a whole in percent.
pub fn percent(part: u64, whole: u64) -> f64 {
    precise(part) * 100.0 / precise(whole.max(1))
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn precise(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests;
