//! 層: 順伝播と逆伝播の約束。行が一件のデータ。

use super::windows::Geometry;
use crate::matrix::Matrix;
use crate::rng::RandomState;
use crate::samples::{Batch, Form};

/// 層。`predict` は読むだけ、`forward` は学習のために乱数を引いたり統計を覚えたりする。
///
/// 形はどれも（行数、列数）。x: 入力、y: 出力、dy: 出力側から来る勾配、dx: 入力側へ渡す勾配。
pub trait Layer: Send + Sync {
    /// テスト時の順伝播: y = f(x)。何も覚えず、乱数も引かない。
    fn predict(&self, x: &Matrix, y: &mut Matrix);

    /// 学習時の順伝播。とくに断りのない層では `predict` と同じ。
    fn forward(&mut self, x: &Matrix, y: &mut Matrix, rng: &mut RandomState) {
        let _ = rng;
        self.predict(x, y);
    }

    /// 逆伝播: dy から dx を求め、パラメータの勾配を覚える。x と y は直前の `forward` のもの。
    fn backward(&mut self, x: &Matrix, y: &Matrix, dy: &Matrix, dx: &mut Matrix);

    /// 学習されるパラメータとその勾配。
    fn params(&mut self) -> Vec<Param<'_>> {
        vec![]
    }

    /// What a single-precision screening pass does for this layer; none: it can't be screened.
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn screen(&self) -> Option<Step<'_>> {
        None
    }
}

/// What one layer does at test time, for the screening pass.
pub(crate) enum Step<'a> {
    Affine { w: &'a Matrix, b: &'a Matrix },
    Normalize { scale: Vec<f64>, shift: Vec<f64> },
    Scale(f64),
    Relu,
    Sigmoid,
    ConvPoolAffine { geometry: &'a Geometry, w1: &'a Matrix, b1: &'a Matrix, w2: &'a Matrix, b2: &'a Matrix },
}

/// The first layer: reads a batch instead of a matrix, and passes no gradient on.
pub(crate) trait InputLayer: Send + Sync {
    fn form(&self) -> Form;
    fn predict(&self, x: &Batch, y: &mut Matrix);
    fn forward(&mut self, x: &Batch, y: &mut Matrix, rng: &mut RandomState);
    fn backward(&mut self, x: &Batch, y: &Matrix, dy: &Matrix);
    fn params(&mut self) -> Vec<Param<'_>>;
    fn screen(&self) -> Option<Step<'_>>;
}

/// パラメータの名前。`W(1)` は講座のコードの `'W1'`。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParamName {
    /// 重み Wₗ
    W(usize),
    /// バイアス bₗ
    B(usize),
    /// バッチ正規化の γₗ
    Gamma(usize),
    /// バッチ正規化の βₗ
    Beta(usize),
}

impl ParamName {
    /// 何番目の全結合層（畳み込み層）のものか。1 から数える。
    pub fn layer(self) -> usize {
        match self {
            ParamName::W(l) | ParamName::B(l) | ParamName::Gamma(l) | ParamName::Beta(l) => l,
        }
    }
}

impl std::fmt::Display for ParamName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ParamName::W(l) => write!(f, "W{l}"),
            ParamName::B(l) => write!(f, "b{l}"),
            ParamName::Gamma(l) => write!(f, "gamma{l}"),
            ParamName::Beta(l) => write!(f, "beta{l}"),
        }
    }
}

/// 一つのパラメータ: 値と、直前の逆伝播での勾配。
pub struct Param<'a> {
    /// 名前
    pub name: ParamName,
    /// 値
    pub value: &'a mut Matrix,
    /// 勾配 ∂L/∂値
    pub grad: &'a mut Matrix,
}
