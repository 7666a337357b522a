//! 図: 部分ごとの、しきい値からの差。右が文のとおり、左が反対。

use super::statistic::t_interval;
use super::{Claim, Evidence, Outcome};
use crate::lang::Lang;
use crate::plot::escape;

const WIDTH: f64 = 480.0;
const LEFT: f64 = 16.0;
const RIGHT: f64 = 464.0;
const MIDDLE: f64 = (LEFT + RIGHT) / 2.0;
const TOP: f64 = 42.0;
const ROW: f64 = 54.0;

/// Okabe and Ito's blue, vermilion and a grey; the shapes differ as well.
const HOLDS: &str = "#0072b2";
const FAILS: &str = "#d55e00";
const UNKNOWN: &str = "#6b6b6b";

impl Evidence {
    /// 部分ごとに、平均と 95% 区間、シードごとの値を、しきい値を中央にして描く。
    pub fn svg(&self, claim: &Claim, lang: Lang) -> String {
        let height = TOP + ROW * self.parts.len() as f64 + 8.0;
        let code = lang.pick("ja", "en");
        let title = escape(claim.quote);
        let description: Vec<_> = (0..self.parts.len())
            .map(|k| format!("{}: {}", self.part_name(claim, k, lang), self.figures(k, lang)))
            .collect();
        let rows: String = (0..self.parts.len()).map(|k| self.row(claim, k, lang)).collect();
        let (against, for_it) = lang.pick(("← 文と反対", "文のとおり →"), ("← contrary", "as it says →"));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"{h:.0}\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
             lang=\"{code}\" xml:lang=\"{code}\" font-family=\"{FONTS}\" font-size=\"13\" fill=\"#1a1a1a\">\n\
             <title>{title}</title>\n<desc>{description}</desc>\n<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
             <text x=\"{left}\" y=\"24\" text-anchor=\"end\">{against}</text>\n<text x=\"{right}\" y=\"24\">{for_it}</text>\n\
             <line x1=\"{MIDDLE}\" x2=\"{MIDDLE}\" y1=\"10\" y2=\"{bottom}\" stroke=\"#4d4d4d\"/>\n{rows}</svg>\n",
            h = height * 1.5,
            description = escape(&description.join(lang.pick("。", ". "))),
            left = MIDDLE - 8.0,
            right = MIDDLE + 8.0,
            bottom = height - 8.0,
        )
    }

    /// The name of a part and its figures above, the interval, the mean and the seeds below.
    fn row(&self, claim: &Claim, k: usize, lang: Lang) -> String {
        let top = TOP + ROW * k as f64;
        let part = &self.parts[k];
        let name = escape(&self.part_name(claim, k, lang));
        let figures = escape(&self.figures(k, lang));
        let (name_y, y) = (top + 12.0, top + 36.0);
        // The words stand on white, so that the line in the middle doesn't cross them.
        let mut row = format!(
            "<rect x=\"{LEFT}\" y=\"{top}\" width=\"{w}\" height=\"17\" fill=\"#ffffff\"/>\n\
             <text x=\"{LEFT}\" y=\"{name_y}\">{name}</text>\n\
             <text x=\"{RIGHT}\" y=\"{name_y}\" text-anchor=\"end\" font-size=\"12\">{figures}</text>\n",
            w = RIGHT - LEFT,
        );
        let values = self.values(k);
        let Some(i) = t_interval(values) else { return row };
        let away = |v: f64| v - part.threshold;
        let ends = values.iter().copied().chain([i.low, i.high]).map(|v| away(v).abs());
        let widest = ends.fold(0.0, f64::max);
        let x = |v: f64| MIDDLE + (RIGHT - MIDDLE - 6.0) * if widest > 0.0 { away(v) / widest } else { 0.0 };
        let colour = match part.outcome {
            Outcome::Holds => HOLDS,
            Outcome::Fails => FAILS,
            Outcome::Unknown => UNKNOWN,
        };
        for v in values {
            row += &format!(
                "<circle cx=\"{:.1}\" cy=\"{y}\" r=\"3\" fill=\"none\" stroke=\"{colour}\" stroke-opacity=\"0.5\"/>\n",
                x(*v)
            );
        }
        row += &format!(
            "<line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y}\" y2=\"{y}\" stroke=\"{colour}\" stroke-width=\"2.5\"/>\n",
            x(i.low),
            x(i.high)
        );
        row + &mark(part.outcome, x(i.mean), y, colour)
    }

    pub(super) fn part_name(&self, claim: &Claim, k: usize, lang: Lang) -> String {
        claim.parts.get(k).map_or(String::new(), |part| lang.pick(part.name.0, part.name.1).to_owned())
    }

    /// `0.851 [0.840, 0.862] > 0.01`
    pub(super) fn figures(&self, k: usize, lang: Lang) -> String {
        let (part, values) = (&self.parts[k], self.values(k));
        let sign = match part.outcome {
            Outcome::Holds => ">",
            Outcome::Fails => "≤",
            Outcome::Unknown => "?",
        };
        match t_interval(values) {
            Some(i) => {
                let [mean, low, high, wanted] = [i.mean, i.low, i.high, part.threshold].map(short);
                format!("{mean} [{low}, {high}] {sign} {wanted}")
            }
            None => lang.pick("値がない", "no values").to_owned(),
        }
    }
}

/// A disc, a cross or a ring.
fn mark(outcome: Outcome, x: f64, y: f64, colour: &str) -> String {
    match outcome {
        Outcome::Holds => format!("<circle cx=\"{x:.1}\" cy=\"{y}\" r=\"5\" fill=\"{colour}\"/>\n"),
        Outcome::Fails => format!(
            "<path d=\"M{a:.1} {c} L{b:.1} {d} M{a:.1} {d} L{b:.1} {c}\" stroke=\"{colour}\" stroke-width=\"2.5\"/>\n",
            a = x - 5.0,
            b = x + 5.0,
            c = y - 5.0,
            d = y + 5.0,
        ),
        Outcome::Unknown => format!(
            "<circle cx=\"{x:.1}\" cy=\"{y}\" r=\"5\" fill=\"#ffffff\" stroke=\"{colour}\" stroke-width=\"2\"/>\n"
        ),
    }
}

/// 三桁ほどの数。
///
/// ```
/// use kakunin::claims::short;
/// assert_eq!([0.8512, -12.34, 5.7e-7].map(short), ["0.851", "−12.3", "5.7e−7"]);
/// ```
pub fn short(v: f64) -> String {
    let size = v.abs();
    if size > 0.0 && size < 0.001 {
        return format!("{v:.1e}").replace('-', "−");
    }
    let decimals = if size >= 100.0 {
        0
    } else if size >= 10.0 {
        1
    } else if size >= 1.0 {
        2
    } else {
        3
    };
    let text = format!("{v:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    text.replace('-', "−")
}

const FONTS: &str = "Noto Sans CJK JP, Noto Sans JP, Hiragino Sans, Yu Gothic, Meiryo, sans-serif";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        let shown = [0.0, -0.01, 0.8512, 1.5, -12.34, 250.4, -0.0001].map(short);
        assert_eq!(shown, ["0", "−0.01", "0.851", "1.5", "−12.3", "250", "−1.0e−4"]);
    }
}
