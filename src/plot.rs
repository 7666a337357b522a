//! 図: 反復に対する正答率や損失の曲線を SVG にする。
//!
//! 何を描くかは [`Picture`] に書き、[`curves_svg`] が SVG の文字列にする。ファイルは書かない。同じ図からはいつも
//! 同じ文字列ができる。[`reproduction`] は、一回の学習の記録を原典の曲線に重ねた図を、[`losses`] は損失の図を作る。
//!
//! 図は自分の明るい背景を持つので、暗い画面の上でも読める。色だけに頼らず、線の切れ方と印も変える。凡例は軸の
//! 外に置く。

mod chart;
mod colour;
mod contour;
mod drawing;
mod legend;
mod png;
mod reproduction;
mod sheet;
mod style;
mod svg;
mod text;

pub(crate) use chart::Figures;
pub(crate) use colour::{Colour, Shades};
pub(crate) use contour::{Piece, contours};
pub(crate) use drawing::{Cell, Drawing, boxes, heat, image};
pub(crate) use png::png;
pub(crate) use reproduction::stopped;
pub use reproduction::{losses, percent, reproduction};
pub(crate) use sheet::{Chart, Kind, Line, Panel, Scale as Axis, Sheet};
pub use text::escape;

use crate::lang::Lang;
use chart::Area;
use style::looks;
use svg::Document;
use text::{Anchor, Text};

/// 一枚の図。
///
/// ```
/// use kakunin::{Lang, plot::{Picture, Role, Scale, Series, curves_svg}};
/// let svg = curves_svg(&Picture {
///     lang: Lang::Ja,
///     title: "学習率 0.1".into(),
///     subtitle: String::new(),
///     description: "検証の正答率が 0.1 から 0.9 まで上がる。".into(),
///     x_label: "反復".into(),
///     y_label: "正答率".into(),
///     scale: Scale::Share,
///     series: vec![Series {
///         name: "検証".into(),
///         role: Role::Ours,
///         points: vec![(10.0, 0.1), (20.0, 0.5), (30.0, 0.9)],
///     }],
/// });
/// assert!(svg.starts_with("<svg") && svg.contains("<title>学習率 0.1</title>"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// 図の言語（字形を選ぶのに要る）
    pub lang: Lang,
    /// 題
    pub title: String,
    /// 題の下の一行（なければ空）
    pub subtitle: String,
    /// 図が見えない人のための説明
    pub description: String,
    /// 横軸の題
    pub x_label: String,
    /// 縦軸の題
    pub y_label: String,
    /// 縦軸の範囲
    pub scale: Scale,
    /// 曲線（あとのものほど上に描く）
    pub series: Vec<Series>,
}

/// 一本の曲線。
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// 凡例に書く名前
    pub name: String,
    /// 何の曲線か（見た目が決まる）
    pub role: Role,
    /// 点（横, 縦）。数でないもの、絶対値が 10 億を超えるものは描かず、範囲の外のものは縁に描く
    pub points: Vec<(f64, f64)>,
}

/// 曲線の役割。同じ役割の曲線は、出てくる順に線の切れ方が変わる（一本目は実線、二本目は破線、…）。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// 原典の値: 灰色
    Published,
    /// 自分の値: 一本ごとに色と印が変わる
    Ours,
    /// 広がり: 点をつないだ輪のなかを、うすく塗る
    Band,
}

/// 縦軸の範囲。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// 割合: 0 から 1 まで、パーセントで書く
    Share,
    /// 0 とすべての点が入るように
    Fit,
}

/// Measures in units of the view box; kept narrow so that the text can still be read on a phone.
const WIDTH: f64 = 480.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 458.0;
const PLOT_HEIGHT: f64 = 230.0;
const INK: &str = "#1a1a1a";

/// 図を SVG にする。
pub fn curves_svg(picture: &Picture) -> String {
    let subtitle = !picture.subtitle.is_empty();
    let top = if subtitle { 85.0 } else { 65.0 };
    let bottom = top + PLOT_HEIGHT;
    let series = looks(&picture.series);
    let legend = legend::lay_out(&legend::names(&series), LEFT, RIGHT, bottom + 58.0);
    let height = legend.bottom + 10.0;
    let [across, upright] = chart::axes(picture.series.iter().map(|s| &s.points), picture.scale);
    let area =
        Area { x: (LEFT, RIGHT), y: (top, bottom), size: (WIDTH, height), across, upright, room: LEFT };

    let mut body = area.grid();
    series.iter().for_each(|(s, look)| body += &area.curve(&s.points, look));
    body += &legend.samples(&area);

    let mut words = Text { size: 16.0, bold: true, ..Text::at(14.0, 25.0) }.fit(&picture.title, WIDTH - 28.0);
    if subtitle {
        words += &Text::at(14.0, 45.0).fit(&picture.subtitle, WIDTH - 28.0);
    }
    words += &Text::at(14.0, top - 13.0).fit(&picture.y_label, WIDTH - 28.0);
    let middle = (LEFT + RIGHT) / 2.0;
    words += &Text { anchor: Anchor::Middle, ..Text::at(middle, bottom + 36.0) }
        .fit(&picture.x_label, RIGHT - LEFT);
    words += &legend.words();
    let Picture { lang, title, description, .. } = picture;
    Document { lang: *lang, width: WIDTH, height, title, description }.write(&body, &words)
}
