//! 座標と、plotters で描く部分: 目盛り、曲線、印、棒、等高線。

use plotters::chart::ChartContext;
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use super::Scale;
use super::contour::Piece;
use super::style::{Look, Mark};
use super::text::FONTS;

/// plotters draws on whole numbers: this many of them to one unit of the view box.
pub(super) const FINE: f64 = 10.0;

/// More points than this are thinned out.
const MOST_POINTS: usize = 400;

/// plotters counts the size of a font by its line height.
const PER_SIZE: f64 = 1.24;

/// About this many marks on a curve.
const MARKS: usize = 8;

const AXIS: RGBColor = RGBColor(0x4d, 0x4d, 0x4d);
const GRID: RGBColor = RGBColor(0xe0, 0xe0, 0xe0);

/// Room for the figures below the horizontal axis.
const LOWER_FIGURES: f64 = 22.0;

type Failure = DrawingAreaErrorKind<std::io::Error>;
type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, 'b> = ChartContext<'b, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// How the figures along an axis are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figures {
    /// 0.25
    Plain,
    /// 25%
    Percent,
    /// The axis holds logarithms: 10⁻³ at −3.
    PowersOfTen,
    /// None.
    Hidden,
}

/// One axis: what its ends mean, and about how many figures stand along it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Axis {
    pub(super) range: (f64, f64),
    pub(super) figures: Figures,
    pub(super) count: usize,
    pub(super) size: f64,
}

/// The rectangle between the axes, and what its sides mean.
pub(super) struct Area {
    pub(super) x: (f64, f64),
    pub(super) y: (f64, f64),
    /// Of the whole picture.
    pub(super) size: (f64, f64),
    pub(super) across: Axis,
    pub(super) upright: Axis,
    /// For the figures beside the vertical axis.
    pub(super) room: f64,
}

/// The horizontal axis from 0 to the last point, and the vertical one by its scale.
pub(super) fn axes<'a>(curves: impl Iterator<Item = &'a Vec<(f64, f64)>> + Clone, scale: Scale) -> [Axis; 2] {
    let points = || curves.clone().flatten().filter(|p| drawable(p));
    let until = points().map(|p| p.0).fold(0.0, f64::max);
    let low = points().map(|p| p.1).fold(0.0, f64::min);
    let high = points().map(|p| p.1).fold(0.0, f64::max);
    let range = match scale {
        Scale::Share => (0.0, 1.0),
        Scale::Fit if high - low > NARROWEST => (low, low + 1.05 * (high - low)),
        Scale::Fit => (low, low + 1.0),
    };
    let figures = if scale == Scale::Share { Figures::Percent } else { Figures::Plain };
    let until = if until > NARROWEST { until } else { 1.0 };
    [
        Axis { range: (0.0, until), figures: Figures::Plain, count: 6, size: 13.0 },
        Axis { range, figures, count: 6, size: 13.0 },
    ]
}

impl Area {
    /// Axes, grid and the figures along them.
    pub(super) fn grid(&self) -> String {
        self.draw(|_, chart| {
            let style = |axis: &Axis| (FONTS, PER_SIZE * axis.size * FINE).into_font().color(&BLACK.mix(0.9));
            let (across, upright) = (self.across.figures, self.upright.figures);
            let ticks = if across == Figures::Hidden { 0.0 } else { 4.0 };
            chart
                .configure_mesh()
                .x_labels(self.across.count)
                .y_labels(self.upright.count)
                .bold_line_style(GRID.stroke_width(fine(1.0) as u32))
                .light_line_style(TRANSPARENT)
                .axis_style(AXIS.stroke_width(fine(1.0) as u32))
                .set_all_tick_mark_size(fine(ticks))
                .x_label_style(style(&self.across))
                .y_label_style(style(&self.upright))
                .x_label_formatter(&|v| across.write(*v))
                .y_label_formatter(&|v| upright.write(*v))
                .draw()
        })
    }

