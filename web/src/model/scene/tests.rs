//! What is shown while the page is held, and while a pick is looked at.

use super::{Activity, Feed, Phase, Scene};
use crate::model::balance::{Balance, Pick, Replica};
use crate::model::components::ReplicaState;
use crate::model::staircase::Step;

fn told(component: &str, state: ReplicaState, picks_total: u64) -> Balance {
    Balance {
        component: component.to_owned(),
        replicas: vec![Replica {
            name: format!("{component}-0"),
            state,
            picks: picks_total,
            ..Replica::default()
        }],
        picks: (1..=picks_total)
            .map(|number| Pick {
                number,
                ..Pick::default()
            })
            .collect(),
        picks_total,
        ..Balance::default()
    }
}

#[test]
fn chosen_component_is_shown_and_else_the_first() {
    let balances = || {
        vec![
            told("a", ReplicaState::Ready, 1),
            told("b", ReplicaState::Ready, 2),
        ]
    };
    let mut scene = Scene::default();
    scene.observe(balances(), true);
    assert_eq!((&*scene.balance.component, &scene.feed), ("a", &Feed::Live));
    scene.choose("b".to_owned());
    assert!(scene.ribbon.is_empty());
    scene.observe(balances(), false);
    assert_eq!(&*scene.balance.component, "b");
}

#[test]
fn held_page_shows_changes_of_state_only() {
    let mut scene = Scene {
        is_held: true,
        ..Scene::default()
    };
    assert!(scene.observe(vec![told("a", ReplicaState::Ready, 1)], true));
    assert!(!scene.observe(vec![told("a", ReplicaState::Ready, 5)], false));
    assert_eq!(scene.balance.picks_total, 1);
    assert_eq!(scene.ledger.picks(), 4, "counts go on");
    assert!(scene.observe(vec![told("a", ReplicaState::Ejected, 6)], false));
}

#[test]
fn ribbon_stands_still_while_a_pick_is_looked_at() {
    let mut scene = Scene::default();
    scene.observe(vec![told("a", ReplicaState::Ready, 3)], true);
    scene.look_at(Some(0));
    scene.observe(vec![told("a", ReplicaState::Ready, 9)], false);
    scene.look_at(Some(1));
    assert_eq!(scene.shown_ribbon().len(), 3);
    scene.look_at(None);
    assert_eq!(scene.shown_ribbon().len(), 9);
}

#[test]
fn another_step_has_an_open_question() {
    let mut scene = Scene {
        phase: Phase::Revealed,
        answer: Some(1),
        activity: Activity::Running,
        ..Scene::default()
    };
    assert!(scene.is_running());
    scene.open(Step::Slow);
    assert_eq!(
        (scene.step, scene.phase, scene.answer),
        (Step::Slow, Phase::Asking, None)
    );
}
