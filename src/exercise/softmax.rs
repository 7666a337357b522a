//! ソフトマックスと交差エントロピー誤差の練習。

use super::checked::{Checked, Difference, alike, text};
use crate::quiz::Text;
use ndarray::{Array2, array};

const NAME: &str = "softmax_with_loss";

struct Case {
    u: Array2<f64>,
    d: Vec<usize>,
}

/// 自分で書いたソフトマックスと交差エントロピー誤差を、損失と勾配の両方で調べる。
///
/// ```text
/// y = softmax(u)      L = −(1/N) Σₙ ln yₙ[dₙ]      ∂L/∂u = (y − d) / N
/// ```
/// 渡すのは、u（N, クラス）と正解のクラスの番号から（損失、∂L/∂u）を返す関数。対数のなかの 1e-7 は、あってもなくてもよい。
///
/// ```
/// use kakunin::exercise::check_softmax_with_loss;
/// use kakunin::quiz::Verdict;
/// let checked = check_softmax_with_loss(|u, d| {
///     let (mut y, mut loss, n) = (u.clone(), 0.0, u.nrows() as f64);
///     for (mut y, &d) in y.rows_mut().into_iter().zip(d) {
///         let max = y.fold(f64::MIN, |a, b| a.max(*b));
///         y.mapv_inplace(|u| (u - max).exp());
///         let sum = y.sum();
///         y /= sum;
///         loss -= (y[d] + 1e-7).ln() / n;
///         y[d] -= 1.0;
///     }
///     (loss, y / n)
/// });
/// assert_eq!(checked.verdict, Verdict::Accept);
/// ```
pub fn check_softmax_with_loss(mine: impl Fn(&Array2<f64>, &[usize]) -> (f64, Array2<f64>)) -> Checked {
    let usual = Case {
        u: array![[1.0, 2.0, 3.0, 0.5], [0.0, 0.0, 0.0, 0.0], [-1.0, 4.0, 0.3, 2.0]],
        d: vec![2, 0, 3],
    };
    let large = Case { u: array![[1000.0, 1001.0], [-1000.0, 0.0]], d: vec![1, 1] };
    let (loss, gradient) = mine(&usual.u, &usual.d);
    if gradient.dim() != usual.u.dim() {
        let (wanted, found) = (usual.u.dim(), gradient.dim());
        let say = text(
            format!("勾配の形は u と同じ {wanted:?} のはずですが、{found:?} が返りました。"),
            format!("The gradient should have u's shape {wanted:?}; it has {found:?}."),
        );
        return Checked::reject(NAME, say);
    }
    let (y, table) = (softmax(&usual.u), compared(&usual, loss, &gradient));
    if let Some(say) = wrong(&usual, &y, loss, &gradient) {
        return Checked::reject(NAME, say).comparing(table);
    }
    let (large_loss, large_gradient) = mine(&large.u, &large.d);
    let finite = large_loss.is_finite() && large_gradient.iter().all(|g| g.is_finite());
    if !finite || wrong(&large, &softmax(&large.u), large_loss, &large_gradient).is_some() {
        let say = text(
            "u が 1000 のように大きいと、exp があふれて数でなくなります。ソフトマックスの前に、行ごとの最大値を引いてください。",
            "With u as large as 1000, exp overflows; take each row's maximum away before the softmax.",
        );
        return Checked::partial(NAME, say).comparing(compared(&large, large_loss, &large_gradient));
    }
    let name = match alike(loss_of(&usual, &y, 0.0), loss, 1e-9) {
        true => text("−(1/N) Σ ln y、(y − d) / N", "−(1/N) Σ ln y, (y − d) / N"),
        false => text("講座のコード（対数のなかに 1e-7）", "the course's code (1e-7 inside the logarithm)"),
    };
    Checked::accept(NAME, name).comparing(table)
}

