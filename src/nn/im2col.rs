//! im2col と col2im: 畳み込みを行列の積にする並べ替え。
//!
//! > im2colによって画像を二次元配列になるということを確認できた（考察）

use crate::error::{Error, ErrorKind};
use ndarray::{Array2, Array4, Array6, ArrayView2, ArrayView4, s};

/// フィルターの動かし方: 大きさ、ストライド、パディング。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter {
    /// 縦の大きさ
    pub height: usize,
    /// 横の大きさ
    pub width: usize,
    /// ストライド（1 以上）
    pub stride: usize,
    /// パディング
    pub pad: usize,
}

impl Filter {
    /// 正方形のフィルター。
    pub const fn square(size: usize, stride: usize, pad: usize) -> Filter {
        Filter { height: size, width: size, stride, pad }
    }

    /// 出力の（縦、横）: ⌊(n + 2p − f) / s⌋ + 1
    ///
    /// # Errors
    /// フィルターが（パディングした）画像より大きいとき、大きさやストライドが 0 のとき。
    ///
    /// ```
    /// use kakunin::nn::im2col::Filter;
    /// assert_eq!(Filter::square(2, 1, 1).output(6, 6)?, (7, 7));      // 確認テスト
    /// # Ok::<(), kakunin::Error>(())
    /// ```
    pub fn output(self, height: usize, width: usize) -> Result<(usize, usize), Error> {
        let Filter { height: fh, width: fw, stride, pad } = self;
        let padded = |n: usize| pad.checked_mul(2).and_then(|both| both.checked_add(n));
        let fits = |n, f| stride > 0 && f > 0 && n > 0 && padded(n).is_some_and(|n| n >= f);
        if !fits(height, fh) || !fits(width, fw) {
            return Err(Error::new(
                ErrorKind::Setting,
                format!(
                    "{height}×{width} の画像に {fh}×{fw} のフィルター（ストライド {stride}、パディング {pad}）は当てられません。フィルターは 1 以上で画像＋パディング以下、ストライドは 1 以上にしてください。"
                ),
                format!(
                    "A {fh}×{fw} filter (stride {stride}, padding {pad}) does not fit a {height}×{width} image; give a filter from 1 up to the padded image and a stride of at least 1."
                ),
            ));
        }
        Ok(((height + 2 * pad - fh) / stride + 1, (width + 2 * pad - fw) / stride + 1))
    }
}

/// (N, C, fy, fx, oy, ox): each tap of the filter at each place.
fn gather(x: ArrayView4<'_, f64>, filter: Filter) -> Result<Array6<f64>, Error> {
    let (n, c, h, w) = x.dim();
    let (oh, ow) = filter.output(h, w)?;
    let pad = filter.pad;
    let mut padded = Array4::zeros((n, c, h + 2 * pad, w + 2 * pad));
    padded.slice_mut(s![.., .., pad..pad + h, pad..pad + w]).assign(&x);
    let mut col = Array6::zeros((n, c, filter.height, filter.width, oh, ow));
    for fy in 0..filter.height {
        for fx in 0..filter.width {
            let (y_end, x_end) = (fy + filter.stride * (oh - 1) + 1, fx + filter.stride * (ow - 1) + 1);
            let seen = padded.slice(s![.., .., fy..y_end;filter.stride, fx..x_end;filter.stride]);
            col.slice_mut(s![.., .., fy, fx, .., ..]).assign(&seen);
        }
    }
    Ok(col)
}

/// 画像（N, C, H, W）を、フィルターの当たる場所ごとに一行の行列（N·OH·OW, C·FH·FW）に並べる。
///
/// # Errors
/// フィルターが画像に当てられないとき。
///
/// ```
/// use kakunin::nn::im2col::{Filter, im2col};
/// use ndarray::{Array4, array};
/// let x = Array4::from_shape_vec((1, 1, 2, 3), vec![1., 2., 3., 4., 5., 6.])?;
/// assert_eq!(im2col(x.view(), Filter::square(2, 1, 0))?, array![[1., 2., 4., 5.], [2., 3., 5., 6.]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn im2col(x: ArrayView4<'_, f64>, filter: Filter) -> Result<Array2<f64>, Error> {
    let col = gather(x, filter)?;
    let (n, c, fh, fw, oh, ow) = col.dim();
    let ordered = col.permuted_axes([0, 4, 5, 1, 2, 3]);
    Ok(flattened(ordered.iter().copied(), (n * oh * ow, c * fh * fw)))
}

/// 2_6 のノートブックに印刷された im2col: 軸を入れ替える一行が消されているので、場所が混ざる。
///
/// > im2colとim2colの整合性はない（考察）
///
/// # Errors
/// フィルターが画像に当てられないとき。
pub fn im2col_without_transpose(x: ArrayView4<'_, f64>, filter: Filter) -> Result<Array2<f64>, Error> {
    let col = gather(x, filter)?;
    let (n, c, fh, fw, oh, ow) = col.dim();
    Ok(flattened(col.iter().copied(), (n * oh * ow, c * fh * fw)))
}

/// im2col の随伴: 行列の値を画像の元の場所へ足し戻す。`shape` は画像の（N, C, H, W）。
///
/// col2im(im2col(x)) は、各画素にそれを見た場所の数を掛けたもの。場所が重ならなければ x に戻る。
///
/// # Errors
/// フィルターが画像に当てられないとき、行列の形が合わないとき。
///
/// ```
/// use kakunin::nn::im2col::{Filter, col2im, im2col};
/// use ndarray::{Array4, array};
/// let ones = Array4::ones((1, 1, 1, 3));
/// let filter = Filter { height: 1, width: 2, stride: 1, pad: 0 };
/// let back = col2im(im2col(ones.view(), filter)?.view(), (1, 1, 1, 3), filter)?;
/// assert_eq!(back.into_raw_vec_and_offset().0, [1.0, 2.0, 1.0]);       // 真ん中は二度見られる
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn col2im(
    col: ArrayView2<'_, f64>,
    shape: (usize, usize, usize, usize),
    filter: Filter,
) -> Result<Array4<f64>, Error> {
    let (n, c, h, w) = shape;
    let (oh, ow) = filter.output(h, w)?;
    let (fh, fw, pad) = (filter.height, filter.width, filter.pad);
    if col.dim() != (n * oh * ow, c * fh * fw) {
        return Err(Error::new(
            ErrorKind::Setting,
            format!(
                "行列の形は {:?} ですが、この画像とフィルターでは ({}, {}) です。",
                col.dim(),
                n * oh * ow,
                c * fh * fw
            ),
            format!(
                "The matrix is {:?}; this image and filter want ({}, {}).",
                col.dim(),
                n * oh * ow,
                c * fh * fw
            ),
        ));
    }
    let mut image = Array4::zeros((n, c, h + 2 * pad, w + 2 * pad));
    for ((row, at), value) in col.indexed_iter() {
        let (i, oy, ox) = (row / (oh * ow), row / ow % oh, row % ow);
        let (channel, fy, fx) = (at / (fh * fw), at / fw % fh, at % fw);
        image[[i, channel, oy * filter.stride + fy, ox * filter.stride + fx]] += value;
    }
    Ok(image.slice(s![.., .., pad..pad + h, pad..pad + w]).to_owned())
}

fn flattened(values: impl Iterator<Item = f64>, shape: (usize, usize)) -> Array2<f64> {
    let mut m = Array2::zeros(shape);
    m.iter_mut().zip(values).for_each(|(to, from)| *to = from);
    m
}
