//! バッチ正規化。

use super::affine::sum_of_rows;
use super::layer::{Layer, Param, ParamName, Step};
use crate::matrix::Matrix;
use crate::rng::RandomState;

/// 分母に足す小さな数。原典のコードには 10e-7 とある。
const EPSILON: f64 = 10e-7;
/// 移動平均で古い値を残す割合。
const KEEP: f64 = 0.9;

/// バッチ正規化（Batch Normalization）
///
/// ```text
/// x̂ = (x − μ) / √(σ² + 1e-6)        y = γ x̂ + β
///
/// 学習時の μ, σ²: バッチの平均と分散       テスト時: その移動平均（0 から始め、0.9 残す）
/// ```
/// > ミニバッチ単位で、入力値のデータの偏りを抑制する手法（Section1）
///
/// ```
/// use kakunin::{Matrix, nn::{BatchNorm, Layer}, rng::RandomState};
/// use ndarray::array;
/// let mut y = Matrix::default();
/// BatchNorm::new(1, 1).forward(&array![[1.0], [3.0]].into(), &mut y, &mut RandomState::new(0));
/// assert!((y.row(0)[0] + 1.0).abs() < 1e-6 && (y.row(1)[0] - 1.0).abs() < 1e-6);
/// ```
#[doc(alias = "バッチ正規化")]
pub struct BatchNorm {
    layer: usize,
    gamma: Matrix,
    beta: Matrix,
    dgamma: Matrix,
    dbeta: Matrix,
    running_mean: Matrix,
    running_var: Matrix,
    /// x − μ, x̂ and √(σ² + ε) of the last forward pass.
    centred: Matrix,
    normal: Matrix,
    std: Matrix,
}

impl BatchNorm {
    /// `layer` 番目（1 から）の、`width` 個のノードを正規化する層。γ は 1、β は 0 から。
    pub fn new(layer: usize, width: usize) -> BatchNorm {
        let row = || Matrix::zeros(1, width);
        let mut gamma = row();
        gamma.fill(1.0);
        BatchNorm {
            layer,
            gamma,
            beta: row(),
            dgamma: row(),
            dbeta: row(),
            running_mean: row(),
            running_var: row(),
            centred: Matrix::default(),
            normal: Matrix::default(),
            std: row(),
        }
    }

    /// γ and β.
    pub(crate) fn scale_and_shift(&mut self) -> [Param<'_>; 2] {
        [
            Param { name: ParamName::Gamma(self.layer), value: &mut self.gamma, grad: &mut self.dgamma },
            Param { name: ParamName::Beta(self.layer), value: &mut self.beta, grad: &mut self.dbeta },
        ]
    }

    /// x̂ and √(σ² + ε) of the last forward pass.
    pub(crate) fn normalised(&self) -> (&Matrix, &Matrix) {
        (&self.normal, &self.std)
    }
}

/// toₙⱼ = f(aₙⱼ, rowⱼ)
fn with_row(a: &Matrix, row: &Matrix, to: &mut Matrix, f: impl Fn(f64, f64) -> f64) {
    to.reshape(a.rows(), a.cols());
    for n in 0..a.rows() {
        to.row_mut(n)
            .iter_mut()
            .zip(a.row(n).iter().zip(row.row(0)))
            .for_each(|(to, (a, r))| *to = f(*a, *r));
    }
}

/// to = f(a, b), number by number.
fn with(a: &Matrix, b: &Matrix, to: &mut Matrix, f: impl Fn(f64, f64) -> f64) {
    to.reshape(a.rows(), a.cols());
    for n in 0..a.rows() {
        to.row_mut(n).iter_mut().zip(a.row(n).iter().zip(b.row(n))).for_each(|(to, (a, b))| *to = f(*a, *b));
    }
}

/// The mean over the rows.
fn mean(x: &Matrix) -> Matrix {
    let mut mean = Matrix::default();
    sum_of_rows(x, &mut mean);
    let n = x.rows() as f64;
    mean.row_mut(0).iter_mut().for_each(|m| *m /= n);
    mean
}

