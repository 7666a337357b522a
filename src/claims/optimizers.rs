//! Section2 と、学習率と最適化手法についての考察。

use super::descent::*;
use super::networks::*;
use super::{BETTER, Bench, Claim, Decision, part};
use crate::error::Error;
use crate::nn::{Activation, AdaGrad, FirstGradient, Init, Mlp, Momentum, RmsProp, Rule, Sgd, UpdateRule};
use crate::{Experiment, optimizer};

pub(super) const ALL: &[fn() -> Claim] = &[
    momentum_reaches_the_global_minimum,
    momentum_is_fast_in_a_valley,
    ada_grad_suits_gentle_slopes,
    ada_grad_slows_down,
    rms_prop_reaches_the_global_minimum,
    rms_prop_needs_little_tuning,
    rms_prop_mends_ada_grad,
    adam_has_both_merits,
    rate_changes_speed_and_accuracy,
    optimizers_make_it_learn,
];

const SGD: Sgd = Sgd { lr: 0.01 };
const MOMENTUM: Momentum = Momentum { lr: 0.01, mu: 0.9 };
const RMS_PROP: RmsProp = RmsProp { lr: 0.01, alpha: 0.99 };

const fn ada_grad_of(lr: f64) -> AdaGrad {
    AdaGrad { lr, h0: 1e-4, theta: 0.0, first: FirstGradient::Counted }
}

/// Share in the lower well: more than SGD by five points, and always.
fn global(rule: &impl UpdateRule, seed: u32) -> Vec<f64> {
    let (ours, sgd) = (share_in_the_lower_well(rule, seed), share_in_the_lower_well(&SGD, seed));
    vec![ours - sgd, ours]
}

/// 「局所的最適解にならず、大域的最適解となる」（Section2 モメンタム）
pub fn momentum_reaches_the_global_minimum() -> Claim {
    Claim {
        id: "momentum_reaches_the_global_minimum",
        quote: "局所的最適解にならず、大域的最適解となる",
        place: "Section2 モメンタムのメリット",
        measures: (
            "f(x) = (x² − 1)² + 0.3x の、−2 から 2 のでたらめな 200 の出発点から下って（学習率 0.01、2,000 反復）、低いほうのくぼみに着く割合",
            "share of 200 random starts between −2 and 2 that end in the lower well of (x² − 1)² + 0.3x (rate 0.01, 2,000 iterations)",
        ),
        parts: const {
            &[part("SGD より多く着く", "more often than SGD", 0.05), part("いつも着く", "always", 0.99)]
        },
        decision: Decision::ByDefinition,
        advice: (
            "勢いで浅いくぼみを越えることはあるが、越えて浅いほうへ入ることもある。「必ず大域的最適解になる」という保証はない。",
            "Its momentum may carry it over the rim of a shallow well, or into one. There is no guarantee.",
        ),
        measure: |_, seed| Ok(global(&MOMENTUM, seed)),
    }
}

/// 「局所的最適解にはならず、大域的最適解となる。」（Section2 RMSProp）
pub fn rms_prop_reaches_the_global_minimum() -> Claim {
    Claim {
        id: "rms_prop_reaches_the_global_minimum",
        quote: "局所的最適解にはならず、大域的最適解となる。",
        place: "Section2 RMSPropのメリット",
        advice: (
            "歩幅が勾配の大きさによらなくなるだけで、くぼみを越える仕組みはない。保証はない。",
            "Its steps no longer depend on the size of the gradient; nothing in it climbs out of a well. There is no guarantee.",
        ),
        measure: |_, seed| Ok(global(&RMS_PROP, seed)),
        ..momentum_reaches_the_global_minimum()
    }
}

/// 「谷間についてから最も低い位置に行くまで時間が早い」（Section2 モメンタム）
pub fn momentum_is_fast_in_a_valley() -> Claim {
    Claim {
        id: "momentum_is_fast_in_a_valley",
        quote: "谷間についてから最も低い位置に行くまで時間が早い",
        place: "Section2 モメンタムのメリット",
        measures: (
            "細い谷 ½(x² + 100y²) で f < 1e-6 になるまでの反復の log₁₀(SGD ÷ モメンタム)。学習率はどちらも、SGD にいちばんよい 2/101",
            "log10 (SGD over momentum) of the iterations until f < 1e-6 in the valley ½(x² + 100y²), both at 2/101, the best rate for SGD",
        ),
        parts: const { &[part("log₁₀(SGD ÷ モメンタム)", "log10 (SGD / momentum)", 0.05)] },
        decision: Decision::All,
        advice: (
            "そのとおり。SGD にいちばんよい学習率で比べても、モメンタム（μ = 0.9）のほうが少ない反復で着く。",
            "True: even at the rate that is best for SGD, momentum (μ = 0.9) needs fewer iterations.",
        ),
        measure: |_, seed| {
            let lr = 2.0 / 101.0;
            let ours = iterations_in_the_valley(&Momentum { lr, mu: 0.9 }, seed);
            Ok(vec![(iterations_in_the_valley(&Sgd { lr }, seed) / ours).log10()])
        },
    }
}

