//! リッジ回帰: 閉じた式で解き、λ を大きくしていく。

use crate::error::{Error, ErrorKind};
use crate::lang::Lang;
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Axis, Chart, Kind, Line, Panel};

/// λ ごとのリッジ回帰の解（[`ridge`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct Ridge {
    /// 正則化の強さ λ
    pub lambdas: Vec<f64>,
    /// λ ごとの重み（x, x², x³, x⁴ の係数）
    pub weights: Vec<[f64; POWERS]>,
    /// λ ごとのバイアス
    pub bias: Vec<f64>,
    /// 十点の x
    pub x: Vec<f64>,
    /// 十点の y
    pub y: Vec<f64>,
}

const POWERS: usize = 4;

/// x from −1 to 1, and y about 3 + 2x − x³ with errors that we chose.
const POINTS: [(f64, f64); 10] = [
    (-1.0, 2.1),
    (-0.8, 1.7),
    (-0.6, 2.2),
    (-0.3, 2.3),
    (-0.1, 3.0),
    (0.1, 2.9),
    (0.3, 3.8),
    (0.6, 3.7),
    (0.8, 4.4),
    (1.0, 3.9),
];

/// 十点のデータに四次式を当てはめる: リッジ回帰の閉じた式。
///
/// ```text
/// w = (XᵀX + λI)⁻¹ Xᵀ(y − ȳ)          X は列ごとに平均を引いたもの
/// b = ȳ − w·x̄                         バイアスには λ が掛からない
/// ```
/// > ハイパーパラメータを大きな値に設定すると、すべての重みが限りなく0に近づく（確認テスト）
///
/// # Errors
/// λ が一つもないとき、負や有限でない λ があるとき。
///
/// ```
/// let ridge = kakunin::lab::ridge(&[0.0, 1e9])?;
/// assert!(ridge.weights[1].iter().all(|w| w.abs() < 1e-7));       // 重みは 0 に近づくが
/// assert!((ridge.bias[1] - 3.0).abs() < 1e-6);                    // バイアスは y の平均 3 に残る
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn ridge(lambdas: &[f64]) -> Result<Ridge, Error> {
    if lambdas.is_empty() {
        let (ja, en) =
            ("λ を一つ以上渡してください（渡されたのは 0 個）。", "Give at least one λ (none was given).");
        return Err(Error::new(ErrorKind::Setting, ja, en));
    }
    if let Some(wrong) = lambdas.iter().find(|l| !(l.is_finite() && **l >= 0.0)) {
        let want = ("0 以上の有限の数", "a finite number of at least 0");
        return Err(Error::out_of_range("正則化の強さ λ", "regularisation strength λ", wrong, want));
    }
    let (weights, bias) = lambdas.iter().map(|&lambda| solve(lambda)).unzip();
    let (x, y) = POINTS.into_iter().unzip();
    Ok(Ridge { lambdas: lambdas.to_vec(), weights, bias, x, y })
}

fn powers(x: f64) -> [f64; POWERS] {
    [x, x * x, x * x * x, x * x * x * x]
}

fn solve(lambda: f64) -> ([f64; POWERS], f64) {
    let n = POINTS.len() as f64;
    let mean_y = POINTS.iter().map(|p| p.1).sum::<f64>() / n;
    let mean: [f64; POWERS] = std::array::from_fn(|k| POINTS.iter().map(|p| powers(p.0)[k]).sum::<f64>() / n);
    let centred = |x: f64| -> [f64; POWERS] { std::array::from_fn(|k| powers(x)[k] - mean[k]) };
    // (XᵀX + λI) w = Xᵀ(y − ȳ)
    let mut a = [[0.0; POWERS + 1]; POWERS];
    for (i, row) in a.iter_mut().enumerate() {
        for &(x, y) in &POINTS {
            let x = centred(x);
            (0..POWERS).for_each(|j| row[j] += x[i] * x[j]);
            row[POWERS] += x[i] * (y - mean_y);
        }
        row[i] += lambda;
    }
    let w = eliminate(a);
    (w, mean_y - w.iter().zip(mean).map(|(w, m)| w * m).sum::<f64>())
}

