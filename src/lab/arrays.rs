//! 配列を見る: 形、範囲、NumPy のような先頭、色の濃さの図。

use crate::lang::Lang;
use crate::matrix::Matrix;
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Drawing, Panel, Shades, heat};
use ndarray::{Array2, ArrayBase, ArrayD, ArrayView2, Axis, Data, Dimension};

use super::images::grid;

/// [`show`] に渡せるもの: `ndarray` の配列とビュー（数は `f64`、`f32`、`u8` など）、`Vec`、スライス、[`Matrix`]。
pub trait Showable {
    /// 数だけを取り出した配列
    fn to_show(&self) -> ArrayD<f64>;
}

impl<A: Copy + Into<f64>, S: Data<Elem = A>, D: Dimension> Showable for ArrayBase<S, D> {
    fn to_show(&self) -> ArrayD<f64> {
        self.mapv(Into::into).into_dyn()
    }
}

impl<A: Copy + Into<f64>> Showable for [A] {
    fn to_show(&self) -> ArrayD<f64> {
        self.iter().map(|&v| v.into()).collect::<ndarray::Array1<f64>>().into_dyn()
    }
}

impl<A: Copy + Into<f64>, const N: usize> Showable for [A; N] {
    fn to_show(&self) -> ArrayD<f64> {
        self.as_slice().to_show()
    }
}

impl<A: Copy + Into<f64>> Showable for Vec<A> {
    fn to_show(&self) -> ArrayD<f64> {
        self.as_slice().to_show()
    }
}

impl Showable for Matrix {
    fn to_show(&self) -> ArrayD<f64> {
        self.to_array().into_dyn()
    }
}

/// 配列のあらまし（[`show`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// 形
    pub shape: Vec<usize>,
    /// 最小（NaN を除く）
    pub min: f64,
    /// 最大（NaN を除く）
    pub max: f64,
    /// 平均（NaN を除く）
    pub mean: f64,
    /// NaN の数
    pub nan: usize,
    values: ArrayD<f64>,
}

/// 配列の形、範囲、平均、NaN の数、先頭、色の濃さの図を見せる。
///
/// ```
/// use kakunin::lab::show;
/// use ndarray::array;
/// let shown = show(&array![[1.0, 2.0], [3.0, f64::NAN]]);
/// assert_eq!((shown.shape, shown.min, shown.max, shown.mean, shown.nan), (vec![2, 2], 1.0, 3.0, 2.0, 1));
/// ```
pub fn show<A: Showable + ?Sized>(a: &A) -> Shown {
    let values = a.to_show();
    let numbers = || values.iter().copied().filter(|v| !v.is_nan());
    let count = numbers().count();
    Shown {
        shape: values.shape().to_vec(),
        min: numbers().fold(f64::INFINITY, f64::min),
        max: numbers().fold(f64::NEG_INFINITY, f64::max),
        mean: numbers().sum::<f64>() / count as f64,
        nan: values.len() - count,
        values,
    }
}

shown_as_a_card!(Shown);

impl Shown {
    fn card(&self, lang: Lang) -> Card {
        let shape: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        let comma = if shape.len() == 1 { "," } else { "" };
        let title = lang.pick(
            format!("配列（{}{comma}）", shape.join(", ")),
            format!("Array ({}{comma})", shape.join(", ")),
        );
        let says = match self.values.len() - self.nan {
            0 => lang.pick(
                format!("数がない（NaN {} 個）。", self.nan),
                format!("No numbers ({} NaN).", self.nan),
            ),
            _ => lang.pick(
                format!(
                    "最小 {}、最大 {}、平均 {}、NaN {} 個。",
                    number(self.min),
                    number(self.max),
                    number(self.mean),
                    self.nan
                ),
                format!(
                    "min {}, max {}, mean {}, {} NaN.",
                    number(self.min),
                    number(self.max),
                    number(self.mean),
                    self.nan
                ),
            ),
        };
        let head = self.head();
        let lines = [says.clone(), head.clone()].into_iter().filter(|l| !l.is_empty()).collect();
        let mut card = Card::new(lang, title, says).lines(lines).code(head);
        if let Some(drawing) = self.drawing() {
            card = card.picture(1, vec![Panel::drawing("", drawing)]);
        }
        card
    }

    /// As NumPy prints it: the first and last three of each axis.
    fn head(&self) -> String {
        if self.values.iter().all(|v| v.is_finite() && *v == v.trunc() && v.abs() < 1e7) {
            return format!("{:.0}", self.values);
        }
        let most = self.max.abs().max(self.min.abs());
        if (1e-2..1e5).contains(&most) {
            format!("{:.4}", self.values)
        } else {
            format!("{:.3e}", self.values)
        }
    }

    /// Boxes for one row or a small matrix, shades for a large one, a grid for images.
    fn drawing(&self) -> Option<Drawing> {
        const WIDTH: f64 = 452.0;
        const LARGEST: usize = 1 << 18;
        const SHOWN: usize = 24;
        if self.values.is_empty() || self.values.len() > LARGEST {
            return None;
        }
        let two = |a: &ArrayD<f64>| -> Option<Array2<f64>> { a.clone().into_dimensionality().ok() };
        match self.shape.len() {
            0 => None,
            1 => two(&self.values.clone().insert_axis(Axis(0))).map(|a| shades(a.view(), WIDTH)),
            2 => two(&self.values).map(|a| shades(a.view(), WIDTH)),
            _ => {
                let (h, w) = (self.shape[self.shape.len() - 2], self.shape[self.shape.len() - 1]);
                let count = self.values.len() / (h * w).max(1);
                let images = self
                    .values
                    .as_standard_layout()
                    .into_owned()
                    .into_shape_with_order((count, h, w))
                    .ok()?;
                let all = Shades::of(self.values.iter().copied());
                let before = &self.shape[..self.shape.len() - 2];
                let piece =
                    |(i, image): (usize, ArrayView2<'_, f64>)| (place(i, before), heat(image, all, 52.0));
                let pieces: Vec<_> = images.outer_iter().enumerate().take(SHOWN).map(piece).collect();
                Some(Drawing::grid(&pieces, 7, 10.0))
            }
        }
    }
}

fn shades(a: ArrayView2<'_, f64>, width: f64) -> Drawing {
    let (rows, columns) = a.dim();
    if rows.max(columns) <= 12 {
        return grid(a, width);
    }
    // Pixels of one size, at most 240 high, thin arrays at least 24 high.
    let side = (width / columns as f64).min(240.0 / rows as f64).min(12.0);
    let mut drawing = heat(a, Shades::of(a.iter().copied()), side * columns as f64);
    if drawing.height < 12.0 {
        drawing = heat(
            ndarray::concatenate(Axis(0), &[a, a, a, a]).unwrap_or_default().view(),
            Shades::of(a.iter().copied()),
            side * columns as f64,
        );
    }
    drawing
}

/// The index of the i-th image among axes of these lengths: `0, 2`.
fn place(mut i: usize, before: &[usize]) -> String {
    let mut index = vec![0; before.len()];
    for (k, &n) in before.iter().enumerate().rev() {
        index[k] = i % n;
        i /= n;
    }
    index.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")
}
