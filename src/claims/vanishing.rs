//! Section1 勾配消失問題と ReLU。

use super::networks::*;
use super::{BETTER, Bench, Claim, Decision, part};
use crate::Experiment;
use crate::diagnosis::{LayerFlow, flow_before_training, zero_shares};
use crate::error::Error;
use crate::nn::{Activation, Init, Mlp};

pub(super) const ALL: &[fn() -> Claim] =
    &[gradients_shrink, relu_avoids_vanishing, relu_is_sparse, relu_keeps_accuracy, relu_improves];

/// log₁₀(最後の層の |∂E/∂W| ÷ 一層目の |∂E/∂W|)
pub(super) fn attenuation(flow: &[LayerFlow]) -> f64 {
    flow.last().zip(flow.first()).map_or(f64::NAN, |(last, first)| (last.weights / first.weights).log10())
}

/// The same for |∂E/∂u|: unlike |∂E/∂W| it does not depend on how large the inputs of a layer are.
pub(super) fn attenuation_of_outputs(flow: &[LayerFlow]) -> f64 {
    let outputs = flow.last().and_then(|f| f.output).zip(flow.first().and_then(|f| f.output));
    outputs.map_or(f64::NAN, |(last, first)| (last / first).log10())
}

pub(super) fn flow(b: &Bench, e: Experiment, seed: u32) -> Result<Vec<LayerFlow>, Error> {
    Ok(flow_before_training(&mut b.start(e, seed)?))
}

/// 「下位層に進んでいくにつれて勾配がどんどん緩やかになっていく」（Section1）
pub fn gradients_shrink() -> Claim {
    Claim {
        id: "gradients_shrink",
        quote: "誤差逆伝播法で下位層に進んでいくにつれて勾配がどんどん緩やかになっていく",
        place: "Section1 勾配消失問題",
        measures: (
            "中間層六つ（各 40）のネットワークの、学習の前の log₁₀(最後の層の平均 |∂E/∂u| ÷ 一層目の平均 |∂E/∂u|)",
            "log10 of mean |∂E/∂u| in the last layer over the first, before training, with six hidden layers of 40",
        ),
        parts: const {
            &[
                part("シグモイド・Gauss 0.01", "sigmoid, Gauss 0.01", 0.5),
                part("シグモイド・Xavier", "sigmoid, Xavier", 0.5),
                part("シグモイド・He", "sigmoid, He", 0.5),
                part("ReLU・He", "ReLU, He", 0.5),
            ]
        },
        decision: Decision::ByDefinition,
        advice: (
            "シグモイドや小さい初期値では、そのとおり。ReLU に He の初期値を合わせると、勾配は層をまたいでもほとんど小さくならない。深さではなく、傾きと重みの積が一より小さいことが原因。",
            "True for sigmoids and small weights. With ReLU and He's weights the gradient hardly changes from layer to layer: not depth as such, but a product of slope and weights below one makes it shrink.",
        ),
        measure: |b, seed| {
            let deep = |activation, init| {
                with(shallow(activation, init), |mlp| Mlp { hidden: &[40, 40, 40, 40, 40, 40], ..mlp })
            };
            [
                (Activation::Sigmoid, GAUSS),
                (Activation::Sigmoid, XAVIER),
                (Activation::Sigmoid, HE),
                (Activation::Relu, HE),
            ]
            .into_iter()
            .map(|(activation, init)| Ok(attenuation_of_outputs(&flow(b, deep(activation, init), seed)?)))
            .collect()
        },
    }
}

/// 「勾配消失問題の回避に関してよい成果をもたらしている」（Section1 ReLU）
pub fn relu_avoids_vanishing() -> Claim {
    Claim {
        id: "relu_avoids_vanishing",
        quote: "勾配消失問題の回避に関してよい成果をもたらしている",
        place: "Section1 ReLU",
        measures: (
            "2_2_1 のネットワークの、学習の前の log₁₀(最後の層の |∂E/∂W| ÷ 一層目の |∂E/∂W|)。シグモイドの値から ReLU の値を引く",
            "log10 of mean |∂E/∂W| in the last layer over the first, before training, in the net of 2_2_1: sigmoid minus ReLU",
        ),
        parts: const {
            &[part("Gauss 0.01", "Gauss 0.01", 0.5), part("Xavier", "Xavier", 0.5), part("He", "He", 0.5)]
        },
        decision: Decision::All,
        advice: (
            "そのとおり。どの初期値でも、ReLU にすると層のあいだの勾配の差が縮まる。ただし Gauss 0.01 の ReLU では、どの層の勾配も小さいままで、初期値も大切。",
            "True: with any of the initial weights ReLU brings the layers' gradients closer. With Gauss 0.01, though, all of them stay small: initial weights matter too.",
        ),
        measure: |b, seed| {
            [GAUSS, XAVIER, HE]
                .into_iter()
                .map(|init| {
                    let of =
                        |activation| Ok::<_, Error>(attenuation(&flow(b, shallow(activation, init), seed)?));
                    Ok(of(Activation::Sigmoid)? - of(Activation::Relu)?)
                })
                .collect()
        },
    }
}

