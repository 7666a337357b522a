//! 前に測った値の表を、もう一度測る: 初期値と活性化関数、学習の前の勾配、正則化の強さ、ドロップアウト。

use super::networks::*;
use super::{Bench, Text};
use crate::error::Error;
use crate::nn::net::mean_abs;
use crate::nn::{Activation, Init, Mlp, ParamName, Penalty, Rule};
use crate::{Experiment, overfitting};

/// 一つの値: 前に測ったときの範囲と、測りなおすしかた。
pub struct Figure {
    /// 表の名前
    pub table: Text,
    /// 値の名前
    pub name: String,
    /// 前に測った値の、小さいほうと大きいほう（シードが一つなら、丸めの分だけ広い）
    pub noted: (f64, f64),
    /// この値を比べるシードの数（先頭から）。すべてなら `None`
    pub seeds: Option<usize>,
    what: What,
}

enum What {
    Test(Experiment),
    Gap(Experiment),
    Gradient(Experiment, usize),
}

impl Figure {
    /// このシードで測る。
    ///
    /// # Errors
    /// 途中で止められたとき。
    pub fn measure(&self, bench: &Bench, seed: u32) -> Result<f64, Error> {
        match self.what {
            What::Test(e) => bench.test(e, seed),
            What::Gap(e) => bench.gap(e, seed),
            What::Gradient(e, layer) => {
                let mut training = bench.start(e, seed)?;
                training.next();
                let grad = training.net.params().into_iter().find(|p| p.name == ParamName::W(layer));
                Ok(grad.map_or(f64::NAN, |p| mean_abs(p.grad)))
            }
        }
    }

    /// 測った値が、前の範囲の外か。範囲なら、外にある値があるか。一つの値なら、それが測った値の範囲の外か。
    pub fn is_outside(&self, values: &[f64]) -> bool {
        let (low, high) = self.noted;
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        match self.seeds {
            None => low > most || high < least,
            Some(_) => least < low || most > high,
        }
    }
}

const ACCURACY: Text =
    ("最後の検証の正答率（2_2_1、五つのシード）", "Final test accuracy (2_2_1, five seeds)");
const GRADIENT: Text = (
    "一歩目の平均 |∂E/∂W|（2_2_1、正しい傾き、シード 0）",
    "Mean |∂E/∂W| at the first step (2_2_1, exact slope, seed 0)",
);
const PENALTY: Text = (
    "最後の検証の正答率と、訓練との差（2_5、SGD 0.01）",
    "Final test accuracy, and the gap to train (2_5, SGD 0.01)",
);

/// すべての値。
pub fn figures() -> Vec<Figure> {
    [accuracies(), gradients(), penalties()].into_iter().flatten().collect()
}

fn accuracies() -> Vec<Figure> {
    use Activation::{Relu, Sigmoid, SigmoidSlopeOfOutput};
    let rows: [(&str, Activation, Init, (f64, f64)); 9] = [
        ("原典の傾き Gauss 0.01", SigmoidSlopeOfOutput, GAUSS, (0.101, 0.1135)),
        ("原典の傾き Xavier", SigmoidSlopeOfOutput, XAVIER, (0.785, 0.823)),
        ("原典の傾き He", SigmoidSlopeOfOutput, HE, (0.835, 0.851)),
        ("シグモイド Gauss 0.01", Sigmoid, GAUSS, (0.101, 0.1135)),
        ("シグモイド Xavier", Sigmoid, XAVIER, (0.874, 0.884)),
        ("シグモイド He", Sigmoid, HE, (0.894, 0.900)),
        ("ReLU Gauss 0.01", Relu, GAUSS, (0.895, 0.921)),
        ("ReLU Xavier", Relu, XAVIER, (0.945, 0.953)),
        ("ReLU He", Relu, HE, (0.943, 0.959)),
    ];
    let figure = |(name, activation, init, (low, high)): (&str, _, _, (f64, f64))| Figure {
        table: ACCURACY,
        name: name.to_owned(),
        // Noted to three or four decimals.
        noted: (low - 0.0005, high + 0.0005),
        seeds: Some(5),
        what: What::Test(shallow(activation, init)),
    };
    rows.into_iter().map(figure).collect()
}

