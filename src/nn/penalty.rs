//! 正則化項と、更新されるパラメータの範囲。

use super::layer::{Param, ParamName};
use crate::matrix::Matrix;
use crate::simd::{merge, sum};

/// 正則化項（Weight Decay, 荷重減衰）。更新される重み W のすべてに掛かり、バイアスには掛からない。
///
/// > 誤差(関数)に対して、正則化項を加算することで、重みを抑制する。（Section3）
#[doc(alias = "正則化")]
#[doc(alias = "荷重減衰")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Penalty {
    /// なし
    None,
    /// L1 正則化: 損失に λ Σ|W|、勾配に λ sign(W)
    L1 {
        /// 強さ λ（≥ 0）
        lambda: f64,
    },
    /// L2 正則化: 損失に ½ λ ΣW²、勾配に λ W
    L2 {
        /// 強さ λ（≥ 0）
        lambda: f64,
    },
    /// L2 正則化。ただし損失には層ごとの ½ λ √ΣW² を記録する: 2_5 の書き誤り（勾配は正しい）。
    L2RecordedAsRoot {
        /// 強さ λ（≥ 0）
        lambda: f64,
    },
    /// 見出しは L2、計算は L1: 2_5 の書き誤り。
    L1HeadedL2 {
        /// 強さ λ（≥ 0）
        lambda: f64,
    },
    /// 前のセルの変数 `weight_decay_lambda` が残っていたために掛かる L2: 2_5 の書き誤り。
    L2LeftOver {
        /// 強さ λ（≥ 0）
        lambda: f64,
    },
}

impl Penalty {
    /// 強さ λ
    pub fn lambda(self) -> f64 {
        match self {
            Penalty::None => 0.0,
            Penalty::L1 { lambda }
            | Penalty::L2 { lambda }
            | Penalty::L2RecordedAsRoot { lambda }
            | Penalty::L1HeadedL2 { lambda }
            | Penalty::L2LeftOver { lambda } => lambda,
        }
    }

    /// 一つの重み行列について、損失に足される値。
    ///
    /// ```
    /// use kakunin::nn::Penalty;
    /// use ndarray::array;
    /// let w = array![[3.0, -4.0]].into();
    /// assert_eq!(Penalty::L1 { lambda: 0.1 }.loss(&w), 0.1 * 7.0);
    /// assert_eq!(Penalty::L2 { lambda: 0.1 }.loss(&w), 0.5 * 0.1 * 25.0);
    /// ```
    pub fn loss(self, w: &Matrix) -> f64 {
        let squares = || w.iter_rows().map(|row| sum(row, |w| w * w)).sum::<f64>();
        let absolutes = || w.iter_rows().map(|row| sum(row, f64::abs)).sum::<f64>();
        match self {
            Penalty::None => 0.0,
            Penalty::L1 { lambda } | Penalty::L1HeadedL2 { lambda } => lambda * absolutes(),
            Penalty::L2 { lambda } | Penalty::L2LeftOver { lambda } => 0.5 * lambda * squares(),
            Penalty::L2RecordedAsRoot { lambda } => 0.5 * lambda * squares().sqrt(),
        }
    }

    /// 更新されるパラメータの勾配に、正則化項の勾配を足す。
    pub fn add_to(self, params: &mut [Param<'_>]) {
        let weights = params.iter_mut().filter(|p| matches!(p.name, ParamName::W(_)));
        match self {
            Penalty::None => {}
            Penalty::L1 { lambda } | Penalty::L1HeadedL2 { lambda } => weights
                .for_each(|p| merge(p.grad.padded_mut(), p.value.padded(), |g, w| g + lambda * sign(w))),
            Penalty::L2 { lambda }
            | Penalty::L2RecordedAsRoot { lambda }
            | Penalty::L2LeftOver { lambda } => {
                weights.for_each(|p| merge(p.grad.padded_mut(), p.value.padded(), |g, w| g + lambda * w))
            }
        }
    }
}

/// −1, 0 or 1 (`np.sign`).
#[inline(always)]
fn sign(w: f64) -> f64 {
    f64::from(i8::from(w > 0.0) - i8::from(w < 0.0))
}

/// どのパラメータが更新されるか。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trains {
    /// すべて
    All,
    /// W と b だけ。バッチ正規化の γ は 1、β は 0 のまま: 2_4 の書き誤り。
    AffineOnly,
    /// 中間層の W と b だけ。出力層は引いたときのまま: 2_5 の書き誤り。
    HiddenOnly,
}

impl Trains {
    /// 更新されるものを選ぶ。`layers` は全結合層（畳み込み層）の数。
    pub fn select<'a>(self, params: Vec<Param<'a>>, layers: usize) -> Vec<Param<'a>> {
        params.into_iter().filter(|p| self.includes(p.name, layers)).collect()
    }

    fn includes(self, name: ParamName, layers: usize) -> bool {
        match self {
            Trains::All => true,
            Trains::AffineOnly => matches!(name, ParamName::W(_) | ParamName::B(_)),
            Trains::HiddenOnly => name.layer() < layers,
        }
    }
}
