//! 更新規則の道すじ: 谷、鞍点、二つのくぼみ。

use super::surface::Surface;
use super::walk::{five, walk, with_rate};
use crate::lang::Lang;
use crate::nn::Rule;
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Axis, Chart, Colour, Kind, Line, Panel, Piece, contours};
use ndarray::Array2;

/// 曲面の上の道すじ（[`paths`]、[`paths_of`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct Paths {
    /// 曲面
    pub surface: Surface,
    /// 規則ごとの道すじ
    pub paths: Vec<Path>,
}

/// 一つの規則の道すじ。
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// 規則
    pub rule: Rule,
    /// 通った点。はじめの点から
    pub points: Vec<(f64, f64)>,
    /// それぞれの点の高さ
    pub heights: Vec<f64>,
    /// いちばん低いところまで 0.01 以内に入った歩数
    pub reached: Option<usize>,
}

const STEPS: usize = 100;
const NEAR: f64 = 0.01;

/// 五つの規則が、曲面を 100 歩でどう下るか。
///
/// > 谷間についてから最も低い位置に行くまで時間が早い（Section2 モメンタム）
///
/// ```
/// use kakunin::lab::{Surface, paths};
/// let valley = paths(Surface::Valley);
/// let [sgd, momentum] = [&valley.paths[0], &valley.paths[1]];
/// assert!(momentum.reached < sgd.reached || sgd.reached.is_none());
/// ```
pub fn paths(surface: Surface) -> Paths {
    paths_of(surface, &five(0.1, 0.1, 0.5, 0.05, 0.2))
}

/// 渡した規則（自分のものなら [`custom`](crate::nn::custom)）が、曲面を 100 歩でどう下るか。
pub fn paths_of(surface: Surface, rules: &[Rule]) -> Paths {
    let path = |&rule: &Rule| {
        let (x, y) = surface.start();
        let gradient = |w: &[f64]| {
            let (dx, dy) = surface.gradient(w[0], w[1]);
            vec![dx, dy]
        };
        let points: Vec<_> = walk(rule, &[x, y], STEPS, gradient).iter().map(|w| (w[0], w[1])).collect();
        let heights: Vec<_> = points.iter().map(|&(x, y)| surface.height(x, y)).collect();
        let reached = heights.iter().position(|f| f - surface.lowest() < NEAR);
        Path { rule, points, heights, reached }
    };
    Paths { surface, paths: rules.iter().map(path).collect() }
}

shown_as_a_card!(Paths);

impl Paths {
    fn card(&self, lang: Lang) -> Card {
        let name = match self.surface {
            Surface::Valley => lang.pick("谷 f = x²/20 + y²", "Valley f = x²/20 + y²"),
            Surface::Saddle => lang.pick("鞍点 f = x² − y² + y⁴/4", "Saddle f = x² − y² + y⁴/4"),
            Surface::TwoWells => {
                lang.pick("二つのくぼみ f = x⁴/4 − x² + 0.3x + y²/2", "Two wells f = x⁴/4 − x² + 0.3x + y²/2")
            }
        };
        let end = |p: &Path| match (p.reached, p.heights.last()) {
            (Some(at), _) => {
                let rule = p.rule.name();
                lang.pick(format!("{rule} は {at} 歩"), format!("{rule} {at} steps"))
            }
            (None, height) => {
                let (rule, height) = (p.rule.name(), number(height.copied().unwrap_or(f64::NAN)));
                lang.pick(
                    format!("{rule} は届かず（高さ {height}）"),
                    format!("{rule} not (height {height})"),
                )
            }
        };
        let ends: Vec<String> = self.paths.iter().map(end).collect();
        let says = lang.pick(
            format!(
                "いちばん低いところ（高さ {}）まで: {}。",
                number(self.surface.lowest()),
                ends.join("、")
            ),
            format!("To the lowest place (height {}): {}.", number(self.surface.lowest()), ends.join(", ")),
        );
        let ((left, right), (bottom, top)) = self.surface.view();
        let lines = self
            .paths
            .iter()
            .enumerate()
            .map(|(n, p)| Line::new(with_rate(p.rule), Kind::Coloured(n), p.points.clone()));
        let chart = Chart {
            pieces: self.heights(),
            height: Some(290.0),
            ..Chart::new(
                Axis::plain("x").from(left, right),
                Axis::plain("y").from(bottom, top),
                lines.collect(),
            )
        };
        let heights = self.paths.iter().enumerate().map(|(n, p)| {
            let above = p.heights.iter().enumerate();
            let points =
                above.map(|(t, f)| (t as f64, (f - self.surface.lowest()).max(1e-9).log10())).collect();
            Line::new(with_rate(p.rule), Kind::Coloured(n), points)
        });
        let descent = Chart {
            height: Some(130.0),
            ..Chart::new(
                Axis::plain(lang.pick("歩数", "Steps")),
                Axis::log(lang.pick("いちばん低いところからの高さ", "Height above the lowest place")),
                heights.collect(),
            )
        };
        let header = lang.pick(
            ["規則", "着いた歩数", "最後の x", "最後の y", "最後の高さ"],
            ["Rule", "Reached at step", "Last x", "Last y", "Last height"],
        );
        let row = |p: &Path| {
            let (x, y) = p.points.last().copied().unwrap_or((f64::NAN, f64::NAN));
            let height = p.heights.last().copied().unwrap_or(f64::NAN);
            let reached = p.reached.map_or("–".to_owned(), |at| at.to_string());
            vec![with_rate(p.rule), reached, number(x), number(y), number(height)]
        };
        Card::new(lang, name, says)
            .picture(1, vec![Panel::chart("", chart), Panel::chart("", descent)])
            .numbers(&header, self.paths.iter().map(row).collect())
    }

    /// Contours at heights that lie closer together near the lowest place.
    fn heights(&self) -> Vec<(Colour, Vec<Piece>)> {
        const LINES: usize = 60;
        const LEVELS: usize = 10;
        let ((left, right), (bottom, top)) = self.surface.view();
        let axis = |low: f64, high: f64| -> Vec<f64> {
            (0..=LINES).map(|k| low + (high - low) * k as f64 / LINES as f64).collect()
        };
        let (x, y) = (axis(left, right), axis(bottom, top));
        let z = Array2::from_shape_fn((y.len(), x.len()), |(i, j)| self.surface.height(x[j], y[i]));
        let most = z.iter().copied().fold(f64::MIN, f64::max) - self.surface.lowest();
        let level = |k: usize| {
            let share = k as f64 / LEVELS as f64;
            let at = self.surface.lowest() + most * share * share;
            (Colour::INK.tint(0.5 - 0.3 * share), contours(z.view(), &x, &y, at))
        };
        (1..LEVELS).map(level).collect()
    }
}
