//! 重みの初期値。

use crate::matrix::Matrix;
use crate::rng::RandomState;

/// 重みの初期値。n は前の層のノード数。バイアスはいつも 0。
#[doc(alias = "初期値")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Init {
    /// 平均 0、標準偏差 `std` の正規乱数
    Gauss {
        /// 標準偏差
        std: f64,
    },
    /// Xavier: √(1/n) · randn
    Xavier,
    /// He: √(2/n) · randn
    He,
    /// Xavier を講座の式のとおりに割り算で: randn / √n
    ///
    /// > 重みの要素を前の層のノード数の平方根で除算した値（Section1）
    XavierByDivision,
    /// He を講座の式のとおりに割り算で: randn / √n · √2
    ///
    /// > 重みの要素を前の層のノード数の平方根で除算した値に対して√2を掛け合わせたもの（Section1）
    HeByDivision,
}

impl Init {
    /// 標準偏差。
    ///
    /// ```
    /// use kakunin::nn::Init;
    /// assert_eq!(Init::Xavier.std(4), 0.5);
    /// assert_eq!(Init::He.std(8), 0.5);
    /// ```
    pub fn std(self, fan_in: usize) -> f64 {
        let n = fan_in as f64;
        match self {
            Init::Gauss { std } => std,
            Init::Xavier | Init::XavierByDivision => (1.0 / n).sqrt(),
            Init::He | Init::HeByDivision => (2.0 / n).sqrt(),
        }
    }

    /// (fan_in, fan_out) の重みを、行ごとに引く。
    pub fn weights(self, rng: &mut RandomState, fan_in: usize, fan_out: usize) -> Matrix {
        let mut w = Matrix::zeros(fan_in, fan_out);
        for i in 0..fan_in {
            w.row_mut(i).fill_with(|| self.scaled(rng.randn(), fan_in));
        }
        w
    }

    /// One drawn number, scaled in the very operations of the original, whose last digit depends on them.
    pub(crate) fn scaled(self, randn: f64, fan_in: usize) -> f64 {
        match self {
            Init::Gauss { .. } | Init::Xavier | Init::He => self.std(fan_in) * randn,
            Init::XavierByDivision => randn / (fan_in as f64).sqrt(),
            Init::HeByDivision => randn / (fan_in as f64).sqrt() * 2f64.sqrt(),
        }
    }
}
