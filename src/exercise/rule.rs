//! 更新規則の練習: いくつかの勾配の並びで、一歩ずつ比べる。

mod variants;

use super::checked::{Checked, Difference, alike, text};
use crate::error::{Error, ErrorKind};
use crate::nn::UpdateRule;
use crate::quiz::{Text, Verdict};
use variants::{Variant, variants};

/// Gradients of three weights: a lively one, a constant one, and one so small that θ shows.
const GRADIENTS: [[f64; 8]; 3] = [
    [0.5, -1.0, 0.25, 2.0, -0.5, 0.1, 0.0, 1.0],
    [0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01],
    [0.0, 1e-3, -2e-3, 1e-3, 5e-4, -1e-3, 2e-3, 1e-3],
];

const LR: f64 = 0.01;
const NAMES: [&str; 5] = ["sgd", "momentum", "adagrad", "rmsprop", "adam"];
const ALIKE: f64 = 1e-8;

/// 自分で書いた更新規則を、講座の式と一歩ずつ比べる。
///
/// 名前は `sgd`、`momentum`、`adagrad`、`rmsprop`、`adam`。定数は、学習率 0.01、μ = 0.9、α = 0.99、β₁ = 0.9、β₂ = 0.999、
/// θ は講座の 1e-4 か、ライブラリの 1e-7 など。学習率は、`rate` が返すなら、ほかの値でもよい。
///
/// > MomentumをもとにAdaGradを作ってみよう（2_4 のノートブック）
///
/// # Errors
/// 知らない名前のとき。
///
/// ```
/// use kakunin::exercise::check_rule;
/// use kakunin::nn::UpdateRule;
/// use kakunin::quiz::Verdict;
/// struct MyAdaGrad { lr: f64 }
/// impl UpdateRule for MyAdaGrad {
///     type State = f64;
///     fn start(&self) -> f64 { 1e-4 }
///     fn rate(&self, _t: usize) -> f64 { self.lr }
///     fn delta(&self, _t: usize, rate: f64, g: f64, h: &mut f64) -> f64 {
///         *h += g * g;
///         -rate * g / (h.sqrt() + 1e-4)
///     }
/// }
/// let checked = check_rule("adagrad", MyAdaGrad { lr: 0.01 })?;
/// assert_eq!(checked.verdict, Verdict::Accept);
/// assert!(checked.matches.is_some_and(|m| m.ja.contains("印刷された式")));
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn check_rule<R: UpdateRule>(name: &str, rule: R) -> Result<Checked, Error> {
    let Some(known) = NAMES.iter().copied().find(|known| *known == name.trim().to_lowercase()) else {
        let near = crate::near::nearest(name, NAMES.map(str::to_owned).into_iter()).unwrap_or_default();
        let all = NAMES.join(", ");
        return Err(Error::new(
            ErrorKind::Unknown,
            format!("「{name}」という規則の練習はありません。近いのは {near} です（{all}）。"),
            format!("There is no exercise for a rule \"{name}\"; the nearest is {near} ({all})."),
        ));
    };
    let found = steps(&rule);
    if let Some(checked) = not_a_number(known, &found) {
        return Ok(checked);
    }
    // The rate that was asked for, and the rule's own (Adam may fold its correction into it).
    let own = rule.rate(1);
    let folded = own * (1.0 - 0.9) / (1.0 - 0.999f64).sqrt();
    let rates = [LR, own, folded].into_iter().filter(|lr| lr.is_finite() && *lr > 0.0);
    let variants = variants(known);
    for lr in rates.clone() {
        if let Some(variant) = variants.iter().find(|v| agree(&(v.steps)(lr), &found)) {
            return Ok(agreed(known, variant, lr, &found));
        }
    }
    // The variant that it follows for longest.
    let all = rates.flat_map(|lr| variants.iter().map(move |v| (v.steps)(lr)));
    let longer =
        |a: Vec<Vec<f64>>, b: Vec<Vec<f64>>| if agreeing(&b, &found) > agreeing(&a, &found) { b } else { a };
    let wanted = all.reduce(longer).unwrap_or_default();
    let say = advice(&rule, &wanted, &found);
    Ok(Checked::reject(known, say).comparing(table(&wanted, &found)))
}

/// Δw of each weight at each step.
fn steps<R: UpdateRule>(rule: &R) -> Vec<Vec<f64>> {
    let weight = |gradients: &[f64; 8]| {
        let mut state = rule.start();
        let step = |(i, &g): (usize, &f64)| rule.delta(i + 1, rule.rate(i + 1), g, &mut state);
        gradients.iter().enumerate().map(step).collect()
    };
    GRADIENTS.iter().map(weight).collect()
}

