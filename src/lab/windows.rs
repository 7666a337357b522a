//! パディングとストライド、畳み込みの図。

use super::images::{Images, grid, shaded, side};
use crate::error::Error;
use crate::lang::Lang;
use crate::nn::im2col::{Filter, im2col as unfold};
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Cell, Colour, Panel, Shades, boxes};
use ndarray::{Array2, s};

/// フィルターの動き（[`windows`]）。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Windows {
    /// 画像の（縦、横）
    pub input: (usize, usize),
    /// フィルターの動かし方
    pub filter: Filter,
    /// 出力の（縦、横）
    pub output: (usize, usize),
}

/// パディングした画像の上を、フィルターがどう動くか。
///
/// > サイズ6×6の入力画像を、サイズ2×2のフィルタで畳み込んだ時の出力画像のサイズを答えよ。なおストライドとパディングは1とする。（確認テスト）
///
/// # Errors
/// フィルターが画像に当てられないとき。
///
/// ```
/// use kakunin::{lab, nn::im2col::Filter};
/// assert_eq!(lab::windows((6, 6), Filter::square(2, 1, 1))?.output, (7, 7));
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn windows(input: (usize, usize), filter: Filter) -> Result<Windows, Error> {
    const MOST: usize = 64;
    let output = filter.output(input.0, input.1)?;
    let widest = input.0.max(input.1).saturating_add(filter.pad.saturating_mul(2));
    if widest > MOST {
        let want = ("64 以下", "at most 64");
        return Err(Error::out_of_range(
            "図にする画像（パディングを含む）の一辺",
            "padded side of the drawn image",
            widest,
            want,
        ));
    }
    Ok(Windows { input, filter, output })
}

/// 畳み込みの一枚（[`convolve`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct Convolved {
    /// パディングした画像
    pub padded: Array2<f64>,
    /// フィルター
    pub w: Array2<f64>,
    /// 出力
    pub output: Array2<f64>,
    /// 左上の場所での掛け算と足し算
    pub first_sum: String,
}

/// 画像（一枚、一チャンネル）を一つのフィルターで畳み込む。
///
/// > フィルター 全結合でいう重み（Section4）
///
/// # Errors
/// フィルターが画像に当てられないとき。
///
/// ```
/// use kakunin::lab;
/// use ndarray::array;
/// let edge = lab::convolve(&array![[0., 0., 1.], [0., 0., 1.]], &array![[-1., 1.], [-1., 1.]], 1, 0)?;
/// assert_eq!(edge.output, array![[0., 2.]]);                 // 縦の縁で大きくなる
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn convolve(x: &impl Images, w: &Array2<f64>, stride: usize, pad: usize) -> Result<Convolved, Error> {
    let x = x.images();
    let x = x.slice(s![0..1, 0..1, .., ..]);
    let (_, _, height, width) = x.dim();
    let filter = Filter { height: w.nrows(), width: w.ncols(), stride, pad };
    let output = filter.output(height, width)?;
    let col = unfold(x, filter)?;
    let sum = |row: ndarray::ArrayView1<'_, f64>| row.iter().zip(w).map(|(x, w)| x * w).sum();
    let values: Vec<f64> = col.outer_iter().map(sum).collect();
    let term = |(x, w): (&f64, &f64)| format!("{}×{}", number(*x), signed(*w));
    let first_sum = col.row(0).iter().zip(w).map(term).collect::<Vec<_>>().join(" + ");
    let first_sum = format!("{first_sum} = {}", number(values[0]));
    let mut padded = Array2::zeros((height + 2 * pad, width + 2 * pad));
    padded.slice_mut(s![pad..pad + height, pad..pad + width]).assign(&x.slice(s![0, 0, .., ..]));
    let output = Array2::from_shape_vec(output, values).unwrap_or_default();
    Ok(Convolved { padded, w: w.clone(), output, first_sum })
}

fn signed(v: f64) -> String {
    if v < 0.0 { format!("({})", number(v)) } else { number(v) }
}

shown_as_a_card!(Windows, Convolved);

impl Windows {
    /// How often each pixel of the padded image is seen.
    fn seen(&self) -> Array2<usize> {
        let Filter { height, width, stride, pad } = self.filter;
        let mut seen = Array2::zeros((self.input.0 + 2 * pad, self.input.1 + 2 * pad));
        for place in 0..self.output.0 * self.output.1 {
            let (y, x) = (place / self.output.1 * stride, place % self.output.1 * stride);
            seen.slice_mut(s![y..y + height, x..x + width]).mapv_inplace(|n: usize| n + 1);
        }
        seen
    }

