//! The exercises: what is right is accepted in each of its ways, and every mutant is rejected with the number that
//! gives it away.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "clippy.toml exempts tests, but not the helpers beside them"
)]

use kakunin::exercise::{
    Checked, check_batch_norm_backward, check_dropout, check_im2col, check_rule, check_sigmoid_slope,
    check_softmax_with_loss,
};
use kakunin::nn::im2col::{Filter, im2col, im2col_without_transpose};
use kakunin::nn::{AdaGrad, Adam, FirstGradient, Momentum, RmsProp, Sgd, UpdateRule};
use kakunin::notebook::Output;
use kakunin::quiz::Verdict;
use ndarray::{Array1, Array2, ArrayView4, Axis};

/// A rule of two numbers of memory, written as a learner might.
struct Mine<F: Fn(f64, f64, &mut (f64, f64), f64) -> f64 + Send + Sync> {
    lr: f64,
    start: f64,
    /// (rate, g, state, t) to Δw
    delta: F,
}

impl<F: Fn(f64, f64, &mut (f64, f64), f64) -> f64 + Send + Sync> UpdateRule for Mine<F> {
    type State = (f64, f64);
    fn start(&self) -> (f64, f64) {
        (self.start, 0.0)
    }
    fn rate(&self, _t: usize) -> f64 {
        self.lr
    }
    fn delta(&self, t: usize, rate: f64, g: f64, state: &mut (f64, f64)) -> f64 {
        (self.delta)(rate, g, state, t as f64)
    }
}

fn mine(
    name: &str,
    start: f64,
    delta: impl Fn(f64, f64, &mut (f64, f64), f64) -> f64 + Send + Sync,
) -> Checked {
    check_rule(name, Mine { lr: 0.01, start, delta }).unwrap()
}

/// Both what is said in Japanese.
fn said(checked: &Checked) -> String {
    let matches = checked.matches.as_ref().map_or("", |m| &m.ja);
    let feedback = checked.feedback.as_ref().map_or("", |f| &f.ja);
    format!("{matches}{feedback}")
}

#[test]
fn the_rules_of_the_library_are_accepted() {
    let counted = FirstGradient::Counted;
    let ada_grad = |h0, theta| AdaGrad { lr: 0.01, h0, theta, first: counted };
    for checked in [
        check_rule("sgd", Sgd { lr: 0.01 }),
        check_rule("momentum", Momentum { lr: 0.01, mu: 0.9 }),
        check_rule("adagrad", ada_grad(0.0, 1e-7)),
        check_rule("AdaGrad", ada_grad(1e-4, 1e-4)),
        check_rule("adagrad", ada_grad(1e-4, 0.0)),
        check_rule("rmsprop", RmsProp { lr: 0.01, alpha: 0.99 }),
        check_rule("adam", Adam { lr: 0.01, beta1: 0.9, beta2: 0.999 }),
    ] {
        let checked = checked.unwrap();
        assert_eq!((checked.verdict, checked.score()), (Verdict::Accept, 1.0), "{checked:?}");
        assert!(checked.first_difference.is_none());
    }
}

#[test]
fn it_is_said_which_way_of_writing_a_rule_was_chosen() {
    let which = |h0, theta, first| {
        let checked = check_rule("adagrad", AdaGrad { lr: 0.01, h0, theta, first }).unwrap();
        assert_eq!(checked.verdict, Verdict::Accept);
        said(&checked)
    };
    assert!(which(1e-4, 1e-4, FirstGradient::Counted).starts_with("印刷された式"));
    assert!(which(0.0, 1e-7, FirstGradient::Counted).starts_with("ライブラリ"));
    assert!(which(0.0, 1e-8, FirstGradient::Counted).starts_with("h₀ = 0、√h + θ"));
    let notebook = which(1e-4, 0.0, FirstGradient::Skipped);
    assert!(
        notebook.starts_with("ノートブックのまま") && notebook.contains("足されていません"),
        "{notebook}"
    );
    let paper = mine("adam", 0.0, |rate, g, (m, v), t| {
        *m = 0.9 * *m + 0.1 * g;
        *v = 0.999 * *v + 0.001 * g * g;
        let (m, v) = (*m / (1.0 - 0.9f64.powf(t)), *v / (1.0 - 0.999f64.powf(t)));
        -rate * m / (v.sqrt() + 1e-8)
    });
    assert!(paper.verdict == Verdict::Accept && said(&paper).starts_with("論文の式"), "{paper:?}");
}

