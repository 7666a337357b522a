//! プーリングの図: 出力と、勾配の戻り先。

use super::images::{Images, grid, shaded, side};
use crate::error::{Error, ErrorKind};
use crate::lang::Lang;
use crate::matrix::Matrix;
use crate::nn::convolution::{images as from_rows, rows as to_rows};
use crate::nn::im2col::Filter;
use crate::nn::{AveragePooling, Layer, MaxPooling};
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Colour, Drawing, Panel, Shades, boxes};
use ndarray::{Array4, ArrayView4, s};

/// 最大と平均のプーリング（[`pooling`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct Pooled {
    /// 画像（N, C, H, W）
    pub x: Array4<f64>,
    /// 最大プーリングの出力
    pub max: Array4<f64>,
    /// 平均プーリングの出力
    pub average: Array4<f64>,
    /// どの出力へも 1 が戻ってきたとき、最大プーリングが入力へ渡す勾配
    pub max_gradient: Array4<f64>,
    /// 同じく、平均プーリングが渡す勾配
    pub average_gradient: Array4<f64>,
}

/// 最大プーリングと平均プーリングの出力と、勾配の戻り先。
///
/// > マックスプーリング 畳み込み層の出力を入力とし、そのうちの最大値を出力する。（Section4）
///
/// # Errors
/// 窓が画像に当てられないとき。
///
/// ```
/// use kakunin::{lab, nn::im2col::Filter};
/// use ndarray::array;
/// let pooled = lab::pooling(&array![[1., 2.], [3., 6.]], Filter::square(2, 2, 0))?;
/// assert_eq!((pooled.max[[0, 0, 0, 0]], pooled.average[[0, 0, 0, 0]]), (6.0, 3.0));
/// assert_eq!(pooled.max_gradient[[0, 0, 1, 1]], 1.0);        // 最大だった画素だけに
/// assert_eq!(pooled.average_gradient[[0, 0, 0, 0]], 0.25);   // どの画素にも等しく
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn pooling(x: &impl Images, window: Filter) -> Result<Pooled, Error> {
    let x = x.images();
    let (_, c, h, w) = x.dim();
    if x.is_empty() {
        return Err(Error::new(
            ErrorKind::Setting,
            "画像に画素がありません。一つ以上の画素のある配列を渡してください。",
            "The image has no pixels; give an array with at least one.",
        ));
    }
    let (oh, ow) = window.output(h, w)?;
    let pass = |layer: &mut dyn Layer| {
        let (mut rows, mut y, mut dx) = (Matrix::default(), Matrix::default(), Matrix::default());
        to_rows(x.view(), &mut rows);
        layer.predict(&rows, &mut y);
        let mut ones = y.clone();
        ones.fill(1.0);
        layer.backward(&rows, &y, &ones, &mut dx);
        (from_rows(&y, [c, oh, ow]), from_rows(&dx, [c, h, w]))
    };
    let (max, max_gradient) = pass(&mut MaxPooling::new([c, h, w], window)?);
    let (average, average_gradient) = pass(&mut AveragePooling::new([c, h, w], window)?);
    Ok(Pooled { x, max, average, max_gradient, average_gradient })
}

shown_as_a_card!(Pooled);

impl Pooled {
    fn card(&self, lang: Lang) -> Card {
        let title = lang.pick("プーリングと、勾配の戻り先", "Pooling, and where the gradient goes");
        let zeros = self.max_gradient.iter().filter(|g| **g == 0.0).count();
        let says = lang.pick(
            format!("最大プーリングの勾配は最大だった画素だけに戻り、{zeros} 画素（全 {}）は 0。平均プーリングではどの画素にも等しく分かれる。", self.x.len()),
            format!("Max pooling returns the gradient to the largest pixel alone: {zeros} of {} pixels get 0. Average pooling shares it equally.", self.x.len()),
        );
        let first = |of: ArrayView4<'_, f64>, width: f64| grid(of.slice(s![0, 0, .., ..]), width);
        let mut x = shaded(self.x.slice(s![0, 0, .., ..]), Shades::of(self.x.iter().copied()));
        let won = self.max_gradient.slice(s![0, 0, .., ..]);
        x.iter_mut()
            .zip(won)
            .filter(|(_, g)| **g > 0.0)
            .for_each(|(cell, _)| cell.edge = Some(Colour::nth(1)));
        let image: Drawing = match x.ncols().max(x.nrows()) > 12 {
            true => first(self.x.view(), 190.0),
            false => boxes(&x, side(x.ncols(), 190.0)),
        };
        let panels = vec![
            Panel::drawing(lang.pick("入力（橙の枠が最大）", "Input (largest framed)"), image.clone()),
            Panel::drawing(lang.pick("最大プーリング", "Max pooling"), first(self.max.view(), 150.0)),
            Panel::drawing(
                lang.pick("その勾配（dy = 1）", "Its gradient (dy = 1)"),
                first(self.max_gradient.view(), 190.0),
            ),
            Panel::drawing(lang.pick("入力", "Input"), image),
            Panel::drawing(lang.pick("平均プーリング", "Average pooling"), first(self.average.view(), 150.0)),
            Panel::drawing(
                lang.pick("その勾配（dy = 1）", "Its gradient (dy = 1)"),
                first(self.average_gradient.view(), 190.0),
            ),
        ];
        let header = lang.pick(["縦", "横", "最大", "平均"], ["Row", "Column", "Max", "Average"]);
        let average = self.average.slice(s![0, 0, .., ..]);
        let row = |((r, c), v): ((usize, usize), &f64)| {
            vec![r.to_string(), c.to_string(), number(*v), number(average[[r, c]])]
        };
        let rows = self.max.slice(s![0, 0, .., ..]).indexed_iter().map(row).take(100).collect();
        Card::new(lang, title, says).picture(3, panels).numbers(&header, rows)
    }
}