    fn card(&self, lang: Lang) -> Card {
        let Filter { height, width, stride, pad } = self.filter;
        let title = lang.pick("フィルターの動き", "How the filter moves");
        let formula = |n: usize, f: usize, out: usize| {
            let exact = (n + 2 * pad - f).is_multiple_of(stride);
            let inner = format!("({n} + 2·{pad} − {f}) / {stride}");
            if exact { format!("{inner} + 1 = {out}") } else { format!("⌊{inner}⌋ + 1 = {out}") }
        };
        let (down, across) =
            (formula(self.input.0, height, self.output.0), formula(self.input.1, width, self.output.1));
        let seen = self.seen();
        let unseen = seen.iter().filter(|n| **n == 0).count();
        let mut says = lang.pick(
            format!("縦 {down}、横 {across}: 出力は {}×{}。", self.output.0, self.output.1),
            format!("Rows {down}, columns {across}: the output is {}×{}.", self.output.0, self.output.1),
        );
        if unseen > 0 {
            says += &lang.pick(
                format!("ストライドで割り切れないので、{unseen} 画素（×）はどの場所からも見られない。"),
                format!(" The stride does not divide evenly: {unseen} pixels (×) are never seen."),
            );
        }
        let first = |r: usize, c: usize| r < height && c < width;
        let next =
            |r: usize, c: usize| r < height && (stride..stride + width).contains(&c) && self.output.1 > 1;
        let last = |r: usize, c: usize| {
            let (y, x) = ((self.output.0 - 1) * stride, (self.output.1 - 1) * stride);
            (y..y + height).contains(&r) && (x..x + width).contains(&c)
        };
        let cell = |((r, c), &seen): ((usize, usize), &usize)| {
            let is_input = (pad..pad + self.input.0).contains(&r) && (pad..pad + self.input.1).contains(&c);
            let text = match (seen, is_input) {
                (0, _) => "×",
                (_, false) => "0",
                _ => "",
            };
            let fill = match () {
                () if first(r, c) => Colour::nth(1).tint(0.5),
                () if next(r, c) => Colour::nth(0).tint(0.4),
                () if last(r, c) => Colour::nth(2).tint(0.4),
                () if is_input => Colour::WHITE,
                () => Colour::PALE,
            };
            Cell::new(text, fill)
        };
        let cells =
            Array2::from_shape_vec(seen.dim(), seen.indexed_iter().map(cell).collect()).unwrap_or_default();
        let output = Array2::from_shape_fn(self.output, |(r, c)| {
            match (r * self.output.1 + c, self.output.0 * self.output.1 - 1) {
                (0, _) => Cell::new("", Colour::nth(1).tint(0.5)),
                (1, _) if self.output.1 > 1 => Cell::new("", Colour::nth(0).tint(0.4)),
                (at, last) if at == last => Cell::new("", Colour::nth(2).tint(0.4)),
                _ => Cell::new("", Colour::WHITE),
            }
        });
        let side = side(seen.ncols().max(seen.nrows()), 210.0).1;
        let panels = vec![
            Panel::drawing(
                lang.pick("画像（灰色はパディングの 0）", "Image (grey: padded zeros)"),
                boxes(&cells, (side, side)),
            ),
            Panel::drawing(
                lang.pick("出力（同じ色の場所から）", "Output (from the place of that colour)"),
                boxes(&output, (side, side)),
            ),
        ];
        let header = ["", lang.pick("縦", "Rows"), lang.pick("横", "Columns")];
        let row = |name: &str, a: usize, b: usize| vec![name.to_owned(), a.to_string(), b.to_string()];
        let rows = vec![
            row(lang.pick("画像", "Image"), self.input.0, self.input.1),
            row(lang.pick("フィルター", "Filter"), height, width),
            row(lang.pick("ストライド", "Stride"), stride, stride),
            row(lang.pick("パディング", "Padding"), pad, pad),
            row(lang.pick("出力", "Output"), self.output.0, self.output.1),
        ];
        Card::new(lang, title, says).picture(2, panels).numbers(&header, rows)
    }
}

impl Convolved {
    fn card(&self, lang: Lang) -> Card {
        let title = lang.pick("畳み込み", "Convolution");
        let says = lang.pick(format!("左上: {}", self.first_sum), format!("Upper left: {}", self.first_sum));
        let mut input = shaded(self.padded.view(), Shades::of(self.padded.iter().copied()));
        let first = input.slice_mut(s![
            ..self.w.nrows().min(self.padded.nrows()),
            ..self.w.ncols().min(self.padded.ncols())
        ]);
        first.into_iter().for_each(|cell| cell.edge = Some(Colour::nth(1)));
        let panels = vec![
            Panel::drawing(
                lang.pick("画像（橙の枠が左上の場所）", "Image (upper left place framed)"),
                match self.padded.ncols().max(self.padded.nrows()) > 12 {
                    true => grid(self.padded.view(), 190.0),
                    false => boxes(&input, side(self.padded.ncols(), 190.0)),
                },
            ),
            Panel::drawing(lang.pick("フィルター", "Filter"), grid(self.w.view(), 120.0)),
            Panel::drawing(lang.pick("出力", "Output"), grid(self.output.view(), 190.0)),
        ];
        let header = lang.pick(["縦", "横", "出力"], ["Row", "Column", "Output"]);
        let row = |((r, c), v): ((usize, usize), &f64)| vec![r.to_string(), c.to_string(), number(*v)];
        let rows = self.output.indexed_iter().map(row).take(100).collect();
        Card::new(lang, title, says).picture(3, panels).numbers(&header, rows)
    }
}
