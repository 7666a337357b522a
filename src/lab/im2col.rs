//! im2col と col2im の図: 画像のどこが、行列のどの行になるか。

use super::images::{Images, grid};
use crate::error::Error;
use crate::lang::Lang;
use crate::nn::im2col::{Filter, col2im as add_back, im2col as unfold, im2col_without_transpose};
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Cell, Colour, Drawing, Panel, boxes};
use ndarray::{Array2, Array4, s};

/// 画像と、im2col の行列（[`im2col`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct Im2col {
    /// 画像（N, C, H, W）
    pub x: Array4<f64>,
    /// フィルターの動かし方
    pub filter: Filter,
    /// im2col の行列（N·OH·OW, C·FH·FW）
    pub col: Array2<f64>,
    /// 転置の一行のない、講座に印刷された im2col の行列
    pub without_transpose: Array2<f64>,
    /// 出力の（縦、横）
    pub output: (usize, usize),
    is_printed: bool,
}

/// 自分の画像を im2col で並べ、どの場所がどの行になるかを色で見る。
///
/// > im2colによって画像を二次元配列になるということを確認できた（考察）
///
/// # Errors
/// フィルターが画像に当てられないとき。
///
/// ```
/// use kakunin::{lab, nn::im2col::Filter};
/// use ndarray::array;
/// let view = lab::im2col(&array![[1., 2., 3.], [4., 5., 6.]], Filter::square(2, 1, 0))?;
/// assert_eq!(view.col, array![[1., 2., 4., 5.], [2., 3., 5., 6.]]);
/// assert_eq!(view.without_transpose, array![[1., 2., 2., 3.], [4., 5., 5., 6.]]);    // 場所が混ざる
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn im2col(x: &impl Images, filter: Filter) -> Result<Im2col, Error> {
    let x = x.images();
    let (_, _, h, w) = x.dim();
    Ok(Im2col {
        output: filter.output(h, w)?,
        col: unfold(x.view(), filter)?,
        without_transpose: im2col_without_transpose(x.view(), filter)?,
        x,
        filter,
        is_printed: false,
    })
}

/// col2im の図（[`col2im`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct Col2im {
    /// 画像（N, C, H, W）
    pub x: Array4<f64>,
    /// 各画素を見た場所の数: col2im(im2col(1))
    pub coverage: Array4<f64>,
    /// col2im(im2col(x)) = coverage ⊙ x
    pub back: Array4<f64>,
    /// 転置の一行のない im2col を使ったとき
    pub back_printed: Array4<f64>,
}

/// im2col で並べた行列を col2im で画像に戻し、各画素が何度足されるかを見る。
///
/// > im2colとim2colの整合性はない（考察）
///
/// 転置があれば、戻ってくるのは「見た場所の数 × 画素」。場所が重ならなければ、元の画像そのもの。転置の一行がなければ、
/// 別の場所の画素が混ざる。
///
/// # Errors
/// フィルターが画像に当てられないとき。
///
/// ```
/// use kakunin::{lab, nn::im2col::Filter};
/// use ndarray::array;
/// let view = lab::col2im(&array![[1., 2., 3.]], Filter { height: 1, width: 2, stride: 1, pad: 0 })?;
/// assert_eq!(view.back.into_raw_vec_and_offset().0, [1., 4., 3.]);          // 真ん中は二度見られる
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn col2im(x: &impl Images, filter: Filter) -> Result<Col2im, Error> {
    let x = x.images();
    let shape = x.dim();
    let ones = Array4::ones(shape);
    Ok(Col2im {
        coverage: add_back(unfold(ones.view(), filter)?.view(), shape, filter)?,
        back: add_back(unfold(x.view(), filter)?.view(), shape, filter)?,
        back_printed: add_back(im2col_without_transpose(x.view(), filter)?.view(), shape, filter)?,
        x,
    })
}

shown_as_a_card!(Im2col, Col2im);

/// Places that are drawn: all if they are few, otherwise the first ones.
const PLACES: usize = 9;
/// Boxes of a row that are drawn.
const TAPS: usize = 12;
const CHANNELS: usize = 3;
const WIDTH: f64 = 452.0;
const IMAGE: f64 = 150.0;

