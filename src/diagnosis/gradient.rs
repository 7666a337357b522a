//! 更新に使う勾配を、記録する損失の中心差分と比べる。差が正則化項によるなら、その形と強さも言う。

use super::{Finding, network::batch};
use crate::nn::{Param, ParamName};
use crate::rng::RandomState;
use crate::samples::Batch;
use crate::{Matrix, Training};

/// Half the width of a central difference.
const H: f64 = 1e-5;
/// How far the parameters are moved before the comparison.
const NUDGE: f64 = 0.01;
/// Rows of the batch.
const ROWS: usize = 20;
/// So many of the largest entries of a gradient are compared.
const ENTRIES: usize = 9;
/// Differences below this share of the gradient are rounding.
const TOLERANCE: f64 = 0.01;
/// Gradients this small can't be told from the rounding of the loss.
const NOISE: f64 = 1e-8;

/// The training must not have begun; it is of no use afterwards.
pub(super) fn check(training: &mut Training) -> Vec<Finding> {
    let data = training.data().clone();
    let batch = batch(training, &data.train, ROWS.min(training.experiment().train_rows));
    leave_zero(training);
    loss(training, &batch);
    training.net.backward(&batch);
    let of_data = trained(training, |p| p.grad.clone());
    let e = *training.experiment();
    e.penalty.add_to(&mut e.trains.select(training.net.params(), e.model.layers()));
    let used = trained(training, |p| p.grad.clone());
    let values = trained(training, |p| p.value.clone());

    let mut wrong = vec![];
    for (name, gradient) in &used {
        let error = error(training, &batch, *name, gradient);
        if error > TOLERANCE {
            wrong.push((name.to_string(), (error * 1e3).round() / 1e3));
        }
    }
    let wrong = (!wrong.is_empty()).then_some(Finding::WrongGradient { params: wrong });
    let mut added = used.iter().zip(&of_data).zip(&values);
    let penalty = added.find_map(|((used, of_data), value)| penalty(&used.1, &of_data.1, &value.1));
    wrong.into_iter().chain(penalty).collect()
}

/// A bias of exactly 0 puts the ReLUs of blank pixels on their kink, where the loss has no derivative. Gradients must
/// be right anywhere.
fn leave_zero(training: &mut Training) {
    let mut rng = RandomState::new(1);
    for p in training.net.params() {
        (0..p.value.rows())
            .for_each(|i| p.value.row_mut(i).iter_mut().for_each(|v| *v += NUDGE * rng.randn()));
    }
}

fn trained<T>(training: &mut Training, what: impl Fn(&Param<'_>) -> T) -> Vec<(ParamName, T)> {
    let e = *training.experiment();
    let params = e.trains.select(training.net.params(), e.model.layers());
    params.iter().map(|p| (p.name, what(p))).collect()
}

/// The loss that the run records, always with the same dropout masks.
fn loss(training: &mut Training, batch: &Batch) -> f64 {
    let data = training.net.forward(batch, &mut RandomState::new(7));
    let e = *training.experiment();
    let penalties =
        trained(training, |p| if matches!(p.name, ParamName::W(_)) { e.penalty.loss(p.value) } else { 0.0 });
    data + penalties.iter().map(|(_, penalty)| penalty).sum::<f64>()
}

/// The median relative error of the largest entries: one ReLU may well change between the two sides.
fn error(training: &mut Training, batch: &Batch, name: ParamName, gradient: &Matrix) -> f64 {
    let places = (0..gradient.rows()).flat_map(|i| (0..gradient.cols()).map(move |j| (i, j)));
    let mut places: Vec<_> = places.collect();
    places.sort_by(|a, b| gradient.row(b.0)[b.1].abs().total_cmp(&gradient.row(a.0)[a.1].abs()));
    let mut errors: Vec<f64> = places
        .into_iter()
        .take(ENTRIES)
        .map(|(i, j)| {
            let mut at = |by: f64| {
                shift(training, name, (i, j), by);
                let loss = loss(training, batch);
                shift(training, name, (i, j), -by);
                loss
            };
            let numeric = (at(H) - at(-H)) / (2.0 * H);
            let used = gradient.row(i)[j];
            (used - numeric).abs() / (used.abs().max(numeric.abs()) + NOISE)
        })
        .collect();
    errors.sort_by(f64::total_cmp);
    errors.get(errors.len() / 2).copied().unwrap_or(0.0)
}

fn shift(training: &mut Training, name: ParamName, (i, j): (usize, usize), by: f64) {
    training.net.params().into_iter().filter(|p| p.name == name).for_each(|p| p.value.row_mut(i)[j] += by);
}

/// What was added to the gradient of the data: λW or λ sign(W).
fn penalty(used: &Matrix, of_data: &Matrix, w: &Matrix) -> Option<Finding> {
    let flat = |m: &Matrix| -> Vec<f64> { m.iter_rows().flatten().copied().collect() };
    let added: Vec<f64> = flat(used).iter().zip(flat(of_data)).map(|(u, d)| u - d).collect();
    let w = flat(w);
    let signs: Vec<f64> = w.iter().map(|w| if *w == 0.0 { 0.0 } else { w.signum() }).collect();
    let fits = |shape: &[f64], norm| {
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let lambda = dot(&added, shape) / dot(shape, shape);
        let rest: f64 = added.iter().zip(shape).map(|(a, s)| (a - lambda * s) * (a - lambda * s)).sum();
        let lambda = (lambda * 1e9).round() / 1e9;
        (lambda > 0.0 && rest < 1e-12 * dot(&added, &added)).then_some(Finding::PenaltyActs { norm, lambda })
    };
    fits(&w, "L2").or_else(|| fits(&signs, "L1"))
}
