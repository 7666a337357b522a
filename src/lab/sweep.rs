//! 学習率を変えて: どの規則が、どれだけ広い範囲の学習率で学習できるか。

use super::network::two_threads;
use super::walk::five;
use crate::error::Error;
use crate::experiment::{Experiment, Measure};
use crate::lang::Lang;
use crate::nn::Rule;
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Axis, Chart, Kind, Line, Panel};
use crate::samples::Split;
use std::sync::Arc;

/// 規則と学習率ごとの、最後の検証の正答率（[`rate_sweep`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct RateSweep {
    /// 学習率
    pub rates: Vec<f64>,
    /// 規則の名前と、学習率ごとの正答率。損失が数でなくなったものは `None`
    pub accuracy: Vec<(&'static str, Vec<Option<f64>>)>,
}

const RATES: [f64; 8] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0];

/// 五つの規則を八つの学習率（0.001 から 3）で学習し、最後の検証の正答率を比べる。
///
/// > ハイパーパラメータの調整が必要な場合が少ない（Section2 RMSProp）
///
/// ネットワーク、反復の数などは `e` のもの。40 回学習するので、短くするとよい。途中で止めると、残りは「なし」になる。
///
/// # Errors
/// 設定が範囲の外にあるとき。
///
/// ```no_run
/// use kakunin::{Experiment, lab, optimizer};
/// let short = Experiment { iterations: 300, test_rows: 1_000, ..optimizer::BASE };
/// let sweep = lab::rate_sweep(short, 0, &kakunin::mnist()?)?;
/// println!("{}", sweep.width("Adam", 0.8));
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn rate_sweep(e: Experiment, seed: u32, data: &Arc<Split>) -> Result<RateSweep, Error> {
    let jobs: Vec<Rule> = RATES.iter().flat_map(|&lr| five(lr, lr, lr, lr, lr)).collect();
    let measure = Measure { every: e.iterations.max(1), ..e.measure };
    let accuracy = two_threads(&jobs, |&rule| {
        let history = Experiment { rule, measure, ..e }.run(seed, data)?;
        Ok(history.last().map(|p| p.test.accuracy()))
    });
    let accuracy = accuracy.into_iter().collect::<Result<Vec<_>, Error>>()?;
    let of = |n: usize| (jobs[n].name(), accuracy.iter().copied().skip(n).step_by(5).collect());
    Ok(RateSweep { rates: RATES.into(), accuracy: (0..5).map(of).collect() })
}

shown_as_a_card!(RateSweep);

impl RateSweep {
    /// その規則で、正答率が `level`（0 から 1）以上になった学習率の数。知らない名前なら 0。
    pub fn width(&self, rule: &str, level: f64) -> usize {
        let of = self.accuracy.iter().filter(|(name, _)| *name == rule);
        of.flat_map(|(_, accuracy)| accuracy).filter(|a| a.is_some_and(|a| a >= level)).count()
    }

    fn card(&self, lang: Lang) -> Card {
        let title = lang.pick("学習率と、最後の検証の正答率", "Learning rate and final test accuracy");
        let best = self.accuracy.iter().flat_map(|(_, a)| a).flatten().copied().fold(0.0, f64::max);
        let level = (best - 0.05).max(0.0);
        let widths: Vec<String> =
            self.accuracy.iter().map(|(name, _)| format!("{name} {}", self.width(name, level))).collect();
        let (percent, of) = (format!("{:.1}%", 100.0 * level), self.rates.len());
        let says = lang.pick(
            format!(
                "{percent}（いちばんよいものの 5 ポイント下）以上になった学習率の数（{of} のうち）: {}。",
                widths.join("、")
            ),
            format!("Rates (of {of}) that reach {percent}, 5 points below the best: {}.", widths.join(", ")),
        );
        let lines = self.accuracy.iter().enumerate().map(|(n, (name, accuracy))| {
            let points = self.rates.iter().zip(accuracy);
            Line::new(
                *name,
                Kind::Coloured(n),
                points.filter_map(|(r, a)| a.map(|a| (r.log10(), a))).collect(),
            )
        });
        let chart = Chart::new(
            Axis::log(lang.pick("学習率 ε", "Learning rate ε")),
            Axis::share(lang.pick("検証の正答率", "Test accuracy")),
            lines.collect(),
        );
        let header: Vec<&str> =
            std::iter::once("ε").chain(self.accuracy.iter().map(|(name, _)| *name)).collect();
        let row = |i: usize| {
            let cells = self.accuracy.iter().map(|(_, a)| a[i].map_or("–".to_owned(), number));
            std::iter::once(self.rates[i].to_string()).chain(cells).collect()
        };
        Card::new(lang, title, says)
            .picture(1, vec![Panel::chart("", chart)])
            .numbers(&header, (0..self.rates.len()).map(row).collect())
    }
}
