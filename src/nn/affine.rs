//! 全結合層。

use super::layer::{InputLayer, Layer, Param, ParamName, Step};
use crate::matrix::Matrix;
use crate::rng::RandomState;
use crate::samples::{Batch, Form};
use crate::simd::{Columns, columns_matmul, matmul, matmul_tn, merge, rows_matmul, transpose};

/// 全結合層（Affine, Linear, Dense）
///
/// ```text
/// u = x W + b        x: (N, I)  W: (I, O)  b: (O)  u: (N, O)
///
/// ∂L/∂W = xᵀ du      ∂L/∂b = Σₙ duₙ      dx = du Wᵀ
/// ```
///
/// ```
/// use kakunin::{Matrix, nn::{Affine, Layer}};
/// use ndarray::array;
/// let affine = Affine::new(1, array![[1.0], [2.0]].into(), array![[0.5]].into());
/// let mut u = Matrix::default();
/// affine.predict(&array![[3.0, 4.0]].into(), &mut u);
/// assert_eq!(u.row(0), [11.5]);            // 3·1 + 4·2 + 0.5
/// ```
#[doc(alias = "全結合層")]
#[doc(alias = "Linear")]
#[doc(alias = "Dense")]
pub struct Affine {
    layer: usize,
    w: Matrix,
    b: Matrix,
    dw: Matrix,
    db: Matrix,
    /// Wᵀ and the batch by pixel, made anew in each backward pass.
    wt: Matrix,
    columns: Columns,
}

impl Affine {
    /// `layer` 番目（1 から）の全結合層。w: (I, O)、b: (1, O)。
    pub fn new(layer: usize, w: Matrix, b: Matrix) -> Affine {
        assert_eq!((1, w.cols()), (b.rows(), b.cols()), "b の形は (1, W の列数)");
        let (dw, db) = (Matrix::zeros(w.rows(), w.cols()), Matrix::zeros(1, w.cols()));
        Affine { layer, w, b, dw, db, wt: Matrix::default(), columns: Columns::default() }
    }
}

/// uₙ += b for every row.
pub(crate) fn add_to_rows(u: &mut Matrix, b: &Matrix) {
    let row = u.stride();
    u.padded_mut().chunks_exact_mut(row).for_each(|u| merge(u, b.padded(), |u, b| u + b));
}

/// Σₙ xₙ, row after row.
pub(crate) fn sum_of_rows(x: &Matrix, sum: &mut Matrix) {
    sum.reshape(1, x.cols());
    sum.fill(0.0);
    x.padded().chunks_exact(x.stride()).for_each(|x| merge(sum.padded_mut(), x, |sum, x| sum + x));
}

fn params<'a>(a: &'a mut Affine) -> Vec<Param<'a>> {
    vec![
        Param { name: ParamName::W(a.layer), value: &mut a.w, grad: &mut a.dw },
        Param { name: ParamName::B(a.layer), value: &mut a.b, grad: &mut a.db },
    ]
}

impl Layer for Affine {
    fn predict(&self, x: &Matrix, u: &mut Matrix) {
        matmul(x, &self.w, u);
        add_to_rows(u, &self.b);
    }

    fn backward(&mut self, x: &Matrix, _u: &Matrix, du: &Matrix, dx: &mut Matrix) {
        matmul_tn(x, du, &mut self.dw);
        sum_of_rows(du, &mut self.db);
        transpose(&self.w, &mut self.wt);
        matmul(du, &self.wt, dx);
    }

    fn params(&mut self) -> Vec<Param<'_>> {
        params(self)
    }

    #[allow(private_interfaces)]
    fn screen(&self) -> Option<Step<'_>> {
        Some(Step::Affine { w: &self.w, b: &self.b })
    }
}

/// As the first layer it skips the pixels that are zero.
impl InputLayer for Affine {
    fn form(&self) -> Form {
        Form::Sparse
    }

    fn predict(&self, x: &Batch, u: &mut Matrix) {
        rows_matmul(&x.sparse, &self.w, u);
        add_to_rows(u, &self.b);
    }

    fn forward(&mut self, x: &Batch, u: &mut Matrix, _rng: &mut RandomState) {
        InputLayer::predict(self, x, u);
    }

    fn backward(&mut self, x: &Batch, _u: &Matrix, du: &Matrix) {
        self.columns.sort(&x.sparse);
        columns_matmul(&self.columns, du, &mut self.dw);
        sum_of_rows(du, &mut self.db);
    }

    fn params(&mut self) -> Vec<Param<'_>> {
        params(self)
    }

    fn screen(&self) -> Option<Step<'_>> {
        Some(Step::Affine { w: &self.w, b: &self.b })
    }
}