fn gradients() -> Vec<Figure> {
    use Activation::{Relu, Sigmoid};
    let rows: [(&str, Activation, Init, [f64; 3]); 6] = [
        ("シグモイド Gauss 0.01", Sigmoid, GAUSS, [5.7e-7, 8.8e-5, 1.4e-2]),
        ("シグモイド Xavier", Sigmoid, XAVIER, [2.0e-4, 3.3e-3, 2.7e-2]),
        ("シグモイド He", Sigmoid, HE, [3.8e-4, 5.3e-3, 3.4e-2]),
        ("ReLU Gauss 0.01", Relu, GAUSS, [4.1e-6, 3.2e-5, 7.8e-5]),
        ("ReLU Xavier", Relu, XAVIER, [1.5e-3, 2.6e-3, 4.8e-3]),
        ("ReLU He", Relu, HE, [3.2e-3, 5.9e-3, 1.2e-2]),
    ];
    let layers = |(name, activation, init, noted): (&'static str, _, _, [f64; 3])| {
        noted.into_iter().enumerate().map(move |(i, v)| Figure {
            table: GRADIENT,
            name: format!("{name} W{}", i + 1),
            // Noted to two digits.
            noted: (v - half_digit(v), v + half_digit(v)),
            seeds: Some(1),
            what: What::Gradient(shallow(activation, init), i + 1),
        })
    };
    rows.into_iter().flat_map(layers).collect()
}

/// Half of the second significant digit.
fn half_digit(v: f64) -> f64 {
    0.5 * 10f64.powf(v.log10().floor() - 1.0)
}

fn penalties() -> Vec<Figure> {
    let penalised = |penalty| Experiment { penalty, ..overfitting::BASE };
    let l1 = |lambda| penalised(Penalty::L1 { lambda });
    let l2 = |lambda| penalised(Penalty::L2 { lambda });
    let by =
        |rule: Rule, dropout| with(Experiment { rule, ..overfitting::BASE }, |mlp| Mlp { dropout, ..mlp });
    let (slow, fast) = (sgd(0.01), momentum(0.01));
    let rows = [
        ("なし 検証", What::Test(penalised(Penalty::None)), 0.762),
        ("L2 0.001 検証", What::Test(l2(0.001)), 0.762),
        ("L2 0.01 検証", What::Test(l2(0.01)), 0.769),
        ("L2 0.1 検証", What::Test(l2(0.1)), 0.705),
        ("L2 1 検証", What::Test(l2(1.0)), 0.1135),
        ("L1 0.0001 検証", What::Test(l1(0.0001)), 0.761),
        ("L1 0.001 検証", What::Test(l1(0.001)), 0.767),
        ("L1 0.005 検証", What::Test(l1(0.005)), 0.763),
        ("L1 0.01 検証", What::Test(l1(0.01)), 0.670),
        ("なし 差", What::Gap(penalised(Penalty::None)), 0.240),
        ("L2 0.001 差", What::Gap(l2(0.001)), 0.238),
        ("L2 0.01 差", What::Gap(l2(0.01)), 0.231),
        ("L2 0.1 差", What::Gap(l2(0.1)), 0.196),
        ("L2 1 差", What::Gap(l2(1.0)), 0.017),
        ("ドロップアウト SGD 差", What::Gap(by(slow, Some(0.15))), 0.211),
        ("ドロップアウト SGD 検証", What::Test(by(slow, Some(0.15))), 0.712),
        ("Momentum 検証", What::Test(by(fast, None)), 0.783),
        ("ドロップアウト Momentum 検証", What::Test(by(fast, Some(0.15))), 0.799),
        ("Momentum 差", What::Gap(by(fast, None)), 0.217),
        ("ドロップアウト Momentum 差", What::Gap(by(fast, Some(0.15))), 0.201),
    ];
    let figure = |(name, what, noted): (&str, What, f64)| Figure {
        table: PENALTY,
        name: name.to_owned(),
        noted: (noted - 0.0005, noted + 0.0005),
        seeds: None,
        what,
    };
    rows.into_iter().map(figure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_left_by_one_value_and_a_mean_by_all() {
        let all = figures();
        let range = all.iter().find(|f| f.name == "シグモイド Xavier").unwrap();
        assert!(!range.is_outside(&[0.874, 0.88, 0.884]) && range.is_outside(&[0.88, 0.89]));
        let mean = all.iter().find(|f| f.name == "なし 検証").unwrap();
        assert!(!mean.is_outside(&[0.75, 0.77]) && mean.is_outside(&[0.77, 0.78]));
    }

    #[test]
    fn the_first_gradients_are_those_noted_but_for_two() {
        let bench = Bench::new(crate::mnist().unwrap());
        let figures = gradients();
        assert_eq!(figures.len(), 18);
        let measured = figures.iter().map(|f| (f, f.measure(&bench, 0).unwrap()));
        let outside = measured.filter(|(f, value)| f.is_outside(&[*value]));
        let outside: Vec<_> = outside.map(|(f, value)| (f.name.as_str(), format!("{value:.3e}"))).collect();
        let known = [("シグモイド Xavier W1", "1.946e-4"), ("ReLU Gauss 0.01 W1", "4.048e-6")]
            .map(|(n, v)| (n, v.to_owned()));
        assert_eq!(outside, known);
    }
}
