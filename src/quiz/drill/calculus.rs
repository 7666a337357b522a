//! 微分とノルム。

use super::{Draw, Made, decimal, to_four_places};
use crate::quiz::outcome::text;
use crate::quiz::question::{Answer, Expression, Text};
use std::collections::BTreeMap;

/// z = a tⁿ with t made of x and y.
pub(super) fn chain_rule(draw: &mut Draw) -> Made {
    let (a, n) = (draw.whole(1, 5), draw.whole(2, 4));
    let along = draw.of(&["x", "y"]);
    let (b, c) = (draw.whole(1, 5), draw.not_zero(-5, 5));
    let signed = |c: i64| if c < 0 { format!("({c})") } else { c.to_string() };
    // t, and dt/dx or dt/dy
    let (t, inner) = match (draw.whole(0, 3), along) {
        (0, "x") => (format!("{b}x + {}y", signed(c)), format!("{b}")),
        (0, _) => (format!("{b}x + {}y", signed(c)), signed(c)),
        (1, "x") => (format!("{b}x^2 + {}y", signed(c)), format!("{}x", 2 * b)),
        (1, _) => (format!("{b}x^2 + {}y", signed(c)), signed(c)),
        (2, "x") => (format!("{b}xy"), format!("{b}y")),
        (2, _) => (format!("{b}xy"), format!("{b}x")),
        (_, "x") => (format!("x^2 + {}y^2", signed(c)), "2x".to_owned()),
        (_, _) => (format!("x^2 + {}y^2", signed(c)), format!("{}y", signed(2 * c))),
    };
    let base = |t: &str| if t == "t" { t.to_owned() } else { format!("({t})") };
    let outer = |t: &str| format!("{}{}^{}", a * n, base(t), n - 1);
    let right = format!("{}*{inner}", outer(&t));
    let z = format!("{a}t^{n}");
    let asked = format!("dz/d{along}");
    let made = Made {
        prompt: text(
            format!("z = {z}、t = {t} のとき、{asked} を求めよ。"),
            format!("With z = {z} and t = {t}, find {asked}."),
        ),
        hints: [
            text("z を t で微分する。", "Differentiate z by t."),
            text(
                format!("t を {along} で微分する。ほかの文字は定数と見る。"),
                format!("Differentiate t by {along}; the other letter is a constant."),
            ),
            text("二つを掛ける。", "Multiply the two."),
        ],
        right: right.clone(),
        solution: text(
            format!("dz/dt = {}\ndt/d{along} = {inner}\n{asked} = {right}", outer("t")),
            format!("dz/dt = {}\ndt/d{along} = {inner}\n{asked} = {right}", outer("t")),
        ),
        answer: Answer::Expression(Expression {
            variables: vec!["x".to_owned(), "y".to_owned()],
            definitions: BTreeMap::from([("t".to_owned(), t.clone()), ("z".to_owned(), z)]),
            asked,
            wanted: right,
        }),
        slips: vec![],
    };
    let forgot: Text = text("t の微分も掛けます。", "Multiply by the derivative of t too.");
    let power = text("指数を一つ下げましたか。", "Did you lower the power by one?");
    let itself = text("それは z です。微分してください。", "That is z; differentiate it.");
    let slips = [
        (outer(&t), forgot),
        (format!("{}({t})^{n}*{inner}", a * n), power),
        (format!("{a}({t})^{n}"), itself),
    ];
    // Where dt/dx is 1 the first is right.
    made.with_slips(slips.into_iter().skip(usize::from(inner == "1")))
}

/// σ'(x), or σ' where σ is known.
pub(super) fn sigmoid_slope(draw: &mut Draw) -> Made {
    let x = draw.whole(-30, 30) as f64 / 10.0;
    let s = 1.0 / (1.0 + (-x).exp());
    let wanted = s * (1.0 - s);
    let right = decimal(wanted);
    Made {
        prompt: text(
            format!("シグモイド関数 σ の、x = {x} での微分の値はいくつか（小数第4位まで）。"),
            format!("What is the derivative of the sigmoid σ at x = {x} (four decimal places)?"),
        ),
        hints: [
            text("微分は (1 − σ(x))・σ(x)。", "The derivative is (1 − σ(x))·σ(x)."),
            text(
                format!("先に σ({x}) = 1/(1 + e^(−x)) を求める。"),
                format!("First find σ({x}) = 1/(1 + e^(−x))."),
            ),
            text("電卓では exp を使う。", "On a calculator use exp."),
        ],
        right: right.clone(),
        solution: text(
            format!("σ({x}) = {}\n{} × {} = {right}", decimal(s), decimal(1.0 - s), decimal(s)),
            format!("σ({x}) = {}\n{} × {} = {right}", decimal(s), decimal(1.0 - s), decimal(s)),
        ),
        answer: to_four_places(wanted),
        slips: vec![],
    }
    .with_wrong_numbers([
        (s, text("それは σ(x) です。", "That is σ(x).")),
        (s * s, text("片方は 1 − σ(x) です。", "One of the two is 1 − σ(x).")),
        (1.0 - s, text("σ(x) も掛けます。", "Multiply by σ(x) too.")),
    ])
}

/// ‖x‖₁ or ‖x‖₂ of a few whole numbers.
pub(super) fn norm(draw: &mut Draw) -> Made {
    let p = draw.of(&[1, 2]);
    let entries: Vec<i64> = (0..draw.whole(2, 4)).map(|_| draw.not_zero(-9, 9)).collect();
    let absolute: i64 = entries.iter().map(|x| x.abs()).sum();
    let squares: i64 = entries.iter().map(|x| x * x).sum();
    let root = (squares as f64).sqrt();
    let wanted = if p == 1 { absolute as f64 } else { root };
    let list = |f: &dyn Fn(i64) -> String| entries.iter().map(|&x| f(x)).collect::<Vec<_>>();
    let working = if p == 1 {
        list(&|x| x.abs().to_string()).join(" + ")
    } else {
        format!("√({})", list(&|x| (x * x).to_string()).join(" + "))
    };
    let vector = list(&|x| x.to_string()).join(", ");
    Made {
        prompt: text(
            format!("x = ({vector}) の L{p} ノルムはいくつか（小数第4位まで。根号のままでもよい）。"),
            format!("What is the L{p} norm of x = ({vector}) (four decimal places, or with a root)?"),
        ),
        hints: [
            text("式は (|x₁|ᵖ + … + |xₙ|ᵖ)^(1/p)。", "The formula is (|x₁|ᵖ + … + |xₙ|ᵖ)^(1/p)."),
            text("符号は落とす。", "Signs are dropped."),
            text("p = 2 なら、最後に平方根をとる。", "For p = 2 take the square root at the end."),
        ],
        right: decimal(wanted),
        solution: text(
            format!("{working} = {}", decimal(wanted)),
            format!("{working} = {}", decimal(wanted)),
        ),
        answer: to_four_places(wanted),
        slips: vec![],
    }
    .with_wrong_numbers([
        (
            if p == 1 { root } else { absolute as f64 },
            text(format!("それは L{} ノルムです。", 3 - p), format!("That is the L{} norm.", 3 - p)),
        ),
        (
            squares as f64,
            text(
                "平方根をとりましたか。二乗するのは L2 だけです。",
                "Did you take the root? Only L2 squares.",
            ),
        ),
        (
            entries.iter().sum::<i64>() as f64,
            text("符号を落としてから足します。", "Drop the signs before adding."),
        ),
    ])
}
