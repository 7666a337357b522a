//! Section1 重みの初期値。

use super::networks::*;
use super::statistic::digits;
use super::vanishing::{attenuation_of_outputs, flow};
use super::{BETTER, Bench, Claim, Decision, part};
use crate::error::Error;
use crate::nn::{Activation, Init, Mlp, ParamName};
use crate::{Experiment, Matrix, optimizer};

pub(super) const ALL: &[fn() -> Claim] = &[
    xavier_suits_three,
    zero_weights_stop_learning,
    xavier_helps_both,
    he_helps_only_relu,
    init_and_activation_help,
];

/// 「Xavierの初期値を設定する際の活性化関数: relu、シグモイド、双曲線正接関数」（Section1）
pub fn xavier_suits_three() -> Claim {
    Claim {
        id: "xavier_suits_three",
        quote: "Xavierの初期値を設定する際の活性化関数 - relu - シグモイド - 双曲線正接関数",
        place: "Section1 初期値の設定方法",
        measures: (
            "2_2_1 の最後の検証の正答率: Xavier − Gauss 0.01。ReLU は深いとき（中間層 10、各 40）も: log₁₀(一層目の平均 |∂E/∂u| ÷ 最後の層の平均 |∂E/∂u|)",
            "final test accuracy in 2_2_1: Xavier minus Gauss 0.01. For ReLU also the deep case (ten hidden layers of 40): log10 of mean |∂E/∂u| in the first layer over the last",
        ),
        parts: const {
            &[
                part("浅い・シグモイド", "shallow, sigmoid", BETTER),
                part("浅い・tanh", "shallow, tanh", BETTER),
                part("浅い・ReLU", "shallow, ReLU", BETTER),
                part(
                    "深い・ReLU で勾配が十分の一より保たれる",
                    "deep, ReLU: more than a tenth of the gradient remains",
                    -1.0,
                ),
            ]
        },
        decision: Decision::ByDefinition,
        advice: (
            "中間層が二つなら三つともよくなる。ReLU で層を重ねると、Xavier では一層ごとに信号の分散が半分になって勾配が痩せる。ReLU に合わせた初期値は He（Xavier の √2 倍）。",
            "With two hidden layers all three gain. Through many ReLU layers Xavier halves the variance of the signal at each; the weights matched to ReLU are He's (√2 times Xavier's).",
        ),
        measure: |b, seed| {
            let mut values = vec![];
            for activation in [Activation::Sigmoid, Activation::Tanh, Activation::Relu] {
                values.push(init_gain(b, activation, XAVIER, seed)?);
            }
            let deep = with(shallow(Activation::Relu, XAVIER), |mlp| Mlp { hidden: &[40; 10], ..mlp });
            values.push(-attenuation_of_outputs(&flow(b, deep, seed)?));
            Ok(values)
        },
    }
}

/// Final test accuracy of these initial weights minus that of Gauss 0.01.
fn init_gain(b: &Bench, activation: Activation, init: Init, seed: u32) -> Result<f64, Error> {
    Ok(b.test(shallow(activation, init), seed)? - b.test(shallow(activation, GAUSS), seed)?)
}

/// 「全ての値が同じ値で伝わるためパラメータのチューニングが行われなくなる」（確認テスト 3）
pub fn zero_weights_stop_learning() -> Claim {
    Claim {
        id: "zero_weights_stop_learning",
        quote: "全ての値が同じ値で伝わるためパラメータのチューニングが行われなくなる",
        place: "確認テスト（重みの初期値に 0）",
        measures: (
            "2_4 のネットワークの重みを 0 から始め、SGD（学習率 0.1）で 600 反復したあとの W: −log₁₀(ノードのあいだの最大の差)、−log₁₀(最大の |W|)",
            "weights of the net of 2_4 after 600 iterations of SGD (rate 0.1) from zeros: −log10 of the largest difference between units, −log10 of the largest |W|",
        ),
        parts: const {
            &[
                part("シグモイド: 同じ値で伝わる", "sigmoid: all units the same", 12.0),
                part("ReLU: 同じ値で伝わる", "ReLU: all units the same", 12.0),
                part("シグモイド: W が動かない", "sigmoid: W does not move", 12.0),
                part("ReLU: W が動かない", "ReLU: W does not move", 12.0),
            ]
        },
        decision: Decision::ByDefinition,
        advice: (
            "「同じ値で伝わる」はどちらの活性化関数でもそのとおり。「チューニングが行われない」は、ReLU では文字どおり（W の勾配がいつも 0）。シグモイドでは W は動くが、一つの層のノードがみな同じに動くので、何個あっても一個分の働きしかしない。",
            "That all units carry the same value is true for both. That nothing is tuned is literally true for ReLU (every gradient of W is 0); with sigmoids W moves, but all units of a layer move as one and do the work of one.",
        ),
        measure: |b, seed| {
            let (sigmoid, relu) =
                (from_zeros(b, Activation::Sigmoid, seed)?, from_zeros(b, Activation::Relu, seed)?);
            Ok(vec![
                digits(most(&sigmoid, Matrix::columns_apart)),
                digits(most(&relu, Matrix::columns_apart)),
                digits(most(&sigmoid, Matrix::largest)),
                digits(most(&relu, Matrix::largest)),
            ])
        },
    }
}

