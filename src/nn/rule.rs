//! 更新規則（学習率最適化手法）: 式は一つの数について書き、配列へは一つの繰り返しが広げる。

use super::custom::Custom;
use super::layer::Param;
use crate::simd::update;

/// 更新規則。`delta` が式そのもので、一つのパラメータの動き Δw を返す。
///
/// 自分の規則は、これを実装すれば学習に使える。
///
/// ```
/// use kakunin::nn::{Adam, UpdateRule};
/// let rule = Adam { lr: 0.1, beta1: 0.9, beta2: 0.999 };
/// let mut state = rule.start();
/// let step = rule.delta(1, rule.rate(1), 5.0, &mut state);
/// assert!((step + 0.1).abs() < 1e-6);       // 一歩目は、勾配の大きさによらず −lr
/// ```
pub trait UpdateRule: Send + Sync {
    /// パラメータごとに覚えておくもの（速度 V や、勾配の二乗の和 h）。
    type State: Clone + Send + Sync;
    /// はじめの状態（h₀ など）
    fn start(&self) -> Self::State;
    /// t 回目（1 から）の学習率 εₜ
    fn rate(&self, t: usize) -> f64;
    /// t 回目の動き Δw。g は勾配。
    fn delta(&self, t: usize, rate: f64, g: f64, state: &mut Self::State) -> f64;
}

/// 確率的勾配降下法（SGD）
///
/// ```text
/// w ← w − ε ∇E
/// ```
/// ```
/// use kakunin::nn::{Sgd, UpdateRule};
/// assert_eq!(Sgd { lr: 0.5 }.delta(1, 0.5, 3.0, &mut ()), -1.5);
/// ```
#[doc(alias = "確率的勾配降下法")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sgd {
    /// 学習率 ε（> 0）
    pub lr: f64,
}

impl UpdateRule for Sgd {
    type State = ();
    fn start(&self) {}
    fn rate(&self, _t: usize) -> f64 {
        self.lr
    }
    #[inline(always)]
    fn delta(&self, _t: usize, rate: f64, g: f64, _: &mut ()) -> f64 {
        -(rate * g)
    }
}

/// モメンタム（Momentum）
///
/// ```text
/// Vₜ = μ Vₜ₋₁ − ε ∇E
/// w ← w + Vₜ
/// ```
/// > 慣性: μ（Section2）
///
/// 同じ勾配 1 が続くと、1 歩目は −0.1、2 歩目は −0.19 動く。
/// ```
/// use kakunin::nn::{Momentum, UpdateRule};
/// let rule = Momentum { lr: 0.1, mu: 0.9 };
/// let mut v = rule.start();
/// assert!((rule.delta(1, 0.1, 1.0, &mut v) + 0.1).abs() < 1e-15);
/// assert!((rule.delta(2, 0.1, 1.0, &mut v) + 0.19).abs() < 1e-15);
/// ```
#[doc(alias = "モメンタム")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Momentum {
    /// 学習率 ε（> 0）
    pub lr: f64,
    /// 慣性 μ（0 以上 1 未満）
    pub mu: f64,
}

impl UpdateRule for Momentum {
    type State = f64;
    fn start(&self) -> f64 {
        0.0
    }
    fn rate(&self, _t: usize) -> f64 {
        self.lr
    }
    #[inline(always)]
    fn delta(&self, _t: usize, rate: f64, g: f64, v: &mut f64) -> f64 {
        *v = self.mu * *v - rate * g;
        *v
    }
}

/// AdaGrad の一歩目の勾配を h に足すか。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstGradient {
    /// 足す: 式のとおり
    Counted,
    /// 足さない: 2_4 のノートブックの書き誤り
    Skipped,
}

