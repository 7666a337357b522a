//! ドロップアウトの練習。

use super::checked::{Checked, Difference, alike, text};
use crate::matrix::Matrix;
use crate::nn::{Dropout, Layer};
use crate::quiz::Text;
use crate::rng::RandomState;
use ndarray::Array2;

const NAME: &str = "dropout";
const RATIO: f64 = 0.3;
const ROWS: usize = 100;
const UNITS: usize = 50;

/// 自分で書いたドロップアウトを調べる。
///
/// 渡すのは、入力、消す割合 p、学習時か、乱数（[`RandomState`]、`rng.rand()` が 0 以上 1 未満）から、出力を返す関数。
/// 講座の流儀（テスト時に (1 − p) を掛ける）でも、学習時に 1/(1 − p) を掛ける流儀（inverted dropout）でもよい。
///
/// > ランダムにノードを削除して学習させること（Section3）
///
/// ```
/// use kakunin::exercise::check_dropout;
/// use kakunin::quiz::Verdict;
/// let checked = check_dropout(|x, p, train, rng| match train {
///     true => x.mapv(|x| if rng.rand() > p { x } else { 0.0 }),
///     false => x * (1.0 - p),
/// });
/// assert_eq!(checked.verdict, Verdict::Accept);
/// ```
pub fn check_dropout(
    mut mine: impl FnMut(&Array2<f64>, f64, bool, &mut RandomState) -> Array2<f64>,
) -> Checked {
    let x = Array2::from_shape_fn((ROWS, UNITS), |(n, j)| 0.5 + ((n * UNITS + j) % 97) as f64 / 50.0);
    let mut rng = RandomState::new(0);
    let mut run = |ratio, train| mine(&x, ratio, train, &mut rng);
    let (train, again) = (run(RATIO, true), run(RATIO, true));
    let (test, test_again) = (run(RATIO, false), run(RATIO, false));
    let whole = run(0.0, true);
    for (y, ja, en) in
        [(&train, "学習時", "training"), (&test, "テスト時", "test-time"), (&whole, "p = 0 の", "p = 0")]
    {
        if let Some(say) = shape_or_nan(&x, y, ja, en) {
            return Checked::reject(NAME, say);
        }
    }
    match wrong(&x, &train, &again, &test, &test_again, &whole) {
        Some(say) => Checked::reject(NAME, say).comparing(means(&x, &train, &test)),
        None => {
            let is_course = alike(factor(&x, &train), 1.0, 1e-9);
            let name = match (is_course, train == course(&x)) {
                (true, true) => text(
                    "講座のコードと一つの数も違わない（テスト時に (1 − p) を掛ける）",
                    "the course's code, number for number (scaled by 1 − p at test time)",
                ),
                (true, false) => text(
                    "講座の流儀（テスト時に (1 − p) を掛ける）",
                    "the course's way (scaled by 1 − p at test time)",
                ),
                (false, _) => text(
                    "学習時に 1/(1 − p) を掛ける流儀（inverted dropout）",
                    "inverted dropout (scaled by 1/(1 − p) while training)",
                ),
            };
            Checked::accept(NAME, name).comparing(means(&x, &train, &test))
        }
    }
}

fn shape_or_nan(x: &Array2<f64>, y: &Array2<f64>, ja: &str, en: &str) -> Option<Text> {
    if y.dim() != x.dim() {
        let (wanted, found) = (x.dim(), y.dim());
        return Some(text(
            format!("{ja}の出力の形は入力と同じ {wanted:?} のはずですが、{found:?} が返りました。"),
            format!("The {en} output should have the input's shape {wanted:?}; it has {found:?}."),
        ));
    }
    let count = y.iter().filter(|v| !v.is_finite()).count();
    (count > 0).then(|| {
        text(
            format!("{ja}の出力に、数でない値が {count} 個あります。"),
            format!("The {en} output holds {count} values that are not numbers."),
        )
    })
}

/// By what the kept values are multiplied: of the first that was kept.
fn factor(x: &Array2<f64>, y: &Array2<f64>) -> f64 {
    x.iter().zip(y).find(|(_, y)| **y != 0.0).map_or(f64::NAN, |(x, y)| y / x)
}

