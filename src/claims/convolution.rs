//! Section4 と、CNN についての考察。

use super::statistic::digits;
use super::{Bench, Claim, Decision, Part, part};
use crate::error::Error;
use crate::nn::im2col::{Filter, col2im, im2col, im2col_without_transpose};
use crate::nn::{ConvNet, Mlp, Model};
use crate::rng::RandomState;
use crate::{Experiment, Measure, optimizer, simple_cnn};
use ndarray::{Array, Array2, Array4, ArrayView4, Dimension, ShapeBuilder};
use std::time::Instant;

pub(super) const ALL: &[fn() -> Claim] = &[
    zero_padding_is_mild,
    im2col_makes_two_dimensions,
    im2col_and_col2im_disagree,
    cnn_learns_images,
    convolution_needs_a_machine,
];

/// The network of 2_6, measured ten times, shorter if quick.
fn cnn(b: &Bench) -> Experiment {
    let iterations = if b.is_quick() { 200 } else { 1_000 };
    let measure = Measure { every: iterations / 10, ..simple_cnn::BASE.measure };
    Experiment { iterations, measure, ..simple_cnn::BASE }
}

/// 「ゼロで埋める場合 → ゼロパディングと呼ぶ。( 学習に影響を与えにくい )」（Section4）
pub fn zero_padding_is_mild() -> Claim {
    Claim {
        id: "zero_padding_is_mild",
        quote: "ゼロで埋める場合 → ゼロパディングと呼ぶ。( 学習に影響を与えにくい )",
        place: "Section4 パディング",
        measures: (
            "SimpleConvNet（フィルター 4 枚、中間層 50）を 200 反復（--quick では 20）学習した、最後の検証の正答率: 0.03 − |パディングあり − なし|",
            "final test accuracy of SimpleConvNet with 4 filters and 50 hidden nodes after 200 iterations (--quick: 20): 0.03 − |with padding minus without|",
        ),
        parts: const {
            &[part("パディング 1", "padding 1", 0.0), part("パディング 2", "padding 2", 0.0)]
        },
        decision: Decision::All,
        advice: (
            "まわりが背景（0）の数字の画像では、そのとおり。縁まで何か写っている画像では、縁の窓だけ 0 が混ざる。",
            "True for digits, whose margins are 0 anyway. In pictures that fill their frame, the windows at the border see zeros.",
        ),
        measure: |b, seed| {
            let padded = |pad| {
                let net = ConvNet { filters: 4, filter: Filter::square(5, 1, pad), hidden: 50, ..CNN };
                Experiment {
                    model: Model::ConvNet(net),
                    iterations: if b.is_quick() { 20 } else { 200 },
                    ..simple_cnn::BASE
                }
            };
            let without = b.test(padded(0), seed)?;
            [1, 2].into_iter().map(|pad| Ok(0.03 - (b.test(padded(pad), seed)? - without).abs())).collect()
        },
    }
}

const CNN: ConvNet = match simple_cnn::BASE.model {
    Model::ConvNet(net) => net,
    Model::Mlp(_) => panic!("SimpleConvNet"),
};

/// A random stack of images and a filter that fits it.
fn drawn(seed: u32) -> (Array4<f64>, Filter) {
    let mut rng = RandomState::new(seed);
    let pick = |rng: &mut RandomState, from: usize, to: usize| {
        from + rng.choice((to - from + 1) as u32, 1)[0] as usize
    };
    let (n, c) = (pick(&mut rng, 1, 3), pick(&mut rng, 1, 3));
    let (h, w) = (pick(&mut rng, 5, 8), pick(&mut rng, 5, 8));
    // A stride below the filter's size: its windows overlap.
    let filter = Filter {
        height: pick(&mut rng, 2, 4),
        width: pick(&mut rng, 2, 4),
        stride: 1,
        pad: pick(&mut rng, 0, 2),
    };
    (normal(&mut rng, (n, c, h, w)), filter)
}

fn normal<D: Dimension, S: ShapeBuilder<Dim = D>>(rng: &mut RandomState, shape: S) -> Array<f64, D> {
    Array::from_shape_simple_fn(shape, || rng.randn())
}