impl Im2col {
    /// 転置の一行のない、講座に印刷された im2col の図。
    pub fn printed(&self) -> Im2col {
        Im2col { is_printed: true, ..self.clone() }
    }

    fn shown(&self) -> &Array2<f64> {
        if self.is_printed { &self.without_transpose } else { &self.col }
    }

    /// The padded image, as far as it is drawn.
    fn padded(&self, channel: usize) -> Array2<f64> {
        let (_, _, h, w) = self.x.dim();
        let pad = self.filter.pad;
        let mut padded = Array2::zeros((h + 2 * pad, w + 2 * pad));
        padded.slice_mut(s![pad..pad + h, pad..pad + w]).assign(&self.x.slice(s![0, channel, .., ..]));
        padded
    }

    /// The image with the given place in its colour.
    fn image(&self, place: usize, channel: usize, width: f64) -> Drawing {
        let Filter { height, width: across, stride, .. } = self.filter;
        let (top, left) = (place / self.output.1 * stride, place % self.output.1 * stride);
        let padded = self.padded(channel);
        let side = (width / padded.ncols() as f64).min(18.0);
        let cell = |((r, c), &v): ((usize, usize), &f64)| {
            let inside = (top..top + height).contains(&r) && (left..left + across).contains(&c);
            let fill = if inside { Colour::nth(place).tint(0.5) } else { Colour::WHITE };
            Cell::new(if side < 9.0 { String::new() } else { number(v) }, fill)
        };
        let cells = Array2::from_shape_vec(padded.dim(), padded.indexed_iter().map(cell).collect());
        boxes(&cells.unwrap_or_default(), (side, side))
    }

    /// The row of the matrix; each box in the colour of the place that it comes from.
    fn row(&self, row: usize, room: f64) -> Drawing {
        let col = self.shown();
        let (places, taps) = (self.output.0 * self.output.1, col.ncols());
        let shown = taps.min(TAPS);
        let side = (room / (shown + usize::from(shown < taps)) as f64).min(28.0);
        let cell = |k: usize| {
            let place = match self.is_printed {
                // Axes in the order (N, C, fy, fx, oy, ox): the place runs fastest.
                true => (row * taps + k) % places,
                false => row % places,
            };
            Cell::new(number(col[[row, k]]), Colour::nth(place).tint(0.5))
        };
        let mut cells: Vec<Cell> = (0..shown).map(cell).collect();
        if shown < taps {
            cells.push(Cell::new("…", Colour::WHITE));
        }
        let cells = Array2::from_shape_vec((1, cells.len()), cells).unwrap_or_default();
        boxes(&cells, (side, side.min(22.0)))
    }

    fn picture(&self, lang: Lang) -> Drawing {
        let places = self.output.0 * self.output.1;
        let channels = self.x.dim().1.min(CHANNELS);
        let mut all = Drawing::new(WIDTH, 0.0);
        let mut y = 0.0;
        for place in 0..places.min(PLACES) {
            let width = (IMAGE - 6.0 * (channels - 1) as f64) / channels as f64;
            let mut height: f64 = 0.0;
            let mut x = 0.0;
            for channel in 0..channels {
                let image = self.image(place, channel, width);
                all.place((x, y), &image);
                x += image.width + 6.0;
                height = height.max(image.height);
            }
            let row = self.row(place, WIDTH - x - 62.0);
            let middle = y + height / 2.0;
            all.text((x + 4.0, middle + 4.0), 14.0, 13.0, "→");
            let name = lang.pick(format!("{place} 行"), format!("row {place}"));
            all.text((x + 20.0, middle + 4.0), 38.0, 11.0, &name);
            all.place((x + 62.0, middle - row.height / 2.0), &row);
            y += height.max(row.height) + 8.0;
        }
        if places > PLACES {
            let rest = places - PLACES;
            let text = lang.pick(format!("…あと {rest} か所"), format!("… {rest} more places"));
            all.text((0.0, y + 10.0), WIDTH, 11.0, &text);
            y += 16.0;
        }
        all.height = y;
        all
    }