#[test]
fn another_learning_rate_is_accepted_where_the_rule_says_it() {
    assert_eq!(check_rule("momentum", Momentum { lr: 0.3, mu: 0.9 }).unwrap().verdict, Verdict::Accept);
    assert_eq!(
        check_rule("adam", Adam { lr: 0.3, beta1: 0.9, beta2: 0.999 }).unwrap().verdict,
        Verdict::Accept
    );
}

#[test]
fn adam_without_correction_is_half_right() {
    let checked = mine("adam", 0.0, |rate, g, (m, v), _| {
        *m = 0.9 * *m + 0.1 * g;
        *v = 0.999 * *v + 0.001 * g * g;
        -rate * *m / (v.sqrt() + 1e-7)
    });
    assert_eq!((checked.verdict, checked.score()), (Verdict::Partial, 0.5));
    assert!(said(&checked).contains("補正"));
}

#[test]
fn mutants_of_the_rules_are_rejected_with_a_number() {
    let mutants = [
        mine("sgd", 0.0, |_, g, _, _| -g),
        mine("sgd", 0.0, |rate, g, _, _| rate * g),
        mine("sgd", 0.0, |rate, g, _, _| -rate * rate * g),
        mine("momentum", 0.0, |rate, g, (v, _), _| {
            *v = 0.9 * *v + rate * g;
            *v
        }),
        mine("momentum", 0.0, |rate, g, (v, _), _| 0.9 * *v - rate * g),
        mine("momentum", 0.0, |rate, g, (v, _), _| {
            *v = 0.8 * *v - rate * g;
            *v
        }),
        mine("momentum", 0.0, |rate, g, (v, _), _| {
            *v = 0.9 * *v - 0.1 * rate * g;
            *v
        }),
        // Without the square, without the root, with the sum forgotten, with the old h, with a decay, with |g|.
        mine("adagrad", 1e-4, |rate, g, (h, _), _| {
            *h += g;
            -rate * g / (h.abs().sqrt() + 1e-4)
        }),
        mine("adagrad", 1e-4, |rate, g, (h, _), _| {
            *h += g * g;
            -rate * g / (*h + 1e-4)
        }),
        mine("adagrad", 1e-4, |rate, g, (h, _), _| {
            *h = g * g;
            -rate * g / (h.sqrt() + 1e-4)
        }),
        mine("adagrad", 1e-4, |rate, g, (h, _), _| {
            let step = -rate * g / (h.sqrt() + 1e-4);
            *h += g * g;
            step
        }),
        mine("adagrad", 1e-4, |rate, g, (h, _), _| {
            *h = 0.9 * *h + g * g;
            -rate * g / (h.sqrt() + 1e-4)
        }),
        mine("adagrad", 1e-4, |rate, g, (h, _), _| {
            *h += g.abs();
            -rate * g / (h.sqrt() + 1e-4)
        }),
        mine("adagrad", 1e-4, |rate, _, (h, _), _| -rate / (h.sqrt() + 1e-4)),
        mine("rmsprop", 0.0, |rate, g, (h, _), _| {
            *h = 0.99 * *h + g * g;
            -rate * g / (h.sqrt() + 1e-7)
        }),
        mine("rmsprop", 0.0, |rate, g, (h, _), _| {
            *h = 0.01 * *h + 0.99 * g * g;
            -rate * g / (h.sqrt() + 1e-7)
        }),
        mine("rmsprop", 0.0, |rate, g, (h, _), _| {
            *h += g * g;
            -rate * g / (h.sqrt() + 1e-7)
        }),
        mine("adam", 0.0, |rate, g, (m, v), t| {
            *m = 0.9 * *m + 0.1 * g;
            *v = 0.999 * *v + 0.001 * g;
            let (m, v) = (*m / (1.0 - 0.9f64.powf(t)), *v / (1.0 - 0.999f64.powf(t)));
            -rate * m / (v.abs().sqrt() + 1e-8)
        }),
        mine("adam", 0.0, |rate, g, (m, v), t| {
            *m = 0.999 * *m + 0.001 * g;
            *v = 0.9 * *v + 0.1 * g * g;
            let (m, v) = (*m / (1.0 - 0.999f64.powf(t)), *v / (1.0 - 0.9f64.powf(t)));
            -rate * m / (v.sqrt() + 1e-8)
        }),
        // The rule of another name.
        check_rule("rmsprop", AdaGrad { lr: 0.01, h0: 0.0, theta: 1e-7, first: FirstGradient::Counted })
            .unwrap(),
        check_rule("momentum", Sgd { lr: 0.01 }).unwrap(),
    ];
    for (i, checked) in mutants.iter().enumerate() {
        assert_eq!((checked.verdict, checked.score()), (Verdict::Reject, 0.0), "{i}: {checked:?}");
        let first = checked.first_difference.as_ref().unwrap_or_else(|| panic!("{i}: {checked:?}"));
        assert!(first.wanted != first.found && first.place.ja.contains("歩目"), "{i}");
    }
}

