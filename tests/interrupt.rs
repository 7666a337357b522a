//! Interrupting a training: what is kept, and how it is marked.

#![allow(clippy::unwrap_used, reason = "clippy.toml exempts tests, but not the helpers beside them")]

use kakunin::notebook::Output;
use kakunin::{Experiment, History, Lang, Measure, On, Samples, Split, Step, When, interrupt, optimizer};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// There is one flag in a process, and the tests of this file share it.
fn alone() -> MutexGuard<'static, ()> {
    static FLAG: Mutex<()> = Mutex::new(());
    let guard = FLAG.lock().unwrap_or_else(PoisonError::into_inner);
    interrupt::clear();
    guard
}

fn data() -> Arc<Split> {
    let samples = |n: usize| {
        let pixels: Vec<u8> = (0..n * 16).map(|i| (i * i % 251) as u8).collect();
        Samples::from_images(&pixels, (0..n).map(|i| (i % 4) as u8).collect(), [1, 4, 4]).unwrap()
    };
    Arc::new(Split { train: samples(40), test: samples(24) })
}

const AFTER: Measure = Measure { every: 5, when: When::AfterUpdate, train: On::TrainRows };

const SMALL: Experiment =
    Experiment { iterations: 20, batch: 8, train_rows: 40, test_rows: 24, measure: AFTER, ..optimizer::BASE };

const BEFORE: Experiment = Experiment { measure: Measure { when: When::BeforeUpdate, ..AFTER }, ..SMALL };

/// Trains until the flag goes up after so many iterations.
fn interrupted_after(e: Experiment, iterations: usize) -> History {
    let mut history = History::default();
    for step in e.start(0, &data()).unwrap() {
        let done = step.iteration;
        history.push(step);
        if done == iterations {
            interrupt::raise();
        }
    }
    interrupt::clear();
    history
}

#[test]
fn an_interrupted_training_keeps_what_it_has_and_is_marked() {
    let _alone = alone();
    for e in [SMALL, BEFORE] {
        let (whole, part) = (e.run(0, &data()).unwrap(), interrupted_after(e, 12));
        assert_eq!((whole.interrupted_at, part.interrupted_at), (None, Some(13)));
        assert_eq!(part.loss, whole.loss[..13]);
        assert_eq!(part.curve, whole.curve[..2]);
        assert_ne!(part, whole);
    }
}

#[test]
fn nothing_is_measured_any_more_once_the_flag_is_up() {
    let _alone = alone();
    for e in [SMALL, BEFORE] {
        let part = interrupted_after(e, 9);
        assert_eq!((part.interrupted_at, part.loss.len(), part.curve.len()), (Some(10), 10, 1));
    }
}

#[test]
fn a_training_that_came_to_its_end_was_not_interrupted() {
    let _alone = alone();
    assert_eq!(interrupted_after(SMALL, 20), SMALL.run(0, &data()).unwrap());
}

#[test]
fn trainings_that_follow_end_at_once_until_the_flag_is_lowered() {
    let _alone = alone();
    interrupt::raise();
    let history = SMALL.run(0, &data()).unwrap();
    assert_eq!((history.interrupted_at, history.loss.len()), (Some(1), 1));
    interrupt::clear();
    let steps: Vec<Step> = SMALL.start(0, &data()).unwrap().collect();
    assert_eq!(steps.len(), 20);
    assert!(steps.iter().all(|step| !step.interrupted));
}

#[test]
fn the_display_says_that_it_was_interrupted() {
    let _alone = alone();
    Lang::Ja.set();
    let shown = format!("{:?}", Output::from(&interrupted_after(SMALL, 12)));
    assert!(shown.contains("<text") && shown.contains(">反復 13 で中断</text>"), "{shown}");
    assert!(shown.contains("反復 10: 訓練"), "{shown}");
    assert!(shown.contains("（反復 13 で中断）"), "{shown}");
}

#[test]
fn a_training_that_runs_is_listening_until_the_flag_is_lowered() {
    let _alone = alone();
    assert!(!interrupt::listening());
    let is_heard = || {
        SMALL.run(0, &data()).unwrap();
        interrupt::listening()
    };
    // Once is enough: a machine may be so busy that a second goes by between the two.
    assert!((0..10).any(|_| is_heard()));
    interrupt::clear();
    assert!(!interrupt::listening());
}
