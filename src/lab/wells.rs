//! 二つのくぼみ: どこから始めても低いほうへ着くか。

use super::surface::Surface;
use super::walk::{five, walk, with_rate};
use crate::lang::Lang;
use crate::nn::Rule;
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Axis, Chart, Figures, Kind, Line, Panel};

/// 多くの始まりから、低いほうのくぼみに着いたか（[`two_wells`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct TwoWells {
    /// 始まりの x
    pub starts: Vec<f64>,
    /// 規則ごとの終わりの x
    pub ends: Vec<(Rule, Vec<f64>)>,
}

/// 一次元の二つのくぼみ f = x⁴/4 − x² + 0.3x を、−2.5 から 2.5 までの 101 の始まりから、五つの規則で 500 歩ずつ下る。
///
/// > 局所的最適解にならず、大域的最適解となる（Section2 モメンタム）
///
/// 低いほう（左、x ≈ −1.48）に着く始まりは増えるが、すべてではない: 傾向であって、保証ではない。
///
/// ```
/// let wells = kakunin::lab::two_wells();
/// assert!(wells.share(1) > wells.share(0));         // モメンタムは SGD より多い
/// assert!(wells.share(1) < 1.0);                    // けれども、いつもではない
/// ```
pub fn two_wells() -> TwoWells {
    let starts: Vec<f64> = (-50..=50).map(|k| f64::from(k) / 20.0).collect();
    let end = |rule: Rule, start: f64| {
        let slope = |w: &[f64]| vec![Surface::TwoWells.gradient(w[0], 0.0).0];
        walk(rule, &[start], 500, slope).last().map_or(f64::NAN, |w| w[0])
    };
    let rules = five(0.05, 0.05, 0.5, 0.02, 0.05);
    let ends = rules.map(|rule| (rule, starts.iter().map(|&start| end(rule, start)).collect()));
    TwoWells { starts, ends: ends.into() }
}

shown_as_a_card!(TwoWells);

impl TwoWells {
    /// `rule` 番目の規則で、低いほうのくぼみに着いた始まりの割合。
    pub fn share(&self, rule: usize) -> f64 {
        let lower = self.ends[rule].1.iter().filter(|x| **x < 0.0).count();
        lower as f64 / self.starts.len() as f64
    }

    fn card(&self, lang: Lang) -> Card {
        let title =
            lang.pick("二つのくぼみ: 低いほうへ着く始まり", "Two wells: the starts that reach the lower one");
        let share = |n: usize| format!("{:.0}%", 100.0 * self.share(n));
        let all: Vec<String> = self
            .ends
            .iter()
            .enumerate()
            .map(|(n, (rule, _))| format!("{} {}", rule.name(), share(n)))
            .collect();
        let says = lang.pick(
            format!("低いほう（左）に着いた始まりの割合: {}。", all.join("、")),
            format!("Share of the starts that end in the lower (left) well: {}.", all.join(", ")),
        );
        let height = |x: f64| Surface::TwoWells.height(x, 0.0);
        let curve = self.starts.iter().map(|&x| (x, height(x))).collect();
        let across = || Axis::plain("x").from(-2.5, 2.5);
        let surface = Chart {
            height: Some(130.0),
            ..Chart::new(
                across(),
                Axis::plain("f(x)").from(-2.0, 3.0),
                vec![Line::new("", Kind::Plain(6), curve)],
            )
        };
        let rows = self.ends.len() as f64;
        let strip = self.ends.iter().enumerate().map(|(n, (rule, ends))| {
            let lower = self.starts.iter().zip(ends).filter(|(_, end)| **end < 0.0);
            Line::new(with_rate(*rule), Kind::Dots(n), lower.map(|(&x, _)| (x, rows - n as f64)).collect())
        });
        let starts =
            Chart {
                height: Some(110.0),
                ..Chart::new(
                    Axis::plain(lang.pick(
                        "始まりの x（印: 低いほうに着いた）",
                        "Start x (marked: reached the lower well)",
                    ))
                    .from(-2.5, 2.5),
                    Axis::new("", Figures::Hidden).from(0.4, rows + 0.6),
                    strip.collect(),
                )
            };
        let header =
            lang.pick(["規則", "低いほうに着いた割合"], ["Rule", "Share that reached the lower well"]);
        let row = |n: usize| vec![with_rate(self.ends[n].0), number(self.share(n))];
        Card::new(lang, title, says)
            .picture(1, vec![Panel::chart("", surface), Panel::chart("", starts)])
            .numbers(&header, (0..self.ends.len()).map(row).collect())
    }
}