#[test]
fn what_is_wrong_with_a_rule_is_named() {
    assert!(said(&mine("sgd", 0.0, |rate, g, _, _| rate * g)).contains("符号"));
    assert!(said(&mine("sgd", 0.0, |_, g, _, _| -g)).contains("100.0000 倍"));
    let forgetful = mine("momentum", 0.0, |rate, g, (v, _), _| 0.9 * *v - rate * g);
    assert!(said(&forgetful).contains("state"), "{forgetful:?}");
    let zero = mine("adagrad", 0.0, |rate, g, (h, _), _| {
        *h += g * g;
        -rate * g / h.sqrt()
    });
    assert_eq!(zero.verdict, Verdict::Reject);
    assert!(said(&zero).contains("NaN") && said(&zero).contains("θ"), "{zero:?}");
}

#[test]
fn an_unknown_rule_is_an_error_with_the_nearest_name() {
    let error = check_rule("adagrda", Sgd { lr: 0.01 }).unwrap_err().to_string();
    assert!(error.contains("adagrad"), "{error}");
}

type View<'a> = ArrayView4<'a, f64>;

#[test]
fn im2col_is_accepted_and_the_printed_one_half() {
    assert_eq!(check_im2col(|x, f| im2col(x, f).unwrap()).verdict, Verdict::Accept);
    let printed = check_im2col(|x, f| im2col_without_transpose(x, f).unwrap());
    assert!(printed.verdict == Verdict::Partial && said(&printed).contains("transpose"));
    assert!(printed.first_difference.is_some());
}

#[test]
fn mutants_of_im2col_are_rejected() {
    let right = |x: View<'_>, f: Filter| im2col(x, f).unwrap();
    let mutants = [
        (
            "パディング",
            check_im2col(|x, f| {
                let same = im2col(x, f).unwrap().dim();
                let col = im2col(x, Filter { pad: 0, ..f }).unwrap();
                Array2::from_shape_fn(same, |(r, c)| col.get((r, c)).copied().unwrap_or(0.0))
            }),
        ),
        ("逆", check_im2col(|x, f| right(x, f).reversed_axes())),
        ("になるはず", check_im2col(|x, f| im2col(x, Filter { stride: 1, ..f }).unwrap())),
        ("になるはず", check_im2col(|_, _| Array2::zeros((0, 0)))),
        (
            "列の順",
            check_im2col(|x, f| {
                let (c, taps) = (x.dim().1, f.height * f.width);
                let col = im2col(x, f).unwrap();
                Array2::from_shape_fn(col.dim(), |(row, k)| col[[row, k % c * taps + k / c]])
            }),
        ),
        (
            "並び",
            check_im2col(|x, f| {
                let mut col = right(x, f);
                col.invert_axis(Axis(0));
                col
            }),
        ),
        ("並び", check_im2col(|x, f| right(x, f) * 2.0)),
        ("並び", check_im2col(|x, f| right(x, f) * f64::NAN)),
    ];
    for (i, (word, checked)) in mutants.iter().enumerate() {
        assert_eq!(checked.verdict, Verdict::Reject, "{i}");
        let said = said(checked);
        // A padding that is left out may be seen as an order that is wrong.
        assert!(said.contains(word) || i == 0, "{i}: {said}");
    }
}