    /// A curve with its marks.
    pub(super) fn curve(&self, points: &[(f64, f64)], look: &Look) -> String {
        let points: Vec<_> = thin(points).into_iter().map(|p| self.inside(p)).collect();
        if look.filled {
            return self.draw(|_, chart| {
                let area = Polygon::new(points, look.colour.filled());
                chart.draw_series(std::iter::once(area)).map(drop)
            });
        }
        let line = self.draw(|_, chart| {
            let style = look.colour.stroke_width(fine(look.width) as u32);
            chart.draw_series(LineSeries::new(points.iter().copied(), style)).map(drop)
        });
        let marks = self.draw(|canvas, chart| {
            let every = (points.len() / MARKS).max(1);
            let marked = points.iter().skip(look.turn * every / 4).step_by(every);
            marked.map(|p| chart.backend_coord(p)).try_for_each(|at| mark(canvas, at, look))
        });
        dashed(&line, look) + &marks
    }

    /// Points without a line between them.
    pub(super) fn dots(&self, points: &[(f64, f64)], look: &Look) -> String {
        let points: Vec<_> = points.iter().copied().filter(drawable).map(|p| self.inside(p)).collect();
        self.draw(|canvas, chart| {
            points.iter().map(|p| chart.backend_coord(p)).try_for_each(|at| mark(canvas, at, look))
        })
    }

    /// Bars (from, to, height) that stand on the lower end of the axis.
    pub(super) fn bars(&self, bars: &[(f64, f64, f64)], colour: RGBColor) -> String {
        let low = self.upright.range.0;
        let corners =
            |&(from, to, height): &(f64, f64, f64)| [self.inside((from, low)), self.inside((to, height))];
        let finite = bars.iter().filter(|b| [b.0, b.1, b.2].iter().all(|v| v.is_finite()));
        let rectangles: Vec<_> = finite.map(|b| Rectangle::new(corners(b), colour.filled())).collect();
        self.draw(|_, chart| chart.draw_series(rectangles).map(drop))
    }

    /// Straight pieces that belong together, such as the lines of one height: one path, which is a sixth of what
    /// plotters would write.
    pub(super) fn pieces(&self, pieces: &[Piece], colour: RGBColor, width: f64) -> String {
        let along =
            |v: f64, of: (f64, f64), to: (f64, f64)| fine(to.0 + (v - of.0) / (of.1 - of.0) * (to.1 - to.0));
        let at = |p: (f64, f64)| {
            let (x, y) = self.inside(p);
            let (x, y) =
                (along(x, self.across.range, self.x), along(y, self.upright.range, (self.y.1, self.y.0)));
            format!("{x} {y}")
        };
        let drawn = pieces.iter().filter(|ends| ends.iter().all(drawable));
        let path: String = drawn.map(|&[from, to]| format!("M{}L{}", at(from), at(to))).collect();
        let RGBColor(r, g, b) = colour;
        format!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"#{r:02x}{g:02x}{b:02x}\" stroke-width=\"{}\"/>\n",
            fine(width)
        )
    }

    /// The sample of a line in the legend, beginning at `from`.
    pub(super) fn sample(&self, from: (f64, f64), width: f64, look: &Look) -> String {
        let at = |x: f64| (fine(from.0 + x), fine(from.1));
        let line = self.draw(|canvas, _| {
            let style = look.colour.stroke_width(fine(look.width) as u32);
            canvas.draw(&PathElement::new([at(0.0), at(width)], style))
        });
        dashed(&line, look) + &self.draw(|canvas, _| mark(canvas, at(width / 2.0), look))
    }

    /// A point outside the axes is drawn at the edge.
    fn inside(&self, p: (f64, f64)) -> (f64, f64) {
        let [x, y] = [self.across.range, self.upright.range];
        (p.0.clamp(x.0, x.1), p.1.clamp(y.0, y.1))
    }

    /// What plotters writes for one drawing, without the enclosing `svg` element: each drawing is a piece by
    /// itself, so that it can be put into a group with its dashes.
    fn draw(&self, what: impl FnOnce(&Canvas, &mut Chart) -> Result<(), Failure>) -> String {
        let mut svg = String::new();
        // Writing to a string does not fail.
        self.draw_into(&mut svg, what).unwrap_or_default();
        let body = svg.split_once('\n').map_or("", |(_, body)| body);
        let body = body.trim_end().strip_suffix("</svg>").unwrap_or(body);
        // The enclosing element names the fonts once.
        body.replace(&format!(" font-family=\"{FONTS}\""), "")
    }

    fn draw_into(
        &self,
        svg: &mut String,
        what: impl FnOnce(&Canvas, &mut Chart) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let size = (fine(self.size.0) as u32, fine(self.size.1) as u32);
        let canvas = SVGBackend::with_string(svg, size).into_drawing_area();
        let corner = (fine(self.x.0 - self.room), fine(self.y.0));
        let span = (fine(self.x.1 - self.x.0 + self.room), fine(self.y.1 - self.y.0 + LOWER_FIGURES));
        let framed = canvas.clone().shrink(corner, span);
        let [x, y] = [self.across.range, self.upright.range];
        let mut chart = ChartBuilder::on(&framed)
            .x_label_area_size(fine(LOWER_FIGURES))
            .y_label_area_size(fine(self.room))
            .build_cartesian_2d(x.0..x.1, y.0..y.1)?;
        what(&canvas, &mut chart)?;
        canvas.present()
    }
}