/// 「勾配の緩やかな斜面に対して最適値に近づける」（Section2 AdaGrad）
pub fn ada_grad_suits_gentle_slopes() -> Claim {
    Claim {
        id: "ada_grad_suits_gentle_slopes",
        quote: "勾配の緩やかな斜面に対して最適値に近づける",
        place: "Section2 AdaGradのメリット",
        measures: (
            "½(1000x² + y²) を 100 歩下ったときの log₁₀(SGD ÷ AdaGrad)。学習率は、どちらも 1e-4 から 10 の 11 通りのうち f がいちばん小さくなるもの",
            "log10 (SGD over AdaGrad) after 100 steps down ½(1000x² + y²), each at the best for f of 11 rates from 1e-4 to 10",
        ),
        parts: const {
            &[
                part("f の値", "the value of f", 0.3),
                part("緩やかな向きに残った距離", "distance left along the gentle slope", 0.3),
            ]
        },
        decision: Decision::All,
        advice: (
            "そのとおり。歩幅がパラメータごとに勾配の大きさで割られるので、緩やかな向きにも、急な向きと同じくらい進む。",
            "True: each parameter's step is divided by the size of its own gradients, so it moves along the gentle slope as along the steep one.",
        ),
        measure: |_, seed| {
            let best = |after: &dyn Fn(f64) -> [f64; 2]| {
                let tried = (0..=10).map(|k| after(10f64.powf(-4.0 + 0.5 * f64::from(k))));
                tried
                    .filter(|[f, _]| f.is_finite())
                    .min_by(|a, b| a[0].total_cmp(&b[0]))
                    .unwrap_or([f64::NAN; 2])
            };
            let sgd = best(&|lr| on_the_gentle_slope(&Sgd { lr }, seed));
            let ada = best(&|lr| on_the_gentle_slope(&ada_grad_of(lr), seed));
            Ok((0..2).map(|k| (sgd[k] / ada[k].max(1e-12)).log10()).collect())
        },
    }
}

/// 「学習率が徐々に小さくなるので鞍点問題を引き起こすことがあった」（Section2 AdaGrad）
pub fn ada_grad_slows_down() -> Claim {
    Claim {
        id: "ada_grad_slows_down",
        quote: "学習率が徐々に小さくなるので鞍点問題を引き起こすことがあった",
        place: "Section2 AdaGradのデメリット",
        measures: (
            "でたらめな勾配（標準偏差 1）のもとでの歩幅の log₁₀(10 歩目 ÷ 1,000 歩目)。鞍点 ½x² − 0.005y²（勾配の雑音 0.1）から |y| > 1 へ出るまでの反復の log₁₀(AdaGrad ÷ RMSProp)（学習率 0.1）",
            "log10 of the step at iteration 10 over that at 1,000 under random gradients of size 1; log10 (AdaGrad over RMSProp) of the iterations to leave the saddle ½x² − 0.005y² (gradient noise 0.1, rate 0.1)",
        ),
        parts: const {
            &[
                part("歩幅が小さくなる", "the step shrinks", 0.3),
                part("鞍点から出るのが遅い", "it leaves the saddle later", 0.3),
            ]
        },
        decision: Decision::All,
        advice: (
            "そのとおり。h は増えるだけなので、歩幅は 1/√t の速さで小さくなる。",
            "True: h only grows, and the step falls as 1/√t.",
        ),
        measure: |_, seed| {
            let ada = ada_grad_of(0.1);
            let shrinks = (effective_step(&ada, seed, 10) / effective_step(&ada, seed, 1_000)).log10();
            let rms = iterations_at_the_saddle(&RmsProp { lr: 0.1, alpha: 0.99 }, seed);
            Ok(vec![shrinks, (iterations_at_the_saddle(&ada, seed) / rms).log10()])
        },
    }
}