    fn card(&self, lang: Lang) -> Card {
        let (n, c, h, w) = self.x.dim();
        let Filter { height, width, stride, pad } = self.filter;
        let (rows, taps) = self.shown().dim();
        let title = match self.is_printed {
            true => lang.pick(
                "転置の一行のない im2col（講座に印刷されたもの）",
                "im2col without its transpose (as printed in the course)",
            ),
            false => lang.pick("im2col: 場所と行", "im2col: places and rows"),
        };
        let sizes = lang.pick(
            format!("({n}, {c}, {h}, {w}) の画像、{height}×{width} のフィルター、ストライド {stride}、パディング {pad} → ({rows}, {taps})。"),
            format!("Images ({n}, {c}, {h}, {w}), filter {height}×{width}, stride {stride}, padding {pad} → ({rows}, {taps})."),
        );
        let what = match self.is_printed {
            true => lang.pick(
                "一つの行に、いくつもの場所（色）の数が混ざる。",
                " A row holds numbers of several places (colours).",
            ),
            false => lang.pick("一つの場所が一つの行になる。", " Each place becomes one row."),
        };
        let header: Vec<String> = std::iter::once(lang.pick("行", "Row").to_owned())
            .chain((0..taps).map(|k| k.to_string()))
            .collect();
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        const MOST_ROWS: usize = 64;
        let row = |(r, values): (usize, ndarray::ArrayView1<'_, f64>)| {
            std::iter::once(r.to_string()).chain(values.iter().map(|v| number(*v))).collect()
        };
        let table = self.shown().outer_iter().enumerate().take(MOST_ROWS).map(row).collect();
        Card::new(lang, title, format!("{sizes}{what}"))
            .picture(1, vec![Panel::drawing("", self.picture(lang))])
            .numbers(&header, table)
    }
}

impl Col2im {
    /// col2im(im2col(x)) が元の画像と同じか（場所が重ならず、すべての画素が見られたとき）。
    pub fn is_identity(&self) -> bool {
        self.back == self.x
    }

    fn card(&self, lang: Lang) -> Card {
        let title = lang.pick("col2im: 何度見られたか", "col2im: how often each pixel was seen");
        let most = self.coverage.iter().copied().fold(0.0, f64::max);
        let least = self.coverage.iter().copied().fold(f64::INFINITY, f64::min);
        let says = match (self.is_identity(), self.back_printed == self.x) {
            (true, _) => lang.pick(
                "どの画素も一度ずつ見られたので、col2im(im2col(x)) は元の画像と同じ。",
                "Every pixel was seen once, so col2im(im2col(x)) is the image itself.",
            )
            .to_owned(),
            (false, _) => lang.pick(
                format!("画素は {least} 回から {most} 回見られた。col2im(im2col(x)) は、見られた数 × 画素。転置がないと、そうならない。"),
                format!("Pixels were seen {least} to {most} times. col2im(im2col(x)) is that count times the pixel; not so without the transpose."),
            ),
        };
        let first = |of: &Array4<f64>| grid(of.slice(s![0, 0, .., ..]), 210.0);
        let panels = vec![
            Panel::drawing(lang.pick("画像 x", "Image x"), first(&self.x)),
            Panel::drawing(lang.pick("見られた数", "Times seen"), first(&self.coverage)),
            Panel::drawing("col2im(im2col(x))", first(&self.back)),
            Panel::drawing(
                lang.pick("転置のない im2col から", "From im2col without transpose"),
                first(&self.back_printed),
            ),
        ];
        let header = lang.pick(
            ["縦", "横", "x", "見られた数", "戻した値", "転置なし"],
            ["Row", "Column", "x", "Times seen", "Back", "Without transpose"],
        );
        let (_, _, h, w) = self.x.dim();
        const MOST_ROWS: usize = 64;
        let row = |at: usize| {
            let place = [0, 0, at / w, at % w];
            let values = [&self.x, &self.coverage, &self.back, &self.back_printed].map(|a| number(a[place]));
            [(at / w).to_string(), (at % w).to_string()].into_iter().chain(values).collect()
        };
        Card::new(lang, title, says)
            .picture(2, panels)
            .numbers(&header, (0..(h * w).min(MOST_ROWS)).map(row).collect())
    }
}