/// W1 and W2 after training from zeros.
fn from_zeros(b: &Bench, activation: Activation, seed: u32) -> Result<Vec<Matrix>, Error> {
    let base = Experiment { rule: sgd(0.1), iterations: 600, ..optimizer::BASE };
    let e = with(base, |mlp| Mlp { activation, init: Init::Gauss { std: 0.0 }, ..mlp });
    let mut training = b.trained(e, seed)?;
    Ok([1, 2].into_iter().filter_map(|l| training.net.param(ParamName::W(l))).collect())
}

fn most(layers: &[Matrix], of: fn(&Matrix) -> f64) -> f64 {
    layers.iter().map(of).fold(0.0, f64::max)
}

/// 「Xavierではreluとシグモイド両方で勾配消失問題の改善が見られた」（考察）
pub fn xavier_helps_both() -> Claim {
    Claim {
        id: "xavier_helps_both",
        quote: "重みの初期化についてはXavierではreluとシグモイド両方で勾配消失問題の改善が見られた",
        place: "考察",
        measures: (
            "2_2_1 の最後の検証の正答率: Xavier − Gauss 0.01（正しい傾き）",
            "final test accuracy in 2_2_1: Xavier minus Gauss 0.01 (exact slope)",
        ),
        parts: const { &[part("ReLU", "ReLU", BETTER), part("シグモイド", "sigmoid", BETTER)] },
        decision: Decision::All,
        advice: ("そのとおり。", "True."),
        measure: |b, seed| {
            [Activation::Relu, Activation::Sigmoid]
                .into_iter()
                .map(|a| init_gain(b, a, XAVIER, seed))
                .collect()
        },
    }
}

/// 「Heの場合はReLUのみ勾配消失の改善が見られた」（考察）
pub fn he_helps_only_relu() -> Claim {
    Claim {
        id: "he_helps_only_relu",
        quote: "Heの場合はReLUのみ勾配消失の改善が見られた",
        place: "考察",
        measures: (
            "2_2_1 の最後の検証の正答率: He − Gauss 0.01。ReLU では 0.01 より大きく、シグモイドでは 0.01 以下（−(He − Gauss) が −0.01 より大きい）なら文のとおり。シグモイドは、正しい傾きと、原典の傾きの両方で",
            "final test accuracy in 2_2_1: He minus Gauss 0.01. As the sentence says if above 0.01 for ReLU and below 0.01 for sigmoid (so −(He − Gauss) above −0.01), with the exact slope and with the notebook's",
        ),
        parts: const {
            &[
                part("ReLU は改善する", "ReLU improves", BETTER),
                part("シグモイドは改善しない（正しい傾き）", "sigmoid does not (exact slope)", -BETTER),
                part(
                    "シグモイドは改善しない（原典の傾き）",
                    "sigmoid does not (the notebook's slope)",
                    -BETTER,
                ),
            ]
        },
        decision: Decision::All,
        advice: (
            "シグモイドも大きく改善する。原典が印字した値でも、シグモイドの正答率は Gauss 0.1010、Xavier 0.7796、He 0.8334 で、He がいちばん高い。「のみ」は、この結果からは言えない。",
            "Sigmoid improves greatly too. Even the figures printed in the notebook say so: Gauss 0.1010, Xavier 0.7796, He 0.8334, the highest. \"Only\" doesn't follow from them.",
        ),
        measure: |b, seed| {
            let gain = |activation| init_gain(b, activation, HE, seed);
            let (relu, exact) = (gain(Activation::Relu)?, gain(Activation::Sigmoid)?);
            Ok(vec![relu, -exact, -gain(Activation::SigmoidSlopeOfOutput)?])
        },
    }
}

/// 「勾配消失問題は重みの初期値や活性化関数の調節で改善できることが分かった」（考察）
pub fn init_and_activation_help() -> Claim {
    Claim {
        id: "init_and_activation_help",
        quote: "今回の結果より勾配消失問題は重みの初期値や活性化関数の調節で改善できることが分かった",
        place: "考察",
        measures: (
            "2_2_1 の最後の検証の正答率の、シグモイド・Gauss 0.01 からの差（正しい傾き）",
            "final test accuracy in 2_2_1, minus that of sigmoid with Gauss 0.01 (exact slope)",
        ),
        parts: const {
            &[
                part("初期値だけを変える（Xavier）", "other initial weights alone (Xavier)", BETTER),
                part("活性化関数だけを変える（ReLU）", "another activation alone (ReLU)", BETTER),
                part("両方を変える（ReLU・He）", "both (ReLU, He)", BETTER),
            ]
        },
        decision: Decision::All,
        advice: (
            "そのとおり。片方だけでも改善し、両方を変えるともっとよい。",
            "True: either helps, both help more.",
        ),
        measure: |b, seed| {
            let base = b.test(shallow(Activation::Sigmoid, GAUSS), seed)?;
            [(Activation::Sigmoid, XAVIER), (Activation::Relu, GAUSS), (Activation::Relu, HE)]
                .into_iter()
                .map(|(activation, init)| Ok(b.test(shallow(activation, init), seed)? - base))
                .collect()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_that_are_the_same_are_told_from_units_that_differ() {
        let same: Matrix = ndarray::array![[1.0, 1.0], [-2.0, -2.0]].into();
        let differ: Matrix = ndarray::array![[1.0, 1.0], [-2.0, -1.5]].into();
        assert_eq!((same.columns_apart(), same.largest()), (0.0, 2.0));
        assert_eq!(most(&[same, differ], Matrix::columns_apart), 0.5);
        assert!(digits(0.0) > 17.0 && digits(0.5) < 1.0);
    }
}