impl Layer for BatchNorm {
    fn predict(&self, x: &Matrix, y: &mut Matrix) {
        let mut std = Matrix::default();
        with(&self.running_var, &self.running_var, &mut std, |v, _| (v + EPSILON).sqrt());
        let mut normal = Matrix::default();
        with_row(x, &self.running_mean, y, |x, mean| x - mean);
        with_row(y, &std, &mut normal, |c, std| c / std);
        with_row(&normal, &self.gamma, y, |n, gamma| gamma * n);
        let scaled = y.clone();
        with_row(&scaled, &self.beta, y, |s, beta| s + beta);
    }

    fn forward(&mut self, x: &Matrix, y: &mut Matrix, _rng: &mut RandomState) {
        let mu = mean(x);
        with_row(x, &mu, &mut self.centred, |x, mu| x - mu);
        let mut square = Matrix::default();
        with(&self.centred, &self.centred, &mut square, |c, _| c * c);
        let var = mean(&square);
        with(&var, &var, &mut self.std, |v, _| (v + EPSILON).sqrt());
        with_row(&self.centred, &self.std, &mut self.normal, |c, std| c / std);

        let average = |running: &mut Matrix, batch: &Matrix| {
            let running = running.row_mut(0).iter_mut();
            running.zip(batch.row(0)).for_each(|(r, b)| *r = KEEP * *r + (1.0 - KEEP) * b);
        };
        average(&mut self.running_mean, &mu);
        average(&mut self.running_var, &var);

        with_row(&self.normal, &self.gamma, &mut square, |n, gamma| gamma * n);
        with_row(&square, &self.beta, y, |s, beta| s + beta);
    }

    /// ```text
    /// ∂L/∂β = Σ dy     ∂L/∂γ = Σ x̂ dy     dx̂ = γ dy
    /// dx = dx̂/s + (x − μ)·(2/N)·dσ² − (1/N) Σ(...)      dσ² = −½ Σ dx̂ (x − μ) / s³,  s = √(σ² + ε)
    /// ```
    fn backward(&mut self, _x: &Matrix, _y: &Matrix, dy: &Matrix, dx: &mut Matrix) {
        let n = dy.rows() as f64;
        let (mut product, mut dnormal) = (Matrix::default(), Matrix::default());
        sum_of_rows(dy, &mut self.dbeta);
        with(&self.normal, dy, &mut product, |x, dy| x * dy);
        sum_of_rows(&product, &mut self.dgamma);
        with_row(dy, &self.gamma, &mut dnormal, |dy, gamma| gamma * dy);

        let mut dcentred = Matrix::default();
        with_row(&dnormal, &self.std, &mut dcentred, |d, s| d / s);
        with(&dnormal, &self.centred, &mut product, |d, c| d * c);
        let mut ratio = Matrix::default();
        with_row(&product, &self.std, &mut ratio, |p, s| p / (s * s));
        let mut dstd = Matrix::default();
        sum_of_rows(&ratio, &mut dstd);
        let mut dvar = Matrix::default();
        with(&dstd, &self.std, &mut dvar, |dstd, s| 0.5 * -dstd / s);
        with_row(&self.centred, &dvar, &mut product, |c, dvar| (2.0 / n) * c * dvar);
        let mut whole = Matrix::default();
        with(&dcentred, &product, &mut whole, |a, b| a + b);
        let dmu = mean(&whole);
        with_row(&whole, &dmu, dx, |d, dmu| d - dmu);
    }

    fn params(&mut self) -> Vec<Param<'_>> {
        self.scale_and_shift().into()
    }

    #[allow(private_interfaces)]
    fn screen(&self) -> Option<Step<'_>> {
        // y = scale·x + shift with the running statistics.
        let scale = |j: usize| self.gamma.row(0)[j] / (self.running_var.row(0)[j] + EPSILON).sqrt();
        let shift = |j: usize| self.beta.row(0)[j] - self.running_mean.row(0)[j] * scale(j);
        let width = self.gamma.cols();
        Some(Step::Normalize {
            scale: (0..width).map(scale).collect(),
            shift: (0..width).map(shift).collect(),
        })
    }
}
