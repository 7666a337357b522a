//! 座標と、plotters で描く部分: 目盛り、曲線、印。

use plotters::chart::ChartContext;
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use super::style::{Look, Mark};
use super::text::FONTS;
use super::{Scale, Series};

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

type Failure = DrawingAreaErrorKind<std::io::Error>;
type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, 'b> = ChartContext<'b, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// The rectangle between the axes, and what its sides mean.
pub(super) struct Area {
    x: (f64, f64),
    y: (f64, f64),
    size: (u32, u32),
    scale: Scale,
    until: f64,
    range: (f64, f64),
}

impl Area {
    pub(super) fn new(
        series: &[(&Series, Look)],
        scale: Scale,
        x: (f64, f64),
        y: (f64, f64),
        size: (f64, f64),
    ) -> Area {
        let points = || series.iter().flat_map(|(s, _)| &s.points).filter(|p| drawable(p));
        let until = points().map(|p| p.0).fold(0.0, f64::max);
        let low = points().map(|p| p.1).fold(0.0, f64::min);
        let high = points().map(|p| p.1).fold(0.0, f64::max);
        let range = match scale {
            Scale::Share => (0.0, 1.0),
            Scale::Fit if high - low > NARROWEST => (low, low + 1.05 * (high - low)),
            Scale::Fit => (low, low + 1.0),
        };
        let size = (fine(size.0) as u32, fine(size.1) as u32);
        Area { x, y, size, scale, until: if until > NARROWEST { until } else { 1.0 }, range }
    }

    /// Axes, grid and the figures along them.
    pub(super) fn grid(&self) -> String {
        let label = |v: &f64| match self.scale {
            Scale::Share => format!("{:.0}%", 100.0 * v),
            Scale::Fit => short(*v),
        };
        self.draw(|_, chart| {
            let style = || (FONTS, PER_SIZE * 13.0 * FINE).into_font().color(&BLACK.mix(0.9));
            chart
                .configure_mesh()
                .x_labels(6)
                .y_labels(6)
                .bold_line_style(GRID.stroke_width(fine(1.0) as u32))
                .light_line_style(TRANSPARENT)
                .axis_style(AXIS.stroke_width(fine(1.0) as u32))
                .set_all_tick_mark_size(fine(4.0))
                .x_label_style(style())
                .y_label_style(style())
                .x_label_formatter(&|v| short(*v))
                .y_label_formatter(&label)
                .draw()
        })
    }

    /// A curve with its marks.
    pub(super) fn curve(&self, points: &[(f64, f64)], look: &Look) -> String {
        let (low, high) = self.range;
        let inside = |p: (f64, f64)| (p.0.clamp(0.0, self.until), p.1.clamp(low, high));
        let points: Vec<_> = thin(points).into_iter().map(inside).collect();
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

    /// The sample of a line in the legend, beginning at `from`.
    pub(super) fn sample(&self, from: (f64, f64), width: f64, look: &Look) -> String {
        let at = |x: f64| (fine(from.0 + x), fine(from.1));
        let line = self.draw(|canvas, _| {
            let style = look.colour.stroke_width(fine(look.width) as u32);
            canvas.draw(&PathElement::new([at(0.0), at(width)], style))
        });
        dashed(&line, look) + &self.draw(|canvas, _| mark(canvas, at(width / 2.0), look))
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
        const LABELS: f64 = 22.0;
        let canvas = SVGBackend::with_string(svg, self.size).into_drawing_area();
        let (width, height) = (fine(self.x.1), fine(self.y.1 - self.y.0 + LABELS));
        let framed = canvas.clone().shrink((0, fine(self.y.0)), (width, height));
        let mut chart = ChartBuilder::on(&framed)
            .x_label_area_size(fine(LABELS))
            .y_label_area_size(fine(self.x.0))
            .build_cartesian_2d(0.0..self.until, self.range.0..self.range.1)?;
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
const NARROWEST: f64 = 1e-6;

/// A figure that is not a number is not smaller than anything.
fn drawable(p: &(f64, f64)) -> bool {
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

/// Three decimals at most: 200, 0.25.
fn short(v: f64) -> String {
    let text = format!("{v:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
