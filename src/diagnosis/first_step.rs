//! 最初の二歩: 一歩目が勾配に比例するのに、二歩目が最初の二つの勾配の一次結合でなければ、歩幅は過去の勾配に
//! よって変わる規則なのに、一歩目の勾配を数えていない。

use super::{Finding, snapshot};
use crate::{Matrix, Training};

/// Relative residual below which a fit is exact.
const EXACT: f64 = 1e-6;
/// And above which it fails.
const FAILS: f64 = 1e-3;

/// The training must not have begun; it is of no use afterwards.
pub(super) fn check(training: &mut Training) -> Option<Finding> {
    let mut before = snapshot(training);
    let (mut moves, mut gradients) = (vec![], vec![]);
    for _ in 0..2 {
        training.next()?;
        let (mut step, mut gradient) = (vec![], vec![]);
        for (p, (_, old)) in training.net.params().iter().zip(&before) {
            if *p.value != *old {
                extend(&mut step, p.value, Some(old));
                extend(&mut gradient, p.grad, None);
            }
        }
        before = snapshot(training);
        moves.push(step);
        gradients.push(gradient);
    }
    skipped(&moves, &gradients).then_some(Finding::FirstGradientSkipped)
}

fn extend(to: &mut Vec<f64>, m: &Matrix, minus: Option<&Matrix>) {
    match minus {
        None => to.extend(m.iter_rows().flatten()),
        Some(old) => to.extend(m.iter_rows().flatten().zip(old.iter_rows().flatten()).map(|(a, b)| a - b)),
    }
}

pub(super) fn skipped(moves: &[Vec<f64>], gradients: &[Vec<f64>]) -> bool {
    let [first, second] = moves else { return false };
    let [g1, g2] = gradients else { return false };
    if first.len() != second.len() || first.is_empty() {
        return false;
    }
    residual(first, &[g1]) < EXACT && residual(second, &[g1, g2]) > FAILS
}

/// ‖y − its best combination of the columns‖ / ‖y‖, the columns made orthogonal one by one.
fn residual(y: &[f64], columns: &[&Vec<f64>]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let without = |v: &[f64], along: &[f64]| -> Vec<f64> {
        let share = dot(v, along) / dot(along, along).max(f64::MIN_POSITIVE);
        v.iter().zip(along).map(|(v, a)| v - share * a).collect()
    };
    let mut basis: Vec<Vec<f64>> = vec![];
    for column in columns {
        basis.push(basis.iter().fold((*column).clone(), |v, b| without(&v, b)));
    }
    let rest = basis.iter().fold(y.to_vec(), |v, b| without(&v, b));
    (dot(&rest, &rest) / dot(y, y).max(f64::MIN_POSITIVE)).sqrt()
}
