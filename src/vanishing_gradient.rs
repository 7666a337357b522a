//! Section1 勾配消失問題
//!
//! 深い層へ誤差を逆伝播すると、活性化関数の傾きと重みが何度も掛けられ、勾配が小さくなっていく。
//! シグモイドの傾きは最大でも 0.25 なので、とくに小さくなる。ここの六つの実験は、同じ 784-40-20-10 の
//! ネットワークで活性化関数（シグモイド、ReLU）と重みの初期値（Gauss、Xavier、He）を変えて比べる。
//!
//! > 誤差逆伝播法で下位層に進んでいくにつれて勾配がどんどん緩やかになっていく（Section1）
//!
//! 読む順: [`Sigmoid`]、[`Relu`] → [`Init`] → [`EXPERIMENTS`]。原典のシグモイドには書き誤りがある:
//! [`Activation::SigmoidSlopeOfOutput`]。

pub use crate::nn::{Activation, BatchNorm, Init, Relu, Sigmoid, Tanh};

use crate::experiment::{Experiment, Measure, On, Source, When};
use crate::nn::{Mlp, Model, Penalty, Rule, Sgd, Trains};

/// この節の実験に共通の条件。表の各行は、変えるものだけを書く。
pub const BASE: Experiment = Experiment {
    source: at(8),
    title: "シグモイド・Gauss",
    model: SIGMOID_GAUSS,
    rule: Rule::Sgd(Sgd { lr: 0.1 }),
    penalty: Penalty::None,
    trains: Trains::All,
    iterations: 2000,
    batch: 100,
    train_rows: 60_000,
    test_rows: 10_000,
    measure: Measure { every: 10, when: When::BeforeUpdate, train: On::Batch },
};

/// ノートブック 2_2_1 の六つの学習。
#[rustfmt::skip]
pub const EXPERIMENTS: &[Experiment] = &[
    Experiment { source: at(8),  title: "シグモイド・Gauss",  model: SIGMOID_GAUSS,                                            ..BASE },
    Experiment { source: at(10), title: "ReLU・Gauss",        model: mlp(Activation::Relu, Init::Gauss { std: 0.01 }),         ..BASE },
    Experiment { source: at(12), title: "シグモイド・Xavier", model: mlp(Activation::SigmoidSlopeOfOutput, Init::XavierByDivision), ..BASE },
    Experiment { source: at(14), title: "ReLU・He",           model: mlp(Activation::Relu, Init::HeByDivision),                ..BASE },
    Experiment { source: at(17), title: "シグモイド・He",     model: mlp(Activation::SigmoidSlopeOfOutput, Init::HeByDivision), ..BASE },
    Experiment { source: at(19), title: "ReLU・Xavier",       model: mlp(Activation::Relu, Init::XavierByDivision),            ..BASE },
];

const SIGMOID_GAUSS: Model = mlp(Activation::SigmoidSlopeOfOutput, Init::Gauss { std: 0.01 });

const fn at(cell: u32) -> Source {
    Source { family: "2_2_1", cell }
}

const fn mlp(activation: Activation, init: Init) -> Model {
    Model::Mlp(Mlp { hidden: &[40, 20], activation, init, batch_norm: false, dropout: None })
}
