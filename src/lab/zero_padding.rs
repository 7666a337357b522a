//! ゼロパディングが、縁の出力をどれだけ変えるか。

use super::channels::drawn;
use super::windows::convolve;
use crate::error::{Error, ErrorKind};
use crate::lang::Lang;
use crate::nn::im2col::Filter;
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Drawing, Panel, Shades, heat};
use crate::samples::{Samples, Split};
use ndarray::{Array2, Axis};
use std::sync::Arc;

/// ゼロパディングの、縁の出力への影響（[`zero_padding`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct ZeroPadding {
    /// フィルターの動かし方
    pub filter: Filter,
    /// 訓練データの一枚目（割合は先頭 100 枚のもの）
    pub digit: PaddedImage,
    /// 縁まで描いてある画像
    pub full: PaddedImage,
}

/// 一枚の画像の、平均を取るフィルターでの畳み込み。
#[derive(Debug, Clone, PartialEq)]
pub struct PaddedImage {
    /// 画像
    pub image: Array2<f64>,
    /// まわりに 0 を足したときの出力
    pub zeros: Array2<f64>,
    /// 縁の値がそのまま外へつづいていたときの出力
    pub continued: Array2<f64>,
    /// 窓が縁からはみ出す場所の出力のうち、0 を足したために失われた割合
    pub lost_at_border: f64,
    /// すべての出力のうち、失われた割合
    pub lost: f64,
}

/// 割合を求めるのに使う枚数。
const IMAGES: usize = 100;

/// 0 を足した画像と、縁の値がそのまま外へつづく画像とで、平均を取るフィルターの出力を比べる。
///
/// > ゼロで埋める場合 → ゼロパディングと呼ぶ。( 学習に影響を与えにくい )（Section4）
///
/// 数字の画像はまわりがほとんど 0 なので、0 を足しても変わらない。縁まで何か写っている画像では、縁の出力だけが小さくなる。
///
/// # Errors
/// フィルターが画像に当てられないとき、データが画像でないとき。
///
/// ```
/// use kakunin::{lab, nn::im2col::Filter};
/// let padding = lab::zero_padding(&kakunin::mnist()?, Filter::square(3, 1, 1))?;
/// assert!(padding.digit.lost < 0.001);
/// let full = &padding.full;
/// assert!((full.zeros[[0, 9]] / full.continued[[0, 9]] - 2.0 / 3.0).abs() < 0.05);   // 窓の三分の一が 0
/// assert_eq!(full.zeros[[9, 9]], full.continued[[9, 9]]);                            // 縁から離れると同じ
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn zero_padding(data: &Arc<Split>, filter: Filter) -> Result<ZeroPadding, Error> {
    let digits = images(&data.train)?;
    let padded = digits.into_iter().map(|image| PaddedImage::new(image, filter));
    let padded = padded.collect::<Result<Vec<_>, Error>>()?;
    let share = |sums: &dyn Fn(&PaddedImage) -> (f64, f64)| {
        let sums = padded.iter().map(sums);
        let (kept, whole) = sums.fold((0.0, 0.0), |(a, b), (kept, whole)| (a + kept, b + whole));
        lost(kept, whole)
    };
    let (lost_at_border, lost) = (share(&|p| p.border(filter)), share(&PaddedImage::sums));
    let Some(first) = padded.into_iter().next() else { return Err(no_images()) };
    let side = first.image.nrows().max(first.image.ncols());
    let grey = drawn(side).mean_axis(Axis(0)).unwrap_or_default();
    Ok(ZeroPadding {
        filter,
        digit: PaddedImage { lost_at_border, lost, ..first },
        full: PaddedImage::new(grey, filter)?,
    })
}

/// The first images, first channel.
fn images(samples: &Samples) -> Result<Vec<Array2<f64>>, Error> {
    let [_, height, width] = samples.shape();
    let image = |i: usize| {
        let values = samples.row(i).into_iter().take(height * width).map(f64::from).collect();
        Array2::from_shape_vec((height, width), values).map_err(|_| no_images())
    };
    (0..samples.len().min(IMAGES)).map(image).collect()
}

fn no_images() -> Error {
    Error::new(
        ErrorKind::Setting,
        "データに画像がありません。mnist()? のような画像のデータを渡してください。",
        "There are no images in the data; give images, as those of mnist()?.",
    )
}

/// The share of `whole` that is not in `kept`; of nothing, nothing is lost.
fn lost(kept: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { 1.0 - kept / whole }
}

