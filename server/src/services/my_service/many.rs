//! Greets everybody whose name comes, in one answer. Nothing of a name is kept beyond the first three of them.

use proto::myservice::v1 as pb;
use proto::myservice::v1::Language;
use tonic::{Status, Streaming};

use super::{Config, GreetError, MAX_NAMES, Words, greeting, language};

/// How many are named in the answer.
const NAMED: usize = 3;

/// Reads all names, and greets them.
pub(super) async fn greet(
    config: &Config,
    mut requests: Streaming<pb::GreetManyRequest>,
) -> Result<pb::GreetManyResponse, Status> {
    let to_status = |error: &GreetError| (config.to_status)(error);
    let mut many = Many::default();
    while let Some(request) = requests.message().await? {
        let message = many.take(&request).map_err(|error| to_status(&error))?;
        config
            .greetings
            .add(message, &config.replica, (config.now)());
    }
    config
        .trouble
        .endure()
        .await
        .map_err(|error| to_status(&error))?;
    Ok(pb::GreetManyResponse {
        message: many.message(),
        greeted: many.count,
        replica: config.replica.to_string(),
        served_at: Some((config.now)().into()),
    })
}

/// Those who were greeted.
#[derive(Debug, Default)]
struct Many {
    named: Vec<String>,
    count: u32,
    language: Language,
}

impl Many {
    /// Greets one more; returns the greeting.
    fn take(&mut self, request: &pb::GreetManyRequest) -> Result<String, GreetError> {
        if self.count == MAX_NAMES {
            return Err(GreetError::TooManyNames);
        }
        let of_message = |error: GreetError| error.of_message(self.count + 1);
        let message =
            greeting(Words::Hello, &request.name, request.language).map_err(of_message)?;
        if self.count == 0 {
            self.language = language(request.language).map_err(of_message)?;
        }
        self.count += 1;
        if self.named.len() < NAMED {
            self.named.push(request.name.trim().to_owned());
        }
        Ok(message)
    }

    fn message(&self) -> String {
        let others = self.count as usize - self.named.len();
        match self.language {
            Language::Zh => chinese(&self.named, others),
            Language::Unspecified | Language::En => english(&self.named, others),
        }
    }
}

fn english(named: &[String], others: usize) -> String {
    let mut all = named.to_vec();
    match others {
        0 => {}
        1 => all.push("one more".to_owned()),
        others => all.push(format!("{others} more")),
    }
    match &all[..] {
        [] => "Nobody to greet.".to_owned(),
        [only] => format!("Hello, {only}!"),
        [first @ .., last] => format!("Hello, {} and {last}!", first.join(", ")),
    }
}

fn chinese(named: &[String], others: usize) -> String {
    if named.is_empty() {
        return "没有要问候的人。".to_owned();
    }
    let named = named.join("、");
    if others == 0 {
        format!("你好，{named}！")
    } else {
        format!("你好，{named}，还有另外 {others} 位！")
    }
}

#[cfg(test)]
mod tests;