/// 「ハイパーパラメータの調整が必要な場合が少ない」（Section2 RMSProp）
pub fn rms_prop_needs_little_tuning() -> Claim {
    Claim {
        id: "rms_prop_needs_little_tuning",
        quote: "ハイパーパラメータの調整が必要な場合が少ない",
        place: "Section2 RMSPropのメリット",
        measures: (
            "2_4 のネットワークを学習率 0.001、0.003、0.01、0.03、0.1、0.3（--quick では 0.001、0.01、0.1）で学習し、検証の正答率が 90% を超えた学習率の数。RMSProp の数から、SGD、Momentum、AdaGrad の多いものを引く",
            "the number of rates of 0.001, 0.003, 0.01, 0.03, 0.1, 0.3 (--quick: 0.001, 0.01, 0.1) that lead above 90% in the net of 2_4: RMSProp's minus the most of SGD, momentum and AdaGrad",
        ),
        parts: const {
            &[part("シグモイド・Gauss 0.01", "sigmoid, Gauss 0.01", 0.0), part("ReLU・He", "ReLU, He", 0.0)]
        },
        decision: Decision::ByDefinition,
        advice: (
            "どのネットワークで試すかによる。勾配のとても小さいネットワークでは、歩幅をそろえる RMSProp のほうが、よい学習率の幅が広い。勾配の大きさがそろったネットワークでは、広いとは言えない。どちらでも、学習率 0.1 では失敗するので、調整がいらないわけではない。",
            "It depends on the network. Where gradients are tiny, RMSProp evens out the steps and more rates will do. Where they are of one size, no more than for the others. And at 0.1 it fails on either: tuning is still needed.",
        ),
        measure: |b, seed| {
            let relu =
                with(optimizer::BASE, |mlp| Mlp { activation: Activation::Relu, init: Init::He, ..mlp });
            [optimizer::BASE, relu].into_iter().map(|base| wider(b, base, seed)).collect()
        },
    }
}

/// How many more rates lead above 90% with RMSProp than with the best of SGD, momentum and AdaGrad.
fn wider(b: &Bench, base: Experiment, seed: u32) -> Result<f64, Error> {
    let rates: &[f64] =
        if b.is_quick() { &[0.001, 0.01, 0.1] } else { &[0.001, 0.003, 0.01, 0.03, 0.1, 0.3] };
    let good = |rule: fn(f64) -> Rule| -> Result<f64, Error> {
        let mut good = 0.0;
        for &lr in rates {
            good += f64::from(u8::from(b.test(Experiment { rule: rule(lr), ..base }, seed)? > 0.9));
        }
        Ok(good)
    };
    let others = good(sgd)?.max(good(momentum)?).max(good(ada_grad)?);
    Ok(good(rms_prop)? - others)
}

/// 「AdaGrad のデメリット解消する」（Section2 RMSProp）
pub fn rms_prop_mends_ada_grad() -> Claim {
    Claim {
        id: "rms_prop_mends_ada_grad",
        quote: "AdaGrad のデメリット解消する",
        place: "Section2 RMSProp",
        measures: (
            "でたらめな勾配（標準偏差 1）のもとでの歩幅の log₁₀(1,000 歩目 ÷ 10,000 歩目) の小ささ（符号を変えた値）。2_4 の最後の検証の正答率: RMSProp − AdaGrad（学習率 0.01）",
            "minus log10 of the step at iteration 1,000 over that at 10,000 under random gradients of size 1; final test accuracy in 2_4, RMSProp minus AdaGrad (rate 0.01)",
        ),
        parts: const {
            &[
                part("歩幅が 0 に近づかない", "the step does not go to 0", -0.15),
                part("正答率: RMSProp − AdaGrad", "accuracy: RMSProp − AdaGrad", BETTER),
            ]
        },
        decision: Decision::All,
        advice: (
            "そのとおり。h が古い勾配を忘れるので、歩幅は小さくなりつづけない。",
            "True: h forgets old gradients, so the step doesn't keep falling.",
        ),
        measure: |b, seed| {
            let step = |t| effective_step(&RMS_PROP, seed, t);
            let gain = b.test(under(rms_prop(0.01)), seed)? - b.test(under(ada_grad(0.01)), seed)?;
            Ok(vec![-(step(1_000) / step(10_000)).log10(), gain])
        },
    }
}

