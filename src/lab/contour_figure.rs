//! L1 と L2 の図: 誤差の等高線と、制約の形が触れるところ。

use crate::lang::Lang;
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Axis, Chart, Colour, Kind, Line, Panel, contours};
use ndarray::Array2;

/// 誤差の等高線と、L1・L2 の制約が触れる点（[`penalty_contours`]）。
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PenaltyContours {
    /// 誤差がいちばん小さい重み（w₁, w₂）
    pub centre: (f64, f64),
    /// |w₁| + |w₂| ≤ 1 のなかで誤差がいちばん小さい重み
    pub l1: (f64, f64),
    /// w₁² + w₂² ≤ 1 のなかで誤差がいちばん小さい重み
    pub l2: (f64, f64),
}

const CENTRE: (f64, f64) = (0.7, 2.2);

/// The error: a bowl whose contours are ellipses.
fn error(w1: f64, w2: f64) -> f64 {
    let (a, b) = (w1 - CENTRE.0, w2 - CENTRE.1);
    a * a + 0.5 * a * b + 1.2 * b * b
}

/// 重み二つの誤差の等高線に、L1（ひし形）と L2（円）の制約を重ねる。等高線が制約に触れる点が、正則化した重み。
///
/// > 右側 L1正則化（確認テスト）
///
/// L1 のひし形は角で触れやすく、そこでは重みの一つがちょうど 0 になる。
///
/// ```
/// let figure = kakunin::lab::penalty_contours();
/// assert_eq!(figure.l1, (0.0, 1.0));                  // w₁ は 0
/// assert!(figure.l2.0 > 0.0 && (figure.l2.0.hypot(figure.l2.1) - 1.0).abs() < 1e-9);
/// ```
pub fn penalty_contours() -> PenaltyContours {
    // Both shapes are walked around in fine steps; the corners of the diamond are among them.
    const STEPS: usize = 40_000;
    let best = |edge: fn(f64) -> (f64, f64)| {
        let places = (0..STEPS).map(|k| edge(4.0 * k as f64 / STEPS as f64));
        places.min_by(|a, b| error(a.0, a.1).total_cmp(&error(b.0, b.1))).unwrap_or(CENTRE)
    };
    PenaltyContours { centre: CENTRE, l1: best(diamond), l2: best(circle) }
}

/// The place after so many quarters of the way around |w₁| + |w₂| = 1.
fn diamond(quarters: f64) -> (f64, f64) {
    let (side, t) = (quarters.floor() as usize % 4, quarters.fract());
    match side {
        0 => (1.0 - t, t),
        1 => (0.0 - t, 1.0 - t),
        2 => (t - 1.0, 0.0 - t),
        _ => (t, t - 1.0),
    }
}

/// The same around w₁² + w₂² = 1.
fn circle(quarters: f64) -> (f64, f64) {
    let (sin, cos) = (quarters * std::f64::consts::FRAC_PI_2).sin_cos();
    (cos, sin)
}

shown_as_a_card!(PenaltyContours);

impl PenaltyContours {
    fn card(&self, lang: Lang) -> Card {
        let title = lang.pick("誤差の等高線と正則化", "Contours of the error, and regularisation");
        let at = |p: (f64, f64)| format!("({}, {})", number(p.0), number(p.1));
        let says = lang.pick(
            format!(
                "L1 は角 {} で触れ、w₁ がちょうど 0 になる。L2 は {} で触れ、どちらも 0 にはならない。",
                at(self.l1),
                at(self.l2)
            ),
            format!(
                "L1 touches at the corner {}, where w₁ is exactly 0; L2 at {}, where neither is.",
                at(self.l1),
                at(self.l2)
            ),
        );
        let axis: Vec<f64> = (0..=80).map(|k| -1.6 + 5.0 * f64::from(k) / 80.0).collect();
        let z = Array2::from_shape_fn((81, 81), |(i, j)| error(axis[j], axis[i]));
        let panel = |name: &str, edge: fn(f64) -> (f64, f64), touch: (f64, f64)| {
            let closed = (0..=200).map(|k| edge(4.0 * f64::from(k) / 200.0)).collect();
            // The ellipse through the touching point, and some about it.
            let of = error(touch.0, touch.1);
            let level = |share: f64| contours(z.view(), &axis, &axis, share * of);
            let mut pieces: Vec<_> =
                [0.1, 0.4, 1.6, 2.4].map(|share| (Colour::INK.tint(0.3), level(share))).into();
            pieces.push((Colour::INK.tint(0.9), level(1.0)));
            let lines = vec![
                Line::new(lang.pick("制約", "constraint"), Kind::Plain(0), closed),
                Line::new(lang.pick("触れる点", "touching point"), Kind::Dots(1), vec![touch]),
                Line::new(lang.pick("誤差が最小の重み", "smallest error"), Kind::Dots(2), vec![self.centre]),
            ];
            let scale = |name: &str, of: (f64, f64)| Axis::plain(name).from(of.0, of.1);
            let chart = Chart {
                pieces,
                height: Some(185.0),
                ..Chart::new(scale("w₁", (-1.6, 2.4)), scale("w₂", (-1.4, 3.0)), lines)
            };
            Panel::chart(name, chart)
        };
        let header = lang.pick(["制約", "w₁", "w₂", "誤差"], ["Constraint", "w₁", "w₂", "Error"]);
        let row = |name: &str, p: (f64, f64)| {
            vec![name.to_owned(), number(p.0), number(p.1), number(error(p.0, p.1))]
        };
        let none = lang.pick("なし", "none");
        Card::new(lang, title, says)
            .picture(
                2,
                vec![
                    panel("L2: w₁² + w₂² ≤ 1", circle, self.l2),
                    panel("L1: |w₁| + |w₂| ≤ 1", diamond, self.l1),
                ],
            )
            .numbers(&header, vec![row(none, self.centre), row("L2", self.l2), row("L1", self.l1)])
    }
}