/// 「スパース化という観点でもメリットがある」（Section1 ReLU）
pub fn relu_is_sparse() -> Claim {
    Claim {
        id: "relu_is_sparse",
        quote: "スパース化という観点でもメリットがある",
        place: "Section1 ReLU",
        measures: (
            "2_2_1 の ReLU・He を学習したあと、検証データ 1,000 枚での中間層の出力のうち 0 の割合。正答率は tanh・Xavier と比べる",
            "after training ReLU with He's weights in the net of 2_2_1: the share of zeros in each hidden layer over 1,000 test images; the accuracy against tanh with Xavier's weights",
        ),
        parts: const {
            &[
                part("一層目の 0 の割合", "zeros in layer 1", 0.3),
                part("二層目の 0 の割合", "zeros in layer 2", 0.3),
                part("正答率: ReLU − tanh", "accuracy: ReLU − tanh", -BETTER),
            ]
        },
        decision: Decision::All,
        advice: (
            "出力の三割より多くが 0 で、それでも正答率は落ちない。「メリット」が計算の速さを指すなら、0 を省く実装が要る。",
            "More than three in ten outputs are 0 and accuracy doesn't suffer. If speed is meant by the merit, it takes an implementation that leaves out the zeros.",
        ),
        measure: |b, seed| {
            let relu = shallow(Activation::Relu, HE);
            let shares = zero_shares(&mut b.trained(relu, seed)?);
            let accuracy = b.test(relu, seed)? - b.test(shallow(Activation::Tanh, XAVIER), seed)?;
            Ok(shares.into_iter().chain([accuracy]).collect())
        },
    }
}

/// 「精度の面でも担保されている」（Section1 ReLU）
pub fn relu_keeps_accuracy() -> Claim {
    Claim {
        id: "relu_keeps_accuracy",
        quote: "精度の面でも担保されている",
        place: "Section1 ReLU",
        measures: (
            "2_2_1 の最後の検証の正答率: ReLU − シグモイド（正しい傾き）。初期値ごとに",
            "final test accuracy in 2_2_1: ReLU minus sigmoid (exact slope), for each kind of initial weights",
        ),
        parts: const {
            &[
                part("Gauss 0.01", "Gauss 0.01", -BETTER),
                part("Xavier", "Xavier", -BETTER),
                part("He", "He", -BETTER),
            ]
        },
        decision: Decision::All,
        advice: (
            "この課題ではそのとおり（「担保」を「シグモイドより 1 ポイント以上悪くならない」と読んだ）。いつもそうだという保証ではない。",
            "True for this task, reading it as \"not worse than the sigmoid by a point\"; no guarantee for every task.",
        ),
        measure: |b, seed| [GAUSS, XAVIER, HE].into_iter().map(|init| relu_gain(b, init, seed)).collect(),
    }
}

/// 「活性化関数をシグモイドからReLUに変える変えることで勾配消失問題の改善が見られた」（考察）
pub fn relu_improves() -> Claim {
    Claim {
        id: "relu_improves",
        quote: "活性化関数をシグモイドからReLUに変える変えることで勾配消失問題の改善が見られた",
        place: "考察",
        measures: (
            "2_2_1 の最後の検証の正答率: ReLU − シグモイド（正しい傾き）。初期値ごとに",
            "final test accuracy in 2_2_1: ReLU minus sigmoid (exact slope), for each kind of initial weights",
        ),
        parts: const {
            &[
                part("Gauss 0.01", "Gauss 0.01", BETTER),
                part("Xavier", "Xavier", BETTER),
                part("He", "He", BETTER),
            ]
        },
        decision: Decision::All,
        advice: (
            "そのとおり。どの初期値でも、どのシードでも改善する。",
            "True, with each kind of initial weights and for every seed.",
        ),
        measure: |b, seed| [GAUSS, XAVIER, HE].into_iter().map(|init| relu_gain(b, init, seed)).collect(),
    }
}

/// Final test accuracy, ReLU minus sigmoid.
fn relu_gain(b: &Bench, init: Init, seed: u32) -> Result<f64, Error> {
    Ok(b.test(shallow(Activation::Relu, init), seed)? - b.test(shallow(Activation::Sigmoid, init), seed)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(layer: usize, weights: f64, output: f64) -> LayerFlow {
        LayerFlow { layer, weights, output: Some(output), through_weights: None, through_slope: None }
    }

    #[test]
    fn attenuation_is_the_logarithm_of_last_over_first() {
        let shrinking = [layer(1, 1e-6, 1e-5), layer(2, 1e-4, 1e-3), layer(3, 1e-2, 1e-2)];
        assert!((attenuation(&shrinking) - 4.0).abs() < 1e-12);
        assert!((attenuation_of_outputs(&shrinking) - 3.0).abs() < 1e-12);
        let flat = [layer(1, 0.5, 0.1), layer(2, 0.5, 0.1)];
        assert_eq!((attenuation(&flat), attenuation_of_outputs(&flat)), (0.0, 0.0));
    }
}
