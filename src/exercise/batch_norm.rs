//! バッチ正規化の逆伝播の練習。

use super::checked::{Checked, Difference, text};
use crate::Matrix;
use crate::nn::{BatchNorm, Layer};
use crate::quiz::Text;
use crate::rng::RandomState;
use ndarray::{Array1, Array2, Axis, array};

const NAME: &str = "batch_norm_backward";

/// ε is not the point of the exercise: 1e-6 of the course, 1e-8 or none all agree to this.
const ALIKE: f64 = 1e-4;

type Gradients = (Array2<f64>, Array1<f64>, Array1<f64>);

/// 自分で書いたバッチ正規化の逆伝播を調べる。
///
/// ```text
/// x̂ = (x − μ) / √(σ² + ε)        y = γ x̂ + β          μ, σ² はバッチの平均と分散
/// ```
/// 渡すのは、x（N, ノード）、γ、∂L/∂y から（∂L/∂x, ∂L/∂γ, ∂L/∂β）を返す関数。
///
/// > ミニバッチ単位で、入力値のデータの偏りを抑制する手法（Section1）
///
/// ```
/// use kakunin::exercise::check_batch_norm_backward;
/// use kakunin::quiz::Verdict;
/// use ndarray::Axis;
/// let checked = check_batch_norm_backward(|x, gamma, dy| {
///     let n = x.nrows() as f64;
///     let centred = x - &x.mean_axis(Axis(0)).unwrap_or_default();
///     let std = (&centred * &centred).sum_axis(Axis(0)).mapv(|s| (s / n + 1e-6).sqrt());
///     let normal = &centred / &std;
///     let (dbeta, dgamma) = (dy.sum_axis(Axis(0)), (&normal * dy).sum_axis(Axis(0)));
///     let dx = (gamma / &std) * (dy - &(&dbeta / n) - &normal * &(&dgamma / n));
///     (dx, dgamma, dbeta)
/// });
/// assert_eq!(checked.verdict, Verdict::Accept);
/// ```
pub fn check_batch_norm_backward(
    mine: impl Fn(&Array2<f64>, &Array1<f64>, &Array2<f64>) -> (Array2<f64>, Array1<f64>, Array1<f64>),
) -> Checked {
    let x = array![[1.0, -2.0, 0.5], [3.0, 1.0, 4.0], [-1.0, 0.0, 2.0], [0.5, 5.0, -3.0], [2.0, -1.0, 1.5]];
    let gamma = array![1.0, 2.0, -0.5];
    let dy =
        array![[0.1, -0.2, 0.3], [0.5, 0.4, -0.1], [-0.3, 0.2, 0.6], [0.2, -0.5, 0.1], [-0.4, 0.3, -0.2]];
    let found = mine(&x, &gamma, &dy);
    let right = right(&x, &gamma, &dy);
    let wanted = &right.gradients;
    let shapes = |g: &Gradients| (g.0.dim(), g.1.dim(), g.2.dim());
    if shapes(&found) != shapes(wanted) {
        let say = text(
            format!(
                "形は dx {:?}、dγ {:?}、dβ {:?} のはずですが、{:?}、{:?}、{:?} が返りました。",
                wanted.0.dim(),
                wanted.1.dim(),
                wanted.2.dim(),
                found.0.dim(),
                found.1.dim(),
                found.2.dim()
            ),
            format!(
                "The shapes should be dx {:?}, dγ {:?}, dβ {:?}; they are {:?}, {:?}, {:?}.",
                wanted.0.dim(),
                wanted.1.dim(),
                wanted.2.dim(),
                found.0.dim(),
                found.1.dim(),
                found.2.dim()
            ),
        );
        return Checked::reject(NAME, say);
    }
    let table = compared(wanted, &found);
    match table.iter().find(|d| !d.found.is_finite()) {
        Some(d) => {
            let say = text(
                format!("{} が数でない値になりました。", d.place.ja),
                format!("{} is not a number.", d.place.en),
            );
            Checked::reject(NAME, say).comparing(table)
        }
        None => match wrong(&x, &gamma, &dy, &right, &found) {
            Some(say) => Checked::reject(NAME, say).comparing(table),
            None => {
                Checked::accept(NAME, text("dx、dγ、dβ のどれも", "all of dx, dγ and dβ")).comparing(table)
            }
        },
    }
}

/// What the layer of the trainings makes of it: the gradients, x̂ and √(σ² + ε).
struct Right {
    gradients: Gradients,
    normal: Array2<f64>,
    std: Array1<f64>,
}