/// Gaussian elimination of a system whose matrix is symmetric and positive definite.
fn eliminate(mut a: [[f64; POWERS + 1]; POWERS]) -> [f64; POWERS] {
    for i in 0..POWERS {
        let pivot = a[i];
        for row in a.iter_mut().skip(i + 1) {
            let factor = row[i] / pivot[i];
            row.iter_mut().zip(pivot).for_each(|(to, from)| *to -= factor * from);
        }
    }
    let mut w = [0.0; POWERS];
    for i in (0..POWERS).rev() {
        let known: f64 = (i + 1..POWERS).map(|j| a[i][j] * w[j]).sum();
        w[i] = (a[i][POWERS] - known) / a[i][i];
    }
    w
}

shown_as_a_card!(Ridge);

impl Ridge {
    /// i 番目の λ の式の、x での値。
    pub fn predict(&self, i: usize, x: f64) -> f64 {
        self.bias[i] + self.weights[i].iter().zip(powers(x)).map(|(w, p)| w * p).sum::<f64>()
    }

    fn card(&self, lang: Lang) -> Card {
        let title = lang.pick("リッジ回帰: λ と重み", "Ridge regression: λ and the weights");
        let size = |w: &[f64; POWERS]| number(w.iter().map(|w| w * w).sum::<f64>().sqrt());
        let sizes: Vec<String> =
            self.lambdas.iter().zip(&self.weights).map(|(l, w)| format!("λ = {l}: {}", size(w))).collect();
        let says = lang.pick(
            format!("重みの大きさ √Σw²: {}。バイアスには λ が掛からない。", sizes.join("、")),
            format!("Size of the weights √Σw²: {}. The bias is not penalised.", sizes.join(", ")),
        );
        const SHOWN: usize = 5;
        let points = self.x.iter().copied().zip(self.y.iter().copied()).collect();
        let mut fits = vec![Line::new(lang.pick("データ", "data"), Kind::Dots(6), points)];
        fits.extend(self.lambdas.iter().enumerate().take(SHOWN).map(|(i, l)| {
            let curve = (-50..=50).map(|k| f64::from(k) / 50.0).map(|x| (x, self.predict(i, x)));
            Line::new(format!("λ = {l}"), Kind::Plain(i), curve.collect())
        }));
        // The weights as functions of λ, from 0.001 to 10,000.
        let along: Vec<f64> = (-30..=40).map(|k| f64::from(k) / 10.0).collect();
        let solved: Vec<_> = along.iter().map(|&l| solve(10f64.powf(l))).collect();
        let names = ["x", "x²", "x³", "x⁴"];
        let weights = names.iter().enumerate().map(|(k, name)| {
            let curve = along.iter().zip(&solved).map(|(&l, (w, _))| (l, w[k])).collect();
            Line::new(
                lang.pick(format!("{name} の重み"), format!("weight of {name}")),
                Kind::Coloured(k),
                curve,
            )
        });
        let bias = along.iter().zip(&solved).map(|(&l, (_, b))| (l, *b)).collect();
        let weights =
            weights.chain([Line::new(lang.pick("バイアス", "bias"), Kind::Grey(0), bias)]).collect();
        let panels = vec![
            Panel::chart(
                lang.pick("当てはめた式", "Fitted curves"),
                Chart::new(Axis::plain("x"), Axis::plain("y"), fits),
            ),
            Panel::chart(
                lang.pick("重みとバイアス", "Weights and bias"),
                Chart::new(Axis::log("λ"), Axis::plain(""), weights),
            ),
        ];
        let header = ["λ", "x", "x²", "x³", "x⁴", lang.pick("バイアス", "bias")];
        let row = |i: usize| {
            let all = self.weights[i].iter().copied().chain([self.bias[i]]);
            std::iter::once(self.lambdas[i].to_string()).chain(all.map(number)).collect()
        };
        Card::new(lang, title, says)
            .picture(2, panels)
            .numbers(&header, (0..self.lambdas.len()).map(row).collect())
    }
}