/// 「モメンタムとRMSPropのメリットを孕んだアルゴリズム」（Section2 Adam）
pub fn adam_has_both_merits() -> Claim {
    Claim {
        id: "adam_has_both_merits",
        quote: "モメンタムとRMSPropのメリットを孕んだアルゴリズム",
        place: "Section2 Adamのメリット",
        measures: (
            "2_4 の最後の検証の正答率: Adam − (Momentum と RMSProp のよいほう)。学習率ごとに。1 ポイント劣るまでは、劣らないと数える",
            "final test accuracy in 2_4: Adam minus the better of momentum and RMSProp, at each rate; up to a point less counts as no worse",
        ),
        parts: const {
            &[
                part("学習率 0.005", "rate 0.005", -BETTER),
                part("学習率 0.01", "rate 0.01", -BETTER),
                part("学習率 0.1", "rate 0.1", -BETTER),
            ]
        },
        decision: Decision::ByDefinition,
        advice: (
            "式はたしかに二つを合わせたもの。結果が両方のよいところになるかは学習率による: 原典では 0.01 で 0.9434（RMSProp 0.9413）、0.1 では 0.1135。",
            "Its formula does join the two. Whether its results do depends on the rate: in the notebook 0.9434 at 0.01 (RMSProp 0.9413), but 0.1135 at 0.1.",
        ),
        measure: |b, seed| {
            [0.005, 0.01, 0.1]
                .into_iter()
                .map(|lr| {
                    let test = |rule| b.test(under(rule), seed);
                    Ok(test(adam(lr))? - test(momentum(lr))?.max(test(rms_prop(lr))?))
                })
                .collect()
        },
    }
}

const RULES: [fn(f64) -> Rule; 5] = [sgd, momentum, ada_grad, rms_prop, adam];

/// 「学習率によって学習する速度や精度が変化することが分かった」（考察）
pub fn rate_changes_speed_and_accuracy() -> Claim {
    Claim {
        id: "rate_changes_speed_and_accuracy",
        quote: "学習率によって学習する速度や精度が変化することが分かった",
        place: "考察",
        measures: (
            "2_4 の学習率 0.005、0.01、0.1 のあいだの、最大 − 最小。五つの規則のうちいちばん大きく変わったもの",
            "largest minus smallest over the rates 0.005, 0.01 and 0.1 in 2_4, of the rule that changed most",
        ),
        parts: const {
            &[
                part("最後の検証の正答率", "final test accuracy", 0.05),
                part(
                    "検証 50% に届くまでの反復（届かなければ 1,000）",
                    "iterations to 50% (1,000 if never)",
                    50.0,
                ),
            ]
        },
        decision: Decision::All,
        advice: (
            "そのとおり。ただし SGD は、この三つの学習率のどれでも 0.1135（いつも 1 と答える）のまま。",
            "True. SGD alone stays at 0.1135 (it always answers 1) at all three.",
        ),
        measure: |b, seed| {
            let range = |of: &dyn Fn(Experiment) -> Result<f64, Error>| -> Result<f64, Error> {
                let mut widest: f64 = 0.0;
                for rule in RULES {
                    let values = [of(under(rule(0.005)))?, of(under(rule(0.01)))?, of(under(rule(0.1)))?];
                    let (low, high) =
                        values.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
                    widest = widest.max(high - low);
                }
                Ok(widest)
            };
            let speed = |e| Ok(reached(&*b.run(e, seed)?, 0.5));
            Ok(vec![range(&|e| b.test(e, seed))?, range(&speed)?])
        },
    }
}

/// 「学習率最適化手法を使用する事によって学習が進むようになったりした。」（考察）
pub fn optimizers_make_it_learn() -> Claim {
    Claim {
        id: "optimizers_make_it_learn",
        quote: "学習率最適化手法を使用する事によって学習が進むようになったりした。",
        place: "考察",
        measures: (
            "2_4 の最後の検証の正答率（学習率 0.01）: SGD のほかの四つの規則でいちばんよいもの − SGD",
            "final test accuracy in 2_4 (rate 0.01): the best of the other four rules minus SGD",
        ),
        parts: const { &[part("いちばんよいもの − SGD", "the best − SGD", 0.05)] },
        decision: Decision::All,
        advice: (
            "そのとおり（「なったりした」のとおり、いつもではない。モメンタムと AdaGrad は、この学習率では SGD と同じく進まない）。",
            "True, though not of each: momentum and AdaGrad get no further than SGD at this rate.",
        ),
        measure: |b, seed| {
            let test = |rule: fn(f64) -> Rule| b.test(under(rule(0.01)), seed);
            let best = test(momentum)?.max(test(ada_grad)?).max(test(rms_prop)?).max(test(adam)?);
            Ok(vec![best - test(sgd)?])
        },
    }
}
