//! AlexNet: 形とパラメータの数、そして一枚の画像の順伝播。

use super::channels::{drawn, in_colour};
use super::network::numbers;
use super::network_shape::{NetworkShape, network, times};
use super::part::Part;
use crate::error::Error;
use crate::lang::Lang;
use crate::matrix::Matrix;
use crate::nn::im2col::Filter;
use crate::nn::loss::softmax;
use crate::nn::{Convolution, Init, Layer, MaxPooling, Relu};
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Drawing, Panel, Shades, heat, image};
use crate::rng::RandomState;
use ndarray::{Array3, s};

/// AlexNet の層の並び。元の論文は二つの GPU に分けるが、ここでは分けない。局所応答正規化は形を変えないので除く。
///
/// > 5層の畳み込み層およびプーリング層など、それに続く3層の全結合層から構成される（Section5）
pub const ALEX_NET: &[Part] = &[
    Part::conv(96, 11, 4, 0),
    Part::Relu,
    Part::pool(3, 2),
    Part::conv(256, 5, 1, 2),
    Part::Relu,
    Part::pool(3, 2),
    Part::conv(384, 3, 1, 1),
    Part::Relu,
    Part::conv(384, 3, 1, 1),
    Part::Relu,
    Part::conv(256, 3, 1, 1),
    Part::Relu,
    Part::pool(3, 2),
    Part::dense(4096),
    Part::Relu,
    Part::dropout(0.5),
    Part::dense(4096),
    Part::Relu,
    Part::dropout(0.5),
    Part::dense(1000),
];

/// AlexNet の形とパラメータの数: 227 → 55 → 27 → 13 → 13 → 13 → 6 → 9216 → 4096 → 4096 → 1000。
///
/// > サイズ4096の全結合層の出力にドロップアウトを使用している（Section5）
///
/// ```
/// let alex_net = kakunin::lab::alex_net();
/// assert_eq!(alex_net.rows[0].shape, [96, 55, 55]);           // (227 − 11) / 4 + 1 = 55
/// assert_eq!(alex_net.parameters(), 62_378_344);
/// ```
pub fn alex_net() -> NetworkShape {
    // The list fits this input, as the example above shows.
    network([3, 227, 227], ALEX_NET).unwrap_or_else(|e| unreachable!("{e}")).titled("AlexNet")
}

/// 一辺が `side` の画像での AlexNet の形。
///
/// 論文には 224 とあるが、(224 − 11) / 4 は割り切れず、54 になる。227 なら 55 になり、後の数と合う。
///
/// # Errors
/// 画像が小さすぎて、途中の層が当てられないとき。
///
/// ```
/// use kakunin::lab;
/// assert_eq!(lab::alex_net_at(224)?.rows[0].shape, [96, 54, 54]);
/// assert!(lab::alex_net_at(60).is_err());
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn alex_net_at(side: usize) -> Result<NetworkShape, Error> {
    Ok(network([3, side, side], ALEX_NET)?.titled("AlexNet"))
}

/// AlexNet に一枚の画像を流した結果（[`alex_net_forward`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct AlexNetForward {
    /// 入力（3, 227, 227）
    pub image: Array3<f64>,
    /// 畳み込み層と全結合層ごとに、ReLU の後（最後の層はそのまま）
    pub layers: Vec<ForwardLayer>,
    /// 畳み込み層ごとの、ReLU の後のはじめの六枚（6, 縦、横）
    pub maps: Vec<Array3<f64>>,
    /// 確率の大きい五つの（クラス、確率）
    pub top: Vec<(usize, f64)>,
}

/// 一つの層の出力。
#[derive(Debug, Clone, PartialEq)]
pub struct ForwardLayer {
    /// 名前（conv1 など）
    pub name: String,
    /// 形
    pub shape: Vec<usize>,
    /// 平均
    pub mean: f64,
    /// 標準偏差
    pub std: f64,
    /// 0 の割合
    pub zeros: f64,
}

