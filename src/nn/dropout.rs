//! ドロップアウト。

use super::layer::{Layer, Step};
use crate::matrix::Matrix;
use crate::rng::RandomState;
use crate::simd::{map, map2};

/// ドロップアウト（Dropout）
///
/// ```text
/// 学習時: y = x ⊙ m,  m = 1（rand > p のとき）、0（そのほか）      dx = dy ⊙ m
/// テスト時: y = (1 − p) x
/// ```
/// > ランダムにノードを削除して学習させること（Section3）
///
/// 割り算で戻す流儀（inverted dropout）ではなく、講座のとおりテスト時に縮める。
///
/// ```
/// use kakunin::{Matrix, nn::{Dropout, Layer}};
/// use ndarray::array;
/// let mut y = Matrix::default();
/// Dropout::new(0.25).predict(&array![[4.0, 8.0]].into(), &mut y);
/// assert_eq!(y.row(0), [3.0, 6.0]);
/// ```
#[doc(alias = "ドロップアウト")]
pub struct Dropout {
    ratio: f64,
    mask: Matrix,
}

impl Dropout {
    /// 割合 p（0 以上 1 未満）で消す層。
    pub fn new(ratio: f64) -> Dropout {
        Dropout { ratio, mask: Matrix::default() }
    }
}

impl Layer for Dropout {
    fn predict(&self, x: &Matrix, y: &mut Matrix) {
        y.reshape(x.rows(), x.cols());
        let kept = 1.0 - self.ratio;
        map(x.padded(), y.padded_mut(), |x| x * kept);
    }

    fn forward(&mut self, x: &Matrix, y: &mut Matrix, rng: &mut RandomState) {
        self.mask.reshape(x.rows(), x.cols());
        for n in 0..x.rows() {
            self.mask.row_mut(n).fill_with(|| f64::from(rng.rand() > self.ratio));
        }
        y.reshape(x.rows(), x.cols());
        map2(x.padded(), self.mask.padded(), y.padded_mut(), |x, m| x * m);
    }

    fn backward(&mut self, _x: &Matrix, _y: &Matrix, dy: &Matrix, dx: &mut Matrix) {
        dx.reshape(dy.rows(), dy.cols());
        map2(dy.padded(), self.mask.padded(), dx.padded_mut(), |dy, m| dy * m);
    }

    #[allow(private_interfaces)]
    fn screen(&self) -> Option<Step<'_>> {
        Some(Step::Scale(1.0 - self.ratio))
    }
}
