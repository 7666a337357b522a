//! 学習のあいだに、どの層がどれだけ動くか、どれだけの出力が 0 になるか。

use super::network::{mlp, numbers, places};
use crate::error::Error;
use crate::experiment::{Experiment, Measure, Training};
use crate::lang::Lang;
use crate::matrix::Matrix;
use crate::nn::ParamName;
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Axis, Chart, Kind, Line, Panel};
use crate::samples::{Batch, Split};
use std::sync::Arc;

/// 学習のあいだの、層ごとの重みの相対的な動き（[`weight_updates`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct WeightUpdates {
    /// 実験の題
    pub title: &'static str,
    /// 層（1 から）と、（反復、その前の数反復の ‖ΔW‖/‖W‖ の平均）
    pub layers: Vec<(usize, Vec<(usize, f64)>)>,
}

/// 学習のあいだに何度測るか。
const TIMES: usize = 40;

/// 一反復で重みがどれだけ動くかを、層ごとに、学習の終わりまで見る: ‖ΔW‖/‖W‖。
///
/// > 下位層のパラメータはほとんど変わらず訓練は最適地に収束しなくなる（Section1）
///
/// # Errors
/// 設定が範囲の外にあるとき。
pub fn weight_updates(e: Experiment, seed: u32, data: &Arc<Split>) -> Result<WeightUpdates, Error> {
    let mut training = unmeasured(e, seed, data)?;
    let every = e.iterations.div_ceil(TIMES);
    let count = e.model.layers();
    let mut layers: Vec<(usize, Vec<(usize, f64)>)> = (1..=count).map(|l| (l, vec![])).collect();
    let (mut sums, mut before) = (vec![0.0; count], weights(&mut training));
    while let Some(step) = training.next() {
        let after = weights(&mut training);
        for (sum, (w, old)) in sums.iter_mut().zip(after.iter().zip(&before)) {
            *sum += moved(w, old) / old.norm(2.0);
        }
        if step.iteration.is_multiple_of(every) {
            let points = layers.iter_mut().zip(&mut sums);
            points.for_each(|((_, points), sum)| {
                points.push((step.iteration, std::mem::take(sum) / every as f64))
            });
        }
        before = after;
    }
    Ok(WeightUpdates { title: e.title, layers })
}

/// A training that counts no hits.
pub(super) fn unmeasured(e: Experiment, seed: u32, data: &Arc<Split>) -> Result<Training, Error> {
    let measure = Measure { every: usize::MAX, ..e.measure };
    Experiment { measure, ..e }.start(seed, data)
}

/// W1, W2, …
pub(super) fn weights(training: &mut Training) -> Vec<Matrix> {
    let params = training.net.params().into_iter();
    params.filter(|p| matches!(p.name, ParamName::W(_))).map(|p| p.value.clone()).collect()
}

/// ‖a − b‖
fn moved(a: &Matrix, b: &Matrix) -> f64 {
    numbers(a).zip(numbers(b)).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

/// 学習のあいだの、中間層の出力のうち 0 の割合（[`zero_share`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct ZeroShare {
    /// 実験の題
    pub title: &'static str,
    /// 中間層（1 から）ごとの記録
    pub layers: Vec<ZerosOfLayer>,
}

/// 一つの中間層の 0 の割合。
#[derive(Debug, Clone, PartialEq)]
pub struct ZerosOfLayer {
    /// 層（1 から）
    pub layer: usize,
    /// （反復、ちょうど 0 の出力の割合）。反復 0 は学習の前
    pub zeros: Vec<(usize, f64)>,
    /// （反復、どの行でも 0 のノードの割合）
    pub dead: Vec<(usize, f64)>,
}

/// The rows of the test data whose activations are looked at.
const LOOKED_AT: usize = 1000;

/// 中間層の出力のうち、ちょうど 0 の割合を、学習の前から終わりまで見る。検証データの先頭 1,000 行で数える。
///
/// > スパース化という観点でもメリットがある（Section1）
///
/// どの行でも 0 のノード（死んだノード）には勾配が流れず、もう学習しない。
///
/// # Errors
/// 設定が範囲の外にあるとき、畳み込みネットワークのとき。
pub fn zero_share(e: Experiment, seed: u32, data: &Arc<Split>) -> Result<ZeroShare, Error> {
    let net = mlp(&e)?;
    let mut training = unmeasured(e, seed, data)?;
    let mut batch = Batch::default();
    data.test.pick(0..LOOKED_AT.min(data.test.len()), training.net.form(), &mut batch);
    let record = |layer| ZerosOfLayer { layer, zeros: vec![], dead: vec![] };
    let mut layers: Vec<_> = (1..=net.hidden.len()).map(record).collect();
    let mut look = |iteration: usize, training: &Training| {
        let outputs = training.net.outputs(&batch);
        for (l, layer) in layers.iter_mut().enumerate() {
            let z = &outputs[places(&net, l).1];
            let of = (z.rows() * z.cols()) as f64;
            let zeros = numbers(z).filter(|&z| z == 0.0).count();
            let dead = (0..z.cols()).filter(|&unit| (0..z.rows()).all(|n| z.row(n)[unit] == 0.0)).count();
            layer.zeros.push((iteration, zeros as f64 / of));
            layer.dead.push((iteration, dead as f64 / z.cols() as f64));
        }
    };
    look(0, &training);
    let every = e.iterations.div_ceil(TIMES / 2);
    while let Some(step) = training.next() {
        if step.iteration.is_multiple_of(every) {
            look(step.iteration, &training);
        }
    }
    Ok(ZeroShare { title: e.title, layers })
}

