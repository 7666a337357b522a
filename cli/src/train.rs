//! 一回の学習: 一反復ずつ進み、そのあいだに止められる。

use crate::pool::Stop;
use crate::progress::RunBar;
use kakunin::{Error, Experiment, History, Split};
use std::sync::Arc;
use std::time::Instant;

/// The history and the seconds it took, or `None` if it was stopped.
pub(crate) fn train(
    e: Experiment,
    seed: u32,
    data: &Arc<Split>,
    threads: usize,
    stop: &Stop,
    bar: &RunBar,
) -> Result<Option<(History, f64)>, Error> {
    let start = Instant::now();
    let mut history = History::default();
    for step in e.start(seed, data)?.threads(threads) {
        if stop.is_set() {
            return Ok(None);
        }
        bar.step(&step);
        history.push(step);
    }
    Ok(Some((history, start.elapsed().as_secs_f64())))
}
