//! 二つのパラメータの曲面: 谷、鞍点、二つのくぼみ。

/// 最適化の道すじを見るための曲面 f(x, y)。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// 細長い谷: f = x²/20 + y²
    Valley,
    /// 鞍点: f = x² − y² + y⁴/4。原点のすぐ脇から始める
    Saddle,
    /// 二つのくぼみ: f = x⁴/4 − x² + 3x/10 + y²/2。低いのは左
    TwoWells,
}

impl Surface {
    /// 高さ f(x, y)
    ///
    /// ```
    /// use kakunin::lab::Surface;
    /// assert_eq!(Surface::Valley.height(2.0, 1.0), 1.2);
    /// ```
    pub fn height(self, x: f64, y: f64) -> f64 {
        match self {
            Surface::Valley => x * x / 20.0 + y * y,
            Surface::Saddle => x * x - y * y + y * y * y * y / 4.0,
            Surface::TwoWells => x * x * x * x / 4.0 - x * x + 0.3 * x + y * y / 2.0,
        }
    }

    /// 勾配（∂f/∂x, ∂f/∂y）
    pub fn gradient(self, x: f64, y: f64) -> (f64, f64) {
        match self {
            Surface::Valley => (x / 10.0, 2.0 * y),
            Surface::Saddle => (2.0 * x, -2.0 * y + y * y * y),
            Surface::TwoWells => (x * x * x - 2.0 * x + 0.3, y),
        }
    }

    /// 道すじの始まり
    pub fn start(self) -> (f64, f64) {
        match self {
            Surface::Valley => (-7.0, 2.0),
            Surface::Saddle => (1.5, 0.01),
            Surface::TwoWells => (2.0, 1.5),
        }
    }

    /// いちばん低いところの高さ
    pub fn lowest(self) -> f64 {
        match self {
            Surface::Valley => 0.0,
            Surface::Saddle => -1.0,
            Surface::TwoWells => self.height(LEFT_WELL, 0.0),
        }
    }

    /// (left, right), (bottom, top) of the picture.
    pub(super) fn view(self) -> ((f64, f64), (f64, f64)) {
        match self {
            Surface::Valley => ((-8.0, 3.0), (-2.6, 2.6)),
            Surface::Saddle => ((-2.0, 2.0), (-2.0, 2.0)),
            Surface::TwoWells => ((-2.2, 2.4), (-2.0, 2.0)),
        }
    }
}

/// The left root of x³ − 2x + 0.3.
const LEFT_WELL: f64 = -1.483_967_893_197_726_3;
