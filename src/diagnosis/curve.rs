//! 記録だけでわかること。

use super::Finding;
use crate::history::{History, Hits};

/// 訓練の正答率がこれより低ければ、訓練データにも合っていない。
const FITS: f64 = 0.9;
/// 訓練と検証の正答率の差がこれより大きければ、訓練データにだけ合っている。
const GAP: f64 = 0.1;
/// 損失がはじめの何倍になったら、大きくなって終わったとするか。
const ROSE: f64 = 1.05;

/// 記録に見つかること。`labels` は検証データの正解。
pub fn of_history(history: &History, labels: &[u8]) -> Vec<Finding> {
    let constant = constant_predictor(history, labels);
    let fit = if constant.is_some() { vec![] } else { fit(history) };
    diverged(history).into_iter().chain(constant).chain(fit).collect()
}

/// いつも同じ数字を答えているか: 検証の正答数が、ある数字の枚数にちょうど等しい。`labels` は検証データの正解。
///
/// ```
/// use kakunin::{History, Hits, Point, diagnosis::{Finding, constant_predictor}};
/// let point = |hits| Point { iteration: 10, train: Hits { hits, of: 4 }, test: Hits { hits, of: 4 } };
/// let history = |hits| History { curve: vec![point(hits)], ..History::default() };
/// let found = Finding::ConstantPredictor { digit: 7, share: 0.75, since: 10 };
/// assert_eq!(constant_predictor(&history(3), &[7, 1, 7, 7]), Some(found));
/// assert_eq!(constant_predictor(&history(2), &[7, 1, 7, 7]), None);
/// ```
pub fn constant_predictor(history: &History, labels: &[u8]) -> Option<Finding> {
    let last = history.last()?;
    let labels = labels.get(..last.test.of as usize)?;
    let count = |digit: u8| labels.iter().filter(|&&d| d == digit).count() as u32;
    let mut counts: Vec<(u8, u32)> = labels.iter().map(|&d| (d, 0)).collect();
    counts.sort_unstable();
    counts.dedup();
    counts.iter_mut().for_each(|(digit, n)| *n = count(*digit));
    let of_one_digit = |hits: Hits| counts.iter().find(|(_, n)| *n == hits.hits).map(|(digit, _)| *digit);
    let digit = of_one_digit(last.test)?;
    let constant = history.curve.iter().rev().take_while(|p| of_one_digit(p.test).is_some());
    let since = constant.last().map_or(last.iteration, |p| p.iteration);
    Some(Finding::ConstantPredictor { digit, share: last.test.accuracy(), since })
}

fn diverged(history: &History) -> Option<Finding> {
    if let Some(iteration) = history.diverged_at {
        return Some(Finding::Diverged { iteration });
    }
    let tenth = history.loss.len().div_ceil(10);
    let first = mean(history.loss.iter().take(tenth).copied())?;
    let last = mean(history.loss.iter().rev().take(tenth).copied())?;
    (last > ROSE * first).then_some(Finding::Diverged { iteration: history.loss.len() })
}

/// How the accuracies end; a single point is noisy, so the last tenth is averaged.
fn fit(history: &History) -> Vec<Finding> {
    let tenth = history.curve.len().div_ceil(10);
    let last = || history.curve.iter().rev().take(tenth);
    let train = mean(last().map(|p| p.train.accuracy()));
    let test = mean(last().map(|p| p.test.accuracy()));
    let Some((train, test)) = train.zip(test) else { return vec![] };
    let under = (train < FITS).then_some(Finding::Underfitting { train });
    let over = (train - test > GAP).then_some(Finding::Overfitting { train, test });
    under.into_iter().chain(over).collect()
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, n) = values.fold((0.0, 0), |(sum, n), v| (sum + v, n + 1));
    (n > 0).then(|| sum / f64::from(n))
}