type Im2Col = fn(ArrayView4<'_, f64>, Filter) -> Result<Array2<f64>, Error>;

/// 「im2colによって画像を二次元配列になるということを確認できた」（考察）
pub fn im2col_makes_two_dimensions() -> Claim {
    Claim {
        id: "im2col_makes_two_dimensions",
        quote: "im2colによって画像を二次元配列になるということを確認できた",
        place: "考察",
        measures: (
            "でたらめな大きさの画像とフィルターで: 形が (N·oh·ow, C·fh·fw) の二次元か（1 か 0）、各行が一つの窓の値を並べたものか（1 か 0）",
            "for images and filters of random size: whether the shape is (N·oh·ow, C·fh·fw) (1 or 0), and whether each row holds the values of one window (1 or 0)",
        ),
        parts: const {
            &[
                part("二次元になる", "two dimensions", 0.5),
                part(
                    "一行が一つの窓（転置のある im2col）",
                    "a row is a window (im2col with its transpose)",
                    0.5,
                ),
            ]
        },
        decision: Decision::All,
        advice: (
            "そのとおり。ただし二次元になることと、正しい並びになることは別。ノートブックの、転置の一行を消した im2col も形だけは同じになる。",
            "True. But two dimensions are one thing and the right order another: the notebook's im2col, without its transpose, has the same shape.",
        ),
        measure: |_, seed| {
            let (x, filter) = drawn(seed);
            Ok(vec![is_flat(&x, filter, im2col)?, rows_are_windows(&x, filter, im2col)?])
        },
    }
}

fn truth(is_so: bool) -> f64 {
    f64::from(u8::from(is_so))
}

fn is_flat(x: &Array4<f64>, filter: Filter, im2col: Im2Col) -> Result<f64, Error> {
    let (n, c, h, w) = x.dim();
    let (oh, ow) = filter.output(h, w)?;
    Ok(truth(im2col(x.view(), filter)?.dim() == (n * oh * ow, c * filter.height * filter.width)))
}

/// Each row against the window cut out of the padded image.
fn rows_are_windows(x: &Array4<f64>, filter: Filter, im2col: Im2Col) -> Result<f64, Error> {
    let (n, c, h, w) = x.dim();
    let (oh, ow) = filter.output(h, w)?;
    let col = im2col(x.view(), filter)?;
    let at = |i: usize, k: usize, y: usize, x_: usize| {
        let inside = y.checked_sub(filter.pad).zip(x_.checked_sub(filter.pad));
        inside.filter(|&(y, x_)| y < h && x_ < w).map_or(0.0, |(y, x_)| x[[i, k, y, x_]])
    };
    let mut same = true;
    for (row, values) in col.rows().into_iter().enumerate() {
        let (i, oy, ox) = (row / (oh * ow), row / ow % oh, row % ow);
        for (k, value) in values.iter().enumerate() {
            let (ch, fy, fx) =
                (k / (filter.height * filter.width), k / filter.width % filter.height, k % filter.width);
            same &= *value == at(i, ch, oy * filter.stride + fy, ox * filter.stride + fx);
        }
    }
    let _ = (n, c);
    Ok(truth(same))
}

/// 「im2colとim2colの整合性はない」（考察。あとのほうは col2im）
pub fn im2col_and_col2im_disagree() -> Claim {
    Claim {
        id: "im2col_and_col2im_disagree",
        quote: "im2colとim2colの整合性はない",
        place: "考察（あとのほうは col2im の誤記）",
        measures: (
            "でたらめな x と y で |⟨im2col(x), y⟩ − ⟨x, col2im(y)⟩| ÷ ‖x‖‖y‖（0 なら col2im は im2col の随伴）と、|col2im(im2col(x)) − x| の最大。log₁₀ で",
            "for random x and y: |⟨im2col(x), y⟩ − ⟨x, col2im(y)⟩| over ‖x‖‖y‖ (0 if col2im is the adjoint of im2col), and the largest |col2im(im2col(x)) − x|; as log10",
        ),
        parts: const {
            &[
                part(
                    "転置のない im2col（印刷のまま）は、随伴でない",
                    "im2col as printed, without its transpose: not adjoint",
                    -9.0,
                ),
                part("転置のある im2col は、随伴でない", "im2col with its transpose: not adjoint", -9.0),
                part(
                    "窓が重なると、col2im(im2col(x)) は x に戻らない",
                    "where windows overlap, col2im(im2col(x)) is not x",
                    -9.0,
                ),
            ]
        },
        decision: Decision::ByDefinition,
        advice: (
            "印刷のコードでは、軸を入れ替える transpose の一行が消されたままなので、合わない。その一行を戻せば、col2im は im2col の随伴で、逆伝播にはそれでちょうどよい（勾配を元の場所へ足し戻す）。「元に戻る」わけではない: 重なる窓では、各画素に、見られた回数が掛かる。",
            "As printed they disagree: the line that transposes the axes is still commented out. With it, col2im is the adjoint of im2col, which is what backward propagation needs (each gradient is added where its value came from). It is no inverse: where windows overlap, each pixel comes back times the number of windows that saw it.",
        ),
        measure: |_, seed| {
            let (x, filter) = drawn(seed);
            Ok(vec![
                -digits(adjoint_error(&x, filter, im2col_without_transpose, seed)?),
                -digits(adjoint_error(&x, filter, im2col, seed)?),
                -digits(round_trip_error(&x, filter)?),
            ])
        },
    }
}

fn adjoint_error(x: &Array4<f64>, filter: Filter, im2col: Im2Col, seed: u32) -> Result<f64, Error> {
    let col = im2col(x.view(), filter)?;
    let y = normal(&mut RandomState::new(seed.wrapping_add(1)), col.dim());
    let back = col2im(y.view(), x.dim(), filter)?;
    let size = |squares: f64| squares.sqrt();
    let sizes = size(x.iter().map(|v| v * v).sum()) * size(y.iter().map(|v| v * v).sum());
    Ok(((&col * &y).sum() - (x * &back).sum()).abs() / sizes)
}

fn round_trip_error(x: &Array4<f64>, filter: Filter) -> Result<f64, Error> {
    let back = col2im(im2col(x.view(), filter)?.view(), x.dim(), filter)?;
    Ok((back - x).iter().fold(0.0, |most: f64, v| most.max(v.abs())))
}

/// 「CNNを利用することにより画像データの学習が進められることが確認できた」（考察）
pub fn cnn_learns_images() -> Claim {
    Claim {
        id: "cnn_learns_images",
        quote: "CNNを利用することにより画像データの学習が進められることが確認できた",
        place: "考察",
        measures: (
            "2_6 の SimpleConvNet（--quick では 200 反復）の検証の正答率",
            "test accuracy of SimpleConvNet as in 2_6 (--quick: 200 iterations)",
        ),
        parts: const {
            &[
                part("最後の検証の正答率", "final test accuracy", 0.5),
                part("はじめの十分の一からの伸び", "gain since the first tenth", 0.01),
            ]
        },
        decision: Decision::All,
        advice: (
            "そのとおり。ただし同じ枚数で全結合のネットワークも学習できる。CNN の得は、少ない枚数と、写る位置のずれに強いこと。",
            "True. Fully connected networks learn from them too; what a CNN gains is doing so from few images and wherever the digit stands.",
        ),
        measure: |b, seed| {
            let history = b.run(cnn(b), seed)?;
            let test = |p: Option<&crate::Point>| p.map_or(0.0, |p| p.test.accuracy());
            let (first, last) = (test(history.curve.first()), test(history.curve.last()));
            Ok(vec![last, last - first])
        },
    }
}

/// 「畳み込みの計算などPCのスペックが必要であるということを感じた」（考察）
pub fn convolution_needs_a_machine() -> Claim {
    Claim {
        id: "convolution_needs_a_machine",
        quote: "畳み込みの計算などPCのスペックが必要であるということを感じた",
        place: "考察",
        measures: (
            "一枚の順伝播の掛け算の数の log₁₀(SimpleConvNet ÷ 2_4 のネットワーク)。この機械で 2_6 の 1,000 反復（測るのは除く）にかかる分（30 反復から換算）",
            "log10 of the multiplications of a forward pass, SimpleConvNet over the net of 2_4; the minutes that 1,000 iterations of 2_6 take on this machine (measuring aside, from 30 iterations)",
        ),
        parts: const {
            &[
                part("掛け算が十倍より多い", "more than ten times the multiplications", 1.0),
                Part {
                    name: ("10 分より長くかかる", "more than 10 minutes"), threshold: 10.0, timed: true
                },
            ]
        },
        decision: Decision::ByDefinition,
        advice: (
            "計算の量は、全結合のネットワークの二十数倍になる。しかしそれが何分になるかは、書き方による: 原典の NumPy では七分、ここでは同じ結果が数十秒で出る。",
            "It takes more than twenty times the arithmetic of the fully connected network. How many minutes that is depends on how it is written: seven in the notebook's NumPy, well under one here.",
        ),
        measure: |b, seed| {
            let Model::Mlp(mlp) = optimizer::BASE.model else { return Ok(vec![]) };
            let ratio = convolutional_products(&CNN) / connected_products(&mlp);
            let short = Experiment {
                iterations: 30,
                measure: Measure { every: 30, ..simple_cnn::BASE.measure },
                train_rows: 100,
                test_rows: 1,
                ..simple_cnn::BASE
            };
            let training = b.start(short, seed)?;
            let start = Instant::now();
            training.for_each(drop);
            Ok(vec![ratio.log10(), start.elapsed().as_secs_f64() * 1_000.0 / 30.0 / 60.0])
        },
    }
}

/// Multiplications of one forward pass on a 28 × 28 image.
fn connected_products(mlp: &Mlp) -> f64 {
    let sizes: Vec<usize> = [784].into_iter().chain(mlp.hidden.iter().copied()).chain([10]).collect();
    sizes.windows(2).map(|pair| pair[0] * pair[1]).sum::<usize>() as f64
}

fn convolutional_products(net: &ConvNet) -> f64 {
    let Filter { height, width, stride, pad } = net.filter;
    let out = |size: usize| (28 + 2 * pad - size) / stride + 1;
    let places = out(height) * out(width);
    let pooled = net.filters * (out(height) / 2) * (out(width) / 2);
    (places * height * width * net.filters + pooled * net.hidden + net.hidden * 10) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_adjoint_fails_exactly_without_the_transpose() {
        let (x, filter) = drawn(3);
        assert!(adjoint_error(&x, filter, im2col, 3).unwrap() < 1e-14);
        assert!(adjoint_error(&x, filter, im2col_without_transpose, 3).unwrap() > 1e-4);
    }

    #[test]
    fn windows_that_do_not_overlap_come_back_and_others_do_not() {
        let x = normal(&mut RandomState::new(1), (1, 2, 6, 6));
        assert_eq!(round_trip_error(&x, Filter::square(2, 2, 0)).unwrap(), 0.0);
        assert!(round_trip_error(&x, Filter::square(2, 1, 0)).unwrap() > 0.1);
    }

    #[test]
    fn only_the_transposed_rows_are_windows() {
        let (x, filter) = drawn(5);
        assert_eq!(is_flat(&x, filter, im2col_without_transpose).unwrap(), 1.0);
        assert_eq!(rows_are_windows(&x, filter, im2col).unwrap(), 1.0);
        assert_eq!(rows_are_windows(&x, filter, im2col_without_transpose).unwrap(), 0.0);
    }

    #[test]
    fn products_are_counted_as_on_paper() {
        let Model::Mlp(mlp) = optimizer::BASE.model else { panic!() };
        assert_eq!(connected_products(&mlp), 784.0 * 40.0 + 40.0 * 20.0 + 20.0 * 10.0);
        assert_eq!(convolutional_products(&CNN), 576.0 * 25.0 * 30.0 + 4_320.0 * 100.0 + 1_000.0);
    }
}
