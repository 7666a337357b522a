//! 診断: 一回の学習に何が起きたかを、その学習だけを見て言う。
//!
//! 見るのは記録（[`History`]）、学習中のネットワーク、データ。実験の ID や題は見ないので、自分で組んだ学習にも使える。
//!
//! | 診断 | 見るもの |
//! | --- | --- |
//! | [`Finding::ConstantPredictor`] | 検証の正答数が、一つの数字の枚数に等しい |
//! | [`Finding::Diverged`]、[`Finding::Underfitting`]、[`Finding::Overfitting`] | 損失と正答率の終わりかた |
//! | [`Finding::Frozen`]、[`Finding::NoGradient`] | 学習の前と後で同じパラメータ |
//! | [`Finding::DeadUnits`] | 検証データのどの行でも 0 を出す ReLU |
//! | [`Finding::Vanishing`] | 層ごとの勾配と、重みの部分、傾きの部分 |
//! | [`Finding::WrongGradient`]、[`Finding::PenaltyActs`] | 更新に使う勾配と、記録する損失の中心差分 |
//! | [`Finding::FirstGradientSkipped`] | 最初の二歩の動きと勾配 |
//! | [`Finding::Leak`] | 訓練データにもある検証データの行 |
//!
//! 多くのシードでの最後の値が二つの山に分かれるかは [`bimodal`]。
//!
//! 読む順: [`diagnose`] → `curve`（記録だけでわかること）→ `network` → `gradient` → `first_step` → `leak` → `seeds`。

mod curve;
mod first_step;
mod gradient;
mod leak;
mod network;
mod seeds;
mod shown;

pub use curve::{constant_predictor, of_history};
pub use network::LayerFlow;
pub(crate) use network::{flow as flow_before_training, zero_shares};
pub use seeds::{Bimodal, bimodal};

use crate::listed::Listed;
use crate::nn::ParamName;
use crate::{Error, Experiment, History, Matrix, Split, Training};
use serde::Serialize;
use std::sync::Arc;

/// 学習に見つかったこと。
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Finding {
    /// どの画像にも同じ数字を答えている
    ConstantPredictor {
        /// その数字
        digit: u8,
        /// 検証データのうち、その数字の割合（= 正答率）
        share: f64,
        /// この反復からあとの点は、みなそうである
        since: usize,
    },
    /// 損失が数でなくなったか、はじめより大きくなって終わった
    Diverged {
        /// 数でなくなった反復（大きくなっただけなら、最後の反復）
        iteration: usize,
    },
    /// 訓練データにも合っていない
    Underfitting {
        /// 訓練の正答率（終わりの十分の一の平均）
        train: f64,
    },
    /// 訓練データにだけ合っている
    Overfitting {
        /// 訓練の正答率（終わりの十分の一の平均）
        train: f64,
        /// 検証の正答率（同じく）
        test: f64,
    },
    /// 勾配があるのに、一度も更新されないパラメータ
    Frozen {
        /// パラメータの名前（`W7` など）
        params: Vec<String>,
    },
    /// 勾配がちょうど 0 で、はじめから動かないパラメータ
    NoGradient {
        /// パラメータの名前
        params: Vec<String>,
    },
    /// 検証データのどの行でも 0 を出す ReLU が多い層
    DeadUnits {
        /// 層（1 から）
        layer: usize,
        /// そのようなノードの数
        dead: usize,
        /// 層のノードの数
        of: usize,
    },
    /// 下の層の勾配が、上の層よりずっと小さい（学習の前）
    Vanishing {
        /// 最後の層の平均の |∂L/∂W| を、一層目のもので割った値
        ratio: f64,
    },
    /// 更新に使う勾配が、記録する損失の勾配と違う
    WrongGradient {
        /// パラメータの名前と、相対誤差
        params: Vec<(String, f64)>,
    },
    /// 正則化項が掛かっている
    PenaltyActs {
        /// `L1` か `L2`
        norm: &'static str,
        /// 強さ λ
        lambda: f64,
    },
    /// 一歩目の勾配が、そのあとの歩幅に数えられていない
    FirstGradientSkipped,
    /// 検証データの行が訓練データにもある
    Leak {
        /// そのような行の数
        rows: usize,
        /// 検証に使う行の数
        of: usize,
    },
}

/// 一回の学習と、その診断。
#[derive(Debug, Clone, PartialEq)]
pub struct Examination {
    /// 学習の記録
    pub history: History,
    /// 見つかったこと
    pub findings: Listed<Finding>,
    /// 学習の前の、層ごとの勾配
    pub flow: Vec<LayerFlow>,
}

/// 学習して診断する。
///
/// # Errors
/// 設定が範囲の外にあるとき。
///
/// ```
/// use kakunin::{Experiment, diagnosis::{Finding, diagnose}, mnist, optimizer};
/// let short = Experiment { iterations: 50, ..optimizer::EXPERIMENTS[0] };
/// let examined = diagnose(short, 0, &mnist()?)?;
/// let constant = |f: &Finding| matches!(f, Finding::ConstantPredictor { .. });
/// assert!(examined.findings.iter().any(constant));
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn diagnose(e: Experiment, seed: u32, data: &Arc<Split>) -> Result<Examination, Error> {
    diagnose_with(|| e.start(seed, data))
}

/// 自分で始めた学習（自分の更新規則など）を診断する。`start` は、まだ一反復も進んでいない同じ学習を、呼ばれるたびに返す。
///
/// # Errors
/// `start` の失敗。
pub fn diagnose_with(start: impl Fn() -> Result<Training, Error>) -> Result<Examination, Error> {
    let mut findings = gradient::check(&mut start()?);
    findings.extend(first_step::check(&mut start()?));

    let mut training = start()?;
    let before = snapshot(&mut training);
    let flow = network::flow(&mut training);
    // The pass above has touched running statistics: the run itself begins anew.
    let mut training = start()?;
    let mut history = History::default();
    training.by_ref().for_each(|step| history.push(step));

    findings.extend(network::vanishing(&flow));
    findings.extend(network::unchanged(&before, &mut training));
    findings.extend(network::dead_units(&mut training));
    findings.extend(leak::check(&training));
    findings.extend(of_history(&history, training.data().test.labels()));
    Ok(Examination { history, findings: findings.into(), flow })
}

/// Every parameter's value.
fn snapshot(training: &mut Training) -> Vec<(ParamName, Matrix)> {
    training.net.params().into_iter().map(|p| (p.name, p.value.clone())).collect()
}

#[cfg(test)]
mod tests;
