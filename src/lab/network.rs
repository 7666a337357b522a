//! 実験のネットワークの中を見るための、共通の用意。

use crate::error::{Error, ErrorKind};
use crate::experiment::Experiment;
use crate::matrix::Matrix;
use crate::nn::{Mlp, Model, Net};
use crate::rng::RandomState;
use crate::samples::{Batch, Split};
use std::sync::Arc;

/// A network before its first step, with its first batch, drawn as a training draws them.
pub(super) struct Fresh {
    pub(super) net: Net,
    pub(super) batch: Batch,
    pub(super) rng: RandomState,
}

pub(super) fn fresh(e: &Experiment, seed: u32, data: &Arc<Split>) -> Result<Fresh, Error> {
    crate::check::experiment(e, data)?;
    let mut rng = RandomState::new(seed);
    let classes = data.train.classes().max(data.test.classes());
    let net = e.model.build(&mut rng, data.train.shape(), classes)?;
    let rows = rng.choice(e.train_rows as u32, e.batch);
    let mut batch = Batch::default();
    data.train.pick(rows.iter().map(|&r| r as usize), net.form(), &mut batch);
    Ok(Fresh { net, batch, rng })
}

/// The row's network if it is fully connected.
pub(super) fn mlp(e: &Experiment) -> Result<Mlp, Error> {
    match e.model {
        Model::Mlp(mlp) => Ok(mlp),
        Model::ConvNet(_) => Err(Error::new(
            ErrorKind::Setting,
            "この図は全結合のネットワーク（Mlp）の実験のものです。畳み込みネットワークが渡されました。",
            "This picture is of a fully connected network (Mlp); a convolutional one was given.",
        )),
    }
}

/// Where the hidden layer l (from 0) has its u (before the activation) and its z (after it) among a network's
/// outputs: Affine → batch norm → activation → dropout.
pub(super) fn places(mlp: &Mlp, l: usize) -> (usize, usize) {
    let norm = usize::from(mlp.batch_norm);
    let first = l * (2 + norm + usize::from(mlp.dropout.is_some()));
    (first + norm, first + norm + 1)
}

/// Every number of a matrix, without the padding of its rows.
pub(super) fn numbers(m: &Matrix) -> impl Iterator<Item = f64> + Clone {
    (0..m.rows()).flat_map(|i| m.row(i)).copied()
}

/// Mean and standard deviation.
pub(super) fn mean_and_std(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let n = values.clone().count().max(1) as f64;
    let mean = values.clone().sum::<f64>() / n;
    let var = values.map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
    (mean, var.sqrt())
}

/// Two halves of a work on two threads, in the order of `of`.
pub(super) fn two_threads<T: Sync, R: Send>(of: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let i = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            match of.get(i) {
                Some(item) => done.push((i, work(item))),
                None => return done,
            }
        }
    };
    let mut done = std::thread::scope(|scope| {
        let other = scope.spawn(run);
        let mut done = run();
        done.extend(other.join().unwrap_or_else(|e| std::panic::resume_unwind(e)));
        done
    });
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, result)| result).collect()
}
