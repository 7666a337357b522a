//! 重みを 0 から始めると: 同じ層のノードが、いつまでも同じもののままでいる。

use super::network::mlp;
use super::updates::{unmeasured, weights};
use crate::error::{Error, ErrorKind};
use crate::experiment::Experiment;
use crate::history::Hits;
use crate::lang::Lang;
use crate::matrix::Matrix;
use crate::nn::{Activation, Init, Mlp, Model};
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Axis, Chart, Kind, Line, Panel, Shades, heat, percent};
use crate::samples::Split;
use ndarray::Array2;
use std::sync::Arc;

/// 重みを 0 から始めた学習と、ふつうに始めた学習（[`zero_weights`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct ZeroWeights {
    /// シグモイドを 0 から、ReLU を 0 から、ReLU を He から
    pub runs: Vec<FromZero>,
}

/// 一つの学習。
#[derive(Debug, Clone, PartialEq)]
pub struct FromZero {
    /// 活性化関数
    pub activation: Activation,
    /// 重みの初期値
    pub init: Init,
    /// （反復、中間層の重みの最大の |w|）
    pub largest: Vec<(usize, f64)>,
    /// （反復、同じ層の二つのノードの重みの最大の差）
    pub apart: Vec<(usize, f64)>,
    /// 学習したあとの出力層の重み。一行が一つのノード、一列が一つの分類
    pub last: Array2<f64>,
    /// 最後の検証の正答
    pub test: Hits,
}

/// 学習のあいだに何度測るか。
const TIMES: usize = 30;

/// 全結合の実験の重みを 0 から始め、シグモイドと ReLU で学習して、He の初期値からの学習と比べる。
///
/// > 全ての値が同じ値で伝わるためパラメータのチューニングが行われなくなる（確認テスト）
///
/// 同じ層のノードはどれも同じ重みを持ち、同じ勾配を受け取るので、同じまま動く。ReLU では W の勾配がいつも 0 で、動かない。
///
/// # Errors
/// 設定が範囲の外にあるとき、中間層のある全結合のネットワークでないとき。
///
/// ```no_run
/// use kakunin::{Experiment, lab, nn::{Rule, Sgd}, optimizer};
/// let faster = Experiment { rule: Rule::Sgd(Sgd { lr: 0.1 }), iterations: 600, ..optimizer::BASE };
/// let zero = lab::zero_weights(faster, 0, &kakunin::mnist()?)?;
/// assert!(zero.runs[0].apart.iter().all(|(_, apart)| *apart == 0.0));       // シグモイド: そろったまま
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn zero_weights(e: Experiment, seed: u32, data: &Arc<Split>) -> Result<ZeroWeights, Error> {
    let base = mlp(&e)?;
    if base.hidden.is_empty() {
        return Err(Error::new(
            ErrorKind::Setting,
            "この図には中間層が要ります（ありません）。hidden: &[40, 20] のようにしてください。",
            "This picture takes hidden layers (there are none); give hidden: &[40, 20], say.",
        ));
    }
    let zero = Init::Gauss { std: 0.0 };
    let kinds = [(Activation::Sigmoid, zero), (Activation::Relu, zero), (Activation::Relu, Init::He)];
    let run = |(activation, init)| {
        let model = Model::Mlp(Mlp { activation, init, ..base });
        trained(Experiment { model, ..e }, activation, init, seed, data)
    };
    Ok(ZeroWeights { runs: kinds.into_iter().map(run).collect::<Result<_, _>>()? })
}

