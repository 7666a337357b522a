//! 更新規則を、いくつかの数だけに使う。

use crate::matrix::Matrix;
use crate::nn::{AdaGrad, Adam, FirstGradient, Momentum, Param, ParamName, RmsProp, Rule, Sgd};

/// Where a rule goes from `start` in so many steps; the start is the first place. Ends early where a number is
/// no longer finite.
pub(super) fn walk(
    rule: Rule,
    start: &[f64],
    steps: usize,
    mut gradient: impl FnMut(&[f64]) -> Vec<f64>,
) -> Vec<Vec<f64>> {
    let mut optimizer = rule.optimizer();
    let mut w = Matrix::zeros(1, start.len());
    let mut g = w.clone();
    w.row_mut(0).copy_from_slice(start);
    let mut places = vec![start.to_vec()];
    for _ in 0..steps {
        g.row_mut(0).copy_from_slice(&gradient(w.row(0)));
        optimizer.step(&mut [Param { name: ParamName::W(1), value: &mut w, grad: &mut g }]);
        if w.row(0).iter().any(|w| !w.is_finite()) {
            break;
        }
        places.push(w.row(0).to_vec());
    }
    places
}

/// The five rules of the course at their rates.
pub(super) fn five(sgd: f64, momentum: f64, ada_grad: f64, rms_prop: f64, adam: f64) -> [Rule; 5] {
    [
        Rule::Sgd(Sgd { lr: sgd }),
        Rule::Momentum(Momentum { lr: momentum, mu: 0.9 }),
        Rule::AdaGrad(AdaGrad { lr: ada_grad, h0: 0.0, theta: 1e-7, first: FirstGradient::Counted }),
        Rule::RmsProp(RmsProp { lr: rms_prop, alpha: 0.99 }),
        Rule::Adam(Adam { lr: adam, beta1: 0.9, beta2: 0.999 }),
    ]
}

/// `SGD（ε = 0.1）`, or the name of a learner's own rule.
pub(super) fn with_rate(rule: Rule) -> String {
    let lr = match rule {
        Rule::Sgd(Sgd { lr })
        | Rule::Momentum(Momentum { lr, .. })
        | Rule::AdaGrad(AdaGrad { lr, .. })
        | Rule::RmsProp(RmsProp { lr, .. })
        | Rule::Adam(Adam { lr, .. }) => lr,
        Rule::Custom(custom) => return custom.name().to_owned(),
    };
    format!("{} ε={lr}", rule.name())
}
