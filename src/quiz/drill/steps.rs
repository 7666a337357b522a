//! 更新規則の一歩を、手で計算する。値は学習に使うのと同じ規則（[`crate::nn`]）が出す。

use super::{Draw, Made, decimal, to_four_places};
use crate::nn::{AdaGrad, Adam, FirstGradient, Momentum, RmsProp, Sgd, UpdateRule};
use crate::quiz::outcome::text;
use crate::quiz::question::Text;

/// What is given: the weight, its gradient, and what the rule remembers.
struct Given {
    w: f64,
    g: f64,
    settings: String,
}

impl Given {
    fn draw(draw: &mut Draw) -> Given {
        Given {
            w: draw.of(&[-1.0, 0.5, 1.0, 2.0]),
            g: draw.not_zero(-6, 6) as f64 / 2.0,
            settings: String::new(),
        }
    }

    /// `formula` and `working` read the same in both languages.
    fn made(&self, rule: &str, formula: &str, working: &str, step: f64, wrong: Vec<(f64, Text)>) -> Made {
        let Given { w, g, settings } = self;
        let wanted = w + step;
        let (step, right) = (decimal(step), decimal(wanted));
        let made = Made {
            prompt: text(
                format!(
                    "{rule} の一歩: {formula}。w = {w}、∇E = {g}、{settings} のとき、更新後の w はいくつか（小数第4位まで）。"
                ),
                format!(
                    "One step of {rule}: {formula}. With w = {w}, ∇E = {g}, {settings}, what is w after it (four decimal places)?"
                ),
            ),
            hints: [
                text(
                    "覚えている値があれば、先に新しくする。",
                    "If the rule remembers something, renew that first.",
                ),
                text("動く向きは、勾配の逆。", "It moves against the gradient."),
                text("最後に、動きを w に足す。", "Finally add the step to w."),
            ],
            right: right.clone(),
            solution: text(
                format!("{working}\nΔw = {step}\nw = {w} + ({step}) = {right}"),
                format!("{working}\nΔw = {step}\nw = {w} + ({step}) = {right}"),
            ),
            answer: to_four_places(wanted),
            slips: vec![],
        };
        let backwards = text("勾配の逆に動きます。", "It moves against the gradient.");
        let unmoved = text("それは更新前の w です。", "That is w before the step.");
        made.with_wrong_numbers(wrong.into_iter().chain([(2.0 * w - wanted, backwards), (*w, unmoved)]))
    }
}

pub(super) fn sgd(draw: &mut Draw) -> Made {
    let lr = draw.of(&[0.01, 0.05, 0.1, 0.2]);
    let given = Given { settings: format!("ε = {lr}"), ..Given::draw(draw) };
    let step = Sgd { lr }.delta(1, lr, given.g, &mut ());
    let (w, g) = (given.w, given.g);
    let wrong = vec![(w - g, text("学習率を掛けましたか。", "Did you multiply by the learning rate?"))];
    given.made("SGD", "w ← w − ε∇E", &format!("ε∇E = {lr}·({g}) = {}", decimal(lr * g)), step, wrong)
}

pub(super) fn momentum(draw: &mut Draw) -> Made {
    let rule = Momentum { lr: draw.of(&[0.01, 0.1]), mu: draw.of(&[0.5, 0.9]) };
    let before = draw.not_zero(-5, 5) as f64 / 10.0;
    let Momentum { lr, mu } = rule;
    let given = Given { settings: format!("V = {before}, μ = {mu}, ε = {lr}"), ..Given::draw(draw) };
    let (w, g) = (given.w, given.g);
    let step = rule.delta(2, lr, g, &mut before.clone());
    let wrong = vec![
        (w - lr * g, text("慣性の項 μV が抜けています。", "The inertia μV is missing.")),
        (step, text("それは V です。w に足してください。", "That is V; add it to w.")),
    ];
    let working = format!("V = {mu}·({before}) − {lr}·({g}) = {}", decimal(step));
    given.made("Momentum", "V ← μV − ε∇E, w ← w + V", &working, step, wrong)
}

