//! ノートブックの最初のセルで読み込むもの: `use kakunin::prelude::*;`
//!
//! | 何 | 名前 |
//! | --- | --- |
//! | 節（学習の表は `EXPERIMENTS`、共通の条件は `BASE`） | [`vanishing_gradient`]、[`optimizer`]、[`overfitting`]、[`simple_cnn`] |
//! | データ | [`mnist()`]、[`Samples`]、[`Split`] |
//! | 学習 | [`Experiment`]、[`History`]、[`Hits`]、[`Point`]、[`Training`]、[`Step`]、[`Slip`] |
//! | 条件に書くもの | [`Model`]、[`Mlp`]、[`ConvNet`]、[`Rule`]、[`Penalty`]、[`Trains`]、[`Measure`]、[`When`]、[`On`] |
//! | 部品 | [`Sgd`] から [`Adam`] まで、[`UpdateRule`]、[`Relu`] など、[`Init`]、[`Affine`] など、[`Filter`]、[`im2col()`] |
//! | 図と表示 | [`plot`]、[`curves_svg`]、[`Picture`]、[`Series`]、[`Output`]、[`DisplayHandle`] |
//! | 配列（`ndarray`） | [`Array1`]、[`Array2`]、[`Array3`]、[`Array4`]、[`ArrayView2`]、[`ArrayView4`]、[`Axis`]、[`array!`]、[`s!`] |
//! | 実験室（一つの考えに一つの図） | [`lab`]、[`show`]、[`compare`]、[`custom`] |
//! | 練習（自分のコードを調べる） | [`exercise`]、[`check_rule`]、[`check_im2col`]、[`check_dropout`]、[`check_sigmoid_slope`]、[`check_softmax_with_loss`]、[`check_batch_norm_backward`] |
//! | 確認テスト | [`ask`]、[`check`]、[`hint`]、[`reveal`]、[`status`]、[`appeal`]、[`drill`](quiz::drill())、[`grade`](quiz::grade) |
//! | 主張、診断、正誤表 | [`claims`]、[`Verdict`]、[`diagnose`]、[`errata`](errata()) |
//! | そのほか | [`published`]、[`Error`]、[`Lang`] |
//!
//! 最初の学習（正答率の曲線は、セルの最後に `history` と書けば図になる）:
//!
//! ```
//! use kakunin::prelude::*;
//! let data = mnist()?;
//! let short = Experiment { iterations: 20, test_rows: 1_000, ..optimizer::BASE };
//! let history = short.run(0, &data)?;
//! assert_eq!(history.curve.len(), 2);
//! # Ok::<(), Error>(())
//! ```

use std::sync::Arc;

pub use crate::claims::Verdict;
pub use crate::diagnosis::diagnose;
pub use crate::errata::errata;
pub use crate::{claims, lab, optimizer, overfitting, plot, simple_cnn, vanishing_gradient};

pub use crate::{
    Error, Experiment, History, Hits, Lang, Matrix, Measure, On, Point, Samples, Slip, Split, Step, Training,
    When, published,
};

pub use crate::exercise::{
    self, check_batch_norm_backward, check_dropout, check_im2col, check_rule, check_sigmoid_slope,
    check_softmax_with_loss,
};
pub use crate::lab::{Part, Schedule, Scheduled, Surface, compare, show};
pub use crate::rng::RandomState;

pub use crate::nn::im2col::{Filter, col2im, im2col};
pub use crate::nn::{
    Activation, AdaGrad, Adam, Affine, AveragePooling, BatchNorm, ConvNet, Convolution, Dropout,
    FirstGradient, Init, Layer, MaxPooling, Mlp, Model, Momentum, Net, Optimizer, Penalty, Relu, RmsProp,
    Rule, Sgd, Sigmoid, Tanh, Trains, UpdateRule, custom,
};

pub use crate::notebook::{DisplayHandle, Output};
pub use crate::plot::{Picture, Role, Scale, Series, curves_svg};
/// 確認テスト: [`kakunin::quiz`](crate::quiz)。
pub use crate::quiz;
pub use crate::quiz::{appeal, ask, check, drill, hint, reveal, status};

pub use ndarray::{Array1, Array2, Array3, Array4, ArrayView1, ArrayView2, ArrayView4, Axis, array, s};

/// MNIST を読む: [`kakunin::mnist`](crate::mnist())。
///
/// # Errors
/// ファイルがない、壊れているとき。
// Not a re-export, which would bring the module of that name as well and make `mnist::…`, the crate, ambiguous.
pub fn mnist() -> Result<Arc<Split>, Error> {
    crate::mnist()
}
