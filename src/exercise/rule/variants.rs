//! 更新規則の、受け入れられる書き方。

use super::steps;
use crate::exercise::checked::text;
use crate::nn::{AdaGrad, Adam, FirstGradient, Momentum, Sgd, UpdateRule};
use crate::quiz::Text;

/// An accepted way to write a rule, for a given learning rate.
pub(super) struct Variant {
    pub(super) name: Text,
    pub(super) steps: Box<dyn Fn(f64) -> Vec<Vec<f64>>>,
    /// What is said with it although it is accepted.
    pub(super) note: Option<Text>,
    /// Whether it is all that was asked for.
    pub(super) is_whole: bool,
}

fn variant<R: UpdateRule>(name: Text, rule: impl Fn(f64) -> R + 'static) -> Variant {
    Variant { name, steps: Box::new(move |lr| steps(&rule(lr))), note: None, is_whole: true }
}

const THETAS: [f64; 5] = [1e-4, 1e-6, 1e-7, 1e-8, 1e-10];

pub(super) fn variants(known: &str) -> Vec<Variant> {
    match known {
        "sgd" => vec![variant(text("w ← w − ε ∇E", "w ← w − ε ∇E"), |lr| Sgd { lr })],
        "momentum" => vec![variant(
            text("V ← μV − ε ∇E、w ← w + V", "V ← μV − ε ∇E, w ← w + V"),
            |lr| Momentum { lr, mu: 0.9 },
        )],
        "adagrad" => ada_grad(),
        "rmsprop" => rms_prop(),
        _ => adam(),
    }
}

fn ada_grad() -> Vec<Variant> {
    let rule = |h0, theta, first| move |lr| AdaGrad { lr, h0, theta, first };
    let counted = FirstGradient::Counted;
    let mut all = vec![
        variant(
            text(
                "印刷された式（h₀ = θ、分母にも θ。θ = 1e-4）",
                "the printed formula (h₀ = θ, θ in the denominator as well; θ = 1e-4)",
            ),
            rule(1e-4, 1e-4, counted),
        ),
        variant(
            text("ライブラリ（h₀ = 0、分母に 1e-7）", "the library (h₀ = 0, 1e-7 in the denominator)"),
            rule(0.0, 1e-7, counted),
        ),
        variant(
            text(
                "ノートブックの式で、一歩目の勾配も足すもの（h₀ = 1e-4、分母に θ なし）",
                "the notebook's, with the first gradient counted (h₀ = 1e-4, no θ in the denominator)",
            ),
            rule(1e-4, 0.0, counted),
        ),
        Variant {
            note: Some(text(
                "ノートブックの解答と同じです。ただし、一歩目の勾配が h に足されていません: 式では h₁ = h₀ + (∇E)² です。",
                "This is the notebook's own answer; but the first gradient is not added to h, where the formula has h₁ = h₀ + (∇E)².",
            )),
            ..variant(
                text(
                    "ノートブックのまま（一歩目の勾配を足さない）",
                    "the notebook as it is (first gradient left out)",
                ),
                rule(1e-4, 0.0, FirstGradient::Skipped),
            )
        },
    ];
    for theta in THETAS {
        let name =
            |ja: &str, en: &str| text(format!("{ja}（θ = {theta:e}）"), format!("{en} (θ = {theta:e})"));
        all.push(variant(name("印刷された式", "the printed formula"), rule(theta, theta, counted)));
        all.push(variant(name("h₀ = 0、√h + θ", "h₀ = 0, √h + θ"), rule(0.0, theta, counted)));
        all.push(variant(name("√(h + θ)", "√(h + θ)"), rule(theta, 0.0, counted)));
    }
    all
}

/// RMSProp with a start and a guard of its own.
struct Rms {
    lr: f64,
    h0: f64,
    theta: f64,
    is_inside: bool,
}

