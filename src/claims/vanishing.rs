//! Section1 と、勾配消失についての考察。

use super::networks::*;
use super::{Bench, Claim, Decision, Part};
use crate::diagnosis::{LayerFlow, flow_before_training, zero_shares};
use crate::error::Error;
use crate::nn::{Activation, Init, Mlp, ParamName, Trains};
use crate::{Experiment, Matrix, Measure, optimizer};
use std::time::Instant;

pub(super) const ALL: &[fn() -> Claim] = &[
    gradients_shrink,
    relu_avoids_vanishing,
    relu_is_sparse,
    relu_keeps_accuracy,
    xavier_suits_three,
    zero_weights_stop_learning,
    batch_norm_saves_time,
    batch_norm_avoids_vanishing,
    relu_improves,
    xavier_helps_both,
    he_helps_only_relu,
    init_and_activation_help,
];

/// 正答率がこれだけ違えば、改善（または悪化）と数える。
pub(super) const BETTER: f64 = 0.01;

pub(super) const fn part(ja: &'static str, en: &'static str, threshold: f64) -> Part {
    Part { name: (ja, en), threshold, timed: false }
}

/// log₁₀(最後の層の |∂E/∂W| ÷ 一層目の |∂E/∂W|)
fn attenuation(flow: &[LayerFlow]) -> f64 {
    flow.last().zip(flow.first()).map_or(f64::NAN, |(last, first)| (last.weights / first.weights).log10())
}

/// The same for |∂E/∂u|: unlike |∂E/∂W| it does not depend on how large the inputs of a layer are.
fn attenuation_of_outputs(flow: &[LayerFlow]) -> f64 {
    let outputs = flow.last().and_then(|f| f.output).zip(flow.first().and_then(|f| f.output));
    outputs.map_or(f64::NAN, |(last, first)| (last / first).log10())
}

fn flow(b: &Bench, e: Experiment, seed: u32) -> Result<Vec<LayerFlow>, Error> {
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

/// Final test accuracy, ReLU minus sigmoid.
fn relu_gain(b: &Bench, init: Init, seed: u32) -> Result<f64, Error> {
    Ok(b.test(shallow(Activation::Relu, init), seed)? - b.test(shallow(Activation::Sigmoid, init), seed)?)
}

/// Final test accuracy of these initial weights minus that of Gauss 0.01.
fn init_gain(b: &Bench, activation: Activation, init: Init, seed: u32) -> Result<f64, Error> {
    Ok(b.test(shallow(activation, init), seed)? - b.test(shallow(activation, GAUSS), seed)?)
}

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

/// −log₁₀, where 0 counts as 1e-18.
pub(super) fn digits(size: f64) -> f64 {
    -(size.abs() + 1e-18).log10()
}

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

    #[test]
    fn units_that_are_the_same_are_told_from_units_that_differ() {
        let same: Matrix = ndarray::array![[1.0, 1.0], [-2.0, -2.0]].into();
        let differ: Matrix = ndarray::array![[1.0, 1.0], [-2.0, -1.5]].into();
        assert_eq!((same.columns_apart(), same.largest()), (0.0, 2.0));
        assert_eq!(most(&[same, differ], Matrix::columns_apart), 0.5);
        assert!(digits(0.0) > 17.0 && digits(0.5) < 1.0);
    }
}
