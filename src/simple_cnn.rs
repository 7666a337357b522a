//! Section4 CNN
//!
//! 畳み込み層は、画像の縦・横・チャンネルの並びを保ったまま特徴を取り出す。プーリング層は位置の違いに鈍くする。
//! SimpleConvNet は (1, 28, 28) → 畳み込み (30, 24, 24) → プーリング (30, 12, 12) → 100 → 10 と流れる。
//!
//! > 畳み込み層とプーリング層、全結合層から構成される。（Section4）
//!
//! 読む順: [`Convolution`] → [`im2col`] → [`MaxPooling`]、[`AveragePooling`] → [`EXPERIMENTS`]。

pub use crate::nn::im2col::{self, Filter, col2im, im2col_without_transpose};
pub use crate::nn::{AveragePooling, Convolution, MaxPooling};

use crate::experiment::{Experiment, Measure, On, Source, When};
use crate::nn::{Adam, ConvNet, Init, Model, Penalty, Rule, Trains};

/// この節の実験の条件。
pub const BASE: Experiment = Experiment {
    source: Source { family: "2_6", cell: 21 },
    title: "SimpleConvNet",
    model: Model::ConvNet(ConvNet {
        filters: 30,
        filter: Filter::square(5, 1, 0),
        hidden: 100,
        init: Init::Gauss { std: 0.01 },
    }),
    rule: Rule::Adam(Adam { lr: 0.001, beta1: 0.9, beta2: 0.999 }),
    penalty: Penalty::None,
    trains: Trains::All,
    iterations: 1000,
    batch: 100,
    train_rows: 5_000,
    test_rows: 1_000,
    measure: Measure { every: 10, when: When::AfterUpdate, train: On::TrainRows },
};

/// ノートブック 2_6 の学習。
pub const EXPERIMENTS: &[Experiment] = &[BASE];
