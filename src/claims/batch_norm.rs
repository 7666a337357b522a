//! Section1 バッチ正規化。

use super::networks::*;
use super::vanishing::{attenuation, flow};
use super::{Bench, Claim, Decision, Part, part};
use crate::error::Error;
use crate::nn::{Mlp, Trains};
use crate::{Experiment, Measure, optimizer};
use std::time::Instant;

pub(super) const ALL: &[fn() -> Claim] = &[batch_norm_saves_time, batch_norm_avoids_vanishing];

fn normalised(e: Experiment) -> Experiment {
    with(Experiment { trains: Trains::All, ..e }, |mlp| Mlp { batch_norm: true, ..mlp })
}

/// 「計算時間が短縮される」（確認テスト、バッチ正規化の効果）
pub fn batch_norm_saves_time() -> Claim {
    Claim {
        id: "batch_norm_saves_time",
        quote: "計算時間が短縮される",
        place: "確認テスト（バッチ正規化の効果）",
        measures: (
            "2_4 のネットワーク（学習率 0.01、γ と β も学習する）で、検証の正答率に届くまでの反復の log₁₀(なし ÷ あり)。届かなければ 1,000 とする。一反復の時間は log₁₀(なし ÷ あり)",
            "net of 2_4 (rate 0.01, γ and β learn): log10 (without over with) of the iterations until a test accuracy is reached, 1,000 if it never is; and of the time of one iteration",
        ),
        parts: const {
            &[
                part("SGD が 50% に届く反復", "iterations to 50%, SGD", 0.05),
                part("Momentum が 50% に届く反復", "iterations to 50%, Momentum", 0.05),
                part("Adam が 80% に届く反復", "iterations to 80%, Adam", 0.05),
                Part { name: ("一反復の時間", "time of one iteration"), threshold: 0.0, timed: true },
            ]
        },
        decision: Decision::ByDefinition,
        advice: (
            "少ない反復で学習が進む、という意味ならそのとおり。一反復の計算は、正規化の分だけ長くなる。「計算時間」と言うときは、反復の数か秒かを分けて言うとよい。",
            "True of the number of iterations. Each iteration takes longer, by the normalisation itself: say which of the two is meant.",
        ),
        measure: |b, seed| {
            let mut values = vec![];
            for (rule, accuracy) in [(sgd(0.01), 0.5), (momentum(0.01), 0.5), (adam(0.01), 0.8)] {
                let iterations = |e| Ok::<_, Error>(reached(&*b.run(e, seed)?, accuracy));
                let without = iterations(under(rule))?;
                values.push((without / iterations(normalised(under(rule)))?).log10());
            }
            values.push(slowdown(b, under(sgd(0.01)), seed)?);
            Ok(values)
        },
    }
}

/// log₁₀ of the time of an iteration, without batch normalisation over with it: the best of several short stretches
/// in turn, since other work on the machine can only lengthen them.
fn slowdown(b: &Bench, e: Experiment, seed: u32) -> Result<f64, Error> {
    const STRETCHES: usize = 20;
    const ITERATIONS: usize = 20;
    let measure = Measure { every: usize::MAX, ..e.measure };
    let long = Experiment { iterations: STRETCHES * ITERATIONS, measure, ..e };
    let mut trainings = [b.start(long, seed)?, b.start(normalised(long), seed)?];
    let mut best = [f64::INFINITY; 2];
    for _ in 0..STRETCHES {
        for (training, best) in trainings.iter_mut().zip(&mut best) {
            let start = Instant::now();
            training.take(ITERATIONS).for_each(drop);
            *best = best.min(start.elapsed().as_secs_f64());
        }
    }
    Ok((best[0] / best[1]).log10())
}

/// 「勾配消失が起きづらくなる」（確認テスト、バッチ正規化の効果）
pub fn batch_norm_avoids_vanishing() -> Claim {
    Claim {
        id: "batch_norm_avoids_vanishing",
        quote: "勾配消失が起きづらくなる",
        place: "確認テスト（バッチ正規化の効果）",
        measures: (
            "2_4 のネットワークの、学習の前の log₁₀(最後の層の |∂E/∂W| ÷ 一層目の |∂E/∂W|): なし − あり",
            "log10 of mean |∂E/∂W| in the last layer over the first, before training, in the net of 2_4: without minus with batch normalisation",
        ),
        parts: const { &[part("シグモイド・Gauss 0.01", "sigmoid, Gauss 0.01", 0.5)] },
        decision: Decision::All,
        advice: (
            "そのとおり。活性化関数に入る値の偏りをそろえるので、傾きの小さいところに入りにくく、小さい初期値の影響も消える。",
            "True: what enters the activations is brought to one scale, away from flat slopes, and small initial weights no longer matter.",
        ),
        measure: |b, seed| {
            let e = optimizer::BASE;
            Ok(vec![attenuation(&flow(b, e, seed)?) - attenuation(&flow(b, normalised(e), seed)?)])
        },
    }
}
