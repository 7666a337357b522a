//! 図の問題の図: 誤差の等高線が、L1 と L2 の、ノルムが一定の線に接するところ。

use super::question::{Figure, Pictured, Side};
use crate::Lang;
use crate::plot::escape;
use std::f64::consts::TAU;

impl Figure {
    /// 講座と同じ左右で描いた図（SVG）。
    pub fn svg(&self, lang: Lang) -> String {
        svg(self, false, lang)
    }
}

/// Half the width of a panel, in units of the weights.
const REACH: f64 = 2.6;
const PANEL: f64 = 220.0;
const GAP: f64 = 20.0;
const TOP: f64 = 34.0;
/// Where the error is least.
const LEAST: (f64, f64) = (0.75, 1.55);

/// What the figure looks like, for those who can't see it; it does not say what is what.
pub(super) fn alt(figure: &Figure, mirrored: bool, lang: Lang) -> String {
    let (left, right) =
        if figure.wanted.drawn(mirrored) == Side::Left { (true, false) } else { (false, true) };
    let shape = |is_wanted: bool| {
        match is_wanted {
        true => lang.pick(
            "原点を中心とする、角のある図形（ひし形）。等高線は、縦軸の上の角に触れている。",
            "a shape with corners (a diamond) around the origin; the contour touches it at the corner on the vertical axis.",
        ),
        false => lang.pick(
            "原点を中心とする、丸い図形（円）。等高線は、軸から離れたところに触れている。",
            "a round shape (a circle) around the origin; the contour touches it away from the axes.",
        ),
    }
    };
    lang.pick(
        format!(
            "二つのグラフ。横軸は w₁、縦軸は w₂、右上に誤差の等高線（だ円）がある。左: {}右: {}",
            shape(left),
            shape(right)
        ),
        format!(
            "Two graphs; w₁ across, w₂ up, contours (ellipses) of the error at the upper right. Left: {} Right: {}",
            shape(left),
            shape(right)
        ),
    )
}

/// The two panels as SVG, on a light ground of their own.
pub(super) fn svg(figure: &Figure, mirrored: bool, lang: Lang) -> String {
    let panel = |pictured: &Pictured, is_wanted: bool| {
        let side = pictured.drawn(mirrored);
        let x = GAP + if side == Side::Left { 0.0 } else { PANEL + GAP };
        let name = match side {
            Side::Left => lang.pick("左", "Left"),
            Side::Right => lang.pick("右", "Right"),
        };
        let norm = if is_wanted { 1 } else { 2 };
        format!(
            "<text x=\"{:.0}\" y=\"22\" text-anchor=\"middle\" font-weight=\"bold\">{name}</text>\n\
             <g transform=\"translate({:.1} {:.1})\">\n{}</g>\n",
            x + PANEL / 2.0,
            x + PANEL / 2.0,
            TOP + PANEL / 2.0,
            drawing(norm)
        )
    };
    let (width, height) = (2.0 * PANEL + 3.0 * GAP, TOP + PANEL + GAP);
    let (lang_name, title) = (lang.pick("ja", "en"), lang.pick("二つの正則化", "Two regularisations"));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         style=\"max-width:100%;height:auto\" role=\"img\" lang=\"{lang_name}\" font-family=\"sans-serif\" font-size=\"15\" fill=\"#1a1a1a\">\n\
         <title>{title}</title>\n<desc>{}</desc>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n{}{}</svg>\n",
        escape(&alt(figure, mirrored, lang)),
        panel(&figure.wanted, true),
        panel(&figure.other, false),
    )
}

/// Axes, the shape of norm 1, the contours, and where they meet; the origin in the middle.
fn drawing(norm: i32) -> String {
    let scale = PANEL / 2.0 / REACH;
    let path = |points: Vec<(f64, f64)>| {
        let points: Vec<String> =
            points.iter().map(|(x, y)| format!("{:.1},{:.1}", scale * x, -scale * y)).collect();
        points.join(" ")
    };
    let steps =
        |point: &dyn Fn(f64) -> (f64, f64)| (0..360).map(|i| point(TAU * f64::from(i) / 360.0)).collect();
    let boundary = |angle: f64| {
        let (y, x) = angle.sin_cos();
        let length = if norm == 1 { x.abs() + y.abs() } else { x.hypot(y) };
        (x / length, y / length)
    };
    let shape: Vec<(f64, f64)> = steps(&boundary);
    let touching = shape.iter().copied().min_by(|a, b| error(*a).total_cmp(&error(*b))).unwrap_or_default();
    let contour = |level: f64| {
        let ellipse = |angle: f64| {
            let (y, x) = angle.sin_cos();
            let radius = (level / (error((LEAST.0 + x, LEAST.1 + y)))).sqrt();
            (LEAST.0 + radius * x, LEAST.1 + radius * y)
        };
        format!(
            "<polygon points=\"{}\" fill=\"none\" stroke=\"#0072b2\" stroke-width=\"1.5\"/>\n",
            path(steps(&ellipse))
        )
    };
    let level = error(touching);
    let contours: String = [0.15, 0.5, 1.0].iter().map(|share| contour(share * level)).collect();
    let end = PANEL / 2.0 - 4.0;
    format!(
        "<path d=\"M{} 0H{end}M0 {end}V{}\" stroke=\"#555555\"/>\n\
         <text x=\"{}\" y=\"18\" text-anchor=\"end\">w₁</text><text x=\"-8\" y=\"{}\" text-anchor=\"end\">w₂</text>\n\
         <polygon points=\"{}\" fill=\"#e69f00\" fill-opacity=\"0.35\" stroke=\"#8a5a00\" stroke-width=\"2\"/>\n\
         {contours}<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\" fill=\"#d55e00\"/>\n",
        -end,
        -end,
        end,
        12.0 - end,
        path(shape),
        scale * touching.0,
        -scale * touching.1,
    )
}

/// The error of two weights: a bowl, narrower one way than the other.
fn error((w1, w2): (f64, f64)) -> f64 {
    let (a, b) = (w1 - LEAST.0, w2 - LEAST.1);
    a * a + 1.5 * b * b
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quiz::{Answer, question};

    #[test]
    fn the_description_has_the_shapes_but_not_the_names() {
        let Answer::Figure(figure) = &question("ct7").unwrap().answer else { panic!("ct7 is a figure") };
        for lang in [Lang::Ja, Lang::En] {
            let (course, other) = (alt(figure, false, lang), alt(figure, true, lang));
            assert_ne!(course, other);
            for text in [course, other, svg(figure, false, lang)] {
                for name in [&figure.wanted.name, &figure.other.name] {
                    assert!(!regex::Regex::new(name).unwrap().is_match(&text.to_lowercase()), "{text}");
                }
            }
        }
    }
}
