//! ドロップアウト: マスク、期待値、たくさんのネットワークの平均。

use super::updates::unmeasured;
use crate::error::{Error, ErrorKind};
use crate::experiment::Experiment;
use crate::history::Hits;
use crate::lang::Lang;
use crate::matrix::Matrix;
use crate::nn::loss::softmax;
use crate::nn::net::hits;
use crate::nn::{Dropout, Layer, Mlp, Model};
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Axis, Cell, Chart, Colour, Kind, Line, Panel, boxes, percent};
use crate::rng::RandomState;
use crate::samples::{Batch, Split};
use ndarray::Array2;
use std::sync::Arc;

/// ドロップアウトのマスクと期待値（[`dropout`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct DropoutMasks {
    /// 消す割合 p
    pub ratio: f64,
    /// マスク: 一行が一回の順伝播、一列が一つのノード。消したところが 0
    pub masks: Array2<f64>,
    /// 入力 x（ノードごと）
    pub x: Vec<f64>,
    /// 学習時の出力の、10,000 回の平均（ノードごと）
    pub train_mean: Vec<f64>,
    /// テスト時の出力 (1 − p) x（ノードごと）
    pub test: Vec<f64>,
    /// （回数、平均とテスト時の出力の差の最大）
    pub distance: Vec<(usize, f64)>,
}

const UNITS: usize = 20;
const SHOWN: usize = 8;
const PASSES: usize = 10_000;

/// ノード 20 個に割合 `ratio` のドロップアウトを掛け、マスクと、学習時の出力の平均を見る。
///
/// > ランダムにノードを削除して学習させること（Section3）
///
/// 学習時の平均は、テスト時の出力 (1 − p) x に近づく。
///
/// # Errors
/// `ratio` が 0 以上 1 未満でないとき。
///
/// ```
/// let dropout = kakunin::lab::dropout(0.5, 0)?;
/// assert_eq!(dropout.test[9], 0.5 * dropout.x[9]);
/// assert!(dropout.train_mean.iter().zip(&dropout.test).all(|(a, b)| (a - b).abs() < 0.05));
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn dropout(ratio: f64, seed: u32) -> Result<DropoutMasks, Error> {
    if !(0.0..1.0).contains(&ratio) {
        let want = ("0 以上 1 未満", "at least 0 and below 1");
        return Err(Error::out_of_range("ドロップアウト率", "dropout ratio", ratio, want));
    }
    let mut layer = Dropout::new(ratio);
    let mut rng = RandomState::new(seed);
    let x: Vec<f64> = (1..=UNITS).map(|k| k as f64 / 10.0).collect();
    let (mut row, mut y) = (Matrix::zeros(1, UNITS), Matrix::default());
    row.row_mut(0).copy_from_slice(&x);
    layer.predict(&row, &mut y);
    let test = y.row(0).to_vec();
    let mut masks = Array2::zeros((SHOWN, UNITS));
    let (mut sum, mut distance) = (vec![0.0; UNITS], vec![]);
    for pass in 1..=PASSES {
        layer.forward(&row, &mut y, &mut rng);
        sum.iter_mut().zip(y.row(0)).for_each(|(sum, y)| *sum += y);
        if pass <= SHOWN {
            let mask = y.row(0).iter().map(|y| f64::from(*y != 0.0));
            masks.row_mut(pass - 1).iter_mut().zip(mask).for_each(|(to, m)| *to = m);
        }
        if [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000].contains(&pass) {
            let off = sum.iter().zip(&test).map(|(s, t)| (s / pass as f64 - t).abs());
            distance.push((pass, off.fold(0.0, f64::max)));
        }
    }
    let train_mean = sum.iter().map(|s| s / PASSES as f64).collect();
    Ok(DropoutMasks { ratio, masks, x, train_mean, test, distance })
}

/// マスクをいくつも掛けたネットワークの平均（[`dropout_ensemble`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct DropoutEnsemble {
    /// 実験の題
    pub title: &'static str,
    /// （マスクの数、その平均の検証の正答）
    pub averaged: Vec<(usize, Hits)>,
    /// テスト時のネットワーク（(1 − p) を掛けたもの）の検証の正答
    pub test: Hits,
}

const MASKS: usize = 64;
const ROWS: usize = 1000;

/// ドロップアウトのある実験を学習してから、マスクの違うネットワークを 1, 2, 4, …, 64 個平均して答えさせる。
///
/// > データ量を変化せずに異なるモデルを学習させていると解釈できる（Section3）
///
/// 検証データの先頭 1,000 行で数える。平均はソフトマックスの出力で取る。
///
/// # Errors
/// 設定が範囲の外にあるとき、ドロップアウトのない実験のとき。
pub fn dropout_ensemble(e: Experiment, seed: u32, data: &Arc<Split>) -> Result<DropoutEnsemble, Error> {
    if !matches!(e.model, Model::Mlp(Mlp { dropout: Some(_), .. })) {
        return Err(Error::new(
            ErrorKind::Setting,
            "この実験のネットワークにはドロップアウトがありません。dropout: Some(0.15) のように加えるか、overfitting::EXPERIMENTS[7] などを渡してください。",
            "The network of this experiment has no dropout; add dropout: Some(0.15), or give overfitting::EXPERIMENTS[7].",
        ));
    }
    let mut training = unmeasured(e, seed, data)?;
    training.by_ref().for_each(drop);
    let mut batch = Batch::default();
    data.test.pick(0..ROWS.min(data.test.len()), training.net.form(), &mut batch);
    let outputs = training.net.outputs(&batch);
    let test = hits(&outputs[outputs.len() - 1], &batch.d);
    let mut rng = RandomState::new(seed);
    let (mut sum, mut y, mut averaged) = (Matrix::default(), Matrix::default(), vec![]);
    for mask in 1..=MASKS {
        training.net.forward(&batch, &mut rng);
        let values = training.net.values();
        softmax(&values[values.len() - 1], &mut y);
        if mask == 1 {
            sum = Matrix::zeros(y.rows(), y.cols());
        }
        sum.padded_mut().iter_mut().zip(y.padded()).for_each(|(sum, y)| *sum += y);
        if mask.is_power_of_two() {
            averaged.push((mask, hits(&sum, &batch.d)));
        }
    }
    Ok(DropoutEnsemble { title: e.title, averaged, test })
}

