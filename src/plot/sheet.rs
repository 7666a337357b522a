//! 一枚の図に、いくつかの小さな図を並べる。

use super::chart::{Area, Axis, Figures, NARROWEST, drawable};
use super::colour::Colour;
use super::contour::Piece;
use super::drawing::Drawing;
use super::legend;
use super::style::{Look, band, coloured, grey};
use super::svg::Document;
use super::text::{Anchor, Text};
use crate::lang::Lang;

/// Several panels under one title.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sheet {
    pub(crate) lang: Lang,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) columns: usize,
    pub(crate) panels: Vec<Panel>,
}

/// One panel and its title (empty: none).
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Panel {
    Chart(String, Chart),
    Drawing(String, Drawing),
}

/// A panel with axes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chart {
    pub(crate) x: Scale,
    pub(crate) y: Scale,
    /// Bars (from, to, height).
    pub(crate) bars: Vec<(f64, f64, f64)>,
    /// Thin lines in the background.
    pub(crate) pieces: Vec<(Colour, Vec<Piece>)>,
    pub(crate) lines: Vec<Line>,
    /// In units; none: as the number of columns suggests.
    pub(crate) height: Option<f64>,
}

/// An axis: its name, how its figures are written, and its ends where they don't come from the data.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scale {
    pub(crate) label: String,
    pub(crate) figures: Figures,
    pub(crate) range: Option<(f64, f64)>,
}

/// One curve of a panel. Curves of the same name share a place in the legend.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) points: Vec<(f64, f64)>,
    pub(crate) kind: Kind,
}

/// How a curve looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Coloured(usize),
    Grey(usize),
    /// The points enclose an area.
    Band,
    /// Marks without a line.
    Dots(usize),
    /// A line without marks.
    Plain(usize),
}

impl Scale {
    pub(crate) fn new(label: &str, figures: Figures) -> Scale {
        Scale { label: label.to_owned(), figures, range: None }
    }

    pub(crate) fn plain(label: &str) -> Scale {
        Scale::new(label, Figures::Plain)
    }

    /// Its points are logarithms (base 10).
    pub(crate) fn log(label: &str) -> Scale {
        Scale::new(label, Figures::PowersOfTen)
    }

    /// From 0 to 100%.
    pub(crate) fn share(label: &str) -> Scale {
        Scale::new(label, Figures::Percent).from(0.0, 1.0)
    }

    pub(crate) fn from(self, low: f64, high: f64) -> Scale {
        Scale { range: Some((low, high)), ..self }
    }

    /// The given ends, or those of the data with a little room.
    fn axis(&self, values: impl Iterator<Item = f64>, room: f64, count: usize, size: f64) -> Axis {
        let (low, high) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        let range = self.range.unwrap_or((low - room * (high - low), high + room * (high - low)));
        let wide = range.1 - range.0 > NARROWEST && (range.1 - range.0).is_finite();
        let range = match wide {
            true => range,
            false if low.is_finite() => (low - 1.0, low + 1.0),
            false => (0.0, 1.0),
        };
        Axis { range, figures: self.figures, count, size }
    }
}

impl Panel {
    pub(crate) fn chart(title: impl Into<String>, chart: Chart) -> Panel {
        Panel::Chart(title.into(), chart)
    }

    pub(crate) fn drawing(title: impl Into<String>, drawing: Drawing) -> Panel {
        Panel::Drawing(title.into(), drawing)
    }
}

impl Chart {
    pub(crate) fn new(x: Scale, y: Scale, lines: Vec<Line>) -> Chart {
        Chart { x, y, bars: vec![], pieces: vec![], lines, height: None }
    }
}

impl Line {
    pub(crate) fn new(name: impl Into<String>, kind: Kind, points: Vec<(f64, f64)>) -> Line {
        Line { name: name.into(), points, kind }
    }

    fn look(&self) -> Look {
        match self.kind {
            Kind::Coloured(n) => coloured(n),
            Kind::Grey(n) => grey(n),
            Kind::Band => band(),
            Kind::Dots(n) => Look { width: 0.0, dash: &[], ..coloured(n) },
            Kind::Plain(n) => Look { mark: None, ..coloured(n) },
        }
    }
}

const MARGIN: f64 = 14.0;
const GAP: f64 = 14.0;
const TITLE: f64 = 20.0;
const FIGURES: f64 = 20.0;
const LABEL: f64 = 18.0;

impl Sheet {
    fn width(&self) -> f64 {
        if self.columns > 2 { 640.0 } else { 480.0 }
    }

    fn small(&self) -> bool {
        self.columns > 1
    }