#[test]
fn dropout_is_accepted_in_both_ways() {
    let course = check_dropout(|x, p, train, rng| match train {
        true => x.mapv(|x| if rng.rand() > p { x } else { 0.0 }),
        false => x * (1.0 - p),
    });
    assert!(course.verdict == Verdict::Accept && said(&course).contains("一つの数も違わない"));
    let other_draws = check_dropout(|x, p, train, rng| match train {
        true => x.mapv(|x| if rng.rand() < 1.0 - p { x } else { 0.0 }),
        false => x * (1.0 - p),
    });
    assert!(other_draws.verdict == Verdict::Accept && said(&other_draws).starts_with("講座の流儀"));
    let inverted = check_dropout(|x, p, train, rng| match train {
        true => x.mapv(|x| if rng.rand() > p { x / (1.0 - p) } else { 0.0 }),
        false => x.clone(),
    });
    assert!(inverted.verdict == Verdict::Accept && said(&inverted).contains("inverted"));
}

#[test]
fn mutants_of_dropout_are_rejected() {
    let mutants = [
        (
            "テスト時に (1 − p)",
            check_dropout(|x, p, train, rng| match train {
                true => x.mapv(|x| if rng.rand() > p { x } else { 0.0 }),
                false => x.clone(),
            }),
        ),
        (
            "逆",
            check_dropout(|x, p, train, rng| match train {
                true => x.mapv(|x| if rng.rand() < p { x } else { 0.0 }),
                false => x * p,
            }),
        ),
        (
            "倍率",
            check_dropout(|x, p, train, rng| match train {
                true => x.mapv(|x| if rng.rand() > p { x / (1.0 - p) } else { 0.0 }),
                false => x * (1.0 - p),
            }),
        ),
        ("テスト時には何も", check_dropout(|x, p, _, rng| x.mapv(|x| if rng.rand() > p { x } else { 0.0 }))),
        (
            "行ごと",
            check_dropout(|x, p, train, rng| match train {
                true => {
                    let mask: Array1<f64> = (0..x.ncols()).map(|_| f64::from(rng.rand() > p)).collect();
                    x * &mask
                }
                false => x * (1.0 - p),
            }),
        ),
        (
            "引き直して",
            check_dropout(|x, p, train, _| match train {
                true => {
                    let mut rng = kakunin::rng::RandomState::new(9);
                    x.mapv(|x| if rng.rand() > p { x } else { 0.0 })
                }
                false => x * (1.0 - p),
            }),
        ),
        (
            "30%",
            check_dropout(|x, p, train, rng| match train {
                true => x.mapv(|x| if rng.rand() > p / 2.0 { x } else { 0.0 }),
                false => x * (1.0 - p),
            }),
        ),
        (
            "どちらか",
            check_dropout(|x, p, train, rng| match train {
                true => x.mapv(|x| x * rng.rand()),
                false => x * (1.0 - p),
            }),
        ),
        ("形", check_dropout(|_, _, _, _| Array2::zeros((1, 1)))),
        ("数でない", check_dropout(|x, _, _, _| x * f64::NAN)),
        ("消える", check_dropout(|x, _, _, _| x.clone())),
    ];
    for (word, checked) in mutants {
        assert_eq!(checked.verdict, Verdict::Reject, "{word}");
        assert!(said(&checked).contains(word), "{word}: {}", said(&checked));
    }
}

fn sigmoid(u: f64) -> f64 {
    1.0 / (1.0 + (-u).exp())
}

#[test]
fn the_slope_of_the_sigmoid_is_accepted_however_it_is_written() {
    assert_eq!(check_sigmoid_slope(|u| sigmoid(u) * (1.0 - sigmoid(u))).verdict, Verdict::Accept);
    let even = |u: f64| {
        let e = (-u.abs()).exp();
        e / ((1.0 + e) * (1.0 + e))
    };
    assert_eq!(check_sigmoid_slope(even).verdict, Verdict::Accept);
}