fn mark(canvas: &Canvas, at: (i32, i32), look: &Look) -> Result<(), Failure> {
    const RADIUS: f64 = 3.6;
    let style = look.colour.filled();
    match look.mark {
        None => Ok(()),
        Some(Mark::Disc) => canvas.draw(&Circle::new(at, fine(RADIUS), style)),
        Some(Mark::Polygon(corners)) => {
            let corner = |c: &(f64, f64)| (at.0 + fine(RADIUS * c.0), at.1 + fine(RADIUS * c.1));
            canvas.draw(&Polygon::new(corners.iter().map(corner).collect::<Vec<_>>(), style))
        }
    }
}

fn dashed(line: &str, look: &Look) -> String {
    if look.dash.is_empty() {
        return line.to_owned();
    }
    let dash: Vec<_> = look.dash.iter().map(|&d| fine(f64::from(d)).to_string()).collect();
    format!("<g stroke-dasharray=\"{}\">\n{line}</g>\n", dash.join(" "))
}

/// plotters loses its way among figures far out, and finds no marks for a range next to nothing.
const FARTHEST: f64 = 1e9;
pub(super) const NARROWEST: f64 = 1e-6;

/// A figure that is not a number is not smaller than anything.
pub(super) fn drawable(p: &(f64, f64)) -> bool {
    p.0.abs() <= FARTHEST && p.1.abs() <= FARTHEST
}

/// Every k-th point counted from the last, so that the last stays.
fn thin(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let drawn: Vec<_> = points.iter().copied().filter(drawable).collect();
    let every = drawn.len().div_ceil(MOST_POINTS).max(1);
    let mut thinned: Vec<_> = drawn.into_iter().rev().step_by(every).collect();
    thinned.reverse();
    thinned
}

fn fine(v: f64) -> i32 {
    (v * FINE).round() as i32
}

impl Figures {
    fn write(self, v: f64) -> String {
        match self {
            Figures::Plain => short(v),
            Figures::Percent => format!("{:.0}%", 100.0 * v),
            Figures::PowersOfTen => power(v),
            Figures::Hidden => String::new(),
        }
    }
}

/// Three decimals at most: 200, 0.25.
fn short(v: f64) -> String {
    let text = format!("{v:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// 10 to the v: 0.01, 10⁻⁷; between whole powers the number itself.
fn power(v: f64) -> String {
    let whole = v.round();
    if (v - whole).abs() > 1e-9 || whole.abs() <= 2.0 {
        return short(10f64.powf(v));
    }
    let raise = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32('⁰' as u32 + digit as u32 - '0' as u32).unwrap_or(digit),
    };
    format!("10{}", whole.to_string().chars().map(raise).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logarithmic_axis_is_written_in_powers_of_ten() {
        assert_eq!([-7.0, -12.0, 3.0].map(power), ["10⁻⁷", "10⁻¹²", "10³"]);
        assert_eq!([-2.0, 0.0, 0.5].map(power), ["0.01", "1", "3.162"]);
    }
}
