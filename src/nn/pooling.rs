//! プーリング層。

use super::convolution::ImageShape;
use super::im2col::Filter;
use super::layer::Layer;
use crate::error::Error;
use crate::matrix::Matrix;

/// Which window lies where: shared by both poolings.
#[derive(Debug, Clone, Copy)]
struct Windows {
    input: ImageShape,
    window: Filter,
    output: (usize, usize),
}

impl Windows {
    fn new(input: ImageShape, window: Filter) -> Result<Windows, Error> {
        Ok(Windows { input, window, output: window.output(input[1], input[2])? })
    }

    fn outputs(&self) -> usize {
        self.input[0] * self.output.0 * self.output.1
    }

    /// The inputs of output i, row by row; places in the padding are left out.
    fn places(&self, i: usize) -> impl Iterator<Item = usize> {
        let [_, h, w] = self.input;
        let (oh, ow) = self.output;
        let Filter { height, width, stride, pad } = self.window;
        let (c, oy, ox) = (i / (oh * ow), i / ow % oh, i % ow);
        (0..height * width).filter_map(move |t| {
            let (y, x) = (oy * stride + t / width, ox * stride + t % width);
            let inside = y >= pad && x >= pad && y - pad < h && x - pad < w;
            inside.then(|| (c * h + y - pad) * w + x - pad)
        })
    }
}

/// 最大プーリング（Max Pooling）
///
/// ```text
/// y = 窓の中の最大値          dx: 最大だった画素へ dy、ほかは 0（同じ値なら先の画素）
/// ```
/// > 畳み込み層の出力を入力とし、そのうちの最大値を出力する。（Section4）
///
/// ```
/// use kakunin::{Matrix, nn::{Layer, MaxPooling, im2col::Filter}};
/// use ndarray::array;
/// let pool = MaxPooling::new([1, 2, 4], Filter::square(2, 2, 0))?;
/// let mut y = Matrix::default();
/// pool.predict(&array![[1., 2., 5., 6., 3., 4., 7., 8.]].into(), &mut y);
/// assert_eq!(y.row(0), [4.0, 8.0]);
/// # Ok::<(), kakunin::Error>(())
/// ```
#[doc(alias = "マックスプーリング")]
#[doc(alias = "MaxPool2d")]
#[derive(Debug, Clone, Copy)]
pub struct MaxPooling(Windows);

impl MaxPooling {
    /// 窓の大きさ・ストライド・パディングを `Filter` で渡す。
    ///
    /// # Errors
    /// 窓が画像に当てられないとき。
    pub fn new(input: ImageShape, window: Filter) -> Result<MaxPooling, Error> {
        Ok(MaxPooling(Windows::new(input, window)?))
    }

    /// The first of the largest inputs of output i; none where the whole window is padding.
    fn winner(&self, x: &[f64], i: usize) -> Option<usize> {
        self.0.places(i).reduce(|best, place| if x[place] > x[best] { place } else { best })
    }
}

impl Layer for MaxPooling {
    fn predict(&self, x: &Matrix, y: &mut Matrix) {
        y.reshape(x.rows(), self.0.outputs());
        for n in 0..x.rows() {
            let x = x.row(n);
            y.row_mut(n)
                .iter_mut()
                .enumerate()
                .for_each(|(i, y)| *y = self.winner(x, i).map_or(0.0, |place| x[place]));
        }
    }

    fn backward(&mut self, x: &Matrix, _y: &Matrix, dy: &Matrix, dx: &mut Matrix) {
        dx.reshape(x.rows(), x.cols());
        dx.fill(0.0);
        for n in 0..x.rows() {
            for (i, dy) in dy.row(n).iter().enumerate() {
                if let Some(place) = self.winner(x.row(n), i) {
                    dx.row_mut(n)[place] += dy;
                }
            }
        }
    }
}

/// 平均プーリング（Average Pooling）
///
/// ```text
/// y = 窓の中の平均値          dx: 窓のどの画素へも dy / 窓の画素数
/// ```
/// > 畳み込み層の出力を入力とし、それらの入力の平均値を出力する。（Section4）
///
/// パディングの 0 も平均に数える。
///
/// ```
/// use kakunin::{Matrix, nn::{AveragePooling, Layer, im2col::Filter}};
/// use ndarray::array;
/// let pool = AveragePooling::new([1, 2, 2], Filter::square(2, 2, 0))?;
/// let mut y = Matrix::default();
/// pool.predict(&array![[1., 2., 3., 6.]].into(), &mut y);
/// assert_eq!(y.row(0), [3.0]);
/// # Ok::<(), kakunin::Error>(())
/// ```
#[doc(alias = "アベレージプーリング")]
#[derive(Debug, Clone, Copy)]
pub struct AveragePooling(Windows);

impl AveragePooling {
    /// 窓の大きさ・ストライド・パディングを `Filter` で渡す。
    ///
    /// # Errors
    /// 窓が画像に当てられないとき。
    pub fn new(input: ImageShape, window: Filter) -> Result<AveragePooling, Error> {
        Ok(AveragePooling(Windows::new(input, window)?))
    }

    fn area(&self) -> f64 {
        (self.0.window.height * self.0.window.width) as f64
    }
}

impl Layer for AveragePooling {
    fn predict(&self, x: &Matrix, y: &mut Matrix) {
        y.reshape(x.rows(), self.0.outputs());
        for n in 0..x.rows() {
            for (i, y) in y.row_mut(n).iter_mut().enumerate() {
                *y = self.0.places(i).map(|place| x.row(n)[place]).sum::<f64>() / self.area();
            }
        }
    }

    fn backward(&mut self, x: &Matrix, _y: &Matrix, dy: &Matrix, dx: &mut Matrix) {
        dx.reshape(x.rows(), x.cols());
        dx.fill(0.0);
        for n in 0..x.rows() {
            for (i, dy) in dy.row(n).iter().enumerate() {
                self.0.places(i).for_each(|place| dx.row_mut(n)[place] += dy / self.area());
            }
        }
    }
}
