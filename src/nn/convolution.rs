//! 畳み込み層。

use super::affine::sum_of_rows;
use super::im2col::{Filter, col2im, im2col};
use super::layer::{Layer, Param, ParamName};
use crate::error::Error;
use crate::matrix::Matrix;
use ndarray::{Array4, ArrayView4};

/// 一件の画像の形（チャンネル、縦、横）。行列の一行に、この順で並ぶ。
pub type ImageShape = [usize; 3];

/// 畳み込み層（Convolution, Conv2d）
///
/// ```text
/// u[n, f, y, x] = Σ_{c, i, j} x[n, c, s·y + i − p, s·x + j − p] · W[f, c, i, j] + b[f]
/// 行列で: U = im2col(x) Wᵀ + b
/// ```
/// > 縦・横・チャンネルの3次元のデータをそのまま学習し、次に伝えることができる（Section4）
///
/// x: (N, C·H·W)、u: (N, F·OH·OW)。W は一列が一つのフィルターの行列 (C·FH·FW, F)。
///
/// ```
/// use kakunin::{Matrix, nn::{Convolution, Layer, im2col::Filter}};
/// use ndarray::array;
/// let w = array![[1.0], [0.0], [0.0], [1.0]].into();                // 左上と右下を足すフィルター
/// let conv = Convolution::new(1, [1, 2, 3], Filter::square(2, 1, 0), w, array![[0.5]].into())?;
/// let mut u = Matrix::default();
/// conv.predict(&array![[1., 2., 3., 4., 5., 6.]].into(), &mut u);
/// assert_eq!(u.row(0), [6.5, 8.5]);                                // 1 + 5 + 0.5, 2 + 6 + 0.5
/// # Ok::<(), kakunin::Error>(())
/// ```
#[doc(alias = "畳み込み層")]
#[doc(alias = "Conv2d")]
pub struct Convolution {
    layer: usize,
    input: ImageShape,
    filter: Filter,
    output: (usize, usize),
    w: Matrix,
    b: Matrix,
    dw: Matrix,
    db: Matrix,
}

impl Convolution {
    /// `layer` 番目（1 から）の畳み込み層。
    ///
    /// # Errors
    /// フィルターが画像に当てられないとき。
    pub fn new(
        layer: usize,
        input: ImageShape,
        filter: Filter,
        w: Matrix,
        b: Matrix,
    ) -> Result<Convolution, Error> {
        let output = filter.output(input[1], input[2])?;
        assert_eq!(w.rows(), input[0] * filter.height * filter.width, "W の行数は C·FH·FW");
        let (dw, db) = (Matrix::zeros(w.rows(), w.cols()), Matrix::zeros(1, w.cols()));
        Ok(Convolution { layer, input, filter, output, w, b, dw, db })
    }

    /// 出力の形（フィルターの数、縦、横）
    pub fn output(&self) -> ImageShape {
        [self.w.cols(), self.output.0, self.output.1]
    }

    /// im2col of a batch; the geometry was checked by `new`.
    fn columns(&self, x: &Matrix) -> Matrix {
        let images = images(x, self.input);
        im2col(images.view(), self.filter).map(Matrix::from).unwrap_or_default()
    }
}

/// Rows as images (N, C, H, W).
pub(crate) fn images(x: &Matrix, [c, h, w]: ImageShape) -> Array4<f64> {
    let mut images = Array4::zeros((x.rows(), c, h, w));
    let size = c * h * w;
    if let Some(flat) = images.as_slice_mut() {
        flat.chunks_mut(size.max(1)).zip(x.iter_rows()).for_each(|(to, from)| to.copy_from_slice(from));
    }
    images
}

/// Images as rows.
pub(crate) fn rows(images: ArrayView4<'_, f64>, to: &mut Matrix) {
    let (n, c, h, w) = images.dim();
    to.reshape(n, c * h * w);
    for (i, image) in images.outer_iter().enumerate() {
        to.row_mut(i).iter_mut().zip(image.iter()).for_each(|(to, from)| *to = *from);
    }
}

impl Layer for Convolution {
    fn predict(&self, x: &Matrix, u: &mut Matrix) {
        let (oh, ow) = self.output;
        let mut places = Matrix::default();
        crate::simd::matmul(&self.columns(x), &self.w, &mut places);
        // (N·OH·OW, F) → (N, F·OH·OW)
        u.reshape(x.rows(), self.w.cols() * oh * ow);
        for n in 0..x.rows() {
            let u = u.row_mut(n);
            for place in 0..oh * ow {
                let values = places.row(n * oh * ow + place).iter().zip(self.b.row(0));
                values.enumerate().for_each(|(f, (v, b))| u[f * oh * ow + place] = v + b);
            }
        }
    }

    fn backward(&mut self, x: &Matrix, _u: &Matrix, du: &Matrix, dx: &mut Matrix) {
        let (oh, ow) = self.output;
        let mut places = Matrix::zeros(x.rows() * oh * ow, self.w.cols());
        for n in 0..x.rows() {
            for (i, du) in du.row(n).iter().enumerate() {
                places.row_mut(n * oh * ow + i % (oh * ow))[i / (oh * ow)] = *du;
            }
        }
        crate::simd::matmul_tn(&self.columns(x), &places, &mut self.dw);
        sum_of_rows(&places, &mut self.db);
        let (mut wt, mut dcol) = (Matrix::default(), Matrix::default());
        crate::simd::transpose(&self.w, &mut wt);
        crate::simd::matmul(&places, &wt, &mut dcol);
        let [c, h, w] = self.input;
        if let Ok(image) = col2im(dcol.to_array().view(), (x.rows(), c, h, w), self.filter) {
            rows(image.view(), dx);
        }
    }

    fn params(&mut self) -> Vec<Param<'_>> {
        vec![
            Param { name: ParamName::W(self.layer), value: &mut self.w, grad: &mut self.dw },
            Param { name: ParamName::B(self.layer), value: &mut self.b, grad: &mut self.db },
        ]
    }
}
