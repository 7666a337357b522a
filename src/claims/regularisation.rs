//! Section3 と、過学習についての考察。

use super::networks::*;
use super::{BETTER, Bench, Claim, Decision, part};
use crate::error::Error;
use crate::nn::{Activation, Mlp, ParamName, Penalty, Rule};
use crate::{Experiment, Matrix, overfitting};

pub(super) const ALL: &[fn() -> Claim] =
    &[l1_normalises, strength_of_the_penalty, dropout_prevents_overfitting];

/// 「p=1 の場合、L1正規化と呼ぶ。」（Section3）
pub fn l1_normalises() -> Claim {
    Claim {
        id: "l1_normalises",
        quote: "p=1 の場合、L1正規化と呼ぶ。 p=2 の場合、L2正規化と呼ぶ。",
        place: "Section3 数式",
        measures: (
            "正規化（normalisation）なら、ノルムが一つの値にそろう。2_2_1 の ReLU・He に L1、L2（λ = 0.001）の項を足して 300 反復学習し、W2 の −|log₁₀ ‖W2‖₁|、−|log₁₀ ‖W2‖₂| を測る（0 なら、ノルムは 1）",
            "normalisation would bring the norm to a given value: minus |log10 ‖W2‖₁| and minus |log10 ‖W2‖₂| after 300 iterations of ReLU with He's weights in the net of 2_2_1 with an L1 or L2 term of λ = 0.001 (0 where the norm is 1)",
        ),
        parts: const {
            &[
                part("L1 で ‖W‖₁ が 1 になる", "with L1, ‖W‖₁ becomes 1", -0.01),
                part("L2 で ‖W‖₂ が 1 になる", "with L2, ‖W‖₂ becomes 1", -0.01),
            ]
        },
        decision: Decision::All,
        advice: (
            "「正規化（normalisation）」ではなく「正則化（regularisation）」。損失に項を足して重みを小さく保つだけで、ノルムを決まった値にそろえはしない。正規化と呼ぶのは、バッチ正規化のように値の大きさをそろえること。",
            "It is regularisation (正則化), not normalisation (正規化): a term is added to the loss to keep weights small; no norm is brought to a given value. Batch normalisation is a normalisation.",
        ),
        measure: |b, seed| {
            let base = Experiment { iterations: 300, ..shallow(Activation::Relu, HE) };
            let trained = |penalty| -> Result<Matrix, Error> {
                let mut training = b.trained(Experiment { penalty, ..base }, seed)?;
                Ok(training.net.param(ParamName::W(2)).unwrap_or_default())
            };
            let (one, two) =
                (trained(Penalty::L1 { lambda: 0.001 })?, trained(Penalty::L2 { lambda: 0.001 })?);
            Ok(vec![-one.norm(1.0).log10().abs(), -two.norm(2.0).log10().abs()])
        },
    }
}

/// The net of 2_5 at rate 0.01, the slips mended.
fn plain() -> Experiment {
    overfitting::BASE
}

fn with_penalty(penalty: Penalty) -> Experiment {
    Experiment { penalty, ..plain() }
}

