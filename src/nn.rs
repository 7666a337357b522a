//! ニューラルネットワークの部品。式がそのままコードになっている。
//!
//! 読む順: [`affine`] → [`activation`] → [`loss`] → [`net`] → [`rule`]。そのあと [`batch_norm`]、[`dropout`]、
//! [`penalty`]、[`convolution`]、[`pooling`]。講座のセル番号はここには出てこない。

pub mod activation;
pub mod affine;
pub mod batch_norm;
pub mod convolution;
pub mod dropout;
pub mod im2col;
pub mod init;
pub mod layer;
pub mod loss;
pub mod net;
pub mod penalty;
pub mod pooling;
pub mod rule;

mod conv_pool_affine;
mod custom;
mod screen;
mod windows;

pub use activation::{Activation, Relu, Sigmoid, Tanh};
pub use affine::Affine;
pub use batch_norm::BatchNorm;
pub use convolution::Convolution;
pub use custom::{Custom, custom};
pub use dropout::Dropout;
pub use init::Init;
pub use layer::{Layer, Param, ParamName};
pub use net::{ConvNet, Mlp, Model, Net};
pub use penalty::{Penalty, Trains};
pub use pooling::{AveragePooling, MaxPooling};
pub use rule::{AdaGrad, Adam, FirstGradient, Momentum, Optimizer, RmsProp, Rule, Sgd, UpdateRule};
