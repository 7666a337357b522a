//! im2col の練習。

use super::checked::{Checked, Difference, text};
use crate::nn::im2col::{Filter, im2col, im2col_without_transpose};
use crate::quiz::Text;
use ndarray::{Array2, Array4, ArrayView4};

const NAME: &str = "im2col";

/// Shapes (N, C, H, W) and filters, the plainest first.
const CASES: [((usize, usize, usize, usize), Filter); 4] = [
    ((1, 1, 3, 3), Filter::square(2, 1, 0)),
    ((2, 3, 5, 4), Filter { height: 3, width: 2, stride: 1, pad: 0 }),
    ((1, 2, 6, 6), Filter::square(2, 2, 0)),
    ((2, 2, 4, 5), Filter { height: 3, width: 2, stride: 2, pad: 1 }),
];

/// 1, 2, 3, …
fn image(shape: (usize, usize, usize, usize)) -> Array4<f64> {
    let mut count = 0.0;
    Array4::from_shape_simple_fn(shape, || {
        count += 1.0;
        count
    })
}

/// 自分で書いた im2col を、四つの画像とフィルターで調べる。
///
/// 渡すのは、画像（N, C, H, W）と [`Filter`] から、行列（N·OH·OW, C·FH·FW）を返す関数。
///
/// > im2colによって画像を二次元配列になるということを確認できた（考察）
///
/// ```
/// use kakunin::exercise::check_im2col;
/// use kakunin::nn::im2col::{im2col, im2col_without_transpose};
/// use kakunin::quiz::Verdict;
/// assert_eq!(check_im2col(|x, f| im2col(x, f).unwrap_or_default()).verdict, Verdict::Accept);
/// let printed = check_im2col(|x, f| im2col_without_transpose(x, f).unwrap_or_default());
/// assert_eq!(printed.verdict, Verdict::Partial);           // 転置の一行がない
/// ```
pub fn check_im2col(mine: impl Fn(ArrayView4<'_, f64>, Filter) -> Array2<f64>) -> Checked {
    let cases: Vec<_> = CASES.iter().map(|&(shape, filter)| (image(shape), filter)).collect();
    let found: Vec<Array2<f64>> = cases.iter().map(|(x, filter)| mine(x.view(), *filter)).collect();
    let is = |other: &dyn Fn(ArrayView4<'_, f64>, Filter) -> Array2<f64>| {
        cases.iter().zip(&found).all(|((x, filter), found)| other(x.view(), *filter) == *found)
    };
    let right = |x: ArrayView4<'_, f64>, filter| im2col(x, filter).unwrap_or_default();
    let all: Vec<Difference> =
        cases.iter().zip(&found).flat_map(|((x, f), found)| compared(x, *f, found)).collect();
    if is(&right) {
        let name = text("(N·OH·OW, C·FH·FW)、一行が一つの場所", "(N·OH·OW, C·FH·FW), a row for each place");
        return Checked::accept(NAME, name).comparing(all);
    }
    if is(&|x, f| im2col_without_transpose(x, f).unwrap_or_default()) {
        let say = text(
            "講座に印刷されたとおりです。ただし、transpose(0, 4, 5, 1, 2, 3) の一行がないので、一つの行に別々の場所の画素が混ざります。",
            "This is as printed in the course; but without the line transpose(0, 4, 5, 1, 2, 3) a row mixes pixels of different places.",
        );
        return Checked::partial(NAME, say).comparing(all);
    }
    if let Some(say) = wrong_shape(&cases, &found) {
        return Checked::reject(NAME, say);
    }
    let no_pad = |x: ArrayView4<'_, f64>, f: Filter| right(x, Filter { pad: 0, ..f });
    let no_stride = |x: ArrayView4<'_, f64>, f: Filter| right(x, Filter { stride: 1, ..f });
    let channels_last = |x: ArrayView4<'_, f64>, f: Filter| {
        let (c, taps) = (x.dim().1, f.height * f.width);
        let col = right(x, f);
        Array2::from_shape_fn(col.dim(), |(row, k)| col[[row, k % c * taps + k / c]])
    };
    let say = match () {
        () if is(&channels_last) => text(
            "列の順が（縦, 横, チャンネル）になっています。（チャンネル, 縦, 横）の順に並べてください。",
            "The columns run over (row, column, channel); put them in the order (channel, row, column).",
        ),
        () if is(&no_pad) => text("パディングがありません。", "The padding is missing."),
        () if is(&no_stride) => text("ストライドが効いていません。", "The stride has no effect."),
        () => text(
            "形は合っていますが、数の並びが違います。一行目が左上の場所の画素（チャンネル, 縦, 横の順）かを確かめてください。",
            "The shape is right, the order of the numbers is not: the first row should hold the pixels of the upper left place (channel, row, column).",
        ),
    };
    Checked::reject(NAME, say).comparing(all)
}

/// Number by number, as far as both reach.
fn compared(x: &Array4<f64>, filter: Filter, found: &Array2<f64>) -> Vec<Difference> {
    let wanted = im2col(x.view(), filter).unwrap_or_default();
    let (shape, Filter { height, width, stride, pad }) = (x.shape(), filter);
    let place = |(row, k): (usize, usize)| {
        text(
            format!(
                "画像 {shape:?}、フィルター {height}×{width}、ストライド {stride}、パディング {pad} の [{row}, {k}]"
            ),
            format!(
                "image {shape:?}, filter {height}×{width}, stride {stride}, padding {pad}, at [{row}, {k}]"
            ),
        )
    };
    let both = wanted.indexed_iter().filter_map(|(at, w)| found.get(at).map(|f| (at, *w, *f)));
    both.map(|(at, wanted, found)| Difference::new(place(at), wanted, found)).collect()
}

fn wrong_shape(cases: &[(Array4<f64>, Filter)], found: &[Array2<f64>]) -> Option<Text> {
    let of = |((x, filter), found): (&(Array4<f64>, Filter), &Array2<f64>)| {
        let wanted = im2col(x.view(), *filter).unwrap_or_default().dim();
        (wanted != found.dim()).then(|| (x.dim(), *filter, wanted, found.dim()))
    };
    let (x, Filter { height, width, stride, pad }, (rows, taps), found) =
        cases.iter().zip(found).find_map(of)?;
    let turned = if found == (taps, rows) {
        [" 行と列が逆です。", " Rows and columns are exchanged."]
    } else {
        ["", ""]
    };
    Some(text(
        format!(
            "画像 {x:?}、フィルター {height}×{width}、ストライド {stride}、パディング {pad} では ({rows}, {taps}) になるはずですが、{found:?} が返りました。{}",
            turned[0]
        ),
        format!(
            "For an image {x:?}, filter {height}×{width}, stride {stride}, padding {pad} the shape should be ({rows}, {taps}); it was {found:?}.{}",
            turned[1]
        ),
    ))
}