    pub(crate) fn svg(&self) -> String {
        let width = self.width();
        let step = (width - 2.0 * MARGIN + GAP) / self.columns.max(1) as f64;
        let mut y = 38.0;
        let mut places = Vec::new();
        for row in self.panels.chunks(self.columns.max(1)) {
            places.extend((0..row.len()).map(|i| (MARGIN + step * i as f64, y)));
            y += GAP + row.iter().map(|panel| self.height(panel, step - GAP)).fold(0.0, f64::max);
        }
        let names = self.names();
        let legend = legend::lay_out(&names, MARGIN, width - MARGIN, y + 4.0);
        let height = if names.is_empty() { y } else { legend.bottom + 10.0 };

        let mut charts = String::new();
        let mut words =
            Text { size: 15.0, bold: true, ..Text::at(MARGIN, 24.0) }.fit(&self.title, width - 2.0 * MARGIN);
        for (panel, at) in self.panels.iter().zip(places) {
            match panel {
                Panel::Chart(title, chart) => {
                    let (drawn, written) = self.chart(title, chart, at, step - GAP, (width, height));
                    charts += &drawn;
                    words += &written;
                }
                Panel::Drawing(title, drawing) => {
                    words += &self.heading(title, at, step - GAP);
                    let scale = ((step - GAP) / drawing.width.max(1.0)).min(1.0);
                    words += &drawing.placed((at.0, at.1 + heading(title)), scale);
                }
            }
        }
        let none = Scale::plain("").axis([0.0, 1.0].into_iter(), 0.0, 0, 1.0);
        let whole = Area {
            x: (0.0, width),
            y: (0.0, height),
            size: (width, height),
            across: none,
            upright: none,
            room: 0.0,
        };
        charts += &legend.samples(&whole);
        words += &legend.words();
        let (title, description) = (&self.title, &self.description);
        Document { lang: self.lang, width, height, title, description }.write(&charts, &words)
    }

    /// What the legend says: each name once.
    fn names(&self) -> Vec<(&str, Look)> {
        let mut names: Vec<(&str, Look)> = Vec::new();
        for panel in &self.panels {
            let Panel::Chart(_, chart) = panel else { continue };
            for line in chart.lines.iter().filter(|line| !line.name.is_empty()) {
                if names.iter().all(|(name, _)| *name != line.name) {
                    names.push((&line.name, line.look()));
                }
            }
        }
        names
    }

    fn plot_height(&self, chart: &Chart) -> f64 {
        let usual = match self.columns {
            0 | 1 => 220.0,
            2 => 150.0,
            3 => 110.0,
            _ => 76.0,
        };
        chart.height.unwrap_or(usual)
    }

    fn height(&self, panel: &Panel, room: f64) -> f64 {
        let below = |label: &str| if label.is_empty() { 0.0 } else { LABEL };
        match panel {
            Panel::Chart(title, chart) => {
                heading(title)
                    + below(&chart.y.label)
                    + self.plot_height(chart)
                    + FIGURES
                    + below(&chart.x.label)
            }
            Panel::Drawing(title, drawing) => {
                heading(title) + drawing.height * (room / drawing.width.max(1.0)).min(1.0)
            }
        }
    }

    fn heading(&self, title: &str, at: (f64, f64), room: f64) -> String {
        match title {
            "" => String::new(),
            title => Text { size: 12.0, bold: true, ..Text::at(at.0, at.1 + 10.0) }.fit(title, room),
        }
    }

    /// The drawn part of a panel with axes, and the written one.
    fn chart(
        &self,
        title: &str,
        chart: &Chart,
        at: (f64, f64),
        room: f64,
        size: (f64, f64),
    ) -> (String, String) {
        let figure = if self.small() { 11.0 } else { 12.0 };
        let left = match chart.y.figures {
            Figures::Hidden if self.columns > 2 => 2.0,
            _ if self.small() => 38.0,
            _ => 44.0,
        };
        let label = if chart.y.label.is_empty() { 0.0 } else { LABEL };
        let top = at.1 + heading(title) + label;
        let bottom = top + self.plot_height(chart);
        let count = if self.small() { 4 } else { 6 };
        let points = || chart.lines.iter().flat_map(|line| &line.points).filter(|p| drawable(p));
        let bars = || chart.bars.iter().filter(|b| drawable(&(b.0, b.2)));
        let across = points().map(|p| p.0).chain(bars().flat_map(|b| [b.0, b.1]));
        let upright = points().map(|p| p.1).chain(bars().flat_map(|b| [0.0, b.2]));
        let area = Area {
            x: (at.0 + left, at.0 + room - 6.0),
            y: (top, bottom),
            size,
            across: chart.x.axis(across, 0.0, count, figure),
            upright: chart.y.axis(upright, 0.05, if self.columns > 3 { 3 } else { count }, figure),
            room: left,
        };
        let mut drawn = area.grid();
        for (colour, pieces) in &chart.pieces {
            drawn += &area.pieces(pieces, colour.plotters(), 0.8);
        }
        drawn += &area.bars(&chart.bars, Colour::nth(0).tint(0.75).plotters());
        for line in &chart.lines {
            drawn += &match line.kind {
                Kind::Dots(_) => area.dots(&line.points, &line.look()),
                _ => area.curve(&line.points, &line.look()),
            };
        }
        let mut words = self.heading(title, at, room);
        words += &Text { size: 11.0, ..Text::at(at.0, top - 9.0) }.fit(&chart.y.label, room);
        let middle = (area.x.0 + area.x.1) / 2.0;
        words +=
            &Text { size: 11.0, anchor: Anchor::Middle, ..Text::at(middle, bottom + FIGURES + LABEL - 6.0) }
                .fit(&chart.x.label, area.x.1 - area.x.0);
        (drawn, words)
    }
}

fn heading(title: &str) -> f64 {
    if title.is_empty() { 0.0 } else { TITLE }
}