impl PaddedImage {
    fn new(image: Array2<f64>, filter: Filter) -> Result<PaddedImage, Error> {
        let Filter { height, width, stride, pad } = filter;
        let (rows, columns) = image.dim();
        filter.output(rows, columns)?;
        let mean = Array2::from_elem((height, width), 1.0 / (height * width) as f64);
        let zeros = convolve(&image, &mean, stride, pad)?.output;
        let inside = |at: usize, of: usize| at.saturating_sub(pad).min(of - 1);
        let wide = Array2::from_shape_fn((rows + 2 * pad, columns + 2 * pad), |(y, x)| {
            image[[inside(y, rows), inside(x, columns)]]
        });
        let continued = convolve(&wide, &mean, stride, 0)?.output;
        let new = PaddedImage { image, zeros, continued, lost_at_border: 0.0, lost: 0.0 };
        let (border, all) = (new.border(filter), new.sums());
        Ok(PaddedImage { lost_at_border: lost(border.0, border.1), lost: lost(all.0, all.1), ..new })
    }

    /// The sums of the outputs (with zeros, continued) whose windows reach over the border.
    fn border(&self, filter: Filter) -> (f64, f64) {
        let (rows, columns) = self.image.dim();
        let out = |place: usize, size: usize, of: usize| {
            place * filter.stride < filter.pad || place * filter.stride + size > filter.pad + of
        };
        let places = self.zeros.indexed_iter().zip(&self.continued);
        places
            .filter(|(((y, x), _), _)| out(*y, filter.height, rows) || out(*x, filter.width, columns))
            .fold((0.0, 0.0), |(a, b), ((_, zeros), continued)| (a + zeros, b + continued))
    }

    /// The sums of all outputs (with zeros, continued).
    fn sums(&self) -> (f64, f64) {
        (self.zeros.sum(), self.continued.sum())
    }
}

shown_as_a_card!(ZeroPadding);

impl ZeroPadding {
    fn card(&self, lang: Lang) -> Card {
        let Filter { height, width, stride, pad } = self.filter;
        let title = lang.pick("ゼロパディングと縁の出力", "Zero padding and the outputs at the border");
        let percent = |share: f64| format!("{:.1}%", 100.0 * share);
        let (digit, full) = (&self.digit, &self.full);
        let says = lang.pick(
            format!(
                "平均を取る {height}×{width} のフィルター（ストライド {stride}、パディング {pad}）。0 を足したために失われた出力は、数字の画像では縁で {}、全体で {}。縁まで描いてある画像では縁で {}、全体で {}。",
                percent(digit.lost_at_border), percent(digit.lost), percent(full.lost_at_border), percent(full.lost)
            ),
            format!(
                "A {height}×{width} averaging filter (stride {stride}, padding {pad}). Of the outputs, zeros cost digits {} at the border and {} in all; they cost a picture that fills its frame {} and {}.",
                percent(digit.lost_at_border), percent(digit.lost), percent(full.lost_at_border), percent(full.lost)
            ),
        );
        let heads = lang.pick(
            ["0 を足した出力", "外へつづく出力", "差"],
            ["Output with zeros", "Output if it went on", "Difference"],
        );
        let names = lang.pick(["数字", "縁まで描いた画像"], ["Digit", "Picture to the border"]);
        let row = |name, of: &PaddedImage| {
            let most = of.continued.iter().chain(&of.zeros).copied().fold(0.0, f64::max);
            let drawings: [Drawing; 4] = [
                heat(of.image.view(), Shades::Ink, 140.0),
                heat(of.zeros.view(), Shades::Rising { low: 0.0, high: most }, 140.0),
                heat(of.continued.view(), Shades::Rising { low: 0.0, high: most }, 140.0),
                heat((&of.zeros - &of.continued).view(), Shades::Signed { most }, 140.0),
            ];
            std::iter::once(name)
                .chain(heads)
                .zip(drawings)
                .map(|(head, drawing)| Panel::drawing(head, drawing))
        };
        let panels = row(names[0], digit).chain(row(names[1], full)).collect();
        let header = lang.pick(
            ["画像", "失われた割合（縁）", "失われた割合（全体）"],
            ["Image", "Lost at the border", "Lost in all"],
        );
        let figures = [digit, full].map(|of| [number(of.lost_at_border), number(of.lost)]);
        let rows = names.iter().zip(figures).map(|(name, [a, b])| vec![(*name).to_owned(), a, b]);
        Card::new(lang, title, says).picture(4, panels).numbers(&header, rows.collect())
    }
}
