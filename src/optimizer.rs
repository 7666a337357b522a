//! Section2 学習率最適化手法
//!
//! 学習率を、大きく始めて小さくする、パラメータごとに変える、という考えから五つの規則ができた:
//! [`Sgd`] → [`Momentum`] → [`AdaGrad`] → [`RmsProp`] → [`Adam`]。どれも式がそのままコードになっている
//! （[`UpdateRule::delta`]）。26 の実験は、同じネットワークで規則、学習率、活性化関数と初期値、
//! バッチ正規化を変えて比べる。
//!
//! > 学習率最適化手法を使用して学習率を最適化（Section2）
//!
//! 読む順: 規則の五つ → [`BASE`] → [`EXPERIMENTS`]。原典の書き誤りは [`FirstGradient::Skipped`] と
//! [`Trains::AffineOnly`]。

pub use crate::nn::{AdaGrad, Adam, FirstGradient, Momentum, Optimizer, RmsProp, Rule, Sgd, UpdateRule};

use crate::experiment::{Experiment, Measure, On, Source, When};
use crate::nn::{Activation, Init, Mlp, Model, Penalty, Trains};

/// この節の実験に共通の条件。表の各行は、変えるものだけを書く。
pub const BASE: Experiment = Experiment {
    source: at(8),
    title: "SGD",
    model: Model::Mlp(SIGMOID_GAUSS),
    rule: sgd(0.01),
    penalty: Penalty::None,
    trains: Trains::All,
    iterations: 1000,
    batch: 100,
    train_rows: 60_000,
    test_rows: 10_000,
    measure: Measure { every: 10, when: When::AfterUpdate, train: On::Batch },
};

/// ノートブック 2_4 の 26 の学習。
#[rustfmt::skip]
pub const EXPERIMENTS: &[Experiment] = &[
    Experiment { source: at(8),  title: "SGD",                         rule: sgd(0.01),       ..BASE },
    Experiment { source: at(10), title: "Momentum",                    rule: momentum(0.01),  ..BASE },
    Experiment { source: at(12), title: "AdaGrad",                     rule: ada_grad(0.01),  ..BASE },
    Experiment { source: at(14), title: "RMSProp",                     rule: rms_prop(0.01),  ..BASE },
    Experiment { source: at(16), title: "Adam",                        rule: adam(0.01),      ..BASE },

    Experiment { source: at(20), title: "SGD（学習率 0.005）",         rule: sgd(0.005),      ..BASE },
    Experiment { source: at(22), title: "Momentum（学習率 0.005）",    rule: momentum(0.005), ..BASE },
    Experiment { source: at(24), title: "AdaGrad（学習率 0.005）",     rule: ada_grad(0.005), ..BASE },
    Experiment { source: at(26), title: "RMSProp（学習率 0.005）",     rule: rms_prop(0.005), ..BASE },
    Experiment { source: at(28), title: "Adam（学習率 0.005）",        rule: adam(0.005),     ..BASE },

    Experiment { source: at(32), title: "SGD（学習率 0.1）",           rule: sgd(0.1),        ..BASE },
    Experiment { source: at(34), title: "Momentum（学習率 0.1）",      rule: momentum(0.1),   ..BASE },
    Experiment { source: at(36), title: "AdaGrad（学習率 0.1）",       rule: ada_grad(0.1),   ..BASE },
    Experiment { source: at(38), title: "RMSProp（学習率 0.1）",       rule: rms_prop(0.1),   ..BASE },
    Experiment { source: at(40), title: "Adam（学習率 0.1）",          rule: adam(0.1),       ..BASE },
    Experiment { source: at(42), title: "SGD（学習率 0.1、もう一度）", rule: sgd(0.1),        ..BASE },

    Experiment { source: at(45), title: "SGD（ReLU・Xavier）",         rule: sgd(0.01),       model: relu(Init::Xavier),              ..BASE },
    Experiment { source: at(47), title: "Momentum（ReLU・Xavier）",    rule: momentum(0.01),  model: relu(Init::Xavier),              ..BASE },
    Experiment { source: at(49), title: "AdaGrad（ReLU・Gauss）",      rule: ada_grad(0.01),  model: relu(Init::Gauss { std: 0.01 }), ..BASE },
    Experiment { source: at(51), title: "RMSProp（ReLU・Gauss）",      rule: rms_prop(0.01),  model: relu(Init::Gauss { std: 0.01 }), ..BASE },
    Experiment { source: at(53), title: "Adam（ReLU・He）",            rule: adam(0.01),      model: relu(Init::He),                  ..BASE },

    Experiment { source: at(56), title: "SGD（バッチ正規化）",         rule: sgd(0.01),       ..BATCH_NORM },
    Experiment { source: at(58), title: "Momentum（バッチ正規化）",    rule: momentum(0.01),  ..BATCH_NORM },
    Experiment { source: at(60), title: "AdaGrad（バッチ正規化）",     rule: ada_grad(0.01),  ..BATCH_NORM },
    Experiment { source: at(62), title: "RMSProp（バッチ正規化）",     rule: rms_prop(0.01),  ..BATCH_NORM },
    Experiment { source: at(64), title: "Adam（バッチ正規化）",        rule: adam(0.01),      ..BATCH_NORM },
];

/// バッチ正規化の行: γ と β は更新されない。
const BATCH_NORM: Experiment = Experiment {
    model: Model::Mlp(Mlp { batch_norm: true, ..SIGMOID_GAUSS }),
    trains: Trains::AffineOnly,
    ..BASE
};

const SIGMOID_GAUSS: Mlp = Mlp {
    hidden: &[40, 20],
    activation: Activation::Sigmoid,
    init: Init::Gauss { std: 0.01 },
    batch_norm: false,
    dropout: None,
};

const fn at(cell: u32) -> Source {
    Source { family: "2_4", cell }
}

const fn relu(init: Init) -> Model {
    Model::Mlp(Mlp { activation: Activation::Relu, init, ..SIGMOID_GAUSS })
}

const fn sgd(lr: f64) -> Rule {
    Rule::Sgd(Sgd { lr })
}

const fn momentum(lr: f64) -> Rule {
    Rule::Momentum(Momentum { lr, mu: 0.9 })
}

/// ノートブックの AdaGrad: h₀ = 1e-4、分母に θ がなく、一歩目の勾配を足さない。
const fn ada_grad(lr: f64) -> Rule {
    Rule::AdaGrad(AdaGrad { lr, h0: 1e-4, theta: 0.0, first: FirstGradient::Skipped })
}

const fn rms_prop(lr: f64) -> Rule {
    Rule::RmsProp(RmsProp { lr, alpha: 0.99 })
}

const fn adam(lr: f64) -> Rule {
    Rule::Adam(Adam { lr, beta1: 0.9, beta2: 0.999 })
}