/// 計算で描いた 227×227 の画像を、AlexNet に本当に流す。重みは He の初期値（`seed` から）なので、答えに意味はない。
///
/// 重みは層ごとに作っては捨て、全結合層では一行ずつ作るので、6,200 万個を一度に持つことはない。
///
/// # Errors
/// ない（形は合っている）。ほかの図と同じ書き方にするために `Result` を返す。
pub fn alex_net_forward(seed: u32) -> Result<AlexNetForward, Error> {
    let picture = drawn(227);
    let (mut rng, mut x) = (RandomState::new(seed), Matrix::zeros(1, picture.len()));
    // Pixels about 0, as a network trained with the mean taken away sees them.
    x.row_mut(0).iter_mut().zip(&picture).for_each(|(to, v)| *to = v - 0.5);
    let (mut shape, mut layers, mut maps) = (vec![3, 227, 227], vec![], vec![]);
    let (mut convs, mut denses) = (0, 0);
    for &part in ALEX_NET {
        let mut y = Matrix::default();
        match (part, &shape[..]) {
            (Part::Conv { filters, filter }, &[c, h, w]) => {
                convs += 1;
                let layer = convolution(&mut rng, [c, h, w], filters, filter)?;
                shape = layer.output().to_vec();
                layer.predict(&x, &mut y);
                let mut z = Matrix::default();
                Relu.predict(&y, &mut z);
                layers.push(summary(format!("conv{convs}"), &shape, &z));
                let flat = z.row(0).to_vec();
                let all = Array3::from_shape_vec((shape[0], shape[1], shape[2]), flat).unwrap_or_default();
                maps.push(all.slice(s![..6, .., ..]).to_owned());
                y = z;
            }
            (Part::Pool(window), &[c, h, w]) => {
                let (oh, ow) = window.output(h, w)?;
                MaxPooling::new([c, h, w], window)?.predict(&x, &mut y);
                shape = vec![c, oh, ow];
            }
            (Part::Dense(outputs), _) => {
                denses += 1;
                let is_last = outputs == 1000;
                y = dense(&mut rng, x.row(0), outputs);
                if !is_last {
                    y.row_mut(0).iter_mut().for_each(|v| *v = v.max(0.0));
                }
                shape = vec![outputs];
                layers.push(summary(format!("fc{}", 5 + denses), &shape, &y));
            }
            // ReLU is done with its layer; at test time dropout halves.
            (Part::Dropout(p), _) => {
                y = x.clone();
                y.row_mut(0).iter_mut().for_each(|v| *v *= 1.0 - p);
            }
            _ => y = x,
        }
        x = y;
    }
    let mut p = Matrix::default();
    softmax(&x, &mut p);
    let mut top: Vec<(usize, f64)> = p.row(0).iter().copied().enumerate().collect();
    top.sort_by(|a, b| b.1.total_cmp(&a.1));
    top.truncate(5);
    Ok(AlexNetForward { image: picture, layers, maps, top })
}

fn convolution(
    rng: &mut RandomState,
    input: [usize; 3],
    filters: usize,
    filter: Filter,
) -> Result<Convolution, Error> {
    let taps = input[0] * filter.height * filter.width;
    let w = Init::He.weights(rng, taps, filters);
    Convolution::new(1, input, filter, w, Matrix::zeros(1, filters))
}

/// x W with the rows of W drawn one after the other and dropped again.
fn dense(rng: &mut RandomState, x: &[f64], outputs: usize) -> Matrix {
    let std = Init::He.std(x.len());
    let mut y = Matrix::zeros(1, outputs);
    for &x in x {
        y.row_mut(0).iter_mut().for_each(|y| *y += x * std * rng.randn());
    }
    y
}

fn summary(name: String, shape: &[usize], z: &Matrix) -> ForwardLayer {
    let (mean, std) = super::network::mean_and_std(numbers(z));
    let zeros = numbers(z).filter(|&z| z == 0.0).count() as f64 / z.cols() as f64;
    ForwardLayer { name, shape: shape.to_vec(), mean, std, zeros }
}

shown_as_a_card!(AlexNetForward);

impl AlexNetForward {
    fn card(&self, lang: Lang) -> Card {
        let title = lang
            .pick("AlexNet の順伝播（重みは He の乱数）", "A forward pass of AlexNet (random He weights)");
        let top: Vec<String> = self.top.iter().map(|(class, p)| format!("{class}（{p:.4}）")).collect();
        let shapes: Vec<String> = self.layers.iter().map(|l| times(&l.shape)).collect();
        let says = lang.pick(
            format!(
                "{}。学習していないので、どのクラスの確率もほぼ同じ: {}。",
                shapes.join(" → "),
                top.join("、")
            ),
            format!(
                "{}. Untrained, it finds all classes about equally likely: {}.",
                shapes.join(" → "),
                top.join(", ")
            ),
        );
        let row = |(k, maps): (usize, &Array3<f64>)| {
            let most = maps.iter().copied().fold(0.0, f64::max);
            let shades = Shades::Rising { low: 0.0, high: most };
            let pieces: Vec<_> =
                maps.outer_iter().map(|map| (String::new(), heat(map, shades, 68.0))).collect();
            let layer = &self.layers[k];
            let heading = lang.pick(
                format!("{} のはじめの六枚（{}）", layer.name, times(&layer.shape)),
                format!("The first six maps of {} ({})", layer.name, times(&layer.shape)),
            );
            Panel::drawing(heading, Drawing::grid(&pieces, 6, 6.0))
        };
        // Every other pixel is enough to see.
        let small = self.image.slice(s![.., ..;2, ..;2]).to_owned();
        let input = Panel::drawing(
            lang.pick("入力（3×227×227）", "Input (3×227×227)"),
            image(&in_colour(&small), 110.0),
        );
        let panels = std::iter::once(input).chain(self.maps.iter().enumerate().map(row)).collect();
        let header = lang
            .pick(["層", "形", "平均", "標準偏差", "0 の割合"], ["Layer", "Shape", "Mean", "Std", "Zeros"]);
        let figures = |l: &ForwardLayer| {
            let figures = [l.mean, l.std, l.zeros].map(number);
            [l.name.clone(), times(&l.shape)].into_iter().chain(figures).collect()
        };
        Card::new(lang, title, says)
            .picture(1, panels)
            .numbers(&header, self.layers.iter().map(figures).collect())
    }
}