fn trained(
    e: Experiment,
    activation: Activation,
    init: Init,
    seed: u32,
    data: &Arc<Split>,
) -> Result<FromZero, Error> {
    let mut training = unmeasured(e, seed, data)?;
    let every = e.iterations.div_ceil(TIMES);
    let (mut largest, mut apart) = (vec![], vec![]);
    while let Some(step) = training.next() {
        if step.iteration.is_multiple_of(every) {
            let weights = weights(&mut training);
            let hidden = &weights[..weights.len() - 1];
            let most = |of: fn(&Matrix) -> f64| hidden.iter().map(of).fold(0.0, f64::max);
            largest.push((step.iteration, most(Matrix::largest)));
            apart.push((step.iteration, most(Matrix::columns_apart)));
        }
    }
    let last = weights(&mut training).pop().unwrap_or_default().to_array();
    let test = training.net.hits(&data.test, 0..e.test_rows, 1);
    Ok(FromZero { activation, init, largest, apart, last, test })
}

shown_as_a_card!(ZeroWeights);

/// 0 stands at the foot of a logarithmic picture.
const FOOT: f64 = 1e-18;

impl FromZero {
    fn name(&self, lang: Lang) -> String {
        let function = match self.activation {
            Activation::Relu => "ReLU",
            _ => lang.pick("シグモイド", "sigmoid"),
        };
        match self.init {
            Init::Gauss { .. } => lang.pick(format!("{function}、0 から"), format!("{function}, from 0")),
            _ => lang.pick(format!("{function}、He から"), format!("{function}, from He")),
        }
    }
}

impl ZeroWeights {
    fn card(&self, lang: Lang) -> Card {
        let title = lang.pick("重みの初期値を 0 にすると", "Weights that start at 0");
        let end = |of: &[(usize, f64)]| of.last().map_or(0.0, |p| p.1);
        let sentence = |run: &FromZero| {
            let (name, test) = (run.name(lang), percent(run.test));
            let (largest, apart) = (number(end(&run.largest)), number(end(&run.apart)));
            lang.pick(
                format!("{name}: 最大の |w| は {largest}、ノードの差は {apart}、検証 {test}"),
                format!("{name}: largest |w| {largest}, units apart by {apart}, test {test}"),
            )
        };
        let sentences: Vec<String> = self.runs.iter().map(sentence).collect();
        let says = lang.pick(
            format!("終わりの中間層の重み。{}。", sentences.join("。")),
            format!("The hidden layers' weights at the end. {}.", sentences.join(". ")),
        );
        let shown = |run: &FromZero| {
            let drawing = heat(run.last.view(), Shades::of(run.last.iter().copied()), 110.0);
            let of = lang.pick("出力層の W", "output W");
            Panel::drawing(format!("{}: {of}", run.name(lang)), drawing)
        };
        let log =
            |of: &[(usize, f64)]| of.iter().map(|&(i, v)| (i as f64, (v + FOOT).log10())).collect::<Vec<_>>();
        let high = self.runs.iter().flat_map(|run| &run.largest).map(|p| p.1).fold(1.0, f64::max);
        let chart = |run: &FromZero| {
            let lines = vec![
                Line::new(lang.pick("最大の |w|", "largest |w|"), Kind::Coloured(0), log(&run.largest)),
                Line::new(lang.pick("ノードの差", "units apart"), Kind::Coloured(1), log(&run.apart)),
            ];
            let upright = Axis::log("").from(FOOT.log10() - 0.7, high.log10() + 0.7);
            let title = lang.pick("中間層の W（0 は下端に）", "Hidden W (0 at the foot)");
            Panel::chart(title, Chart::new(Axis::plain(lang.pick("反復", "Iteration")), upright, lines))
        };
        let panels = self.runs.iter().map(shown).chain(self.runs.iter().map(chart)).collect();
        let header = lang.pick(
            ["学習", "反復", "最大の |w|", "ノードの差"],
            ["Training", "Iteration", "Largest |w|", "Units apart"],
        );
        let row = |run: &FromZero, i: usize| {
            let (at, largest) = run.largest[i];
            vec![run.name(lang), at.to_string(), number(largest), number(run.apart[i].1)]
        };
        let rows = self.runs.iter().flat_map(|run| (0..run.largest.len()).map(move |i| row(run, i)));
        Card::new(lang, title, says).picture(3, panels).numbers(&header, rows.collect())
    }
}