impl UpdateRule for Rms {
    type State = f64;
    fn start(&self) -> f64 {
        self.h0
    }
    fn rate(&self, _t: usize) -> f64 {
        self.lr
    }
    fn delta(&self, _t: usize, rate: f64, g: f64, h: &mut f64) -> f64 {
        *h = 0.99 * *h + (1.0 - 0.99) * g * g;
        let root = if self.is_inside { (*h + self.theta).sqrt() } else { h.sqrt() + self.theta };
        -rate * g / root
    }
}

fn rms_prop() -> Vec<Variant> {
    let rule = |h0, theta, is_inside| move |lr| Rms { lr, h0, theta, is_inside };
    let mut all = vec![
        variant(
            text("ライブラリ（h₀ = 0、分母に 1e-7）", "the library (h₀ = 0, 1e-7 in the denominator)"),
            rule(0.0, 1e-7, false),
        ),
        variant(
            text(
                "印刷された式（h₀ = θ、分母にも θ。θ = 1e-4）",
                "the printed formula (h₀ = θ, θ in the denominator as well; θ = 1e-4)",
            ),
            rule(1e-4, 1e-4, false),
        ),
    ];
    for theta in THETAS {
        let name =
            |ja: &str, en: &str| text(format!("{ja}（θ = {theta:e}）"), format!("{en} (θ = {theta:e})"));
        all.push(variant(name("印刷された式", "the printed formula"), rule(theta, theta, false)));
        all.push(variant(name("h₀ = 0、√h + θ", "h₀ = 0, √h + θ"), rule(0.0, theta, false)));
        all.push(variant(name("√(h + θ)", "√(h + θ)"), rule(0.0, theta, true)));
        all.push(variant(
            name("h₀ = θ、分母に θ なし", "h₀ = θ, no θ in the denominator"),
            rule(theta, 0.0, false),
        ));
    }
    all
}

/// Adam as in its paper, or without the correction of its averages.
struct AdamOfPaper {
    lr: f64,
    epsilon: f64,
    is_corrected: bool,
}

impl UpdateRule for AdamOfPaper {
    type State = (f64, f64);
    fn start(&self) -> (f64, f64) {
        (0.0, 0.0)
    }
    fn rate(&self, _t: usize) -> f64 {
        self.lr
    }
    fn delta(&self, t: usize, rate: f64, g: f64, (m, v): &mut (f64, f64)) -> f64 {
        *m = 0.9 * *m + (1.0 - 0.9) * g;
        *v = 0.999 * *v + (1.0 - 0.999) * g * g;
        let correct = |average: f64, beta: f64| average / (1.0 - beta.powf(t as f64));
        let (m, v) = if self.is_corrected { (correct(*m, 0.9), correct(*v, 0.999)) } else { (*m, *v) };
        -rate * m / (v.sqrt() + self.epsilon)
    }
}

fn adam() -> Vec<Variant> {
    let library = |lr| Adam { lr, beta1: 0.9, beta2: 0.999 };
    let mut all = vec![variant(
        text(
            "ライブラリ（εₜ に補正、分母に 1e-7）",
            "the library (correction in εₜ, 1e-7 in the denominator)",
        ),
        library,
    )];
    for epsilon in THETAS {
        let name = |ja: &str, en: &str| text(format!("{ja}（{epsilon:e}）"), format!("{en} ({epsilon:e})"));
        let rule = move |is_corrected| move |lr| AdamOfPaper { lr, epsilon, is_corrected };
        all.push(variant(
            name("論文の式（m̂ と v̂ を補正）", "the paper's formula (m̂ and v̂ corrected)"),
            rule(true),
        ));
        all.push(Variant {
            note: Some(text(
                "移動平均の補正がありません。0 から始めた平均は、はじめの歩で小さすぎます: m / (1 − β₁ᵗ)、v / (1 − β₂ᵗ) に直してください。",
                "The averages are not corrected. Started at 0 they are too small in the first steps: use m / (1 − β₁ᵗ) and v / (1 − β₂ᵗ).",
            )),
            is_whole: false,
            ..variant(name("補正のない Adam", "Adam without correction"), rule(false))
        });
    }
    all
}