fn pairs<'a>(a: &'a [Vec<f64>], b: &'a [Vec<f64>]) -> impl Iterator<Item = (f64, f64)> {
    let step = move |t: usize| a.iter().zip(b).filter_map(move |(a, b)| Some((*a.get(t)?, *b.get(t)?)));
    (0..GRADIENTS[0].len()).flat_map(step)
}

fn agree(wanted: &[Vec<f64>], found: &[Vec<f64>]) -> bool {
    pairs(wanted, found).all(|(w, f)| alike(w, f, ALIKE))
}

/// How many numbers agree before the first that does not, all weights step by step.
fn agreeing(wanted: &[Vec<f64>], found: &[Vec<f64>]) -> usize {
    pairs(wanted, found).take_while(|(w, f)| alike(*w, *f, ALIKE)).count()
}

fn table(wanted: &[Vec<f64>], found: &[Vec<f64>]) -> Vec<Difference> {
    let place = |t: usize, k: usize| {
        let g = GRADIENTS[k][t];
        text(
            format!("重み {} の {} 歩目（勾配 {g}）", k + 1, t + 1),
            format!("weight {}, step {} (gradient {g})", k + 1, t + 1),
        )
    };
    let at = |t: usize| (0..GRADIENTS.len()).map(move |k| (t, k));
    let places = (0..GRADIENTS[0].len()).flat_map(at);
    places.map(|(t, k)| Difference::new(place(t, k), wanted[k][t], found[k][t])).collect()
}

fn not_a_number(known: &'static str, found: &[Vec<f64>]) -> Option<Checked> {
    let at = |t: usize| (0..GRADIENTS.len()).find(|&k| !found[k][t].is_finite()).map(|k| (t, k));
    let (t, k) = (0..GRADIENTS[0].len()).find_map(at)?;
    let (g, value, step) = (GRADIENTS[k][t], found[k][t], t + 1);
    let say = text(
        format!(
            "{step} 歩目（勾配 {g}）の Δw が {value} になりました。0 で割っていませんか。分母に θ を足してください。"
        ),
        format!(
            "Δw at step {step} (gradient {g}) is {value}. Is something divided by 0? Add θ to the denominator."
        ),
    );
    Some(Checked::reject(known, say))
}

fn agreed(known: &'static str, variant: &Variant, lr: f64, found: &[Vec<f64>]) -> Checked {
    let checked = Checked::accept(known, variant.name.clone()).comparing(table(&(variant.steps)(lr), found));
    let checked = match &variant.note {
        Some(note) => checked.saying(note.clone()),
        None => checked,
    };
    if variant.is_whole { checked } else { Checked { verdict: Verdict::Partial, ..checked } }
}

/// What is most likely wrong.
fn advice<R: UpdateRule>(rule: &R, wanted: &[Vec<f64>], found: &[Vec<f64>]) -> Text {
    let every = |is: &dyn Fn(f64, f64) -> bool| pairs(wanted, found).all(|(w, f)| is(w, f));
    if every(&|w, f| alike(w, -f, ALIKE)) {
        return text(
            "符号が逆です。Δw は w に足されるので、勾配を下るには負にします。",
            "The sign is reversed: Δw is added to w, so going down the gradient needs a minus.",
        );
    }
    let ratio = pairs(wanted, found).find(|(w, _)| *w != 0.0).map_or(f64::NAN, |(w, f)| f / w);
    if ratio.is_finite() && ratio != 0.0 && every(&|w, f| alike(ratio * w, f, ALIKE)) {
        return text(
            format!("どの歩も {ratio:.4} 倍になっています。学習率（rate）は一度だけ掛かっていますか。"),
            format!(
                "Every step is {ratio:.4} times what it should be. Is the learning rate (rate) applied once?"
            ),
        );
    }
    let forgetful: Vec<Vec<f64>> = GRADIENTS
        .iter()
        .map(|g| (0..g.len()).map(|i| rule.delta(i + 1, rule.rate(i + 1), g[i], &mut rule.start())).collect())
        .collect();
    if agree(&forgetful, found) && !every(&|_, f| f == 0.0) {
        return text(
            "前の歩のことを覚えていません。state を書き換えて（*state = …）、次の歩で使ってください。",
            "Earlier steps are forgotten: write to the state (*state = …) and use it in the next step.",
        );
    }
    match agreeing(wanted, found) {
        0 => text(
            "一歩目から違います。式を一つずつ、紙の上で一歩だけ計算して比べてください。",
            "The first step already differs. Work out one step on paper and compare.",
        ),
        n if n < GRADIENTS.len() => text(
            "勾配の大きい重みでは合いますが、小さい勾配では違います。h のはじめの値と θ の置き方を確かめてください。",
            "Large gradients agree, small ones do not: check the start of h and where θ stands.",
        ),
        _ => text(
            "はじめの歩は合っています。状態の更新のしかた（足す、割合で混ぜる、二乗する）を確かめてください。",
            "The first steps agree. Check how the state is updated (added, mixed, squared).",
        ),
    }
}
