//! 正則化: 重みの大きさと、訓練と検証の差。

use super::network::{numbers, two_threads};
use super::updates::weights;
use crate::error::Error;
use crate::experiment::{Experiment, Measure};
use crate::history::{Hits, Point};
use crate::lang::Lang;
use crate::nn::Penalty;
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Axis, Chart, Figures, Kind, Line, Panel, percent};
use crate::samples::Split;
use std::sync::Arc;

/// 正則化ごとの、重みの大きさと正答率（[`weights_and_gap`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct WeightsAndGap {
    /// 正則化ごとの結果
    pub runs: Vec<PenalisedRun>,
}

/// 一つの正則化での学習の終わり。
#[derive(Debug, Clone, PartialEq)]
pub struct PenalisedRun {
    /// 正則化
    pub penalty: Penalty,
    /// すべての W の √ΣW²
    pub norm: f64,
    /// すべての W の Σ|W|
    pub sum: f64,
    /// |W| < 0.001 の割合
    pub near_zero: f64,
    /// 訓練の正答（測れなければ 0 行のうち 0）
    pub train: Hits,
    /// 検証の正答
    pub test: Hits,
    /// −0.2 から 0.2 を 40 に分けた W の分布（範囲の外は端に数える）
    pub counts: Vec<usize>,
}

/// どの比べ方にも出る正則化: なし、L2 と L1 をそれぞれ三つの強さで。
pub const PENALTIES: &[Penalty] = &[
    Penalty::None,
    Penalty::L2 { lambda: 0.001 },
    Penalty::L2 { lambda: 0.01 },
    Penalty::L2 { lambda: 0.1 },
    Penalty::L1 { lambda: 0.0001 },
    Penalty::L1 { lambda: 0.001 },
    Penalty::L1 { lambda: 0.01 },
];

const NEAR_ZERO: f64 = 0.001;
const BINS: usize = 40;
const EDGE: f64 = 0.2;

/// いくつかの正則化で学習し、終わりの重みの大きさと、訓練と検証の正答率の差を比べる。
///
/// > 重みが大きすぎるということは、過学習の可能性がある。（Section3）
///
/// 一つの学習が約一秒かかるので、七つの [`PENALTIES`] なら数秒。
///
/// # Errors
/// 設定が範囲の外にあるとき。
///
/// ```no_run
/// use kakunin::{lab, overfitting};
/// let runs = lab::weights_and_gap(overfitting::BASE, lab::PENALTIES, 0, &kakunin::mnist()?)?.runs;
/// assert!(runs[3].norm < runs[0].norm);                // L2（λ = 0.1）は重みを小さくする
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn weights_and_gap(
    e: Experiment,
    penalties: &[Penalty],
    seed: u32,
    data: &Arc<Split>,
) -> Result<WeightsAndGap, Error> {
    let measure = Measure { every: e.iterations.max(1), ..e.measure };
    let runs = two_threads(penalties, |&penalty| {
        let mut training = Experiment { penalty, measure, ..e }.start(seed, data)?;
        let last = training.by_ref().filter_map(|step| step.point).last();
        let w = weights(&mut training);
        let all = || w.iter().flat_map(numbers);
        let mut counts = vec![0; BINS];
        for w in all() {
            counts[((w + EDGE) / (2.0 * EDGE) * BINS as f64).clamp(0.0, BINS as f64 - 1.0) as usize] += 1;
        }
        let none = Hits { hits: 0, of: 0 };
        Ok(PenalisedRun {
            penalty,
            norm: w.iter().map(|w| w.norm(2.0) * w.norm(2.0)).sum::<f64>().sqrt(),
            sum: all().map(f64::abs).sum(),
            near_zero: all().filter(|w| w.abs() < NEAR_ZERO).count() as f64 / all().count() as f64,
            train: last.map_or(none, |p: Point| p.train),
            test: last.map_or(none, |p| p.test),
            counts,
        })
    });
    Ok(WeightsAndGap { runs: runs.into_iter().collect::<Result<_, Error>>()? })
}

