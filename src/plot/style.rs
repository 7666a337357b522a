//! 曲線の見た目: 色（Okabe–Ito）、線の切れ方、印。

use plotters::style::RGBColor;

use super::{Role, Series};

/// How one curve is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    pub(super) colour: RGBColor,
    /// In units of the view box; empty for a solid line.
    pub(super) dash: &'static [u32],
    pub(super) width: f64,
    pub(super) mark: Option<Mark>,
    /// Whether the points enclose an area to be filled.
    pub(super) filled: bool,
    /// In quarters: which part of the way between two marks the first one lies, so that the marks of curves that
    /// run together stay apart.
    pub(super) turn: usize,
}

/// A filled polygon about a point, or a disc.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Mark {
    Disc,
    Polygon(&'static [(f64, f64)]),
}

/// Okabe and Ito's palette without yellow, which is too pale for a white ground.
pub(super) const COLOURS: [RGBColor; 7] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0xe6, 0x9f, 0x00),
    RGBColor(0x56, 0xb4, 0xe9),
    RGBColor(0x00, 0x00, 0x00),
];

/// Light blue, so that grey and coloured lines stand out on it.
const LIGHT: RGBColor = RGBColor(0xd3, 0xe6, 0xf3);

pub(super) const GREY: RGBColor = RGBColor(0x80, 0x80, 0x80);

const DASHES: [&[u32]; 4] = [&[], &[7, 4], &[2, 3], &[10, 3, 2, 3]];

const MARKS: [Mark; 4] = [
    Mark::Disc,
    Mark::Polygon(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
    Mark::Polygon(&[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)]),
    Mark::Polygon(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]),
];

/// The n-th grey curve.
pub(super) fn grey(n: usize) -> Look {
    Look { colour: GREY, dash: DASHES[n % DASHES.len()], width: 1.3, mark: None, filled: false, turn: 0 }
}

/// An area; the legend shows a short and broad line.
pub(super) fn band() -> Look {
    Look { colour: LIGHT, dash: &[], width: 9.0, mark: None, filled: true, turn: 0 }
}

/// The n-th coloured curve.
pub(super) fn coloured(n: usize) -> Look {
    Look {
        colour: COLOURS[n % COLOURS.len()],
        dash: DASHES[n % DASHES.len()],
        width: 1.6,
        mark: Some(MARKS[n % MARKS.len()]),
        filled: false,
        turn: (1 + 2 * n) % 4,
    }
}

/// Every series with its look: the n-th of its role gets the n-th dash, colour and mark.
pub(super) fn looks(series: &[Series]) -> Vec<(&Series, Look)> {
    let (mut published, mut ours) = (0, 0);
    let look = |s: &Series| match s.role {
        Role::Published => {
            published += 1;
            grey(published - 1)
        }
        Role::Band => band(),
        Role::Ours => {
            ours += 1;
            coloured(ours - 1)
        }
    };
    let looks: Vec<_> = series.iter().map(look).collect();
    series.iter().zip(looks).collect()
}
