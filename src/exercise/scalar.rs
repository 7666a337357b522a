//! シグモイドの傾きの練習。

use super::checked::{Checked, Difference, text};
use crate::quiz::Text;

/// A wrong slope that is known, and what to say of it.
type Slip = (fn(f64) -> f64, Text);

const PLACES: [f64; 9] = [0.0, 1.0, -1.0, 0.5, 3.0, -5.0, 8.0, 1000.0, -1000.0];

fn sigmoid(u: f64) -> f64 {
    1.0 / (1.0 + (-u).exp())
}

/// 自分で書いたシグモイドの傾き σ′(u) を調べる。
///
/// ```text
/// σ′(u) = σ(u) (1 − σ(u))
/// ```
/// > シグモイド関数の微分の最大値は0.25（Section1）
///
/// ```
/// use kakunin::exercise::check_sigmoid_slope;
/// use kakunin::quiz::Verdict;
/// let of_output = check_sigmoid_slope(|z| z * (1.0 - z));           // 出力 z を渡すときの式
/// assert_eq!(of_output.verdict, Verdict::Partial);
/// ```
pub fn check_sigmoid_slope(slope: impl Fn(f64) -> f64) -> Checked {
    const NAME: &str = "sigmoid_slope";
    let of = |f: fn(f64) -> f64| -> Vec<Difference> {
        let place = |u: f64| text(format!("u = {u}"), format!("u = {u}"));
        PLACES.iter().map(|&u| Difference::new(place(u), f(u), slope(u))).collect()
    };
    let right = of(|u| sigmoid(u) * (1.0 - sigmoid(u)));
    if right.iter().all(Difference::is_alike) {
        return Checked::accept(NAME, text("σ(u)(1 − σ(u))", "σ(u)(1 − σ(u))")).comparing(right);
    }
    if let Some(wrong) = right.iter().find(|d| !d.found.is_finite()) {
        let (place, found) = (&wrong.place.ja, wrong.found);
        let say = text(
            format!(
                "{place} で {found} になります。exp があふれない形（1 / (1 + e⁻ᵘ) など）で書いてください。"
            ),
            format!("It is {found} at {place}: write it so that exp cannot overflow, such as 1 / (1 + e⁻ᵘ)."),
        );
        let mut small = right.iter().filter(|d| d.found.is_finite()).peekable();
        let small = small.peek().is_some() && small.all(Difference::is_alike);
        let checked = if small { Checked::partial(NAME, say) } else { Checked::reject(NAME, say) };
        return checked.comparing(right);
    }
    let is = |f: fn(f64) -> f64| of(f).iter().all(Difference::is_alike);
    if is(|z| z * (1.0 - z)) {
        let say = text(
            "これは、出力 z = σ(u) を渡すときの式です。u を渡すなら σ(u)(1 − σ(u))。どちらを渡すかを取り違えると、2_2_1 のノートブックの書き誤りになります。",
            "This is right when it is given the output z = σ(u); given u it is σ(u)(1 − σ(u)). Mixing up the two is the slip of notebook 2_2_1.",
        );
        return Checked::partial(NAME, say).comparing(right);
    }
    let known: [Slip; 4] = [
        (
            sigmoid,
            text(
                "これは σ そのものです。傾きは σ(u)(1 − σ(u))。",
                "This is σ itself; its slope is σ(u)(1 − σ(u)).",
            ),
        ),
        (
            |u| sigmoid(sigmoid(u)) * (1.0 - sigmoid(sigmoid(u))),
            text(
                "σ を二度掛けています: 2_2_1 のノートブックの書き誤りと同じです。",
                "σ is applied twice, as in the slip of notebook 2_2_1.",
            ),
        ),
        (
            |u| -sigmoid(u) * (1.0 - sigmoid(u)),
            text(
                "符号が逆です。シグモイドは増えつづけるので、傾きは負になりません。",
                "The sign is reversed: the sigmoid always rises, so its slope is never negative.",
            ),
        ),
        (|u| 1.0 - sigmoid(u), text("σ(u) が掛かっていません。", "The factor σ(u) is missing.")),
    ];
    let say = known.into_iter().find(|(f, _)| is(*f)).map(|(_, say)| say);
    let usual = text(
        "σ(u)(1 − σ(u)) と比べてください。u = 0 で 0.25 になるはずです。",
        "Compare with σ(u)(1 − σ(u)): it is 0.25 at u = 0.",
    );
    Checked::reject(NAME, say.unwrap_or(usual)).comparing(right)
}