shown_as_a_card!(WeightsAndGap);

impl PenalisedRun {
    /// 訓練の正答率 − 検証の正答率
    pub fn gap(&self) -> f64 {
        self.train.accuracy() - self.test.accuracy()
    }

    fn name(&self, lang: Lang) -> String {
        let lambda = self.penalty.lambda();
        match self.penalty {
            Penalty::None => lang.pick("なし", "none").to_owned(),
            Penalty::L1 { .. } | Penalty::L1HeadedL2 { .. } => format!("L1 λ={lambda}"),
            _ => format!("L2 λ={lambda}"),
        }
    }
}

impl WeightsAndGap {
    fn card(&self, lang: Lang) -> Card {
        let title = lang.pick(
            "重みの大きさと、訓練と検証の差",
            "Size of the weights, and the gap between training and test",
        );
        let by = |of: fn(&PenalisedRun) -> f64| {
            self.runs.iter().min_by(|a, b| of(a).total_cmp(&of(b))).map_or(String::new(), |r| r.name(lang))
        };
        let (gap, test) = (by(PenalisedRun::gap), by(|r| -r.test.accuracy()));
        let says = lang.pick(
            format!("差がいちばん小さいのは {gap}、検証がいちばんよいのは {test}。差が小さいことと、検証がよいことは別。"),
            format!("The gap is smallest with {gap}, the test accuracy is best with {test}: a small gap is not a good test accuracy."),
        );
        let place = |side: fn(&PenalisedRun) -> Hits| {
            self.runs.iter().map(move |r| (r.norm, side(r).accuracy())).collect::<Vec<_>>()
        };
        let lines = vec![
            Line::new(lang.pick("訓練", "train"), Kind::Dots(0), place(|r| r.train)),
            Line::new(lang.pick("検証", "test"), Kind::Dots(1), place(|r| r.test)),
        ];
        let chart = Chart {
            height: Some(150.0),
            ..Chart::new(Axis::plain("√ΣW²").from(0.0, self.widest()), Axis::share(""), lines)
        };
        let spread = |run: &PenalisedRun| {
            let of = run.counts.iter().sum::<usize>() as f64;
            let step = 2.0 * EDGE / BINS as f64;
            let bar = |(k, &n): (usize, &usize)| {
                let from = step * k as f64 - EDGE;
                (from, from + step, n as f64 / of)
            };
            let bars = run.counts.iter().enumerate().map(bar).collect();
            let upright = Axis::new("", Figures::Percent).from(0.0, 0.3);
            Panel::chart(
                format!("{} W {}", run.name(lang), lang.pick("の分布", "")),
                Chart { bars, ..Chart::new(Axis::plain("").from(-EDGE, EDGE), upright, vec![]) },
            )
        };
        let panels = std::iter::once(Panel::chart(lang.pick("正答率", "Accuracy"), chart));
        let header = lang.pick(
            ["正則化", "√ΣW²", "Σ|W|", "|W| < 0.001", "訓練", "検証", "差"],
            ["Penalty", "√ΣW²", "Σ|W|", "|W| < 0.001", "Train", "Test", "Gap"],
        );
        let row = |r: &PenalisedRun| {
            vec![
                r.name(lang),
                number(r.norm),
                number(r.sum),
                format!("{:.1}%", 100.0 * r.near_zero),
                percent(r.train),
                percent(r.test),
                format!("{:.3}", r.gap()),
            ]
        };
        let rows = self.runs.iter().map(row).collect();
        Card::new(lang, title, says)
            .picture(2, panels.chain(self.runs.iter().map(spread)).collect())
            .numbers(&header, rows)
    }

    fn widest(&self) -> f64 {
        1.05 * self.runs.iter().map(|r| r.norm).fold(1.0, f64::max)
    }
}