shown_as_a_card!(DropoutMasks, DropoutEnsemble);

impl DropoutMasks {
    fn card(&self, lang: Lang) -> Card {
        let title = lang
            .pick(format!("ドロップアウト（p = {}）", self.ratio), format!("Dropout (p = {})", self.ratio));
        let kept = self.masks.iter().sum::<f64>() as usize;
        let last = self.distance.last().map_or(f64::NAN, |d| d.1);
        let (all, p) = (self.masks.len(), number(last));
        let says = lang.pick(
            format!("{SHOWN} 回の順伝播で {all} のうち {kept} が残った。{PASSES} 回の平均は、テスト時の出力 (1 − p) x と最大 {p} しか違わない。"),
            format!("In {SHOWN} passes {kept} of {all} were kept. The mean of {PASSES} passes is within {p} of the test output (1 − p) x."),
        );
        let cell = |&m: &f64| match m == 0.0 {
            true => Cell::new("×", Colour::PALE),
            false => Cell::new("", Colour::nth(0).tint(0.6)),
        };
        let mask = boxes(&self.masks.map(cell), (21.0, 15.0));
        let line = |name: &str, kind, values: &[f64]| {
            Line::new(name, kind, self.x.iter().copied().zip(values.iter().copied()).collect())
        };
        let outputs = Chart {
            height: Some(130.0),
            ..Chart::new(
                Axis::plain(lang.pick("入力 x", "Input x")),
                Axis::plain(lang.pick("出力", "Output")),
                vec![
                    line(
                        lang.pick("テスト時 (1 − p) x", "at test time (1 − p) x"),
                        Kind::Grey(0),
                        &self.test,
                    ),
                    line(lang.pick("学習時の平均", "mean while training"), Kind::Dots(0), &self.train_mean),
                ],
            )
        };
        let heading = lang.pick(
            "マスク（一行が一回の順伝播、× は消したノード）",
            "Masks (a row is a pass, × a deleted unit)",
        );
        let header = lang.pick(
            ["回数", "平均とテスト時の差の最大"],
            ["Passes", "Largest difference from the test output"],
        );
        let rows = self.distance.iter().map(|(n, d)| vec![n.to_string(), number(*d)]).collect();
        Card::new(lang, title, says)
            .picture(1, vec![Panel::drawing(heading, mask), Panel::chart("", outputs)])
            .numbers(&header, rows)
    }
}

impl DropoutEnsemble {
    fn card(&self, lang: Lang) -> Card {
        let title = lang.pick(
            format!("マスクの違うネットワークの平均: {}", self.title),
            format!("Average over masks: {}", self.title),
        );
        let end = |of: Option<&(usize, Hits)>| of.map_or("–".to_owned(), |(_, hits)| percent(*hits));
        let (one, many, test) = (end(self.averaged.first()), end(self.averaged.last()), percent(self.test));
        let says = lang.pick(
            format!("マスク一つでは {one}、{MASKS} の平均では {many}。(1 − p) を掛けた一つのネットワークは {test}。"),
            format!("One mask gets {one}, the average of {MASKS} {many}; the single network scaled by 1 − p gets {test}."),
        );
        let curve = self.averaged.iter().map(|(n, hits)| ((*n as f64).log2(), hits.accuracy()));
        let ends = [0.0, (MASKS as f64).log2()].map(|x| (x, self.test.accuracy()));
        let lines = vec![
            Line::new(lang.pick("マスクの平均", "average over masks"), Kind::Coloured(0), curve.collect()),
            Line::new(
                lang.pick("テスト時のネットワーク", "network at test time"),
                Kind::Grey(1),
                ends.into(),
            ),
        ];
        let across = Axis::plain(
            lang.pick("マスクの数（2 のべき: 0 は 1、6 は 64）", "Masks (powers of 2: 0 is 1, 6 is 64)"),
        );
        let mut upright =
            Axis::new(lang.pick("検証の正答率", "Test accuracy"), crate::plot::Figures::Percent);
        let low = lines.iter().flat_map(|l| &l.points).map(|p| p.1).fold(1.0, f64::min);
        upright = upright.from((low - 0.05).max(0.0), (low + 0.15).min(1.0));
        let header = lang.pick(["マスクの数", "検証"], ["Masks", "Test"]);
        let mut rows: Vec<_> = self.averaged.iter().map(|(n, h)| vec![n.to_string(), percent(*h)]).collect();
        rows.push(vec![lang.pick("テスト時", "at test time").to_owned(), test]);
        Card::new(lang, title, says)
            .picture(1, vec![Panel::chart("", Chart::new(across, upright, lines))])
            .numbers(&header, rows)
    }
}