fn wrong(
    x: &Array2<f64>,
    train: &Array2<f64>,
    again: &Array2<f64>,
    test: &Array2<f64>,
    test_again: &Array2<f64>,
    whole: &Array2<f64>,
) -> Option<Text> {
    let zeros = train.iter().filter(|y| **y == 0.0).count() as f64 / train.len() as f64;
    let k = factor(x, train);
    let kept =
        |factor: f64, y: &Array2<f64>| x.iter().zip(y).all(|(x, y)| *y == 0.0 || alike(factor * x, *y, 1e-9));
    let c = factor(x, test);
    let percent = 100.0 * zeros;
    Some(match () {
        () if !kept(k, train) => text(
            "学習時の出力は、0 か、入力に決まった数を掛けたもののどちらかのはずです。",
            "While training, an output is either 0 or the input times a fixed number.",
        ),
        () if zeros > 0.0 && train == again => text(
            "二度の順伝播で同じノードが消えました。マスクは順伝播のたびに引き直してください。",
            "Two passes deleted the same units; draw a new mask in every pass.",
        ),
        () if zeros > 0.0 && train.rows().into_iter().all(|row| mask(row) == mask(train.row(0))) => text(
            "どの行でも同じノードが消えました。講座の式では、行ごとに別のマスクを引きます。",
            "The same units were deleted in every row; the course draws a mask for each row.",
        ),
        () if (zeros - (1.0 - RATIO)).abs() < 0.05 => text(
            format!("消す割合と残す割合が逆です: p = {RATIO} なのに {percent:.0}% が消えました。"),
            format!("Deleted and kept are exchanged: with p = {RATIO}, {percent:.0}% were deleted."),
        ),
        () if (zeros - RATIO).abs() > 0.03 => text(
            format!("p = {RATIO} では 30% ほどが消えるはずですが、{percent:.0}% でした。"),
            format!("With p = {RATIO} about 30% should be deleted; it was {percent:.0}%."),
        ),
        () if test != test_again || test.iter().any(|y| *y == 0.0) => text(
            "テスト時には何も消さず、乱数も使いません。",
            "At test time nothing is deleted and no random number is used.",
        ),
        () if !kept(c, test) => text(
            "テスト時の出力が、入力の定数倍になっていません。",
            "At test time the output is not a multiple of the input.",
        ),
        () if !x.iter().zip(whole).all(|(x, y)| alike(*x, *y, 1e-9)) => text(
            "p = 0 なら、学習時も入力のままのはずです。",
            "With p = 0 the output is the input, also while training.",
        ),
        () if alike(k, 1.0, 1e-9) && alike(c, 1.0, 1e-9) => text(
            "テスト時に (1 − p) が掛かっていません。学習時の平均は (1 − p) x なので、テスト時の出力が大きすぎます。",
            "The factor 1 − p is missing at test time: the mean while training is (1 − p) x, so the test output is too large.",
        ),
        () if alike(k, 1.0, 1e-9) && alike(c, 1.0 - RATIO, 1e-9) => return None,
        () if alike(k, 1.0 / (1.0 - RATIO), 1e-9) && alike(c, 1.0, 1e-9) => return None,
        () => text(
            format!(
                "学習時は {k:.4} 倍、テスト時は {c:.4} 倍です。学習時の平均（(1 − p) × 学習時の倍率）とテスト時の倍率をそろえてください。"
            ),
            format!(
                "While training the factor is {k:.4}, at test time {c:.4}; the mean while training ((1 − p) times its factor) should equal the test factor."
            ),
        ),
    })
}

fn mask(row: ndarray::ArrayView1<'_, f64>) -> Vec<bool> {
    row.iter().map(|y| *y == 0.0).collect()
}

/// The mean output of the first units, beside the test output.
fn means(x: &Array2<f64>, train: &Array2<f64>, test: &Array2<f64>) -> Vec<Difference> {
    let mean = |a: &Array2<f64>| a.mean().unwrap_or(f64::NAN);
    let place = |ja: &str, en: &str| text(ja, en);
    let scale = if alike(factor(x, train), 1.0, 1e-9) { 1.0 - RATIO } else { 1.0 };
    // The mean of a random mask is never exact: near enough is shown as equal.
    let (wanted, found) = (scale * mean(x), mean(train));
    let wanted = if alike(wanted, found, 0.03) { found } else { wanted };
    vec![
        Difference::new(
            place("テスト時の出力の平均", "mean output at test time"),
            scale * mean(x),
            mean(test),
        ),
        Difference::new(place("学習時の出力の平均", "mean output while training"), wanted, found),
    ]
}

/// What the library's layer makes of the same numbers.
fn course(x: &Array2<f64>) -> Array2<f64> {
    let mut y = Matrix::default();
    Dropout::new(RATIO).forward(&x.view().into(), &mut y, &mut RandomState::new(0));
    y.to_array()
}
