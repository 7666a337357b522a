//! 活性化関数。

use super::layer::{Layer, Step};
use crate::matrix::Matrix;
use crate::simd::{exp, map, map2};

/// 活性化関数の選択。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// [`Sigmoid`]
    Sigmoid,
    /// シグモイド。ただし逆伝播で、傾き σ′ に u ではなく出力 z を渡す: 2_2_1 のノートブックの書き誤り。
    ///
    /// 掛かる値は σ′(z) = σ(z)(1 − σ(z))（0.197 から 0.25）になり、勾配は決して消えない。
    SigmoidSlopeOfOutput,
    /// [`Relu`]
    Relu,
    /// [`Tanh`]
    Tanh,
}

impl Activation {
    pub(crate) fn layer(self) -> Box<dyn Layer> {
        match self {
            Activation::Sigmoid => Box::new(Sigmoid { slope: Slope::OfInput }),
            Activation::SigmoidSlopeOfOutput => Box::new(Sigmoid { slope: Slope::OfOutput }),
            Activation::Relu => Box::new(Relu),
            Activation::Tanh => Box::new(Tanh),
        }
    }
}

/// σ(u) = 1 / (1 + e⁻ᵘ)
#[inline(always)]
pub(crate) fn sigmoid(u: f64) -> f64 {
    1.0 / (1.0 + exp(-u))
}

/// σ′をどこで取るか。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slope {
    /// σ′(u) = z(1 − z): 正しい傾き
    OfInput,
    /// σ′(z): 2_2_1 のノートブックの傾き
    OfOutput,
}

/// シグモイド関数（Sigmoid）
///
/// ```text
/// z = σ(u) = 1 / (1 + e⁻ᵘ)          du = dz · (1 − z) · z
/// ```
/// > シグモイド関数の微分の最大値は0.25でありこれをかけていくことになるので勾配が0に近いていくことがわかる（Section1）
///
/// ```
/// use kakunin::{Matrix, nn::{Layer, Sigmoid}};
/// use ndarray::array;
/// let (u, mut z, mut du) = (Matrix::from(array![[0.0]]), Matrix::default(), Matrix::default());
/// let mut sigmoid = Sigmoid::default();
/// sigmoid.predict(&u, &mut z);
/// sigmoid.backward(&u, &z, &array![[1.0]].into(), &mut du);
/// assert_eq!((z.row(0)[0], du.row(0)[0]), (0.5, 0.25));   // 最大の傾き
/// ```
#[doc(alias = "シグモイド")]
#[derive(Debug, Clone, Copy)]
pub struct Sigmoid {
    /// 傾きの取り方
    pub slope: Slope,
}

impl Default for Sigmoid {
    fn default() -> Self {
        Sigmoid { slope: Slope::OfInput }
    }
}

impl Layer for Sigmoid {
    fn predict(&self, u: &Matrix, z: &mut Matrix) {
        z.reshape(u.rows(), u.cols());
        map(u.padded(), z.padded_mut(), sigmoid);
    }

    fn backward(&mut self, _u: &Matrix, z: &Matrix, dz: &Matrix, du: &mut Matrix) {
        du.reshape(z.rows(), z.cols());
        match self.slope {
            Slope::OfInput => map2(dz.padded(), z.padded(), du.padded_mut(), |dz, z| dz * (1.0 - z) * z),
            Slope::OfOutput => {
                map2(dz.padded(), z.padded(), du.padded_mut(), |dz, z| dz * ((1.0 - sigmoid(z)) * sigmoid(z)))
            }
        }
    }

    #[allow(private_interfaces)]
    fn screen(&self) -> Option<Step<'_>> {
        Some(Step::Sigmoid)
    }
}

/// ReLU（Rectified Linear Unit, 正規化線形関数）
///
/// ```text
/// z = max(0, u)          du = dz（u > 0 のとき）、0（そのほか）
/// ```
/// > ある閾値を超えたらそのままの値を返す関数なので勾配消失が起きにくい（Section1）
///
/// ```
/// use kakunin::{Matrix, nn::{Layer, Relu}};
/// use ndarray::array;
/// let mut z = Matrix::default();
/// Relu.predict(&array![[-1.0, 0.0, 2.0]].into(), &mut z);
/// assert_eq!(z.row(0), [0.0, 0.0, 2.0]);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Relu;

impl Layer for Relu {
    fn predict(&self, u: &Matrix, z: &mut Matrix) {
        z.reshape(u.rows(), u.cols());
        map(u.padded(), z.padded_mut(), |u| if u > 0.0 || u.is_nan() { u } else { 0.0 });
    }

    fn backward(&mut self, u: &Matrix, _z: &Matrix, dz: &Matrix, du: &mut Matrix) {
        du.reshape(u.rows(), u.cols());
        map2(dz.padded(), u.padded(), du.padded_mut(), |dz, u| if u > 0.0 { dz } else { 0.0 });
    }

    #[allow(private_interfaces)]
    fn screen(&self) -> Option<Step<'_>> {
        Some(Step::Relu)
    }
}

/// 双曲線正接関数（tanh）
///
/// ```text
/// z = tanh(u)          du = dz · (1 − z²)
/// ```
///
/// ```
/// use kakunin::{Matrix, nn::{Layer, Tanh}};
/// use ndarray::array;
/// let mut z = Matrix::default();
/// Tanh.predict(&array![[0.0]].into(), &mut z);
/// assert_eq!(z.row(0), [0.0]);
/// ```
#[doc(alias = "双曲線正接関数")]
#[derive(Debug, Clone, Copy)]
pub struct Tanh;

impl Layer for Tanh {
    fn predict(&self, u: &Matrix, z: &mut Matrix) {
        z.reshape(u.rows(), u.cols());
        map(u.padded(), z.padded_mut(), f64::tanh);
    }

    fn backward(&mut self, _u: &Matrix, z: &Matrix, dz: &Matrix, du: &mut Matrix) {
        du.reshape(z.rows(), z.cols());
        map2(dz.padded(), z.padded(), du.padded_mut(), |dz, z| dz * (1.0 - z * z));
    }
}
