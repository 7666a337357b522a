//! ソフトマックス関数と交差エントロピー誤差。

use crate::matrix::Matrix;
use crate::simd::{exp, map_in_place};

/// ソフトマックス関数（softmax）: yₖ = e^(uₖ − max u) / Σ e^(uⱼ − max u)
///
/// ```
/// use kakunin::{Matrix, nn::loss::softmax};
/// use ndarray::array;
/// let mut y = Matrix::default();
/// softmax(&array![[5.0, 5.0]].into(), &mut y);
/// assert_eq!(y.row(0), [0.5, 0.5]);
/// ```
pub fn softmax(u: &Matrix, y: &mut Matrix) {
    y.reshape(u.rows(), u.cols());
    for n in 0..u.rows() {
        let (u, y) = (u.row(n), y.row_mut(n));
        let max = u.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        y.iter_mut().zip(u).for_each(|(y, u)| *y = u - max);
    }
    map_in_place(y.padded_mut(), exp);
    for n in 0..y.rows() {
        let y = y.row_mut(n);
        let sum: f64 = y.iter().sum();
        y.iter_mut().for_each(|y| *y /= sum);
    }
}

/// 交差エントロピー誤差（cross entropy）: L = −(1/N) Σₙ ln(yₙ\[dₙ\] + 1e-7)
///
/// ```
/// use kakunin::nn::loss::cross_entropy;
/// use ndarray::array;
/// let loss = cross_entropy(&array![[0.5, 0.5]].into(), &[1]);
/// assert!((loss - 2f64.ln()).abs() < 1e-6);
/// ```
#[doc(alias = "交差エントロピー")]
pub fn cross_entropy(y: &Matrix, d: &[u8]) -> f64 {
    let sum: f64 = y.iter_rows().zip(d).map(|(y, &d)| (y[usize::from(d)] + 1e-7).ln()).sum();
    -sum / d.len() as f64
}

/// ソフトマックスと交差エントロピーを合わせた逆伝播: du = (y − d) / N（d は one-hot）
pub fn softmax_cross_entropy_gradient(y: &Matrix, d: &[u8], du: &mut Matrix) {
    let n = d.len() as f64;
    du.reshape(y.rows(), y.cols());
    for (i, &d) in d.iter().enumerate() {
        let du = du.row_mut(i);
        for (k, (du, y)) in du.iter_mut().zip(y.row(i)).enumerate() {
            *du = (y - f64::from(k == usize::from(d))) / n;
        }
    }
}

/// 出力が最大のクラス（同じ値なら先のもの）。
pub(crate) fn argmax(u: &[f64]) -> usize {
    let mut best = 0;
    for (k, u_k) in u.iter().enumerate() {
        if *u_k > u[best] {
            best = k;
        }
    }
    best
}
