//! 書き誤りの効き目を測る: 公表のままの学習と、一つだけ正した学習。

use crate::failure::Failure;
use crate::pool::{self, End};
use crate::progress::Progress;
use crate::slips::{Effect, Effects};
use crate::train::{self, load, longest_first, workers};
use kakunin::{Error, ErrorKind, Experiment, Slip, course};
use std::collections::HashMap;
use std::sync::Arc;

/// A row, and the slip that is mended in it.
type Job = (&'static Experiment, Option<Slip>);

/// Trains every row that has a slip, as published and with each of its slips mended.
pub(crate) fn measure(seed: u32, data: &str) -> Result<Effects, Failure> {
    pool::listen();
    let pairs = || course::experiments().flat_map(|e| e.slips().into_iter().map(move |slip| (e, slip)));
    let as_published = course::experiments().filter(|e| !e.slips().is_empty()).map(|e| (e, None));
    let mut jobs: Vec<Job> = as_published.chain(pairs().map(|(e, slip)| (e, Some(slip)))).collect();
    longest_first(&mut jobs, |(e, _)| e);

    let (workers, threads) = workers(None, jobs.len());
    let progress = Arc::new(Progress::new(jobs.len()));
    let (bars, split) = (Arc::clone(&progress), load(data)?);
    let mut figures = HashMap::new();
    let end = pool::run(
        jobs,
        workers,
        move |&(row, slip), stop| {
            let e = slip.map_or(*row, |slip| slip.mend(*row));
            let bar = bars.start(label(row, slip), e.iterations);
            let done = train::train(e, seed, &split, threads, stop, &bar)?;
            Ok(done.map(|(history, _)| (row, slip, history)))
        },
        |(row, slip, history)| {
            let figure = match history.diverged_at {
                Some(_) => None,
                None => history.last().map(|point| point.test.accuracy()),
            };
            progress.finished(&format!("{}: {}", label(row, slip), crate::table::accuracy(figure)));
            figures.insert((row.id(), slip), figure);
        },
    );
    progress.close();
    if end? == End::Interrupted {
        return Err(Failure::interrupted(Error::new(
            ErrorKind::Setting,
            "中断しました。測りかけの値は残りません。",
            "Interrupted; nothing measured so far is kept.",
        )));
    }
    let figure = |e: &Experiment, slip| figures.get(&(e.id(), slip)).copied().flatten();
    let effect = |(e, slip): (&Experiment, Slip)| Effect {
        id: e.id(),
        slip,
        as_published: figure(e, None),
        mended: figure(e, Some(slip)),
    };
    Ok(Effects::new(seed, data, pairs().map(effect).collect()))
}

fn label(e: &Experiment, slip: Option<Slip>) -> String {
    let lang = kakunin::Lang::current();
    let what = match slip {
        None => lang.pick("公表のまま".to_owned(), "as published".to_owned()),
        Some(slip) => {
            let text = slip.describe(lang);
            lang.pick(format!("直す: {text}"), format!("mended: {text}"))
        }
    };
    format!("{:<8} {what}", e.id())
}
