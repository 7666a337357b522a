//! 初期値と活性化の分布: 層を通るたびに、値はどこへ集まるか。

use super::network::{mean_and_std, numbers};
use crate::error::Error;
use crate::lang::Lang;
use crate::matrix::Matrix;
use crate::nn::{Activation, Affine, Init, Layer};
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Axis, Chart, Figures, Panel};
use crate::rng::RandomState;

/// 初期値ごと、層ごとの活性化の分布（[`activation_histograms`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct ActivationHistograms {
    /// 活性化関数
    pub activation: Activation,
    /// 初期値ごとに、層の順に
    pub cells: Vec<LayerHistogram>,
}

/// 一つの層の活性化の分布。
#[derive(Debug, Clone, PartialEq)]
pub struct LayerHistogram {
    /// 初期値
    pub init: Init,
    /// 層（1 から）
    pub layer: usize,
    /// 平均
    pub mean: f64,
    /// 標準偏差
    pub std: f64,
    /// ちょうど 0 の割合
    pub zeros: f64,
    /// 端に張り付いた割合: シグモイドなら 0.01 以下か 0.99 以上、tanh なら |z| ≥ 0.99、ReLU にはない（0）
    pub saturated: f64,
    /// 数えた範囲（下の端、上の端）
    pub range: (f64, f64),
    /// 範囲を等分した 20 の区間の個数（範囲の外は端に数える）
    pub counts: [usize; BINS],
}

const BINS: usize = 20;
const ROWS: usize = 1000;
const WIDTH: usize = 100;
const MOST_LAYERS: usize = 50;
const SHOWN_LAYERS: usize = 5;

/// どの図にも出る四つの初期値。
const INITS: [Init; 4] = [Init::Gauss { std: 1.0 }, Init::Gauss { std: 0.01 }, Init::Xavier, Init::He];

/// 標準正規乱数 1,000 件を幅 100 の層に `depth` 回通し、初期値ごとに活性化の分布を見る。
///
/// > Xavierの初期値を設定する際の活性化関数（Section1）
///
/// よい初期値では、どの層でも分布が広がったまま保たれる。一点に集まるとどのノードも同じになり、端に張り付くと傾きが 0 になる。
/// 重みは [`RandomState`] のシード 0 から。
///
/// # Errors
/// `depth` が 1 から 50 でないとき。
///
/// ```
/// use kakunin::{lab, nn::Activation};
/// let he = &lab::activation_histograms(Activation::Relu, 5)?.cells[15..];
/// assert!(he.iter().all(|layer| layer.std > 0.5));           // He の初期値では、五層目でも広がっている
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn activation_histograms(activation: Activation, depth: usize) -> Result<ActivationHistograms, Error> {
    if !(1..=MOST_LAYERS).contains(&depth) {
        let want = ("1 以上 50 以下", "from 1 to 50");
        return Err(Error::out_of_range("層の数", "number of layers", depth, want));
    }
    let mut rng = RandomState::new(0);
    let mut x = Matrix::zeros(ROWS, WIDTH);
    (0..ROWS).for_each(|i| x.row_mut(i).fill_with(|| rng.randn()));
    let cells = INITS.into_iter().flat_map(|init| through(activation, init, depth, &x, &mut rng)).collect();
    Ok(ActivationHistograms { activation, cells })
}

fn through(
    activation: Activation,
    init: Init,
    depth: usize,
    x: &Matrix,
    rng: &mut RandomState,
) -> Vec<LayerHistogram> {
    let function = activation.layer();
    let (mut z, mut u) = (x.clone(), Matrix::default());
    let mut layer = |layer| {
        let affine = Affine::new(layer, init.weights(rng, WIDTH, WIDTH), Matrix::zeros(1, WIDTH));
        Layer::predict(&affine, &z, &mut u);
        function.predict(&u, &mut z);
        histogram(activation, init, layer, &z)
    };
    (1..=depth).map(&mut layer).collect()
}

