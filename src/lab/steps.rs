//! 一歩の大きさ: AdaGrad は小さくなっていき、RMSProp はならない。学習率の予定。

use super::surface::Surface;
use super::walk::{five, walk};
use crate::lang::Lang;
use crate::nn::{Rule, UpdateRule, custom};
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Axis, Chart, Kind, Line, Panel};
use crate::rng::RandomState;

/// 勾配がいつも 1 のときの、一歩の大きさ（[`effective_steps`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct EffectiveSteps {
    /// 規則ごとの、t = 1, 2, … 歩目の |Δw|
    pub steps: Vec<(Rule, Vec<f64>)>,
}

/// 同じ大きさの勾配 1 が続くとき、学習率 0.1 の五つの規則の一歩 |Δw| はどう変わるか。
///
/// > 学習率が徐々に小さくなるので鞍点問題を引き起こすことがあった（Section2 AdaGrad）
///
/// AdaGrad では hₜ = t なので 0.1/√t。ほかの規則では一定の値に近づく。
///
/// ```
/// let steps = kakunin::lab::effective_steps(100);
/// let ada_grad = &steps.steps[2].1;
/// assert!((ada_grad[0] - 0.1).abs() < 1e-6 && (ada_grad[99] - 0.01).abs() < 1e-6);
/// ```
pub fn effective_steps(steps: usize) -> EffectiveSteps {
    let size = |rule: Rule| {
        let places = walk(rule, &[0.0], steps, |_| vec![1.0]);
        (rule, places.windows(2).map(|w| (w[1][0] - w[0][0]).abs()).collect())
    };
    EffectiveSteps { steps: five(0.1, 0.1, 0.1, 0.1, 0.1).map(size).into() }
}

/// 学習率の予定: 大きく始めて、徐々に小さくする。
///
/// > 初期の学習率を大きく設定し徐々に学習率を小さくしていく（Section2）
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// 変えない
    Constant,
    /// 全体の 1/4 ごとに半分にする
    Step,
    /// ε / (1 + 10 t/T)
    Inverse,
    /// ε (1 + cos(π t/T)) / 2
    Cosine,
}

impl Schedule {
    /// すべての予定
    pub const ALL: [Schedule; 4] = [Schedule::Constant, Schedule::Step, Schedule::Inverse, Schedule::Cosine];

    /// 全体で `steps` 歩のうち t 歩目（1 から）の学習率。
    ///
    /// ```
    /// use kakunin::lab::Schedule;
    /// assert_eq!(Schedule::Step.rate(0.8, 60, 100), 0.2);         // 半分にするのを二回
    /// ```
    pub fn rate(self, lr: f64, t: usize, steps: usize) -> f64 {
        let done = t.saturating_sub(1) as f64 / steps.max(1) as f64;
        match self {
            Schedule::Constant => lr,
            Schedule::Step => lr * 0.5f64.powf((4.0 * done).floor()),
            Schedule::Inverse => lr / (1.0 + 10.0 * done),
            Schedule::Cosine => lr * (1.0 + (std::f64::consts::PI * done.min(1.0)).cos()) / 2.0,
        }
    }

    fn name(self, lang: Lang) -> &'static str {
        match self {
            Schedule::Constant => lang.pick("一定", "constant"),
            Schedule::Step => lang.pick("段階", "step"),
            Schedule::Inverse => lang.pick("1/t", "1/t"),
            Schedule::Cosine => lang.pick("コサイン", "cosine"),
        }
    }
}

/// 予定のある SGD。[`custom`] で実験に使える。
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scheduled {
    /// はじめの学習率 ε
    pub lr: f64,
    /// 全体の歩数 T
    pub steps: usize,
    /// 予定
    pub schedule: Schedule,
}

impl UpdateRule for Scheduled {
    type State = ();
    fn start(&self) {}
    fn rate(&self, t: usize) -> f64 {
        self.schedule.rate(self.lr, t, self.steps)
    }
    #[inline(always)]
    fn delta(&self, _t: usize, rate: f64, g: f64, _: &mut ()) -> f64 {
        -(rate * g)
    }
}

/// 学習率の予定と、揺れる勾配の谷での高さ（[`schedules`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct Schedules {
    /// 予定ごとの学習率（t = 1, 2, …）
    pub rates: Vec<(Schedule, Vec<f64>)>,
    /// 予定ごとの谷の高さ（t = 0, 1, …）。50 回の平均
    pub heights: Vec<(Schedule, Vec<f64>)>,
}