shown_as_a_card!(WeightUpdates, ZeroShare);

fn points(of: &[(usize, f64)], f: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    of.iter().map(|&(iteration, v)| (iteration as f64, f(v))).collect()
}

/// A row of the table for every fourth point.
fn rows(layers: &[(usize, &[(usize, f64)])]) -> Vec<Vec<String>> {
    let row = |i: usize| {
        let iteration = layers[0].1[i].0.to_string();
        std::iter::once(iteration).chain(layers.iter().map(|(_, points)| number(points[i].1))).collect()
    };
    let count = layers.first().map_or(0, |(_, points)| points.len());
    (0..count).rev().step_by(4).collect::<Vec<_>>().into_iter().rev().map(row).collect()
}

impl WeightUpdates {
    fn card(&self, lang: Lang) -> Card {
        let title = lang.pick(
            format!("一反復で重みが動く割合 |ΔW|/|W|: {}", self.title),
            format!("Relative movement of the weights |ΔW|/|W|: {}", self.title),
        );
        let first = |layer: &(usize, Vec<(usize, f64)>)| layer.1.first().map_or(f64::NAN, |p| p.1);
        let (low, high) =
            (self.layers.first().map_or(f64::NAN, first), self.layers.last().map_or(f64::NAN, first));
        let says = lang.pick(
            format!("はじめは、一番下の層が {}、出力層が {}。", number(low), number(high)),
            format!(
                "At first the first layer moves by {}, the output layer by {}.",
                number(low),
                number(high)
            ),
        );
        let name = |l: usize| lang.pick(format!("{l} 層目"), format!("layer {l}"));
        let lines = self.layers.iter().enumerate().map(|(n, (l, of))| {
            Line::new(name(*l), Kind::Coloured(n), points(of, |v| v.max(1e-300).log10()))
        });
        let chart =
            Chart::new(Axis::plain(lang.pick("反復", "Iteration")), Axis::log("|ΔW|/|W|"), lines.collect());
        let header: Vec<String> = std::iter::once(lang.pick("反復", "Iteration").to_owned())
            .chain(self.layers.iter().map(|(l, _)| name(*l)))
            .collect();
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let layers: Vec<_> = self.layers.iter().map(|(l, points)| (*l, points.as_slice())).collect();
        Card::new(lang, title, says).picture(1, vec![Panel::chart("", chart)]).numbers(&header, rows(&layers))
    }
}

impl ZeroShare {
    fn card(&self, lang: Lang) -> Card {
        let title = lang.pick(
            format!("中間層の出力のうち 0 の割合: {}", self.title),
            format!("Share of zeros among the hidden outputs: {}", self.title),
        );
        let last =
            |of: &[(usize, f64)]| of.last().map_or("–".to_owned(), |p| format!("{:.0}%", 100.0 * p.1));
        let ends: Vec<String> = self
            .layers
            .iter()
            .map(|l| {
                let (layer, zeros, dead) = (l.layer, last(&l.zeros), last(&l.dead));
                lang.pick(
                    format!("{layer} 層目は {zeros}（死んだノード {dead}）"),
                    format!("layer {layer} {zeros} ({dead} of its units dead)"),
                )
            })
            .collect();
        let says = lang
            .pick(format!("終わりには、{}。", ends.join("、")), format!("At the end: {}.", ends.join(", ")));
        let lines = self.layers.iter().enumerate().flat_map(|(n, l)| {
            let name = |ja: &str, en: &str| {
                lang.pick(format!("{} 層目: {ja}", l.layer), format!("layer {}: {en}", l.layer))
            };
            [
                Line::new(name("0 の出力", "zeros"), Kind::Coloured(n), points(&l.zeros, |v| v)),
                Line::new(name("死んだノード", "dead units"), Kind::Grey(n), points(&l.dead, |v| v)),
            ]
        });
        let chart = Chart::new(Axis::plain(lang.pick("反復", "Iteration")), Axis::share(""), lines.collect());
        let header: Vec<String> = std::iter::once(lang.pick("反復", "Iteration").to_owned())
            .chain(
                self.layers
                    .iter()
                    .map(|l| lang.pick(format!("{} 層目の 0", l.layer), format!("layer {} zeros", l.layer))),
            )
            .collect();
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let layers: Vec<_> = self.layers.iter().map(|l| (l.layer, l.zeros.as_slice())).collect();
        Card::new(lang, title, says).picture(1, vec![Panel::chart("", chart)]).numbers(&header, rows(&layers))
    }
}