fn right(x: &Array2<f64>, gamma: &Array1<f64>, dy: &Array2<f64>) -> Right {
    let mut layer = BatchNorm::new(1, gamma.len());
    let [scale, _] = layer.scale_and_shift();
    scale.value.row_mut(0).iter_mut().zip(gamma).for_each(|(to, gamma)| *to = *gamma);
    let (x, mut y, mut dx) = (x.view().into(), Matrix::default(), Matrix::default());
    layer.forward(&x, &mut y, &mut RandomState::new(0));
    layer.backward(&x, &y, &dy.view().into(), &mut dx);
    let row = |m: &Matrix| Array1::from(m.row(0).to_vec());
    let (normal, std) = layer.normalised();
    let (normal, std) = (normal.to_array(), row(std));
    let [dgamma, dbeta] = layer.scale_and_shift().map(|p| row(p.grad));
    Right { gradients: (dx.to_array(), dgamma, dbeta), normal, std }
}

fn same<'a>(a: impl IntoIterator<Item = &'a f64>, b: impl IntoIterator<Item = &'a f64>) -> bool {
    a.into_iter().zip(b).all(|(a, b)| (a - b).abs() <= ALIKE)
}

fn wrong(
    x: &Array2<f64>,
    gamma: &Array1<f64>,
    dy: &Array2<f64>,
    right: &Right,
    found: &Gradients,
) -> Option<Text> {
    let n = x.nrows() as f64;
    let Right { gradients: wanted, normal, std } = right;
    if !same(&wanted.2, &found.2) {
        return Some(match same(&(&wanted.2 / n), &found.2) {
            true => text("dβ は平均ではなく和です: Σ dy。", "dβ is the sum of dy, not its mean."),
            false => {
                text("dβ が違います: Σ dy（行についての和）。", "dβ is wrong: it is Σ dy over the rows.")
            }
        });
    }
    if !same(&wanted.1, &found.1) {
        return Some(match same(&(dy * x).sum_axis(Axis(0)), &found.1) {
            true => text(
                "dγ には、x ではなく正規化した x̂ を掛けます: Σ x̂ dy。",
                "dγ takes the normalised x̂ and not x: Σ x̂ dy.",
            ),
            false => {
                text("dγ が違います: Σ x̂ dy（行についての和）。", "dγ is wrong: it is Σ x̂ dy over the rows.")
            }
        });
    }
    let scale = gamma / std;
    let is = |inner: Array2<f64>| same(&(inner * &scale), &found.0);
    let (mean, along) = (&wanted.2 / n, normal * &(&wanted.1 / n));
    (!same(&wanted.0, &found.0)).then(|| match () {
        () if is(dy.clone()) => text(
            "μ と σ² も x で決まります。dx には、平均を通る分と分散を通る分を足してください。",
            "μ and σ² depend on x as well: dx needs the parts that come through the mean and the variance.",
        ),
        () if is(dy - &along) => {
            text("平均 μ を通る分がありません。", "The part through the mean μ is missing.")
        }
        () if is(dy - &mean) => {
            text("分散 σ² を通る分がありません。", "The part through the variance σ² is missing.")
        }
        () if same(&((dy - &mean - &along) / std), &found.0) => {
            text("dx に γ が掛かっていません。", "γ is missing from dx.")
        }
        () if same(&((dy - &mean - &along) * gamma), &found.0) => {
            text("dx が √(σ² + ε) で割られていません。", "dx is not divided by √(σ² + ε).")
        }
        () => text("dγ と dβ は合っていますが、dx が違います。", "dγ and dβ are right, dx is not."),
    })
}

fn compared(wanted: &Gradients, found: &Gradients) -> Vec<Difference> {
    let number = |place: String, w: f64, f: f64| {
        // What differs by ε alone is shown as equal.
        Difference::new(text(place.clone(), place), if (w - f).abs() <= ALIKE { f } else { w }, f)
    };
    let vector = |name: &'static str, w: &Array1<f64>, f: &Array1<f64>| -> Vec<Difference> {
        w.iter().zip(f).enumerate().map(|(j, (w, f))| number(format!("{name}[{j}]"), *w, *f)).collect()
    };
    let mut table = vector("dβ", &wanted.2, &found.2);
    table.extend(vector("dγ", &wanted.1, &found.1));
    let dx = wanted.0.indexed_iter().zip(&found.0);
    table.extend(dx.map(|(((n, j), w), f)| number(format!("dx[{n}, {j}]"), *w, *f)));
    table
}