fn histogram(activation: Activation, init: Init, layer: usize, z: &Matrix) -> LayerHistogram {
    let (mean, std) = mean_and_std(numbers(z));
    let of = (z.rows() * z.cols()) as f64;
    let share = |is: &dyn Fn(f64) -> bool| numbers(z).filter(|&z| is(z)).count() as f64 / of;
    let (range, saturated) = match activation {
        Activation::Relu => ((0.0, 3.0), 0.0),
        Activation::Tanh => ((-1.0, 1.0), share(&|z| z.abs() >= 0.99)),
        Activation::Sigmoid | Activation::SigmoidSlopeOfOutput => {
            ((0.0, 1.0), share(&|z| !(0.01..=0.99).contains(&z)))
        }
    };
    let mut counts = [0; BINS];
    for z in numbers(z) {
        let bin = ((z - range.0) / (range.1 - range.0) * BINS as f64).clamp(0.0, BINS as f64 - 1.0);
        counts[bin as usize] += 1;
    }
    LayerHistogram { init, layer, mean, std, zeros: share(&|z| z == 0.0), saturated, range, counts }
}

shown_as_a_card!(ActivationHistograms);

impl ActivationHistograms {
    fn depth(&self) -> usize {
        self.cells.len() / INITS.len()
    }

    fn card(&self, lang: Lang) -> Card {
        let name = match self.activation {
            Activation::Sigmoid | Activation::SigmoidSlopeOfOutput => lang.pick("シグモイド", "sigmoid"),
            Activation::Tanh => "tanh",
            Activation::Relu => "ReLU",
        };
        let depth = self.depth();
        let title = lang.pick(
            format!("活性化の分布: {name}（{depth} 層）"),
            format!("Distribution of activations: {name} ({depth} layers)"),
        );
        let last = self.cells.iter().filter(|c| c.layer == depth);
        let stds: Vec<String> = last.map(|c| format!("{} {}", init(c.init), number(c.std))).collect();
        let says = lang.pick(
            format!("最後の層の標準偏差: {}。", stds.join("、")),
            format!("Standard deviation in the last layer: {}.", stds.join(", ")),
        );
        // Evenly chosen, the first and the last among them.
        let columns = depth.min(SHOWN_LAYERS);
        let shown: Vec<usize> =
            (0..columns).map(|k| 1 + k * (depth - 1) / columns.saturating_sub(1).max(1)).collect();
        let panel = |c: &LayerHistogram| {
            let (low, high) = c.range;
            let step = (high - low) / BINS as f64;
            let of = c.counts.iter().sum::<usize>() as f64;
            let bar = |(k, &count): (usize, &usize)| {
                (low + step * k as f64, low + step * (k + 1) as f64, count as f64 / of)
            };
            let upright = Axis::new("", Figures::Hidden).from(0.0, 0.5);
            let across = Axis::plain("").from(low, high);
            let bars = c.counts.iter().enumerate().map(bar).collect();
            let title = lang.pick(
                format!("{}・{} 層目", init(c.init), c.layer),
                format!("{}, layer {}", init(c.init), c.layer),
            );
            Panel::chart(title, Chart { bars, ..Chart::new(across, upright, vec![]) })
        };
        let panels = self.cells.iter().filter(|c| shown.contains(&c.layer)).map(panel).collect();
        let header = lang.pick(
            ["初期値", "層", "平均", "標準偏差", "0 の割合", "端の割合"],
            ["Initial values", "Layer", "Mean", "Std", "Zeros", "Saturated"],
        );
        let row = |c: &LayerHistogram| {
            let figures = [c.mean, c.std, c.zeros, c.saturated].map(number);
            [init(c.init), c.layer.to_string()].into_iter().chain(figures).collect()
        };
        Card::new(lang, title, says)
            .picture(columns, panels)
            .numbers(&header, self.cells.iter().map(row).collect())
    }
}

/// `Gauss 0.01`, `He`.
pub(super) fn init(init: Init) -> String {
    match init {
        Init::Gauss { std } => format!("Gauss {std}"),
        Init::Xavier | Init::XavierByDivision => "Xavier".to_owned(),
        Init::He | Init::HeByDivision => "He".to_owned(),
    }
}