#[test]
fn mutants_of_the_slope_are_rejected() {
    for (word, checked) in [
        ("σ そのもの", check_sigmoid_slope(sigmoid)),
        ("二度", check_sigmoid_slope(|u| sigmoid(sigmoid(u)) * (1.0 - sigmoid(sigmoid(u))))),
        ("符号", check_sigmoid_slope(|u| -sigmoid(u) * (1.0 - sigmoid(u)))),
        ("掛かっていません", check_sigmoid_slope(|u| 1.0 - sigmoid(u))),
        ("0.25", check_sigmoid_slope(|_| 0.25)),
        ("0.25", check_sigmoid_slope(|u| sigmoid(u) * (1.0 + sigmoid(u)))),
    ] {
        assert_eq!(checked.verdict, Verdict::Reject, "{word}");
        assert!(said(&checked).contains(word) && checked.first_difference.is_some(), "{checked:?}");
    }
    let overflows = check_sigmoid_slope(|u| (-u).exp() / ((1.0 + (-u).exp()) * (1.0 + (-u).exp())));
    assert_eq!(overflows.verdict, Verdict::Partial);
    assert!(said(&overflows).contains("NaN"));
    assert_eq!(check_sigmoid_slope(|_| f64::NAN).verdict, Verdict::Reject);
}

/// Loss and gradient with one thing changed.
fn softmax_with(
    u: &Array2<f64>,
    d: &[usize],
    keeps_large: bool,
    change: &dyn Fn(f64, Array2<f64>, f64) -> (f64, Array2<f64>),
) -> (f64, Array2<f64>) {
    let n = u.nrows() as f64;
    let mut y = u.clone();
    let mut loss = 0.0;
    for (mut y, &d) in y.rows_mut().into_iter().zip(d) {
        let max = if keeps_large { 0.0 } else { y.fold(f64::MIN, |a, b| a.max(*b)) };
        y.mapv_inplace(|u| (u - max).exp());
        let sum = y.sum();
        y /= sum;
        loss -= (y[d] + 1e-7).ln() / n;
        y[d] -= 1.0;
    }
    change(loss, y / n, n)
}

#[test]
fn softmax_with_loss_is_accepted_and_its_mutants_are_rejected() {
    let check = |change: &dyn Fn(f64, Array2<f64>, f64) -> (f64, Array2<f64>)| {
        check_softmax_with_loss(|u, d| softmax_with(u, d, false, change))
    };
    let right = check(&|loss, g, _| (loss, g));
    assert!(right.verdict == Verdict::Accept && said(&right).contains("1e-7"), "{right:?}");
    for (word, checked) in [
        ("損失が行の数", check(&|loss, g, n| (loss * n, g))),
        ("損失の符号", check(&|loss, g, _| (-loss, g))),
        ("損失が違い", check(&|loss, g, _| (loss + 0.1, g))),
        ("勾配が行の数", check(&|loss, g, n| (loss, g * n))),
        ("勾配の符号", check(&|loss, g, _| (loss, -g))),
        ("勾配が違い", check(&|loss, g, _| (loss, g * 0.5))),
        ("形", check(&|loss, g, _| (loss, g.reversed_axes()))),
        ("数でない", check(&|_, g, _| (f64::NAN, g))),
    ] {
        assert_eq!(checked.verdict, Verdict::Reject, "{word}");
        assert!(said(&checked).contains(word), "{word}: {}", said(&checked));
    }
    let not_less_1 = check_softmax_with_loss(|u, d| {
        let (loss, mut g) = softmax_with(u, d, false, &|loss, g, _| (loss, g));
        d.iter().enumerate().for_each(|(n, &d)| g[[n, d]] += 1.0 / u.nrows() as f64);
        (loss, g)
    });
    assert!(
        not_less_1.verdict == Verdict::Reject && said(&not_less_1).contains("1 を引いて"),
        "{not_less_1:?}"
    );
    let overflows = check_softmax_with_loss(|u, d| softmax_with(u, d, true, &|loss, g, _| (loss, g)));
    assert!(overflows.verdict == Verdict::Partial && said(&overflows).contains("最大値"), "{overflows:?}");
}

