//! 主張で使う学習: 講座の行から、変えるものだけを変える。

use crate::nn::{Activation, Init, Mlp, Model, Rule};
use crate::optimizer::{AdaGrad, Adam, FirstGradient, Momentum, RmsProp, Sgd};
use crate::{Experiment, History, Measure, optimizer, vanishing_gradient};

/// The same training without its place in the course: two rows that compute the same are one.
pub(super) fn nameless(e: Experiment) -> Experiment {
    Experiment { source: optimizer::BASE.source, title: "", ..e }
}

/// Measured at the end alone, which changes nothing in the training.
pub(super) fn at_end(e: Experiment) -> Experiment {
    Experiment { measure: Measure { every: e.iterations, ..e.measure }, ..e }
}

/// The same experiment with another fully connected network.
pub(super) fn with(e: Experiment, change: impl FnOnce(Mlp) -> Mlp) -> Experiment {
    match e.model {
        Model::Mlp(mlp) => Experiment { model: Model::Mlp(change(mlp)), ..e },
        Model::ConvNet(_) => e,
    }
}

pub(super) const GAUSS: Init = Init::Gauss { std: 0.01 };
pub(super) const XAVIER: Init = Init::XavierByDivision;
pub(super) const HE: Init = Init::HeByDivision;

/// The network of 2_2_1 with this activation and these initial weights.
pub(super) fn shallow(activation: Activation, init: Init) -> Experiment {
    with(vanishing_gradient::BASE, |mlp| Mlp { activation, init, ..mlp })
}

/// The network of 2_4 (sigmoid, Gauss) under this rule.
pub(super) fn under(rule: Rule) -> Experiment {
    Experiment { rule, ..optimizer::BASE }
}

/// The rules of 2_4 at this rate, AdaGrad with every gradient counted.
pub(super) fn sgd(lr: f64) -> Rule {
    Rule::Sgd(Sgd { lr })
}
pub(super) fn momentum(lr: f64) -> Rule {
    Rule::Momentum(Momentum { lr, mu: 0.9 })
}
pub(super) fn ada_grad(lr: f64) -> Rule {
    Rule::AdaGrad(AdaGrad { lr, h0: 1e-4, theta: 0.0, first: FirstGradient::Counted })
}
pub(super) fn rms_prop(lr: f64) -> Rule {
    Rule::RmsProp(RmsProp { lr, alpha: 0.99 })
}
pub(super) fn adam(lr: f64) -> Rule {
    Rule::Adam(Adam { lr, beta1: 0.9, beta2: 0.999 })
}

/// The first measured iteration with this test accuracy; where it is never reached, the last one measured.
pub(super) fn reached(history: &History, accuracy: f64) -> f64 {
    let at = history.curve.iter().find(|p| p.test.accuracy() >= accuracy).or(history.curve.last());
    at.map_or(f64::NAN, |p| p.iteration as f64)
}
