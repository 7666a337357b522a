//! Section3 過学習
//!
//! 訓練データを 300 枚に絞り、中間層を六つにして、わざと過学習させる。訓練の正答率は 1 に、検証の正答率は
//! 0.75 ほどで止まる。それを抑える二つの方法、重みを小さく保つ正則化（[`Penalty`]）と、ノードをランダムに
//! 消すドロップアウト（[`Dropout`]）を比べる。
//!
//! > 重みが大きすぎるということは、過学習の可能性がある。（Section3）
//!
//! 読む順: [`Penalty`] → [`Dropout`] → [`EXPERIMENTS`]。原典の書き誤りは [`Trains::HiddenOnly`]、
//! [`Penalty::L2RecordedAsRoot`]、[`Penalty::L1HeadedL2`]、[`Penalty::L2LeftOver`]。

pub use crate::nn::{Dropout, Penalty, Trains};

use crate::experiment::{Experiment, Measure, On, Source, When};
use crate::nn::{Activation, AdaGrad, Adam, FirstGradient, Init, Mlp, Model, Momentum, Rule, Sgd};

/// この節の実験に共通の条件。表の各行は、変えるものだけを書く。
pub const BASE: Experiment = Experiment {
    source: at(7),
    title: "過学習",
    model: Model::Mlp(SIX_LAYERS),
    rule: sgd(0.01),
    penalty: Penalty::None,
    trains: Trains::All,
    iterations: 1000,
    batch: 100,
    train_rows: 300,
    test_rows: 10_000,
    measure: Measure { every: 10, when: When::AfterUpdate, train: On::TrainRows },
};

/// ノートブック 2_5 の 14 の学習。
#[rustfmt::skip]
pub const EXPERIMENTS: &[Experiment] = &[
    Experiment { source: at(7),  title: "過学習", ..BASE },

    Experiment { source: at(10), title: "L2（λ = 0.1）",                     rule: sgd(0.01), penalty: Penalty::L2RecordedAsRoot { lambda: 0.1 },   ..HIDDEN_ONLY },
    Experiment { source: at(12), title: "L1（λ = 0.005）",                   rule: sgd(0.1),  penalty: Penalty::L1 { lambda: 0.005 },               ..HIDDEN_ONLY },
    Experiment { source: at(16), title: "見出しは L2、実は L1（λ = 0.01）",  rule: sgd(0.1),  penalty: Penalty::L1HeadedL2 { lambda: 0.01 },        ..HIDDEN_ONLY },
    Experiment { source: at(18), title: "L1（λ = 0.01）",                    rule: sgd(0.1),  penalty: Penalty::L1 { lambda: 0.01 },                ..HIDDEN_ONLY },
    Experiment { source: at(22), title: "見出しは L2、実は L1（λ = 0.001）", rule: sgd(0.1),  penalty: Penalty::L1HeadedL2 { lambda: 0.001 },       ..HIDDEN_ONLY },
    Experiment { source: at(24), title: "L1（λ = 0.001）",                   rule: sgd(0.1),  penalty: Penalty::L1 { lambda: 0.001 },               ..HIDDEN_ONLY },

    Experiment { source: at(28), title: "ドロップアウト 0.15",               ..DROPOUT },
    Experiment { source: at(30), title: "ドロップアウト 0.15（SGD）",        ..DROPOUT },
    Experiment { source: at(31), title: "ドロップアウト 0.15（SGD、もう一度）", ..DROPOUT },
    Experiment { source: at(32), title: "ドロップアウト 0.15（Momentum）",   rule: Rule::Momentum(Momentum { lr: 0.01, mu: 0.9 }), ..DROPOUT },
    Experiment { source: at(33), title: "ドロップアウト 0.15（AdaGrad）",    rule: ADA_GRAD_OF_LIBRARY, ..DROPOUT },
    Experiment { source: at(34), title: "ドロップアウト 0.15（Adam）",       rule: Rule::Adam(Adam { lr: 0.001, beta1: 0.9, beta2: 0.999 }), ..DROPOUT },

    Experiment { source: at(36), title: "ドロップアウト 0.2 + L1（λ = 0.004）", model: dropout(0.2), penalty: Penalty::L1 { lambda: 0.004 }, ..HIDDEN_ONLY },
];

/// 正則化の行: 更新の繰り返しが出力層に届いていない。
const HIDDEN_ONLY: Experiment = Experiment { trains: Trains::HiddenOnly, ..BASE };

/// ドロップアウトの行: 前のセルの λ = 0.001 が残っている。
const DROPOUT: Experiment =
    Experiment { model: dropout(0.15), penalty: Penalty::L2LeftOver { lambda: 0.001 }, ..BASE };

const SIX_LAYERS: Mlp = Mlp {
    hidden: &[100, 100, 100, 100, 100, 100],
    activation: Activation::Relu,
    init: Init::He,
    batch_norm: false,
    dropout: None,
};

/// ライブラリの AdaGrad: h₀ = 0、分母に 1e-7。
const ADA_GRAD_OF_LIBRARY: Rule =
    Rule::AdaGrad(AdaGrad { lr: 0.01, h0: 0.0, theta: 1e-7, first: FirstGradient::Counted });

const fn at(cell: u32) -> Source {
    Source { family: "2_5", cell }
}

const fn sgd(lr: f64) -> Rule {
    Rule::Sgd(Sgd { lr })
}

const fn dropout(ratio: f64) -> Model {
    Model::Mlp(Mlp { dropout: Some(ratio), ..SIX_LAYERS })
}