/// 学習率の四つの予定と、勾配に標準偏差 1 のノイズの載った谷で、どこまで下りられるか（50 のシードの平均）。
pub fn schedules(lr: f64, steps: usize) -> Schedules {
    const SEEDS: u32 = 50;
    let rates = Schedule::ALL.map(|s| (s, (1..=steps).map(|t| s.rate(lr, t, steps)).collect()));
    let height = |schedule: Schedule| {
        let mut mean = vec![0.0; steps + 1];
        let rule = custom(Scheduled { lr, steps, schedule });
        for seed in 0..SEEDS {
            let mut rng = RandomState::new(seed);
            let noisy = |w: &[f64]| {
                let (dx, dy) = Surface::Valley.gradient(w[0], w[1]);
                vec![dx + rng.randn(), dy + rng.randn()]
            };
            let (x, y) = Surface::Valley.start();
            let places = walk(rule, &[x, y], steps, noisy);
            let last = places.last().cloned().unwrap_or_default();
            let places = places.iter().chain(std::iter::repeat(&last));
            let heights = places.map(|w| Surface::Valley.height(w[0], w[1]) / f64::from(SEEDS));
            mean.iter_mut().zip(heights).for_each(|(mean, height)| *mean += height);
        }
        (schedule, mean)
    };
    Schedules { rates: rates.into(), heights: Schedule::ALL.map(height).into() }
}

shown_as_a_card!(EffectiveSteps, Schedules);

fn log_curve(from: usize, values: &[f64]) -> Vec<(f64, f64)> {
    values.iter().enumerate().map(|(t, v)| ((t + from) as f64, v.max(1e-12).log10())).collect()
}

impl EffectiveSteps {
    fn card(&self, lang: Lang) -> Card {
        let title = lang
            .pick("勾配がいつも 1 のときの一歩 |Δw|（ε = 0.1）", "Step |Δw| for gradients of 1 (ε = 0.1)");
        let last = |values: &[f64]| number(values.last().copied().unwrap_or(f64::NAN));
        let ends: Vec<String> =
            self.steps.iter().map(|(rule, sizes)| format!("{} {}", rule.name(), last(sizes))).collect();
        let t = self.steps.first().map_or(0, |(_, sizes)| sizes.len());
        let says = lang.pick(
            format!("{t} 歩目: {}。AdaGrad だけが小さくなりつづける。", ends.join("、")),
            format!("At step {t}: {}. Only AdaGrad's keeps shrinking.", ends.join(", ")),
        );
        let lines = self
            .steps
            .iter()
            .enumerate()
            .map(|(n, (rule, sizes))| Line::new(rule.name(), Kind::Coloured(n), log_curve(1, sizes)));
        let chart =
            Chart::new(Axis::plain(lang.pick("歩数 t", "Step t")), Axis::log("|Δw|"), lines.collect());
        let header: Vec<&str> =
            std::iter::once("t").chain(self.steps.iter().map(|(rule, _)| rule.name())).collect();
        let row = |t: usize| {
            let sizes = self.steps.iter().map(|(_, sizes)| number(sizes[t - 1]));
            std::iter::once(t.to_string()).chain(sizes).collect()
        };
        let shown = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
        let rows = shown.into_iter().filter(|&at| at <= t).map(row).collect();
        Card::new(lang, title, says).picture(1, vec![Panel::chart("", chart)]).numbers(&header, rows)
    }
}

impl Schedules {
    fn card(&self, lang: Lang) -> Card {
        let title =
            lang.pick("学習率の予定と、揺れる勾配の谷", "Schedules of the learning rate on a noisy valley");
        let last = |values: &[f64]| number(values.last().copied().unwrap_or(f64::NAN));
        let ends: Vec<String> =
            self.heights.iter().map(|(s, heights)| format!("{} {}", s.name(lang), last(heights))).collect();
        let says = lang.pick(
            format!("最後の高さ: {}。", ends.join("、")),
            format!("Final height: {}.", ends.join(", ")),
        );
        let rates = self.rates.iter().enumerate().map(|(n, (s, rates))| {
            let points = rates.iter().enumerate().map(|(t, &r)| ((t + 1) as f64, r)).collect();
            Line::new(s.name(lang), Kind::Coloured(n), points)
        });
        let heights = self
            .heights
            .iter()
            .enumerate()
            .map(|(n, (s, heights))| Line::new(s.name(lang), Kind::Coloured(n), log_curve(0, heights)));
        let t = || Axis::plain(lang.pick("歩数 t", "Step t"));
        let panels = vec![
            Panel::chart(
                lang.pick("学習率 εₜ", "Rate εₜ"),
                Chart::new(t(), Axis::plain(""), rates.collect()),
            ),
            Panel::chart(lang.pick("谷の高さ", "Height"), Chart::new(t(), Axis::log(""), heights.collect())),
        ];
        let header =
            lang.pick(["予定", "最後の学習率", "最後の高さ"], ["Schedule", "Last rate", "Final height"]);
        let rows = self
            .rates
            .iter()
            .zip(&self.heights)
            .map(|((s, rates), (_, heights))| vec![s.name(lang).to_owned(), last(rates), last(heights)]);
        Card::new(lang, title, says).picture(2, panels).numbers(&header, rows.collect())
    }
}