fn softmax(u: &Array2<f64>) -> Array2<f64> {
    let mut y = u.clone();
    for mut row in y.rows_mut() {
        let max = row.fold(f64::NEG_INFINITY, |a, b| a.max(*b));
        row.mapv_inplace(|u| (u - max).exp());
        let sum = row.sum();
        row /= sum;
    }
    y
}

fn loss_of(case: &Case, y: &Array2<f64>, guard: f64) -> f64 {
    let sum: f64 = y.rows().into_iter().zip(&case.d).map(|(y, &d)| (y[d] + guard).ln()).sum();
    -sum / case.d.len() as f64
}

fn gradient_of(case: &Case, y: &Array2<f64>) -> Array2<f64> {
    let mut g = y.clone();
    case.d.iter().enumerate().for_each(|(n, &d)| g[[n, d]] -= 1.0);
    g / case.d.len() as f64
}

/// The loss may have a small number inside its logarithm.
fn right_loss(case: &Case, y: &Array2<f64>, times: f64, loss: f64) -> bool {
    [0.0, 1e-7, 1e-8, 1e-10, 1e-12].into_iter().any(|guard| {
        alike(times * loss_of(case, y, guard), loss, 1e-9)
            || (times * loss_of(case, y, guard) - loss).abs() < 1e-12
    })
}

fn wrong(case: &Case, y: &Array2<f64>, loss: f64, gradient: &Array2<f64>) -> Option<Text> {
    let n = case.d.len() as f64;
    let wanted = gradient_of(case, y);
    let is =
        |times: f64| wanted.iter().zip(gradient).all(|(w, g)| (times * w - g).abs() <= 1e-9 * times.abs());
    if !loss.is_finite() || gradient.iter().any(|g| !g.is_finite()) {
        return Some(text(
            "損失か勾配が、数でない値になりました。",
            "The loss or the gradient is not a number.",
        ));
    }
    if !right_loss(case, y, 1.0, loss) {
        return Some(match () {
            () if right_loss(case, y, n, loss) => text(
                "損失が行の数 N で割られていません。",
                "The loss is not divided by the number of rows N.",
            ),
            () if right_loss(case, y, -1.0, loss) => {
                text("損失の符号が逆です: −ln y。", "The sign of the loss is reversed: −ln y.")
            }
            () => text(
                "損失が違います。正解のクラスの確率 y の −ln を、行で平均します。",
                "The loss is wrong: it is the mean over the rows of −ln y of the right class.",
            ),
        });
    }
    (!is(1.0)).then(|| match () {
        () if is(n) => text(
            "勾配が行の数 N で割られていません。",
            "The gradient is not divided by the number of rows N.",
        ),
        () if is(-1.0) => text("勾配の符号が逆です: y − d。", "The sign of the gradient is reversed: y − d."),
        () if (y.mapv(|y| y / n) - gradient).iter().all(|d| d.abs() < 1e-9) => text(
            "正解のクラスから 1 を引いていません: y − d。",
            "1 is not taken from the right class: y − d.",
        ),
        () => text(
            "損失は合っていますが、勾配が違います: (y − d) / N。",
            "The loss is right, the gradient is not: (y − d) / N.",
        ),
    })
}

fn compared(case: &Case, loss: f64, gradient: &Array2<f64>) -> Vec<Difference> {
    let y = softmax(&case.u);
    // Beside the loss that it comes nearest to.
    let guard = if alike(loss_of(case, &y, 1e-7), loss, 1e-9) { 1e-7 } else { 0.0 };
    let mut table = vec![Difference::new(text("損失", "loss"), loss_of(case, &y, guard), loss)];
    let place = |(n, k): (usize, usize)| text(format!("∂L/∂u の [{n}, {k}]"), format!("∂L/∂u at [{n}, {k}]"));
    let wanted = gradient_of(case, &y);
    let both = wanted.indexed_iter().filter_map(|(at, w)| gradient.get(at).map(|g| (at, *w, *g)));
    table.extend(both.map(|(at, w, g)| Difference::new(place(at), w, g)));
    table
}