pub(super) fn adagrad(draw: &mut Draw) -> Made {
    let rule = AdaGrad { lr: draw.of(&[0.1, 0.5]), h0: 0.0, theta: 0.0, first: FirstGradient::Counted };
    let before = draw.whole(0, 12) as f64;
    let lr = rule.lr;
    let given = Given { settings: format!("h = {before}, ε = {lr}"), ..Given::draw(draw) };
    let (w, g) = (given.w, given.g);
    let mut h = before;
    let step = rule.delta(2, lr, g, &mut h);
    let wrong = vec![
        (w - lr * g, text("√h で割りましたか。", "Did you divide by √h?")),
        (w - lr * g / h, text("h の平方根で割ります。", "Divide by the square root of h.")),
    ];
    let working = format!("h = {before} + ({g})² = {h}, √h = {}", decimal(h.sqrt()));
    given.made("AdaGrad", "h ← h + (∇E)², w ← w − ε∇E/√h", &working, step, wrong)
}

pub(super) fn rmsprop(draw: &mut Draw) -> Made {
    let rule = RmsProp { lr: draw.of(&[0.01, 0.1]), alpha: draw.of(&[0.9, 0.5]) };
    let before = draw.whole(1, 9) as f64;
    let RmsProp { lr, alpha } = rule;
    let given = Given { settings: format!("h = {before}, a = {alpha}, ε = {lr}"), ..Given::draw(draw) };
    let (w, g) = (given.w, given.g);
    let mut h = before;
    let step = rule.delta(2, lr, g, &mut h);
    let wrong = vec![
        (w - lr * g, text("√h で割りましたか。", "Did you divide by √h?")),
        (w - lr * g / (before + g * g).sqrt(), text("それは AdaGrad です。", "That is AdaGrad.")),
    ];
    let working = format!("h = {alpha}·{before} + {}·({g})² = {}", decimal(1.0 - alpha), decimal(h));
    given.made("RMSProp", "h ← ah + (1 − a)(∇E)², w ← w − ε∇E/√h", &working, step, wrong)
}

/// From the first step on, where the correction matters most.
pub(super) fn adam(draw: &mut Draw) -> Made {
    let rule = Adam { lr: draw.of(&[0.01, 0.1]), beta1: draw.of(&[0.9, 0.5]), beta2: draw.of(&[0.999, 0.9]) };
    let earlier = draw.whole(1, 4) as f64;
    let Adam { lr, beta1, beta2 } = rule;
    let drawn = Given::draw(draw);
    let (w, g) = (drawn.w, drawn.g);
    let mut state = rule.start();
    rule.delta(1, rule.rate(1), earlier * g.signum(), &mut state);
    let (m, v) = (state.m, state.v);
    let settings =
        format!("m = {}, v = {}, β₁ = {beta1}, β₂ = {beta2}, ε = {lr}, t = 2", decimal(m), decimal(v));
    let rate = rule.rate(2);
    let step = rule.delta(2, rate, g, &mut state);
    let working = format!(
        "m = {beta1}·({}) + {}·({g}) = {}\nv = {beta2}·{} + {}·({g})² = {}\nm̂ = m/(1 − β₁²) = {}, v̂ = v/(1 − β₂²) = {}",
        decimal(m),
        decimal(1.0 - beta1),
        decimal(state.m),
        decimal(v),
        decimal(1.0 - beta2),
        decimal(state.v),
        decimal(state.m / (1.0 - beta1.powf(2.0))),
        decimal(state.v / (1.0 - beta2.powf(2.0))),
    );
    let uncorrected =
        text("バイアス補正 1 − βᵗ で割りましたか。", "Did you divide by the correction 1 − βᵗ?");
    let wrong = vec![(w - lr * state.m / state.v.sqrt(), uncorrected)];
    let formula =
        "m ← β₁m + (1 − β₁)∇E, v ← β₂v + (1 − β₂)(∇E)², w ← w − ε m̂/√v̂ (m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ))";
    Given { settings, ..drawn }.made("Adam", formula, &working, step, wrong)
}
