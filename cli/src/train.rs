//! 一回の学習（一反復ずつ進み、そのあいだに止められる）と、その前に要るもの: データ、並べ方、スレッドの数。

use crate::output;
use crate::pool::Stop;
use crate::progress::RunBar;
use kakunin::nn::{Mlp, Model};
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

/// The number of workers, and of threads for each: together as many as `jobs`, or as there are cores.
pub(crate) fn workers(jobs: Option<usize>, runs: usize) -> (usize, usize) {
    let jobs = jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let workers = jobs.clamp(1, runs.max(1));
    (workers, (jobs / workers).max(1))
}

/// Loads a set; what is worth knowing about it goes to stderr.
pub(crate) fn load(data: &str) -> Result<Arc<Split>, Error> {
    let loaded = kakunin::mnist::load(data)?;
    if let Some(note) = loaded.note {
        output::note(&note.to_string());
    }
    Ok(Arc::new(loaded.set.split()?))
}

/// Longest first: the shorter ones fill the gaps at the end.
pub(crate) fn longest_first<T>(jobs: &mut [T], experiment: impl Fn(&T) -> &Experiment) {
    jobs.sort_by_key(|job| {
        let e = experiment(job);
        let (is_conv, drops, nodes) = match e.model {
            Model::ConvNet(_) => (true, false, 0),
            Model::Mlp(Mlp { dropout, hidden, .. }) => {
                (false, dropout.is_some(), hidden.iter().sum::<usize>())
            }
        };
        std::cmp::Reverse((is_conv, drops, nodes * e.iterations))
    });
}
