//! Sentences with numbers in them, in both languages.

use super::BalanceWords;
use crate::i18n::{Locale, Words as _};
use crate::model::balance::{Pick, Policy, Reason};
use crate::model::ledger::Row;
use crate::model::staircase::{Measured, Reveal, Step};

fn pick() -> Pick {
    Pick {
        number: 7,
        replica: "replica-2".to_owned(),
        reason: Reason::LowerLoad {
            load: 1.25,
            over: "replica-1".to_owned(),
            over_load: 14.8,
        },
        attempt: 1,
    }
}

#[test]
fn pick_is_told_with_both_loads() {
    let words = BalanceWords::of(Locale::En);
    let told = (words.pick)(&pick());
    assert_eq!(told, "#7 replica-2: load 1.3, not above 14.8 of replica-1.");
    let told = (BalanceWords::of(Locale::Zh).pick)(&pick());
    assert_eq!(told, "#7 replica-2：负载 1.3，不高于 replica-1 的 14.8。");
}

#[test]
fn retry_is_named_as_one() {
    let retry = Pick {
        attempt: 2,
        reason: Reason::Only,
        ..pick()
    };
    let told = (BalanceWords::of(Locale::En).pick)(&retry);
    assert!(told.contains("Attempt 2"), "{told}");
}

#[test]
fn reveal_tells_what_was_measured() {
    let row = |name: &str, picked| Row {
        name: name.to_owned(),
        picked,
        answered: picked,
    };
    let measured = Measured {
        rows: vec![row("a", 75), row("b", 0)],
        calls: 75,
        errors: 2,
        codes: vec!["UNAVAILABLE".to_owned()],
        retries: 1,
        times: Some((1.5, 300.0)),
        second: vec![row("a", 40), row("b", 35)],
    };
    let reveal = Reveal::of(Step::Pinned, measured, Some(1));
    let told = (BalanceWords::of(Locale::En).measured)(&reveal);
    for part in [
        "75 calls: a 75, b 0",
        "a 40, b 35",
        "Failed: 2 (UNAVAILABLE)",
        "another replica: 1",
        "at most 1.5 ms, 99 % at most 300 ms",
    ] {
        assert!(told.contains(part), "{part} isn't in {told}");
    }
}

#[test]
fn every_step_has_its_own_words_and_enough_answers() {
    for locale in [Locale::En, Locale::Zh] {
        let words = BalanceWords::of(locale);
        for step in Step::ALL {
            assert!(!(words.step_text)(step).is_empty());
            let answers = (words.answers)(step).len();
            assert_eq!(answers, if step == Step::Free { 0 } else { 3 });
        }
    }
}

#[test]
fn every_policy_is_explained_by_its_own_words() {
    for locale in [Locale::En, Locale::Zh] {
        let explain = BalanceWords::of(locale).policy_words;
        let mut seen = Vec::new();
        for policy in Policy::ALL {
            assert!(!seen.contains(&explain(policy)), "{policy:?}");
            seen.push(explain(policy));
        }
    }
}