/// AdaGrad
///
/// ```text
/// h₀ = h0
/// hₜ = hₜ₋₁ + (∇E)²
/// w ← w − ε ∇E / (√hₜ + θ)
/// ```
/// > 勾配の緩やかな斜面に対して最適値に近づける（Section2）
///
/// 講座の式は h₀ = θ で分母にも θ を足す。2_4 のノートブックは h₀ = 1e-4、分母の θ はなし。
/// 2_5 が使うライブラリは h₀ = 0、分母に 1e-7。
/// ```
/// use kakunin::nn::{AdaGrad, FirstGradient, UpdateRule};
/// let rule = AdaGrad { lr: 0.1, h0: 0.0, theta: 0.0, first: FirstGradient::Counted };
/// let mut h = rule.start();
/// assert!((rule.delta(1, 0.1, 3.0, &mut h) + 0.1).abs() < 1e-15);     // h = 9,  −0.1·3/3
/// assert!((rule.delta(2, 0.1, 4.0, &mut h) + 0.08).abs() < 1e-15);    // h = 25, −0.1·4/5
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdaGrad {
    /// 学習率 ε（> 0）
    pub lr: f64,
    /// h のはじめの値（≥ 0）
    pub h0: f64,
    /// 分母に足す θ（≥ 0）
    pub theta: f64,
    /// 一歩目の勾配の扱い
    pub first: FirstGradient,
}

impl UpdateRule for AdaGrad {
    type State = f64;
    fn start(&self) -> f64 {
        self.h0
    }
    fn rate(&self, _t: usize) -> f64 {
        self.lr
    }
    #[inline(always)]
    fn delta(&self, t: usize, rate: f64, g: f64, h: &mut f64) -> f64 {
        if t > 1 || self.first == FirstGradient::Counted {
            *h += g * g;
        }
        -(rate * g / (h.sqrt() + self.theta))
    }
}

/// RMSProp
///
/// ```text
/// h₀ = 0
/// hₜ = α hₜ₋₁ + (1 − α)(∇E)²
/// w ← w − ε ∇E / (√hₜ + 1e-7)
/// ```
/// > AdaGrad のデメリット解消する（Section2）
/// ```
/// use kakunin::nn::{RmsProp, UpdateRule};
/// let rule = RmsProp { lr: 0.1, alpha: 0.75 };
/// let mut h = rule.start();
/// assert!((rule.delta(1, 0.1, 2.0, &mut h) + 0.2).abs() < 1e-7);      // h = 1, −0.1·2/1
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RmsProp {
    /// 学習率 ε（> 0）
    pub lr: f64,
    /// 古い h を残す割合 α（0 以上 1 未満）
    pub alpha: f64,
}

impl UpdateRule for RmsProp {
    type State = f64;
    fn start(&self) -> f64 {
        0.0
    }
    fn rate(&self, _t: usize) -> f64 {
        self.lr
    }
    #[inline(always)]
    fn delta(&self, _t: usize, rate: f64, g: f64, h: &mut f64) -> f64 {
        *h = self.alpha * *h + (1.0 - self.alpha) * (g * g);
        -(rate * g / (h.sqrt() + 1e-7))
    }
}

/// Adam
///
/// ```text
/// εₜ = ε √(1 − β₂ᵗ) / (1 − β₁ᵗ)
/// m ← m + (1 − β₁)(∇E − m)
/// v ← v + (1 − β₂)((∇E)² − v)
/// w ← w − εₜ m / (√v + 1e-7)
/// ```
/// > モメンタムの過去の勾配の指数関数的減衰移動平均、RMSPropの過去の勾配の二乗の指数関数的減衰移動平均（Section2）
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam {
    /// 学習率 ε（> 0）
    pub lr: f64,
    /// m の古い値を残す割合 β₁（0 以上 1 未満）
    pub beta1: f64,
    /// v の古い値を残す割合 β₂（0 以上 1 未満）
    pub beta2: f64,
}

/// Adam の二つの移動平均。
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Moments {
    /// 勾配の移動平均
    pub m: f64,
    /// 勾配の二乗の移動平均
    pub v: f64,
}

