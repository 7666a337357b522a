//! 凡例: 軸の外、図の下に、幅をそろえた列で並べる。

use super::Series;
use super::chart::Area;
use super::style::Look;
use super::text::{Text, width};

const SIZE: f64 = 13.0;
const ROW: f64 = 21.0;
/// The sample of the line, and the gap before its name.
const SAMPLE: f64 = 34.0;
const GAP: f64 = 7.0;
const BETWEEN: f64 = 16.0;

pub(super) struct Legend<'a> {
    entries: Vec<Entry<'a>>,
    room: f64,
    pub(super) bottom: f64,
}

struct Entry<'a> {
    name: &'a str,
    look: Look,
    x: f64,
    y: f64,
}

/// What the legend of these series says.
pub(super) fn names<'a>(series: &[(&'a Series, Look)]) -> Vec<(&'a str, Look)> {
    series.iter().map(|(s, look)| (s.name.as_str(), *look)).collect()
}

/// As many columns as the widest name allows, and no more than fill the rows evenly.
pub(super) fn lay_out<'a>(series: &[(&'a str, Look)], left: f64, right: f64, top: f64) -> Legend<'a> {
    let widest = series.iter().map(|(name, _)| SIZE * width(name)).fold(0.0, f64::max);
    let fit = ((right - left + BETWEEN) / (SAMPLE + GAP + widest + BETWEEN)).floor().max(1.0) as usize;
    let rows = series.len().div_ceil(fit).max(1);
    let columns = series.len().div_ceil(rows).max(1);
    let step = (right - left + BETWEEN) / columns as f64;
    let entry = |(i, (name, look)): (usize, &(&'a str, Look))| Entry {
        name,
        look: *look,
        x: left + step * (i % columns) as f64,
        y: top + ROW * (i / columns) as f64,
    };
    Legend {
        entries: series.iter().enumerate().map(entry).collect(),
        room: step - BETWEEN - SAMPLE - GAP,
        bottom: top + ROW * (rows - 1) as f64 + SIZE / 2.0,
    }
}

impl Legend<'_> {
    /// The sample lines.
    pub(super) fn samples(&self, area: &Area) -> String {
        self.entries.iter().map(|e| area.sample((e.x, e.y), SAMPLE, &e.look)).collect()
    }

    /// The names beside them.
    pub(super) fn words(&self) -> String {
        let name = |e: &Entry| {
            Text { size: SIZE, ..Text::at(e.x + SAMPLE + GAP, e.y + 0.36 * SIZE) }.fit(e.name, self.room)
        };
        self.entries.iter().map(name).collect()
    }
}