/// dx from (x̂, √(σ² + ε), γ, dy, dγ, dβ), with dγ and dβ as they should be or changed.
fn batch_norm_with(
    epsilon: f64,
    dx: impl Fn(&Array2<f64>, &Array1<f64>, &Array1<f64>, &Array2<f64>, &Array1<f64>, &Array1<f64>) -> Array2<f64>,
    change: impl Fn(Array1<f64>, Array1<f64>) -> (Array1<f64>, Array1<f64>),
) -> Checked {
    check_batch_norm_backward(|x, gamma, dy| {
        let n = x.nrows() as f64;
        let centred = x - &x.mean_axis(Axis(0)).unwrap();
        let std = (&centred * &centred).sum_axis(Axis(0)).mapv(|s| (s / n + epsilon).sqrt());
        let normal = &centred / &std;
        let (dgamma, dbeta) = ((&normal * dy).sum_axis(Axis(0)), dy.sum_axis(Axis(0)));
        let dx = dx(&normal, &std, gamma, dy, &dgamma, &dbeta);
        let (dgamma, dbeta) = change(dgamma, dbeta);
        (dx, dgamma, dbeta)
    })
}

#[test]
fn batch_norm_backward_is_accepted_with_any_small_epsilon_and_its_mutants_are_rejected() {
    let n = 5.0;
    let keep = |dgamma, dbeta| (dgamma, dbeta);
    for epsilon in [1e-6, 1e-8, 1e-5, 0.0] {
        let checked =
            batch_norm_with(epsilon, |x, s, g, dy, dg, db| (dy - &(db / n) - x * &(dg / n)) * &(g / s), keep);
        assert_eq!(checked.verdict, Verdict::Accept, "{epsilon}: {checked:?}");
    }
    for (word, checked) in [
        ("平均を通る分と分散", batch_norm_with(1e-6, |_, s, g, dy, _, _| dy * &(g / s), keep)),
        ("平均 μ", batch_norm_with(1e-6, |x, s, g, dy, dg, _| (dy - x * &(dg / n)) * &(g / s), keep)),
        ("分散 σ²", batch_norm_with(1e-6, |_, s, g, dy, _, db| (dy - &(db / n)) * &(g / s), keep)),
        ("γ が", batch_norm_with(1e-6, |x, s, _, dy, dg, db| (dy - &(db / n) - x * &(dg / n)) / s, keep)),
        ("割られて", batch_norm_with(1e-6, |x, _, g, dy, dg, db| (dy - &(db / n) - x * &(dg / n)) * g, keep)),
        ("dx が違い", batch_norm_with(1e-6, |_, _, _, dy, _, _| dy * 0.0, keep)),
        ("dβ は平均ではなく", batch_norm_with(1e-6, |_, _, _, dy, _, _| dy.clone(), |dg, db| (dg, db / n))),
        ("dβ が違い", batch_norm_with(1e-6, |_, _, _, dy, _, _| dy.clone(), |dg, db| (dg, -db))),
        ("dγ が違い", batch_norm_with(1e-6, |_, _, _, dy, _, _| dy.clone(), |dg, db| (-dg, db))),
        ("形", batch_norm_with(1e-6, |_, _, _, _, _, _| Array2::zeros((1, 3)), keep)),
        ("数でない", batch_norm_with(1e-6, |_, _, _, dy, _, _| dy * f64::NAN, keep)),
    ] {
        assert_eq!(checked.verdict, Verdict::Reject, "{word}");
        assert!(said(&checked).contains(word), "{word}: {}", said(&checked));
    }
    let raw =
        check_batch_norm_backward(|x, _, dy| (dy.clone(), (x * dy).sum_axis(Axis(0)), dy.sum_axis(Axis(0))));
    assert!(raw.verdict == Verdict::Reject && said(&raw).contains("正規化した"), "{raw:?}");
}

#[test]
fn a_checked_exercise_is_shown_as_a_verdict_with_its_numbers() {
    let shown = format!("{:?}", Output::from(&mine("sgd", 0.0, |rate, g, _, _| rate * g)));
    for part in
        ["判定: 不正解", "はじめて違った数: 重み 1 の 1 歩目", "<dl>", "<details>", "scope=\\\"col\\\""]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}
