//! 画像として渡せる配列と、升目に数を入れた図。

use crate::notebook::number;
use crate::plot::{Cell, Colour, Drawing, Shades, boxes, heat};
use ndarray::{Array2, Array4, ArrayBase, ArrayView2, Axis, Data, Ix2, Ix3, Ix4};

/// 画像として渡せる配列: 一枚（縦、横）、一枚（チャンネル、縦、横）、何枚か（N, チャンネル、縦、横）。
pub trait Images {
    /// （N, チャンネル、縦、横）
    fn images(&self) -> Array4<f64>;
}

impl<S: Data<Elem = f64>> Images for ArrayBase<S, Ix2> {
    fn images(&self) -> Array4<f64> {
        self.to_owned().insert_axis(Axis(0)).insert_axis(Axis(0))
    }
}

impl<S: Data<Elem = f64>> Images for ArrayBase<S, Ix3> {
    fn images(&self) -> Array4<f64> {
        self.to_owned().insert_axis(Axis(0))
    }
}

impl<S: Data<Elem = f64>> Images for ArrayBase<S, Ix4> {
    fn images(&self) -> Array4<f64> {
        self.to_owned()
    }
}

/// More columns or rows than this are shown as shades without numbers.
const MOST_BOXES: usize = 12;

/// Numbers in shaded boxes; a larger array as shades alone.
pub(super) fn grid(values: ArrayView2<'_, f64>, width: f64) -> Drawing {
    let shades = Shades::of(values.iter().copied());
    let (rows, columns) = values.dim();
    if rows.max(columns) > MOST_BOXES || values.is_empty() {
        return heat(values, shades, width);
    }
    let cells = shaded(values, shades);
    // Room for the longest number, as far as the width allows.
    let longest = cells.iter().map(|cell| cell.text.chars().count()).max().unwrap_or(0) as f64;
    let (least, height) = side(columns, width);
    boxes(&cells, (least.max((8.0 * longest + 4.0).min(width / columns as f64)), height))
}

/// Boxes with their numbers, in light shades.
pub(super) fn shaded(values: ArrayView2<'_, f64>, shades: Shades) -> Array2<Cell> {
    values.mapv(|v| {
        let Colour(r, g, b) = shades.at(v);
        Cell::new(number(v), Colour(r, g, b).tint(0.55))
    })
}

/// Boxes of one size that fill the width, but not larger than can be read.
pub(super) fn side(columns: usize, width: f64) -> (f64, f64) {
    let side = (width / columns.max(1) as f64).min(30.0);
    (side, side.min(24.0))
}
