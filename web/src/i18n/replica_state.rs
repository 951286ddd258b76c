//! The words for a replica's state, which several annexes show.

use super::Locale;
use crate::model::components::ReplicaState;

/// Returns the state's name.
pub fn name(locale: Locale, state: ReplicaState) -> &'static str {
    match locale {
        Locale::En => en(state),
        Locale::Zh => zh(state),
    }
}

fn en(state: ReplicaState) -> &'static str {
    match state {
        ReplicaState::Unknown => "unknown",
        ReplicaState::Starting => "starting",
        ReplicaState::Ready => "ready",
        ReplicaState::Unreachable => "unreachable",
        ReplicaState::Ejected => "ejected",
        ReplicaState::Probing => "being probed",
        ReplicaState::NotServing => "draining",
    }
}

fn zh(state: ReplicaState) -> &'static str {
    match state {
        ReplicaState::Unknown => "未知",
        ReplicaState::Starting => "启动中",
        ReplicaState::Ready => "已就绪",
        ReplicaState::Unreachable => "连接不上",
        ReplicaState::Ejected => "已摘除",
        ReplicaState::Probing => "探测中",
        ReplicaState::NotServing => "排空中",
    }
}