impl UpdateRule for Adam {
    type State = Moments;
    fn start(&self) -> Moments {
        Moments::default()
    }
    fn rate(&self, t: usize) -> f64 {
        let t = t as f64;
        self.lr * (1.0 - self.beta2.powf(t)).sqrt() / (1.0 - self.beta1.powf(t))
    }
    #[inline(always)]
    fn delta(&self, _t: usize, rate: f64, g: f64, s: &mut Moments) -> f64 {
        s.m += (1.0 - self.beta1) * (g - s.m);
        s.v += (1.0 - self.beta2) * (g * g - s.v);
        -(rate * s.m / (s.v.sqrt() + 1e-7))
    }
}

/// 参照でも規則になる。
impl<R: UpdateRule> UpdateRule for &R {
    type State = R::State;
    fn start(&self) -> R::State {
        R::start(self)
    }
    fn rate(&self, t: usize) -> f64 {
        R::rate(self, t)
    }
    #[inline(always)]
    fn delta(&self, t: usize, rate: f64, g: f64, state: &mut R::State) -> f64 {
        R::delta(self, t, rate, g, state)
    }
}

/// 講座の五つの規則と、自分で書いた規則。表の一行に書けるように `Copy`。
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// [`Sgd`]
    Sgd(Sgd),
    /// [`Momentum`]
    Momentum(Momentum),
    /// [`AdaGrad`]
    AdaGrad(AdaGrad),
    /// [`RmsProp`]
    RmsProp(RmsProp),
    /// [`Adam`]
    Adam(Adam),
    /// 自分で書いた規則（[`custom`](crate::nn::custom)）
    Custom(Custom),
}

impl Rule {
    /// 配列を更新するものにする。
    pub fn optimizer(self) -> Box<dyn Optimizer> {
        match self {
            Rule::Sgd(rule) => Box::new(WithState::new(rule)),
            Rule::Momentum(rule) => Box::new(WithState::new(rule)),
            Rule::AdaGrad(rule) => Box::new(WithState::new(rule)),
            Rule::RmsProp(rule) => Box::new(WithState::new(rule)),
            Rule::Adam(rule) => Box::new(WithState::new(rule)),
            Rule::Custom(custom) => custom.optimizer(),
        }
    }

    /// 名前
    pub fn name(self) -> &'static str {
        match self {
            Rule::Sgd(_) => "SGD",
            Rule::Momentum(_) => "Momentum",
            Rule::AdaGrad(_) => "AdaGrad",
            Rule::RmsProp(_) => "RMSProp",
            Rule::Adam(_) => "Adam",
            Rule::Custom(custom) => custom.name(),
        }
    }
}

/// パラメータの並びを一歩動かすもの。
pub trait Optimizer: Send {
    /// 一歩: どのパラメータも w ← w + Δw。呼び出しごとに同じ並びで渡すこと。
    fn step(&mut self, params: &mut [Param<'_>]);
}

/// 規則と、すべてのパラメータの状態。
pub struct WithState<R: UpdateRule> {
    rule: R,
    t: usize,
    states: Vec<Vec<R::State>>,
}

impl<R: UpdateRule> WithState<R> {
    /// まだ一歩も動いていない状態。
    pub fn new(rule: R) -> WithState<R> {
        WithState { rule, t: 0, states: vec![] }
    }
}

impl<R: UpdateRule> Optimizer for WithState<R> {
    fn step(&mut self, params: &mut [Param<'_>]) {
        self.t += 1;
        let (rule, t) = (&self.rule, self.t);
        let rate = rule.rate(t);
        if self.states.is_empty() {
            self.states = params.iter().map(|p| vec![rule.start(); p.value.padded().len()]).collect();
        }
        for (param, state) in params.iter_mut().zip(&mut self.states) {
            let (w, g) = (param.value.padded_mut(), param.grad.padded());
            update(w, g, state, |w, g, state| *w += rule.delta(t, rate, g, state));
        }
    }
}