/// 「正則化の強度が大きいと精度があがらない 小さいと過学習が抑えられない」（考察）
pub fn strength_of_the_penalty() -> Claim {
    Claim {
        id: "strength_of_the_penalty",
        quote: "正則化の強度が大きいと精度があがらない 小さいと過学習が抑えられない",
        place: "考察",
        measures: (
            "2_5 のネットワーク（SGD、学習率 0.01、すべての層を更新）。大きい λ: 最後の検証の正答率の、なし − あり。小さい λ: 訓練と検証の差の、0.02 − (なし − あり)",
            "net of 2_5 (SGD, rate 0.01, all layers trained). Large λ: final test accuracy, without minus with. Small λ: of the gap between train and test, 0.02 − (without minus with)",
        ),
        parts: const {
            &[
                part("L2 λ = 1 で精度が下がる", "L2 with λ = 1 costs accuracy", BETTER),
                part("L1 λ = 0.01 で精度が下がる", "L1 with λ = 0.01 costs accuracy", BETTER),
                part("L2 λ = 0.001 では差が縮まらない", "L2 with λ = 0.001 leaves the gap", 0.0),
                part("L1 λ = 0.0001 では差が縮まらない", "L1 with λ = 0.0001 leaves the gap", 0.0),
            ]
        },
        decision: Decision::All,
        advice: (
            "そのとおり。原典の行では L2 と L1 の学習率も違うので、強さの効き目は、学習率をそろえて比べた。",
            "True. In the notebook L1 and L2 also differ in their rates; here the rate is the same.",
        ),
        measure: |b, seed| {
            let (test, gap) = (b.test(plain(), seed)?, b.gap(plain(), seed)?);
            let loses = |penalty| Ok::<_, Error>(test - b.test(with_penalty(penalty), seed)?);
            let leaves = |penalty| Ok::<_, Error>(0.02 - (gap - b.gap(with_penalty(penalty), seed)?));
            Ok(vec![
                loses(Penalty::L2 { lambda: 1.0 })?,
                loses(Penalty::L1 { lambda: 0.01 })?,
                leaves(Penalty::L2 { lambda: 0.001 })?,
                leaves(Penalty::L1 { lambda: 0.0001 })?,
            ])
        },
    }
}

/// 「ドロップアウトによって過学習が抑えられていることがわかる」（考察）
pub fn dropout_prevents_overfitting() -> Claim {
    Claim {
        id: "dropout_prevents_overfitting",
        quote: "ドロップアウトによって過学習が抑えられていることがわかる",
        place: "考察",
        measures: (
            "2_5 のネットワークにドロップアウト 0.15 を入れる（学習率 0.01、λ なし）。訓練と検証の差: なし − あり。最後の検証の正答率: あり − なし",
            "net of 2_5 with dropout 0.15 (rate 0.01, no λ). Gap between train and test: without minus with. Final test accuracy: with minus without",
        ),
        parts: const {
            &[
                part("SGD: 差が縮まる", "SGD: the gap narrows", 0.0),
                part("SGD: 検証の正答率が上がる", "SGD: test accuracy rises", 0.0),
                part("Momentum: 差が縮まる", "momentum: the gap narrows", 0.0),
                part("Momentum: 検証の正答率が上がる", "momentum: test accuracy rises", 0.0),
            ]
        },
        decision: Decision::ByDefinition,
        advice: (
            "過学習を「訓練と検証の差」と定義すれば、差は縮まる。しかし SGD では 1,000 反復で訓練がまだ進まず、検証の正答率も下がる。差が縮まったことと、よくなったことは、分けて言う。",
            "If overfitting is the gap between train and test, the gap narrows. With SGD, though, 1,000 iterations are too few, and test accuracy falls as well. A narrower gap and a better network are two things.",
        ),
        measure: |b, seed| {
            let mut values = vec![];
            for rule in [sgd(0.01), momentum(0.01)] {
                values.extend(dropout(b, rule, seed)?);
            }
            Ok(values)
        },
    }
}

/// How much the gap narrows, and how much test accuracy rises.
fn dropout(b: &Bench, rule: Rule, seed: u32) -> Result<[f64; 2], Error> {
    let without = Experiment { rule, ..plain() };
    let dropped = with(without, |mlp| Mlp { dropout: Some(0.15), ..mlp });
    let gap = b.gap(without, seed)? - b.gap(dropped, seed)?;
    Ok([gap, b.test(dropped, seed)? - b.test(without, seed)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_norms_are_the_courses() {
        let w: Matrix = ndarray::array![[3.0, -4.0]].into();
        assert_eq!((w.norm(1.0), w.norm(2.0)), (7.0, 5.0));
    }
}
